"""How long people take to decide on pull requests; it only counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from fixbot.campaign.records import Pull
from fixbot.fitting import plural

_DECIDED = frozenset({"merged", "declined"})
_UNITS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


@dataclass(frozen=True, slots=True)
class Review:
    """A pull request, and how long it has been open, or was."""

    pull: Pull
    lasted: timedelta


@dataclass(frozen=True, slots=True)
class Reviews:
    """How long reviews take.

    Attributes:
        waiting: the open pull requests, the one that has been open longest first.
        decided: those that people merged or closed, the one that took them longest first.
        usual: the median of what decisions took; None where there was none.
    """

    waiting: tuple[Review, ...]
    decided: tuple[Review, ...]
    usual: timedelta | None


def reviews(pulls: Iterable[Pull], now: datetime, most: int = 10) -> Reviews:
    """Return the slowest reviews; who has no times, or was withdrawn by fixbot itself, is none of them.

    Args:
        pulls: the pull requests of a campaign.
        now: an aware time.
        most: how many of each kind are returned; the median is of all.
    """
    known = list(pulls)
    waiting = [_lasted(pull, pull.created, now) for pull in known if pull.state == "open" and pull.created]
    decided = [
        _lasted(pull, pull.created, pull.decided)
        for pull in known
        if pull.state in _DECIDED and pull.created and pull.decided
    ]
    seconds = [review.lasted.total_seconds() for review in decided]
    usual = timedelta(seconds=median(seconds)) if seconds else None
    return Reviews(_slowest(waiting, most), _slowest(decided, most), usual)


def _lasted(pull: Pull, begin: datetime, end: datetime) -> Review:
    """Return how long a review took: the clocks of two machines may disagree, and no review ends before it begins."""
    return Review(pull, max(end - begin, timedelta()))


def _slowest(found: Iterable[Review], most: int) -> tuple[Review, ...]:
    ranked = sorted(found, key=lambda review: (-review.lasted, review.pull.repository, review.pull.number))
    return tuple(ranked[:most])


def spoken(span: timedelta) -> str:
    """Return a span of time as a person says it: `34 days`, `5 hours`, `1 minute`."""
    unit, noun = next((one for one in _UNITS if span >= one[0]), _UNITS[-1])
    return plural(span // unit, noun)
