"""Says which regions of a text have to be replaced to get another one; it only compares."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING

from fixbot.analysis.module import split_lines
from fixbot.hunks import hunks

if TYPE_CHECKING:
    from collections.abc import Sequence

_CRLF = "\r\n"


@dataclass(frozen=True, slots=True)
class Edit:
    """A region of a text and what takes its place.

    `start` is the first character of the region and `end` the first one after it, each as line and column, from 1;
    where they are the same, `text` is put in before that character. A line end is one or two characters at the end of
    its line, so that the end of a text is the place after the last line end, and not a line of its own.
    """

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def edits(before: str, after: str) -> list[Edit]:
    """Return the regions in which two texts differ, in order, each cut down to what has to change.

    Lines end as they do in Python. No region begins or ends between the two characters of a line end.
    """
    starts = [0, *accumulate(map(len, split_lines(before)))]
    found: list[Edit] = []
    for hunk in hunks(before, after):
        start, end, text = _within(before, *_trimmed(starts[hunk.start - 1], "".join(hunk.old), "".join(hunk.new)))
        found.append(Edit(_place(starts, start, before), _place(starts, end, before), text))
    return found


def _trimmed(start: int, old: str, new: str) -> tuple[int, int, str]:
    """Leave out what both texts begin and end with; return the offsets that are left and what comes there."""
    head = _common(old, new)
    head -= _is_inside(old, head)
    tail = _common(old[head:][::-1], new[head:][::-1])
    tail -= _is_inside(old, len(old) - tail)
    return start + head, start + len(old) - tail, new[head : len(new) - tail]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _is_inside(text: str, offset: int) -> bool:
    """Say whether an offset is between the two characters of a line end."""
    return offset > 0 and text[offset - 1 : offset + 1] == _CRLF


def _within(text: str, start: int, end: int, new: str) -> tuple[int, int, str]:
    """Move a region that reaches the end of a text before the last line end, where the outcome is the same.

    The place after it exists (SARIF 2.1.0, 3.30.2), but editors know none such in the last line.
    """
    last = _CRLF if text.endswith(_CRLF) else text[-1:]
    width = len(last)
    if end < len(text) or last not in {"\n", "\r", _CRLF} or start < width or _is_inside(text, start - width):
        return start, end, new
    moved = text[start - width : start] + new
    return (start - width, end - width, moved[:-width]) if moved.endswith(last) else (start, end, new)


def _place(starts: Sequence[int], offset: int, text: str) -> tuple[int, int]:
    """Return the line and the column of an offset; the end of the text is in its last line."""
    line = bisect_right(starts, min(offset, max(len(text) - 1, 0)))
    return line, offset - starts[line - 1] + 1
