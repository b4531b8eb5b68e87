"""Decides whether pull requests may be opened or updated at a moment; it is told the time and never asks for it."""

from __future__ import annotations

import difflib
import re
import reprlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = 60
MIDNIGHT = 24 * HOUR
LONGEST = 100
# A window comes back after a week; where the clocks skip it, after two. One more for what nobody has thought of.
_AHEAD = 22
_OPENS = re.compile(rf"; opens (?:{'|'.join(DAYS)})(?: \d{{4}}-\d\d-\d\d)? \d\d:\d\d\Z")
_WINDOW = re.compile(r"([a-z,-]*) ?(?:([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of each of some days, as the clock on the wall there shows it.

    `days` count from Monday = 0. It opens in minute `start` of the day and is closed again in minute `end`; an end
    past 1440 lies on the next day. `text` is how it is written.
    """

    text: str
    days: frozenset[int] = frozenset(range(7))
    start: int = 0
    end: int = MIDNIGHT

    def holds(self, wall: datetime) -> bool:
        """Tell whether it is open at a time of the wall clock."""
        minute, today = wall.hour * HOUR + wall.minute, wall.weekday()
        opened_today = today in self.days and self.start <= minute < self.end
        return opened_today or ((today - 1) % 7 in self.days and minute + MIDNIGHT < self.end)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Windows on the clocks of a time zone; without any it is always open.

    What the clock on the wall shows decides: an hour that it skips is in no window, one that it shows twice
    is in its window both times.

    Raises:
        ValueError: a zone that nobody knows; the message says which may be meant.
    """

    windows: tuple[Window, ...] = ()
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        zone(self.timezone)

    def is_open(self, now: datetime) -> bool:
        """Tell whether a moment (aware of its zone) is in one of the windows."""
        wall = self._wall(now)
        return not self.windows or any(window.holds(wall) for window in self.windows)

    def next_open(self, now: datetime) -> datetime:
        """Return the first moment from now on, in UTC, that is in one of the windows: now itself where it is."""
        if self.is_open(now):
            return now.astimezone(UTC)
        return min(moment for moment in self._turns(now) if moment > now and self.is_open(moment))

    def why(self, now: datetime) -> str:
        """Say why nothing may be done now, and when it may; nothing where it may."""
        if self.is_open(now):
            return ""
        opens = self._wall(self.next_open(now))
        far = "" if opens.date() - self._wall(now).date() < timedelta(days=8) else f" {opens.date()}"
        windows = " or ".join(window.text for window in self.windows)
        return f"outside of the schedule ({windows} {self.timezone}); opens {DAYS[opens.weekday()]}{far} {opens:%H:%M}"

    def _wall(self, now: datetime) -> datetime:
        if now.utcoffset() is None:
            message = "a schedule needs to know the zone of a time"
            raise ValueError(message)
        return now.astimezone(zone(self.timezone))

    def _turns(self, now: datetime) -> Iterator[datetime]:
        """Give every moment of the next weeks at which a window may open: its start, or the clocks' change."""
        here, first = zone(self.timezone), self._wall(now).date()
        for day in (first + timedelta(days=ahead) for ahead in range(-1, _AHEAD)):
            yield from _changes(day, here)
            for window in self.windows:
                for fold in (0, 1):
                    start = time(window.start // HOUR, window.start % HOUR, tzinfo=here, fold=fold)
                    yield datetime.combine(day, start).astimezone(UTC)


def parse(words: str) -> Window:
    """Return the window that words such as `mon-fri 22:00-06:00`, `sat,sun` or `09:00-17:00` mean.

    Days without times are whole, times without days count every day. An end before the start lies on the next
    day; the window belongs to the day on which it starts.

    Raises:
        ValueError: words of another form; the message is a sentence for who wrote them.
    """
    text = re.sub(r" ?([,-]) ?", r"\1", " ".join(words[: LONGEST + 1].lower().split()))
    form = _WINDOW.fullmatch(text)
    if form is None or not text or len(words) > LONGEST:
        message = f"{reprlib.repr(words)} is not a window like 'mon-fri 22:00-06:00', 'sat,sun' or '09:00-17:00'"
        raise ValueError(message)
    days = _days(form[1], words) if form[1] else frozenset(range(7))
    if form[2] is None:
        return Window(text, days)
    start, end = (_minute(int(form[group]), int(form[group + 1]), words) for group in (2, 4))
    if start in {end, MIDNIGHT}:
        message = f"{words!r} has no length: it must start before 24:00 and end at another time"
        raise ValueError(message)
    return Window(text, days, start, end if end > start else end + MIDNIGHT)


def lasting(reason: str) -> str:
    """Return what `why` says without the moment at which the next window opens: that is another one every day."""
    return _OPENS.sub("", reason)


def zone(name: str) -> tzinfo:
    """Return the time zone of a name of the IANA database, as `Europe/Berlin`.

    Raises:
        ValueError: there is none, or no database on this machine.
    """
    if name == "UTC":
        return UTC  # needs no database
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError) as exc:
        message = f"{reprlib.repr(name)} is not a time zone: {_meant(name)}"
        raise ValueError(message) from exc


def _meant(name: str) -> str:
    known = available_timezones()
    if not known:
        return "this machine knows none but UTC (the package tzdata brings them)"
    near = difflib.get_close_matches(name[:LONGEST], sorted(known), n=1)
    return f"did you mean {near[0]!r}?" if near else "it must be like 'Europe/Berlin' or 'UTC'"


def _days(text: str, words: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        ends = (first, last) if dash else (first, first)
        wrong = [end for end in ends if end not in DAYS]
        if wrong:
            message = f"{wrong[0]!r} in {words!r} is not a day: they are {', '.join(DAYS)}"
            raise ValueError(message)
        start, end = map(DAYS.index, ends)
        days |= {(start + ahead) % 7 for ahead in range((end - start) % 7 + 1)}
    return frozenset(days)


def _minute(hours: int, minutes: int, words: str) -> int:
    minute = hours * HOUR + minutes
    if minutes >= HOUR or minute > MIDNIGHT:
        message = f"{hours:02}:{minutes:02} in {words!r} is not a time from 00:00 to 24:00"
        raise ValueError(message)
    return minute


def _changes(day: date, here: tzinfo) -> Iterator[datetime]:
    """Give the moment of a day (of UTC), to the second, at which the clocks of a place are changed."""
    first = int(datetime.combine(day, time(), UTC).timestamp())
    stamps = range(first, first + 86_401)

    def moved(stamp: int) -> bool:
        return datetime.fromtimestamp(stamp, here).utcoffset() != before

    before = datetime.fromtimestamp(first, here).utcoffset()
    if moved(stamps[-1]):
        yield datetime.fromtimestamp(stamps[bisect_left(stamps, 1, key=moved)], UTC)
