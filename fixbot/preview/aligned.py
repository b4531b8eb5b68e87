"""Puts the old and the new lines of a change side by side, and marks what differs within them; it compares text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from fixbot.hunks import Hunk
from fixbot.preview.pieces import LONGEST_LINE, Piece, Pieces, of_line, rest_of, shown

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_ALIKE = 0.4  # below that, marks within the lines would only confuse
_MOST_PAIRS = 900  # beyond that, lines are put side by side as they come
_Pair = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of code with its number (from 1); `mark` is `found` where a finding is, `noted` at evidence."""

    number: int
    pieces: Pieces
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What stands side by side; None where the other side has a line more."""

    left: Line | None
    right: Line | None


def aligned(hunk: Hunk, shift: int, marks: Mapping[int, str]) -> tuple[Row, ...]:
    """Return the rows of a change.

    Args:
        hunk: the change.
        shift: how many lines later its new lines stand than its old ones.
        marks: those of the old lines.
    """
    return tuple(_row(hunk, shift, marks, pair) for pair in _pairs(hunk.old, hunk.new))


def _row(hunk: Hunk, shift: int, marks: Mapping[int, str], pair: _Pair) -> Row:
    at, other = pair
    old = None if at is None else hunk.old[at].rstrip("\r\n")
    new = None if other is None else hunk.new[other].rstrip("\r\n")
    sides = _marked(old, new) if old is not None and new is not None else (of_line(old or ""), of_line(new or ""))
    number = hunk.start + (at or 0)
    return Row(
        None if at is None else Line(number, sides[0], marks.get(number, "")),
        None if other is None else Line(hunk.start + shift + other, sides[1]),
    )


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[_Pair]:
    """Choose which lines stand side by side: those that are alike, and between them the others as they come."""
    anchors = _anchors(old, new) if len(old) * len(new) <= _MOST_PAIRS else []
    pairs: list[_Pair] = []
    left = right = 0
    for at, other in [*anchors, (len(old), len(new))]:
        pairs += zip_longest(range(left, at), range(right, other))
        left, right = at + 1, other + 1
        pairs += [(at, other)] if at < len(old) and other < len(new) else []
    return pairs


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs of alike lines, in the order of both, that are the most alike together."""
    best: list[list[float]] = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_likeness(one, other) for other in new] for one in old]
    for at in reversed(range(len(old))):
        for other in reversed(range(len(new))):
            taken = alike[at][other] + best[at + 1][other + 1] if alike[at][other] >= _ALIKE else 0.0
            best[at][other] = max(taken, best[at + 1][other], best[at][other + 1])
    found, at, other = [], 0, 0
    while at < len(old) and other < len(new):
        if best[at][other] == best[at + 1][other]:
            at += 1
        elif best[at][other] == best[at][other + 1]:
            other += 1
        else:
            found.append((at, other))
            at, other = at + 1, other + 1
    return found


def _likeness(one: str, other: str) -> float:
    """Say from 0 to 1 how alike two lines are, wherever they are indented; blank lines are like nothing."""
    left, right = (_TOKEN.findall(line.strip()[:LONGEST_LINE]) for line in (one, other))
    if not left or not right:
        return 0.0
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0


def _marked(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Mark the words that only one of two lines has; lines that have little in common stay unmarked."""
    left, right = (_TOKEN.findall(line[:LONGEST_LINE]) for line in (old, new))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if _likeness(old, new) < _ALIKE:
        return of_line(old), of_line(new)
    codes = matcher.get_opcodes()
    before = _joined((tag != "equal", left[i1:i2]) for tag, i1, i2, _, _ in codes)
    after = _joined((tag != "equal", right[j1:j2]) for tag, _, _, j1, j2 in codes)
    return _ended(before, old), _ended(after, new)


def _joined(parts: Iterator[tuple[bool, list[str]]]) -> Pieces:
    return tuple(piece for changed, tokens in parts for piece in shown("".join(tokens), changed=changed))


def _ended(pieces: Pieces, line: str) -> Pieces:
    """Add the sign for what was cut from a line."""
    if len(line) <= LONGEST_LINE:
        return pieces
    rest: Piece = rest_of(line, LONGEST_LINE)
    return (*pieces, replace(rest, changed=False))
