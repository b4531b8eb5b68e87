"""Writes how the findings went over time, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone

from fixbot.fitting import brief, named, plural
from fixbot.history import History, Point
from fixbot.markdown import cell
from fixbot.model import Severity

_MOST_ROWS = 40
_LONGEST = 80


def course(history: History, picture: str = "") -> str:
    """Return how the findings went: the commits at which their number changed, the newest last.

    Args:
        history: what was counted.
        picture: the path of the picture as the page shall name it; empty for none.
    """
    parts = ["## Findings over time", _introduction(history)]
    parts += [f"![Findings by severity over time](<{_address(picture)}>)"] if picture else []
    return "\n\n".join([*parts, "\n".join(_rows(history.points))])


def _introduction(history: History) -> str:
    first, last = history.points[0], history.points[-1]
    counted = ", ".join(map(named, history.counted))
    others = ", ".join(map(named, history.not_counted))
    left_out = f"; not {others}, which would read the whole project each time" if others else ""
    cut = " The clone is shallow, so that earlier commits are not known." if history.is_cut else ""
    return (
        f"{plural(first.findings, 'finding')} at {named(first.commit[:7])}, and {last.findings:,} at "
        f"{named(last.commit[:7])}, {plural(len(history.points) - 1, 'commit')} later. Counted are {counted}"
        f"{left_out}.{cut}"
    )


def _address(path: str) -> str:
    """Return a path as a link's target in angle brackets can hold it."""
    return "".join(f"%{ord(sign):02X}" if sign in "<>%\\\n\r" else sign for sign in path)


def _rows(points: Sequence[Point]) -> Iterator[str]:
    yield f"| day | commit | subject | {' | '.join(Severity)} | findings |"
    yield f"|---|---|---|{'---:|' * (len(Severity) + 1)}"
    changed = [
        point
        for at, point in enumerate(points)
        if at in {0, len(points) - 1} or points[at - 1].severities != point.severities
    ]
    if len(changed) > _MOST_ROWS:
        changed = [changed[0], *changed[1 - _MOST_ROWS :]]
    yield from map(_row, changed)


def _row(point: Point) -> str:
    counts = [str(point.severities[severity]) for severity in Severity]
    subject = cell(brief(point.subject, _LONGEST))
    shown = [_day(point), named(point.commit[:7]), subject, *counts, str(point.findings)]
    return f"| {' | '.join(shown)} |"


def _day(point: Point) -> str:
    """Return the day of a commit on its committer's own clock."""
    sign = -1 if point.zone.startswith("-") else 1
    digits = point.zone.lstrip("+-")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4])) if digits.isdecimal() else timedelta()
    zone = timezone(sign * away) if away < timedelta(hours=24) else UTC
    try:
        return datetime.fromtimestamp(point.time, zone).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return "?"
