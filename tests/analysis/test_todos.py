"""Tests of the comments with something to do, against what ruff says of them."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.todos import Todo, todos
from fixbot.model import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

# What ruff's TD003 marks, and what it accepts; a comment here says more than ruff reads only where that is said.
CASES = {
    "# TODO: mend it\n": True,
    "# TODO mend it\n": True,
    "# TODO(ann): mend it\n": True,
    "# todo: mend it\n": True,
    "#TODO: mend it\n": True,
    "x = 1  # TODO: mend it\n": True,
    "# x = 1  # TODO: mend it\n": True,
    "# TODO: mend it, 5431\n": True,
    "# TODO: mend it\n# and that\n": True,
    "# TODO: mend it\nx = 1\n# https://example.org/1\n": True,
    "# TODO: mend it\n# TODO: and that\n# SHOP-1\n": True,
    "# TODO: mend it\n# https://example.org/1\n": False,
    "# TODO: mend it\n# SHOP-1\n": False,
    "# TODO: mend it\n# 123\n": False,
    "# TODO: mend it\n\n# SHOP-1\n": False,
    "# TODO: mend it\n# and that\n# SHOP-1\n": False,
    "# TODO: https://example.org/1 mend it\n": False,
    "# TODO: #12 mend it\n": False,
    "# TODO(#12): mend it\n": False,
    "# TODO(#12, ann): mend it\n": False,
    "# Mend what is to do.\n": False,
    "TODO = 1\n": False,
}


def found(text: str) -> tuple[Todo, ...]:
    module = parse(SourceFile("sample.py", text.encode()))
    assert isinstance(module, Module)
    return todos(module)


def test_ruff_says_the_same(tmp_path: Path) -> None:
    for number, text in enumerate(CASES):
        (tmp_path / f"case_{number}.py").write_text(text, encoding="utf-8")
    options = ["--isolated", "--no-cache", "--select=TD003", "--output-format=concise"]
    command = [sys.executable, "-m", "ruff", "check", *options, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    marked = {int(number) for number in re.findall(r"case_(\d+)\.py:\d+:\d+: TD003", told)}

    assert marked == {number for number, is_marked in enumerate(CASES.values()) if is_marked}
    assert marked == {number for number, text in enumerate(CASES) if any(not each.is_referring for each in found(text))}


def test_references_that_ruff_does_not_know_are_some() -> None:
    for text in (
        "see GH-12",
        "SHOP-12 is first",
        "after bug 12",
        "issue #12",
        "in PR 12",
        "pr/12",
        "crbug.com/1",
        "issue no. 12",
        "!34",
        "a/b#12",
    ):
        assert found(f"# TODO: {text}\n")[0].is_referring, text
    assert found("# TODO(b/12): mend it\n")[0].is_referring
    assert not found("# TODO#12: mend it\n")


def test_names_of_standards_are_no_references() -> None:
    for text in (
        "speak UTF-8",
        "as PEP-8 says",
        "SHA-256",
        "RFC-2616 and CVE-2024",
        "a&#12;b",
        "key-ABC",
        "use GPT-4",
        "LATIN-1",
        "and/or",
        "#000",
    ):
        assert not found(f"# TODO: {text}\n")[0].is_referring, text


def test_comments_below_go_on_where_they_stand_right_below() -> None:
    (todo,) = found("def f():\n    # TODO: mend it,\n    # and that\n    #\n    # Prose.\n    return 1\n")
    assert (todo.line, todo.end_line, todo.text) == (2, 3, "mend it")
    assert todo.lines == ("# TODO: mend it,", "# and that")

    assert found("x = 1  # TODO: mend it\n# Prose of something else.\n")[0].end_line == 1
    assert found("x = 1  # TODO: mend it,\n       # and that\n")[0].end_line == 2
    assert found("# TODO: mend it\n# type: ignore\n")[0].end_line == 1


def test_what_speaks_to_a_tool_is_no_part_of_the_text() -> None:
    assert found("x = 1  # TODO: mend it  # noqa: E501\n")[0].text == "mend it"


def test_what_is_to_do_may_stand_below() -> None:
    told = found("# TODO:\n#   - count them\n# TODO\n# sort them\n# TODO: ...\nx = 1  # TODO: \u200b\n# TODO!!! now\n")
    assert [todo.text for todo in told] == ["count them", "sort them", "", "", "now"]


def test_numbers_of_this_repository_are_read() -> None:
    told = found("# TODO(#12, ann): this, after #3 and not bread/butter#4\n# and #5\n")
    assert told[0].numbers == {3, 5, 12}


@pytest.mark.parametrize(
    ("text", "is_silenced"),
    [("# noqa", True), ("# noqa: TD003", True), ("# noqa: E501, TD003", True), ("# noqa: E501", False)],
)
def test_a_linter_that_is_asked_to_be_silent_is_heard(text: str, *, is_silenced: bool) -> None:
    assert found(f"x = 1  # TODO: mend it  {text}\n")[0].is_silenced is is_silenced


def test_a_place_is_where_it_says() -> None:
    text = "é = 1  # TODO(ann): mend it\r\n"
    (todo,) = found(text)
    assert (text[todo.column - 1 :][:4], text[todo.start : todo.end], todo.owner) == ("TODO", "(ann)", "ann")
