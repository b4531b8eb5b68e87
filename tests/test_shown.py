from __future__ import annotations

import difflib
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixbot.analysis.module import split_lines
from fixbot.shown import CONTEXT, sides

SOURCE = (Path(__file__).parents[1] / "fixbot" / "hunks.py").read_text()
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass
class Seen:
    """What a diff shows: the lines of both files, and which of them are changed."""

    left: set[int] = field(default_factory=set)
    right: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    come: set[int] = field(default_factory=set)


def seen(diff: str) -> Seen:
    """Read one file's unified diff."""
    found, old, new = Seen(), 0, 0
    for line in diff.split("\n"):
        if start := _HUNK.match(line):
            old, new = int(start[1]), int(start[2])
        elif old and line[:1] in {" ", "-", "+"}:
            found.left |= {old} if line[0] != "+" else set()
            found.right |= {new} if line[0] != "-" else set()
            found.gone |= {old} if line[0] == "-" else set()
            found.come |= {new} if line[0] == "+" else set()
            old, new = old + (line[0] != "+"), new + (line[0] != "-")
    return found


def git_diffs(folder: Path, pairs: list[tuple[str, str]]) -> list[Seen]:
    """Ask git for many diffs at once, one for each pair of different texts."""
    for side in (0, 1):
        (folder / "ab"[side]).mkdir()
        for number, pair in enumerate(pairs):
            (folder / "ab"[side] / f"{number:05}.py").write_bytes(pair[side].encode())
    command = ["git", "-c", "core.autocrlf=false", "diff", "--no-index", "--no-color", "--text", "-U3", "a", "b"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 1
    return [seen(part) for part in done.stdout.decode().split("\ndiff --git ")]


def edited(random: Random, lines: list[str], others: list[str]) -> list[str]:
    """Put in, take out and replace a few lines."""
    lines = list(lines)
    for _ in range(random.randrange(1, 6)):
        at = random.randrange(len(lines) + 1)
        lines[at : at + random.randrange(4)] = [random.choice(others) for _ in range(random.randrange(4))]
    return lines


def pairs_of_texts(random: Random, number: int) -> list[tuple[str, str]]:
    """Make texts with many equal lines, and texts that are code."""
    found = []
    for _ in range(number):
        letters = [f"{letter}\n" for letter in random.choice(["ab", "abc", "abcdefgh", "abcdefghijklmnopq"])]
        before = [random.choice(letters) for _ in range(random.randrange(1, 40))]
        found.append((before, edited(random, before, letters)))
        code = split_lines(SOURCE)
        found.append((code, edited(random, code, code)))
    return [("".join(before), "".join(after)) for before, after in found if before != after and after]


def test_what_is_sure_to_be_seen_is_in_the_diff_that_git_shows(tmp_path: Path) -> None:
    pairs = pairs_of_texts(Random(7), 200)  # noqa: S311  no secret is made of it
    for (before, after), git in zip(pairs, git_diffs(tmp_path, pairs), strict=True):
        left, right = sides(split_lines(before), split_lines(after))
        assert left.shown <= git.left
        assert right.shown <= git.right
        assert left.changed <= git.gone
        assert right.changed <= git.come


lines_of = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=24)


def shortest(before: list[str], after: list[str]) -> int:
    """Return how many lines the shortest diff takes out and puts in."""
    row = list(range(len(after) + 1))
    for at, line in enumerate(before):
        last, row = row, [at + 1]
        for to, other in enumerate(after):
            row.append(last[to] if line == other else 1 + min(last[to + 1], row[to]))
    return row[-1]


@settings(max_examples=200, deadline=None)
@given(lines_of, lines_of)
def test_what_is_changed_for_sure_is_what_no_shortest_diff_keeps(before: list[str], after: list[str]) -> None:
    best = shortest(before, after)
    kept = [
        (old, new)
        for old, line in enumerate(before)
        for new, other in enumerate(after)
        if line == other and shortest(before[:old], after[:new]) + shortest(before[old + 1 :], after[new + 1 :]) == best
    ]
    left, right = sides(before, after)
    assert left.changed == set(range(1, len(before) + 1)) - {old + 1 for old, _ in kept}
    assert right.changed == set(range(1, len(after) + 1)) - {new + 1 for _, new in kept}


@settings(max_examples=200, deadline=None)
@given(lines_of, lines_of)
def test_what_is_sure_to_be_seen_is_in_a_diff_that_is_the_shortest(before: list[str], after: list[str]) -> None:
    diff = "".join(difflib.unified_diff(before, after, n=CONTEXT))
    found = seen(diff)
    left, right = sides(before, after)
    if len(found.gone) + len(found.come) == shortest(before, after):
        assert left.shown <= found.left
        assert right.shown <= found.right
        assert left.changed <= found.gone
        assert right.changed <= found.come


def test_a_line_that_is_put_in_among_equal_ones_is_not_sure() -> None:
    _, right = sides(["a\n"] * 20, ["a\n"] * 21)
    assert right.changed == frozenset()
    assert right.shown == frozenset()


def test_three_lines_around_a_change_are_seen() -> None:
    before = [f"{number}\n" for number in range(20)]
    left, right = sides(before, [*before[:10], "new\n", *before[11:]])
    assert left.changed == right.changed == {11}
    assert left.shown == right.shown == set(range(8, 15))


def test_a_missing_line_end_is_a_change() -> None:
    left, right = sides(["a\n", "b"], ["a\n", "b\n"])
    assert left.changed == right.changed == {2}


@pytest.mark.parametrize("same", [[], ["a\n"]])
def test_equal_texts_show_nothing(same: list[str]) -> None:
    assert all(not side.changed and not side.shown for side in sides(same, same))


def test_of_very_different_texts_only_lines_without_equals_are_sure() -> None:
    before = [f"old {number}\n" for number in range(300)] + ["same\n"] * 9
    after = [f"new {number}\n" for number in range(300)] + ["same\n"] * 9
    left, right = sides(before, after)
    assert left.changed == right.changed == set(range(1, 301))
    assert left.shown == right.shown == set(range(1, 304))
