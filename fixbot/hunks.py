"""Which lines of a file changed, told apart by where the change was allowed; it only compares text."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fixbot.analysis.module import split_lines


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


def hunks(before: str, after: str) -> list[Hunk]:
    """Return the differing lines of two texts, in order."""
    old, new = split_lines(before), split_lines(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    matcher = difflib.SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    return [
        Hunk(head + i1 + 1, tuple(old[head + i1 : head + i2]), tuple(new[head + j1 : head + j2]))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


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


_WORD = re.compile(r"\w+|[^\w\s]")


def lost_words(changes: Sequence[Hunk]) -> Counter[str]:
    """Count the words and signs, comments included, that the old lines have and the new ones do not."""
    lost: Counter[str] = Counter()
    for hunk in changes:
        lost.update(_WORD.findall("".join(hunk.old)))
        lost.subtract(_WORD.findall("".join(hunk.new)))
    return +lost
