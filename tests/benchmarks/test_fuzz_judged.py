"""The judge of the fuzzing is no use if it is blind, or if it sees what is not there; it goes on where it was ended."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from benchmarks.fuzz import NEVER, Figures, Piece, Wrong, kept, table, written
from benchmarks.objecting import objections_to

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = b"x = 1  # keep\ny = 2\nz = 3\n"


def said(before: bytes, after: bytes, *spans: tuple[int, int], drops: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [*objections_to(before, after, spans, drops)]


def test_a_change_of_what_was_found_is_right() -> None:
    assert said(BEFORE, b"x = 1  # keep\ny = 3\nz = 3\n", (2, 2)) == []


def test_a_comment_that_is_gone_is_seen() -> None:
    assert said(BEFORE, b"x = 1\ny = 2\nz = 3\n", (1, 1)) == [("comments", "loses of its comments ['keep']")]


def test_a_comment_that_stands_once_instead_of_twice_is_seen() -> None:
    before, after = b"x = 1  # keep\ny = 2  # keep\n", b"x = 1  # keep\ny = 2\n"
    assert said(before, after, (2, 2)) == [("comments", "loses of its comments ['keep']")]


def test_a_word_may_go_as_often_as_it_is_said_to_go() -> None:
    before = b"x = 1  # keep\ny = 2  # keep\nz = 3  # keep\n"
    assert said(before, b"x = 1  # keep\n", (2, 3), drops=("keep", "keep")) == []
    assert said(before, b"x = 1  # keep\n", (2, 3), drops=("keep",)) == [("comments", "loses of its comments ['keep']")]


def test_a_change_outside_of_what_was_found_is_seen() -> None:
    assert said(BEFORE, b"x = 1  # keep\ny = 2\nz = 4\n", (2, 2)) == [
        ("tokens", "changes line 3, outside of what it found")
    ]


def test_lines_that_change_places_outside_of_what_was_found_are_seen() -> None:
    assert said(BEFORE, b"x = 1  # keep\nz = 3\ny = 2\n", (1, 1)) == [
        ("tokens", "changes line 3, outside of what it found")
    ]


def test_one_of_two_equal_lines_may_go_where_one_was_found() -> None:
    before = b"def f():\n    pass\n\ndef f():\n    pass\n"
    assert said(before, b"def f():\n    pass\n", (4, 5)) == []
    assert said(before, b"\n", (4, 5)) == [("tokens", "changes line 1, outside of what it found")]


def test_imports_may_be_put_in_and_go() -> None:
    assert said(b"import os\nx = 1\n", b"import re\nx = 2\n", (2, 2)) == []


def test_what_does_not_compile_is_seen() -> None:
    assert said(BEFORE, b"x = 1  # keep\ny = (\nz = 3\n", (2, 2)) == [("not compiling", "does not compile")]


def test_pieces_that_are_done_are_read_back_and_a_line_that_was_cut_short_is_not(tmp_path: Path) -> None:
    piece, source = Piece(7, 100, tmp_path), tmp_path
    figures = Figures(Counter(modules=100), [Wrong("tokens", "changes line 3", "7-1", b"x = \xff")])
    line = written(piece, figures)
    file = tmp_path / "fuzz.jsonl"
    file.write_text(line + line[:-20], "utf-8")
    assert kept(file, source) == {piece: figures}
    assert kept(tmp_path / "none.jsonl", source) == {}


@pytest.mark.parametrize("kind", NEVER)
def test_the_table_counts_whatever_must_never_happen(kind: str) -> None:
    figures = Figures(Counter(modules=1200), [Wrong(kind, "words", "1-1", b"")] * 3)
    assert f"| **{kind}** | 3 |" in table(figures).splitlines()
    assert "| modules | 1,200 |" in table(figures).splitlines()
    assert table(figures).count("| 3 |") == 1
