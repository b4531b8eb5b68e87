from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixbot.analysis.module import split_lines
from fixbot.report.edits import Edit, edits


def offset(lines: list[str], place: tuple[int, int]) -> int:
    return sum(map(len, lines[: place[0] - 1])) + place[1] - 1


def with_edits(text: str, found: list[Edit]) -> str:
    lines = split_lines(text)
    for edit in reversed(found):
        text = text[: offset(lines, edit.start)] + edit.text + text[offset(lines, edit.end) :]
    return text


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("try:\n    x()\nexcept:\n", "try:\n    x()\nexcept OSError:\n", [Edit((3, 7), (3, 7), " OSError")]),
        ("a = f(1)\n", "a = f(2)\n", [Edit((1, 7), (1, 8), "2")]),
        ("s = '\U0001f600', f(1)\n", "s = '\U0001f600', f(2)\n", [Edit((1, 12), (1, 13), "2")]),
        ("a\nb\n", "a\nnew\nb\n", [Edit((2, 1), (2, 1), "new\n")]),
        ("a\r\nb\r\n", "a\r\nnew\r\nb\r\n", [Edit((2, 1), (2, 1), "new\r\n")]),
        ("a\nb\nc\n", "a\nc\n", [Edit((2, 1), (3, 1), "")]),
        ("a\nb\n", "a\nb\nc\n", [Edit((2, 2), (2, 2), "\nc")]),
        ("a\r\nb\r\n", "a\r\nb\r\nc\r\n", [Edit((2, 2), (2, 2), "\r\nc")]),
        ("a\nb\n", "a\n", [Edit((1, 2), (2, 2), "")]),
        ("a\nb", "a\nc", [Edit((2, 1), (2, 2), "c")]),
        ("a\nb", "a\nb\nc", [Edit((2, 2), (2, 2), "\nc")]),
        ("", "a\n", [Edit((1, 1), (1, 1), "a\n")]),
        ("a\n", "a\n", []),
    ],
)
def test_a_region_is_what_has_to_change_and_no_more(before: str, after: str, found: list[Edit]) -> None:
    assert edits(before, after) == found


def test_changes_far_apart_are_regions_of_their_own() -> None:
    before = "import os\n\n\nx = 1\ny = 2\nz = 3\n"
    after = "import os\nimport sys\n\n\nx = 1\ny = 2\nz = 4\n"
    assert edits(before, after) == [Edit((2, 1), (2, 1), "import sys\n"), Edit((6, 5), (6, 6), "4")]


def test_where_a_text_loses_its_last_line_end_the_region_goes_past_it() -> None:
    assert edits("a\n", "a") == [Edit((1, 2), (1, 3), "")]


def test_the_two_characters_of_a_line_end_are_never_torn_apart() -> None:
    assert edits("a\r\nb\n", "a\nb\n") == [Edit((1, 2), (2, 1), "\n")]
    assert edits("a\nb\n", "a\r\nb\n") == [Edit((1, 2), (1, 2), "\r")]


TEXTS = st.lists(st.sampled_from(["a", "b", "\r\n", "\n", "\r", "\t", "\U0001f600", "\x0c", "\u2028"]), max_size=12)


@given(TEXTS, TEXTS)
def test_what_is_edited_is_the_other_text_whatever_the_two_are(one: list[str], other: list[str]) -> None:
    before, after = "".join(one), "".join(other)
    found = edits(before, after)
    assert with_edits(before, found) == after
    lines = split_lines(before)
    places = [offset(lines, place) for edit in found for place in (edit.start, edit.end)]
    assert places == sorted(places)
    assert not [place for place in places if before[max(place - 1, 0) : place + 1] == "\r\n"]
