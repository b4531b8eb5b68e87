from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import keywords
from benchmarks.keywords import Counted, counted, page, reason

KEYED = """\
def area(**kwargs):
    return kwargs["width"] * kwargs.get("height", 1)


def keep(**kwargs):
    return kwargs


print(area(width=2), keep(a=1))
"""


def test_reasons_are_told_without_names_and_lines() -> None:
    said = "`f` takes any keyword and checks none; left to a person: `f` has a `kw` that is kept (src/a.py:12)"
    assert reason(said) == "has a `…` that is kept"
    assert reason("`C.f` is used as a value at b/c.py:3") == "is used as a value"
    linted = "ruff finds something new: UP045 Use `X | None` (line 3); I001 Import block (line 1); UP045 Use (line 9)"
    assert reason(linted) == "ruff finds something new: I001, UP045"
    assert reason("`C.f` refuses keys itself that it does not know") == "refuses keys itself that it does not know"


def test_functions_are_counted_by_what_becomes_of_them(tmp_path: Path) -> None:
    (tmp_path / "keyed.py").write_text(KEYED)
    found = counted(tmp_path, {"style": "params"})
    assert (found.functions, found.known, found.rewritten, found.done) == (2, 1, 1, 1)
    assert found.manual + found.dismissed == 1
    assert found.reasons.total() == 1


def test_the_page_adds_up() -> None:
    rows = [
        Counted(name, "params", 10, 4, 2, 1, 3, 1, 4, Counter({"it is public": 5}), Counter({"rare": 1}), ())
        for name in ("one", "other")
    ]
    shown = "\n".join(page("params", rows))
    assert "| one | 10 | 4 | 2 | 1 | 25% | 3 | 1 | 4 | 0 |" in shown
    assert "| all | 20 | 8 | 4 | 2 | 25% | 6 | 2 | 8 | 0 |" in shown
    assert "1. 10: it is public" in shown
    assert "1. 2: rare" in shown


def test_the_command_counts_in_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keyed.py").write_text(KEYED)
    monkeypatch.setattr(sys, "argv", ["keywords", "--style", "params", str(tmp_path)])
    assert keywords.main() == 0
    assert f"| {tmp_path.name} | 2 | 1 | 1 | 1 | 100% |" in capsys.readouterr().out
