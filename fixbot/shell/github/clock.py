"""Reads GitHub's own clock from its answers: limits are counted by it, and the one of this machine may be wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def told(date: str | None) -> datetime:
    """Return the time in the header `Date` of an answer; without a good one, the time here."""
    try:
        found = parsedate_to_datetime(date or "")
    except ValueError:
        return datetime.now(UTC)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
