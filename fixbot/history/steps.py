"""Turns counts over time into lines that can be drawn: moments in order, columns of a page, stairs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence


def settled(times: Sequence[int]) -> list[int]:
    """Return moments that never go back, as a branch grows.

    A clock that was wrong, or a rebase, makes a commit older than its parent or newer than its child. As many times as
    fit together stay; each of the others becomes that of the nearest one before it that stays, else of the first.
    """
    kept = _longest(times)
    now = times[kept[0]] if kept else 0
    stays = set(kept)
    moments = []
    for index, time in enumerate(times):
        now = time if index in stays else now
        moments.append(now)
    return moments


def _longest(times: Sequence[int]) -> list[int]:
    """Return where a longest run of times stands that never goes back, by patience sorting."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for index, time in enumerate(times):
        pile = bisect_right(tops, time)
        before.append(ends[pile - 1] if pile else None)
        tops[pile:] = [time, *tops[pile + 1 :]]
        ends[pile:] = [index, *ends[pile + 1 :]]
    found = []
    at = ends[-1] if ends else None
    while at is not None:
        found.append(at)
        at = before[at]
    return found[::-1]


def columns(moments: Sequence[float], most: int) -> list[int]:
    """Return which of some ordered moments to draw: the last one of each of `most` columns, and the very first."""
    if not moments:
        return []
    first, width = moments[0], moments[-1] - moments[0]
    by_column = {int((moment - first) / width * most) if width else 0: at for at, moment in enumerate(moments)}
    return sorted({0, *by_column.values()})


def staircase(steps: Iterable[tuple[float, float]], end: float) -> list[tuple[float, float]]:
    """Return the corners of a line that keeps each height until the next moment, the last one until `end`.

    Where nothing changes there is no corner.

    Args:
        steps: each moment and the height from then on, in order.
        end: where the line ends, not before the last moment.
    """
    corners: list[tuple[float, float]] = []
    for moment, height in steps:
        if corners and corners[-1][1] == height:
            continue
        if corners:
            corners.append((moment, corners[-1][1]))
        corners.append((moment, height))
    return [*corners, (end, corners[-1][1])] if corners else []
