"""How many pull requests a campaign may still open, and where, and when GitHub bears more; it only counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fixbot.campaign.file import Limits
from fixbot.campaign.records import Seen, open_of

#: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: "no more than 80 content-generating
#: requests per minute and no more than 500 content-generating requests per hour"
A_MINUTE, AN_HOUR = 80, 500
_SPANS = ((timedelta(minutes=1), A_MINUTE), (timedelta(hours=1), AN_HOUR))


@dataclass(slots=True)
class Room:
    """What is left of a campaign's limits while it opens pull requests."""

    limits: Limits
    open: int = 0
    by_repository: Counter[str] = field(default_factory=Counter)
    by_owner: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, repositories: Iterable[Seen], limits: Limits) -> Room:
        """Count what is open."""
        made = cls(limits)
        for seen in repositories:
            made.opened(seen, open_of(seen.pulls))
        return made

    def why_not(self, seen: Seen) -> str:
        """Say why nothing more may be opened in a repository; empty where something may."""
        if self.open >= self.limits.open:
            return f"{self.open} open in the campaign, and the limit is {self.limits.open}"
        if self.by_repository[seen.name] >= self.limits.repository:
            return f"{self.by_repository[seen.name]} open here, and the limit is {self.limits.repository}"
        full = next((owner for owner in seen.owners if self.by_owner[owner] >= self.limits.owner), None)
        return f"{full} has {self.by_owner[full]} open, and the limit is {self.limits.owner}" if full else ""

    def left(self, seen: Seen) -> int:
        """Return how many more may be opened in a repository."""
        counts = [self.limits.open - self.open, self.limits.repository - self.by_repository[seen.name]]
        return max(0, min(counts + [self.limits.owner - self.by_owner[owner] for owner in seen.owners]))

    def again(self, before: Seen, now: Seen) -> None:
        """Count a repository as it is now in place of how it was: others may own it, or have decided."""
        self.opened(before, -open_of(before.pulls))
        self.opened(now, open_of(now.pulls))

    def opened(self, seen: Seen, count: int) -> None:
        """Count some that were opened."""
        self.open += count
        self.by_repository[seen.name] += count
        self.by_owner.update(dict.fromkeys(seen.owners, count))


@dataclass(slots=True)
class Pace:
    """When writes were sent to GitHub, so that its limits for what creates content are kept.

    Attributes:
        sent: the time and number of writes, the oldest first.
    """

    sent: list[tuple[datetime, int]] = field(default_factory=list)

    def wrote(self, now: datetime, count: int) -> None:
        """Remember some writes, and forget what is older than any limit."""
        oldest = now - max(span for span, _ in _SPANS)
        self.sent = [(at, number) for at, number in self.sent if at > oldest]
        if count:
            self.sent.append((now, count))

    def wait(self, now: datetime, more: int) -> timedelta:
        """Return how long to wait until there is room for some more writes."""
        return max((self._wait(now, more, *limit) for limit in _SPANS), default=timedelta())

    def _wait(self, now: datetime, more: int, span: timedelta, most: int) -> timedelta:
        """Return how long it takes until enough of the writes of a span are so long ago that they do not count."""
        within = [(at, number) for at, number in self.sent if at > now - span]
        over = sum(number for _, number in within) + min(more, most) - most
        for at, number in within:
            if over <= 0:
                break
            over -= number
            if over <= 0:
                return at + span - now
        return timedelta()
