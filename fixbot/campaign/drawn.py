"""Where the lines and bars of a campaign's pictures stand; it only computes, and knows no colour."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fixbot.campaign.burndown import Point
from fixbot.campaign.overview import Wave
from fixbot.campaign.records import State
from fixbot.campaign.told import moment

#: The size of the burn-down.
WIDE, HIGH = 1000, 240
# A wave takes so much of the width and its bar is so wide and high; what begins below it marks that it has begun.
_STEP, _BAR, _TALL = 10, 8, 100
_MARK, _THICK, _WHOLE = 104, 4, 110
_SHOWN = (36, 120)  # pixels of CSS, for each wave and for all of them
_MOST_STEPS = 6
_DAYS = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Chart:
    """The burn-down.

    Attributes:
        line: its path.
        area: what is below the line, as a path.
        end: the place of the last point.
        levels: what the horizontal lines stand for, the uppermost first; they have the same distance.
        heights: where those lines are.
        times: what the left end, the middle and the right end stand for.
        wide: its width, and `high` its height.
    """

    line: str
    area: str
    end: tuple[float, float]
    levels: tuple[int, ...]
    heights: tuple[float, ...]
    times: tuple[str, ...]
    wide: int = WIDE
    high: int = HIGH


@dataclass(frozen=True, slots=True)
class Bar:
    """A wave: where it begins, how wide it is, and its parts with their place and height, from the top."""

    x: int
    wide: int
    parts: tuple[tuple[State, float, float], ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """All waves side by side.

    Attributes:
        bars: the waves.
        wide: the width of all of them, and `high` the height with the marks below.
        mark: where the marks of waves that have begun stand, from the top, and `thick` their height.
        shown: how wide and high it is on a screen, in pixels of CSS.
    """

    bars: tuple[Bar, ...]
    wide: int
    shown: tuple[int, int]
    high: int = _WHOLE
    mark: int = _MARK
    thick: int = _THICK


def chart(points: Sequence[Point]) -> Chart:
    """Return the burn-down of points, at least one and the oldest first: it falls in steps, where something merged."""
    levels = _levels(points[0].left)
    places = _places(points, levels[0])
    steps = [f"H{x:g}V{y:g}" for x, y in places[1:]]
    line = f"M0 {places[0][1]:g}{''.join(steps)}H{WIDE}"
    begin, end = points[0].at, points[-1].at
    heights = tuple(round(HIGH * (1 - level / levels[0]), 1) for level in levels)
    times = tuple(_time(at, end - begin) for at in (begin, begin + (end - begin) / 2, end))
    return Chart(line, f"{line}V{HIGH}H0Z", (WIDE, places[-1][1]), levels, heights, times)


def _levels(most: int) -> tuple[int, ...]:
    """Return round numbers from zero to no less than the most, the greatest first."""
    rounds = (figure * 10**power for power in itertools.count() for figure in (1, 2, 5))
    step = next(one for one in rounds if one * _MOST_STEPS >= most)
    count = max(1, -(-most // step))
    return tuple(step * number for number in range(count, -1, -1))


def _places(points: Sequence[Point], top: int) -> list[tuple[float, float]]:
    """Return where points stand; of those that would stand in the same column, the last."""
    begin, span = points[0].at, points[-1].at - points[0].at
    columns = {
        round(WIDE * ((point.at - begin) / span)) if span else 0: round(HIGH * (1 - point.left / top), 1)
        for point in points[1:]
    }
    return [(0.0, round(HIGH * (1 - points[0].left / top), 1)), *((float(x), y) for x, y in columns.items())]


def _time(at: datetime, span: timedelta) -> str:
    day, _, clock = moment(at).partition(" ")
    return day if span > _DAYS else f"{day} {clock.removesuffix(' UTC')}"


def strip(waves: Sequence[Wave]) -> Strip:
    """Return waves as bars of the same height, side by side."""
    bars = tuple(Bar(_STEP * (wave.number - 1), _BAR, _parts(wave)) for wave in waves)
    across, down = _SHOWN
    return Strip(bars, _STEP * len(bars), (across * len(bars), down))


def _parts(wave: Wave) -> tuple[tuple[State, float, float], ...]:
    """Return the states of a wave from the top: what is done stands at the bottom."""
    shares = [_TALL * number / wave.size for number in wave.states.values()]
    starts = itertools.accumulate(shares, initial=0.0)
    return tuple(
        (state, round(start, 2), round(share, 2))
        for state, start, share in zip(wave.states, starts, shares, strict=False)
    )
