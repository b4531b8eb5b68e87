"""Counts items by severity and progress, so that every row and every column adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from fixbot.model import Severity
from fixbot.tracker.records import Entry, Progress

#: What stands in the place of a severity where nobody names one, and in the row of all.
UNKNOWN, ALL = "not said", "all"


@dataclass(frozen=True, slots=True)
class Row:
    """The items of one severity: how many there are in each state of progress, in its order, and altogether."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts)

    def of(self, progress: Progress) -> int:
        """Return how many have come so far."""
        return self.counts[list(Progress).index(progress)]


def totals(entries: Iterable[Entry]) -> list[Row]:
    """Return a row for each severity that there is, and one for all, which comes last."""
    counted = Counter((entry.severity, entry.progress) for entry in entries)
    rows = [
        Row(str(severity or UNKNOWN), tuple(counted[severity, progress] for progress in Progress))
        for severity in (*Severity, None)
        if any(counted[severity, progress] for progress in Progress)
    ]
    return [*rows, Row(ALL, tuple(sum(row.of(progress) for row in rows) for progress in Progress))]
