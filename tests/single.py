"""Runs tests that are marked `single` in a process with one thread, where the one that runs the others has several."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from fixbot.shell.workers import threads

ROOT = Path(__file__).parents[1]
TOLD = "FIXBOT_TEST_TOLD"  # where such a process writes what came of its tests
PATIENCE = 600  # seconds for all such tests of one module
_OF_OTHERS = ("PYTEST_", "COV_CORE_")  # variables that are meant for the process that runs the others


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Hold such a process to its promise."""
    if TOLD in os.environ and item.get_closest_marker("single"):
        assert threads() == 1, "this process has several threads"


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Let a test come to what it came to in its own process, if this one has too many threads for it."""
    if pyfuncitem.get_closest_marker("single") is None or TOLD in os.environ or threads() == 1:
        return None
    told, said = _done(pyfuncitem.path, pyfuncitem.config.rootpath)
    came = told.get(pyfuncitem.nodeid, {})
    shown = "\n".join(words for _, words in came.values() if words)
    if any(outcome == "skipped" for outcome, _ in came.values()):
        pytest.skip(shown)
    if [outcome for outcome, _ in came.values()] != ["passed"] * 3:  # setup, call and teardown
        pytest.fail(shown or f"its process has not done it:\n{said}", pytrace=False)
    return True


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Tell the process that waits for it what came of a test."""
    if TOLD in os.environ:
        with Path(os.environ[TOLD]).open("a", encoding="utf-8") as file:
            file.write(json.dumps([report.nodeid, report.when, report.outcome, report.longreprtext]) + "\n")


@cache
def _done(module: Path, root: Path) -> tuple[dict[str, dict[str, tuple[str, str]]], str]:
    """Run all such tests of a module; give outcome and words of each phase by the test's id, and what was printed."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(_OF_OTHERS)}
    options = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-m", "single"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "told"
        file.touch()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, str(module)],
            cwd=root,
            env={**around, TOLD: str(file)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=PATIENCE,
        )
        came: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
        for line in file.read_text("utf-8").splitlines():
            test, when, outcome, words = json.loads(line)
            came[test][when] = outcome, words
    return came, f"{done.stdout}{done.stderr}"
