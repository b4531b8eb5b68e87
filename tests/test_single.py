"""Tests that need a process with one thread get one, whoever runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fixbot.shell.workers import threads
from tests.single import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.single
def test_its_process_has_one_thread() -> None:
    assert threads() == 1


TESTS = """
import os, pytest

pytestmark = pytest.mark.single

def test_passes(): assert os.getpid() != int(os.environ["OUTER"])
def test_fails(): assert "this" == "that"
def test_is_skipped(): pytest.skip("not today")
def test_ends_its_process(): os._exit(1)
"""
OUTER = """
import os, sys, threading, pytest
os.environ["OUTER"] = str(os.getpid())
over = threading.Event()
threading.Thread(target=over.wait, daemon=True).start()
sys.exit(pytest.main(["-p", "tests.single", "-p", "no:cacheprovider", "-p", "no:xdist", "-rA", sys.argv[1]]))
"""


def test_each_test_comes_to_what_it_came_to_there(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = single\naddopts = -p tests.single\n", "utf-8")
    (tmp_path / "test_it.py").write_text(TESTS, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", OUTER, str(tmp_path)],
        cwd=tmp_path,
        env={**_without(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
    )
    told = done.stdout
    assert "PASSED test_it.py::test_passes" in told, told + done.stderr
    assert "FAILED test_it.py::test_fails" in told
    assert "FAILED test_it.py::test_ends_its_process" in told
    assert "AssertionError: assert 'this' == 'that'" in told
    assert "not today" in told
    assert "its process has not done it:" in told
    assert "2 failed, 1 passed, 1 skipped" in told


def _without() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV"))}
