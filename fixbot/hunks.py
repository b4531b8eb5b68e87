"""Which lines of a file changed, told apart by where the change was allowed; it only compares text."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixbot.analysis.module import split_lines

_LARGE = 40_000  # so many pairs of lines are compared in a hundredth of a second
_Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that differ: `start` (from 1) is the first of the old lines, or where new ones were put in."""

    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def end(self) -> int:
        """The last of the old lines; `start - 1` where lines were only put in."""
        return self.start + len(self.old) - 1


def hunks(before: str, after: str, *, anchored: bool = False) -> list[Hunk]:
    """Return the differing lines of two texts, in order.

    Args:
        before: one text.
        after: the other.
        anchored: whether lines that stand once in both texts are always matched; else in large texts alone.
    """
    old, new = split_lines(before), split_lines(after)
    least = 0 if anchored else _LARGE
    return list(_differing(old, new, (0, len(old)), (0, len(new)), least))


def _differing(old: Sequence[str], new: Sequence[str], left: _Part, right: _Part, least: int) -> Iterator[Hunk]:
    """Compare a part of one text with a part of another; from some size on cut at lines that have no equals."""
    head = _common(old[left[0] : left[1]], new[right[0] : right[1]])
    left, right = (left[0] + head, left[1]), (right[0] + head, right[1])
    tail = _common(old[left[0] : left[1]][::-1], new[right[0] : right[1]][::-1])
    left, right = (left[0], left[1] - tail), (right[0], right[1] - tail)
    large = (left[1] - left[0]) * (right[1] - right[0]) > least
    anchors = _anchors(old, new, left, right) if large else []
    if not anchors:
        yield from _matched(old, new, left, right)
        return
    for one, other in [*anchors, (left[1], right[1])]:
        yield from _differing(old, new, (left[0], one), (right[0], other), least)
        left, right = (one + 1, left[1]), (other + 1, right[1])


def _matched(old: Sequence[str], new: Sequence[str], left: _Part, right: _Part) -> Iterator[Hunk]:
    matcher = difflib.SequenceMatcher(None, old[slice(*left)], new[slice(*right)], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            gone, come = old[left[0] + i1 : left[0] + i2], new[right[0] + j1 : right[0] + j2]
            yield Hunk(left[0] + i1 + 1, tuple(gone), tuple(come))


def _anchors(old: Sequence[str], new: Sequence[str], left: _Part, right: _Part) -> list[tuple[int, int]]:
    """Return lines that stand once in both parts, as many as are in the same order (patience sorting)."""
    places = {line: at for at, line in _singles(new, right)}
    pairs = [(at, places[line]) for at, line in _singles(old, left) if line in places]
    piles: list[int] = []
    tops: list[tuple[int, int, int]] = []  # a pair, and which earlier one it goes on from
    ends: list[int] = []
    for at, other in pairs:
        pile = bisect_left(piles, other)
        piles[pile : pile + 1] = [other]
        ends[pile : pile + 1] = [len(tops)]
        tops.append((at, other, ends[pile - 1] if pile else -1))
    found: list[tuple[int, int]] = []
    here = ends[-1] if ends else -1
    while here >= 0:
        at, other, here = tops[here]
        found.append((at, other))
    return found[::-1]


def _singles(lines: Sequence[str], part: _Part) -> list[tuple[int, str]]:
    counts = Counter(lines[slice(*part)])
    return [(at, lines[at]) for at in range(*part) if counts[lines[at]] == 1]


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    length = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        length += 1
    return length


def changed_lines(before: str, after: str) -> tuple[int, int]:
    """Return how many lines were put in and how many taken out, as `git diff --stat` counts them."""
    found = hunks(before, after)
    return sum(len(hunk.new) for hunk in found), sum(len(hunk.old) for hunk in found)


def first_change(before: str, after: str) -> list[str]:
    """Return the diff of the first place that loses lines, with three lines around it; else of the first place."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3))[2:]
    starts = [index for index, line in enumerate(lines) if line.startswith("@@")]
    parts = [lines[start + 1 : end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
    return next((part for part in parts if any(line.startswith("-") for line in part)), parts[0] if parts else [])


_WORD = re.compile(r"\w+|[^\w\s]")


def lost_words(changes: Sequence[Hunk]) -> Counter[str]:
    """Count the words and signs, comments included, that the old lines have and the new ones do not."""
    lost: Counter[str] = Counter()
    for hunk in changes:
        lost.update(_WORD.findall("".join(hunk.old)))
        lost.subtract(_WORD.findall("".join(hunk.new)))
    return +lost
