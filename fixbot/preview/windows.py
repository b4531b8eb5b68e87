"""Chooses which lines of a file are shown around its changes and findings, and which of them are folded away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from fixbot.analysis.module import split_lines
from fixbot.hunks import Hunk, hunks
from fixbot.preview.aligned import Line, Row, aligned
from fixbot.preview.pieces import of_line
from fixbot.preview.told import Told

_CONTEXT = 3  # lines around a change or a finding
_SHORTEST_FOLD = 5  # fewer lines are not worth a fold
_LONG = 60  # lines: a window that has as many goes on only where changes or findings overlap
_MOST_ROWS = 160  # in one window
_Span = tuple[int, int]
_Marks = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one kind: `same`, `changed`, or `folded`, which are the same on both sides and need not be seen."""

    kind: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Lines that stand together, with the findings among them, which may be none.

    `first` and `last` are lines of the file as it is. `sides` is 2 where something changes, else 1. `more` counts the
    rows that are too many to be shown.
    """

    first: int
    last: int
    told: tuple[Told, ...]
    blocks: tuple[Block, ...]
    sides: int
    more: int = 0


def windows(before: str, after: str, told: Sequence[Told]) -> tuple[Window, ...]:
    """Return the windows of a file, in the order of lines.

    Args:
        before: the file as it is.
        after: the file as it would be; the same where nothing changes.
        told: the findings in it.
    """
    lines, changes = split_lines(before), hunks(before, after)
    if not lines:
        return (Window(0, 0, tuple(told), (), 1),) if told else ()
    spans = [(min(one.lines), max(one.lines)) for one in told]
    spans += [(hunk.start, max(hunk.start, hunk.end)) for hunk in changes]
    view = _View(lines, changes)
    return tuple(view.window(span, told) for span in _merged(spans, len(lines)))


def _merged(spans: Iterable[_Span], length: int) -> list[_Span]:
    """Return spans with the lines around them, none in two; those that overlap or nearly touch become one."""
    found: list[_Span] = []
    reached = 0
    for start, end in sorted((min(start, length), end) for start, end in spans):
        first, last = max(1, start - _CONTEXT), min(length, end + _CONTEXT)
        if found and (start <= reached or (start <= reached + _CONTEXT and last - found[-1][0] < _LONG)):
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            if found:
                found[-1] = (found[-1][0], min(found[-1][1], max(reached, first - 1)))
                first = max(first, found[-1][1] + 1)
            found.append((first, last))
        reached = max(reached, end)
    return found


@dataclass(frozen=True, slots=True)
class _View:
    """A file, and what changes in it."""

    lines: Sequence[str]
    changes: Sequence[Hunk]

    def window(self, span: _Span, told: Sequence[Told]) -> Window:
        first, last = span
        inside = tuple(one for one in told if first <= min(max(one.line, 1), len(self.lines)) <= last)
        end = last + (last == len(self.lines))  # what is put in at the end of the file stands behind its last line
        changes = [hunk for hunk in self.changes if first <= hunk.start <= end]
        marks = dict.fromkeys((line for one in inside for line, _ in one.evidence), "noted")
        marks |= dict.fromkeys((one.line for one in inside), "found")
        sides = 2 if changes else 1
        near = {line for one in inside for line in one.lines} | {hunk.start for hunk in changes}
        near |= {hunk.end + 1 for hunk in changes}
        blocks = [*self._blocks(span, changes, marks, near)]
        kept, more = _limited(blocks)
        return Window(first, last, inside, tuple(kept), sides, more)

    def _blocks(self, span: _Span, changes: Sequence[Hunk], marks: _Marks, near: set[int]) -> Iterator[Block]:
        first, last = span
        shift = sum(len(hunk.new) - len(hunk.old) for hunk in self.changes if hunk.start < first)
        for hunk in changes:
            yield from self._same((first, hunk.start - 1), shift, marks, near)
            yield Block("changed", aligned(hunk, shift, marks))
            shift += len(hunk.new) - len(hunk.old)
            first = hunk.end + 1
        yield from self._same((first, last), shift if changes else None, marks, near)

    def _same(self, span: _Span, shift: int | None, marks: _Marks, near: set[int]) -> Iterator[Block]:
        """Yield lines that do not change; far from all that matters they are folded, if they are many."""
        kept = {line + step for line in near for step in range(-_CONTEXT, _CONTEXT + 1)}
        for is_kept, run in groupby(range(span[0], span[1] + 1), key=kept.__contains__):
            numbers = list(run)
            kind = "same" if is_kept or len(numbers) < _SHORTEST_FOLD else "folded"
            yield Block(kind, tuple(self._row(number, shift, marks) for number in numbers))

    def _row(self, number: int, shift: int | None, marks: _Marks) -> Row:
        line = Line(number, of_line(self.lines[number - 1]), marks.get(number, ""))
        return Row(line, None if shift is None else replace(line, number=number + shift, mark=""))


def _limited(blocks: Iterable[Block]) -> tuple[list[Block], int]:
    """Return blocks with as many rows as a window may have, and how many rows are left out."""
    kept: list[Block] = []
    room, more = _MOST_ROWS, 0
    for block in blocks:
        rows = block.rows[:room]
        room -= len(rows)
        more += len(block.rows) - len(rows)
        kept += [replace(block, rows=rows)] if rows else []
    return kept, more
