import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixbot.hunks import Hunk, changed_lines, hunks, lost_words

CASES = [
    ("a\nb\nc\n", "a\nb\nc\n", []),
    ("a\nb\nc\n", "a\nx\nc\n", [Hunk(2, ("b\n",), ("x\n",))]),
    ("a\nc\n", "a\nb\nc\n", [Hunk(2, (), ("b\n",))]),
    ("a\nb\nc\n", "a\nc\n", [Hunk(2, ("b\n",), ())]),
    ("", "a\n", [Hunk(1, (), ("a\n",))]),
    ("a\n", "", [Hunk(1, ("a\n",), ())]),
    ("a", "a\n", [Hunk(1, ("a",), ("a\n",))]),
    ("a\r\n", "a\n", [Hunk(1, ("a\r\n",), ("a\n",))]),
    ("a\nb\nc\nd\n", "x\nb\nc\ny\n", [Hunk(1, ("a\n",), ("x\n",)), Hunk(4, ("d\n",), ("y\n",))]),
]


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_the_differing_lines_are_found(before: str, after: str, expected: list[Hunk]) -> None:
    assert hunks(before, after) == expected


def test_a_hunk_ends_at_its_last_old_line() -> None:
    assert Hunk(3, ("a\n", "b\n"), ()).end == 4
    assert Hunk(3, (), ("a\n",)).end == 2


def test_changed_lines_are_counted_as_git_does() -> None:
    assert changed_lines("a\nb\nc\n", "a\nx\ny\nc\nd\n") == (3, 1)


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n"])).map("".join)


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_applying_the_hunks_gives_the_new_text(before: str, after: str) -> None:
    lines = before.splitlines(keepends=True)
    for hunk in reversed(hunks(before, after)):
        assert tuple(lines[hunk.start - 1 : hunk.end]) == hunk.old
        lines[hunk.start - 1 : hunk.end] = hunk.new
    assert "".join(lines) == after
    assert changed_lines(before, before) == (0, 0)


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS)
def test_no_more_lines_change_than_difflib_finds(before: str, after: str) -> None:
    diff = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    added, removed = changed_lines(before, after)
    assert added - removed == sum(line[0] == "+" for line in diff) - sum(line[0] == "-" for line in diff)


def test_words_and_comments_that_are_gone_are_counted() -> None:
    lost = lost_words(hunks("x = 1  # keep me\ny = 2\n", "x = 1\ny = 2\n"))
    assert dict(lost) == {"#": 1, "keep": 1, "me": 1}


def test_words_that_move_or_come_are_not_lost() -> None:
    assert not lost_words(hunks("a\nb c\n", "b c\na d\n"))


def test_signs_count_one_by_one() -> None:
    assert dict(lost_words(hunks("f((x))\n", "f(x)\n"))) == {"(": 1, ")": 1}


def rebuilt(before: str, after: str) -> str:
    lines = before.splitlines(keepends=True)
    for hunk in reversed(hunks(before, after)):
        assert tuple(lines[hunk.start - 1 : hunk.end]) == hunk.old
        lines[hunk.start - 1 : hunk.end] = hunk.new
    return "".join(lines)


def test_a_large_text_is_compared_at_once() -> None:
    before = "import time\n" + "".join(f"\n\nasync def f{n}():\n    time.sleep({n})\n" for n in range(2000))
    after = before.replace("import time", "import asyncio").replace("time.sleep", "await asyncio.sleep")

    found = hunks(before, after)

    assert len(found) == 2001
    assert all(len(hunk.old) == len(hunk.new) == 1 for hunk in found)


def test_large_texts_without_a_line_of_their_own_are_compared_too() -> None:
    before, after = "a\nb\n" * 200, "b\na\n" * 150 + "c\n" * 80

    assert rebuilt(before, after) == after


def test_lines_that_changed_places_are_told() -> None:
    numbers = [f"{n}\n" for n in range(300)]
    before, after = "".join(numbers), "".join([*numbers[200:], "new\n", *numbers[:200]])

    assert rebuilt(before, after) == after
    assert sum(len(hunk.old) for hunk in hunks(before, after)) == 100
