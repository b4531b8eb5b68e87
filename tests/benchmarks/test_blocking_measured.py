from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import blocking
from benchmarks.blocking import Mark, Marked, flake8_marks, known_misses, measured, page, ruff_marks, with_imports
from fixbot.codemod import ProjectCodemod
from fixbot.registry import choose

SNAPSHOT = """---
source: crates/mod.rs
---
ASYNC251 Async functions should not sleep
 --> nap.py:5:5
  |
4 | async def nap():
5 |     time.sleep(1)
  |     ^^^^^^^^^^

ASYNC221 Async functions should not run processes
  --> nap.py:12:11
   |
"""

EVALUATED = """\
# type: ignore
import requests


async def load(client):
    requests.get("a")  # ASYNC210: 4, 'requests.get'
    print(requests.get(""), client.get())  # ASYNC210: 10, 'a' # ASYNC212_asyncio: 28, 'b'
    requests.get("c")  # should error
    requests.get("d")
"""


def codemods() -> dict[str, ProjectCodemod]:
    return {one.slug(): one for one in choose(list(blocking.CODEMODS)) if isinstance(one, ProjectCodemod)}


def test_the_heads_of_a_snapshot_say_what_is_marked() -> None:
    assert ruff_marks(SNAPSHOT) == {"nap.py": {Mark(5, 5, "ASYNC251"), Mark(12, 11, "ASYNC221")}}


def test_comments_say_what_is_marked() -> None:
    assert flake8_marks(EVALUATED) == {Mark(6, 5, "ASYNC210"), Mark(7, 11, "ASYNC210"), Mark(7, 29, "ASYNC212")}
    assert known_misses(EVALUATED) == {8}


def test_missing_imports_take_the_place_of_the_first_comment() -> None:
    assert with_imports("other.py", EVALUATED) == EVALUATED
    changed = with_imports("async22x.py", EVALUATED)
    assert changed.splitlines()[1:] == EVALUATED.splitlines()[1:]
    assert changed.startswith("import os, subprocess\n")
    with pytest.raises(ValueError, match="no comment any more"):
        with_imports("async22x.py", "import os\n")


def test_every_mark_is_found_missed_or_explained() -> None:
    file = Marked("load.py", EVALUATED, tuple(sorted(flake8_marks(EVALUATED))), known_misses(EVALUATED))
    result = measured(file, codemods())
    assert (result.marked, result.found, result.rewritten) == (3, 2, 2)
    assert result.missed == ((Mark(7, 29, "ASYNC212"), ""),)
    assert result.beyond == ((8, "its own comment says that it should be marked"), (9, ""))
    assert result.touched == 1
    shown = "\n".join(page("tests", [result]))
    assert "| load.py | 3 | 2 | 2 | 1 | 2 | 1 |" in shown
    assert "- 1: NO REASON IS WRITTEN DOWN" in shown


def test_two_checkouts_are_read_and_what_is_unexplained_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flake8_async, ruff = tmp_path / "flake8-async", tmp_path / "ruff"
    fixtures = ruff / "crates/ruff_linter/resources/test/fixtures/flake8_async"
    snapshots = ruff / "crates/ruff_linter/src/rules/flake8_async/snapshots"
    for folder in (flake8_async / "tests/eval_files", fixtures, snapshots):
        folder.mkdir(parents=True)
    (flake8_async / "tests/eval_files/async210.py").write_text(EVALUATED)
    (fixtures / "nap.py").write_text("import time\n\n\nasync def nap():\n    time.sleep(1)\n")
    (snapshots / "tests__ASYNC251_nap.py.snap").write_text(SNAPSHOT.partition("ASYNC221")[0])

    monkeypatch.setattr(sys, "argv", ["blocking", "--ruff", str(ruff)])
    assert blocking.main() == 0
    assert "| nap.py | 1 | 1 | 1 | 0 | 0 | 0 |" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["blocking", "--flake8-async", str(flake8_async), "--lines"])
    assert blocking.main() == 1
    assert "async210.py:7 missed ASYNC212: " in capsys.readouterr().out
