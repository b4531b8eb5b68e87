"""How the findings of a campaign became fewer, told from its pull requests alone; it only counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fixbot.campaign.records import Pull


@dataclass(frozen=True, slots=True)
class Point:
    """How many findings were left from a time on."""

    at: datetime
    left: int


def burndown(pulls: Sequence[Pull], left: int, now: datetime) -> tuple[Point, ...]:
    """Return how many findings were left since the first pull request, the oldest time first.

    What was left at a time is what is left now and what was merged since. The first point has all of them, the last
    one is now. A merge whose time nobody knows counts from when its pull request was opened.

    Args:
        pulls: the pull requests of a campaign.
        left: how many findings are left.
        now: an aware time; what a forge dates later counts as now.
    """
    begin = min((min(at, now) for pull in pulls for at in (pull.created, pull.decided) if at), default=now)
    merged: Counter[datetime] = Counter()
    for pull in pulls:
        if pull.state == "merged":
            merged[min(pull.decided or pull.created or begin, now)] += pull.findings
    rest = left + merged.total()
    points = [Point(begin, rest)]
    for at, findings in sorted(merged.items()):
        rest -= findings
        points.append(Point(at, rest))
    return (*points, *([Point(now, left)] if points[-1].at < now else []))
