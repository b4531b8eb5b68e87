"""How many pull requests may be opened now: limits counted from the forge, and the schedule; it only counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fixbot.lifecycle.memory import is_fixbots
from fixbot.model import PullRequest

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Ceilings:
    """How many pull requests may be open at once, and how many be opened within an hour."""

    open: int = 3
    hourly: int = 2


@dataclass(slots=True)
class Room:
    """What is left of the limits while a run opens and closes.

    Attributes:
        limits: the most of each.
        open: how many are open.
        lately: how many were opened in the last hour.
        closed_window: why none may be opened at this time, empty where they may.
    """

    limits: Ceilings
    open: int
    lately: int
    closed_window: str = ""

    def why_not(self) -> str:
        """Say why no more may be opened now; empty where one may."""
        if self.open >= self.limits.open:
            return f"{self.open} open already, and the limit is {self.limits.open}"
        if self.lately >= self.limits.hourly:
            return f"{self.lately} opened within the hour, and the limit is {self.limits.hourly}"
        return self.closed_window

    def opened(self) -> None:
        """Count one that was opened."""
        self.open += 1
        self.lately += 1

    def closed(self) -> None:
        """Count one that was closed."""
        self.open -= 1


def room(pulls: Iterable[PullRequest], limits: Ceilings, now: datetime, closed_window: str = "") -> Room:
    """Count the pull requests of a forge; people have branches of their own."""
    listed = [pull for pull in pulls if is_fixbots(pull)]
    lately = sum(pull.created is not None and now - pull.created < _HOUR for pull in listed)
    return Room(limits, sum(pull.state == "open" for pull in listed), lately, closed_window)
