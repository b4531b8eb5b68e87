"""The tables of a campaign's journal: one SQL text for SQLite and PostgreSQL, and how records become rows and back."""

from __future__ import annotations

import hashlib
import json
import math
import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fixbot.campaign.records import Pull, Seen
from fixbot.errors import OperatorError

#: What a row is bound to, by the names in the SQL, and what comes back, in the order of the columns.
Values = Mapping[str, object]
Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of value is kept.

    `sql` is its type. `out` makes what is stored, `back` makes the value again and raises ValueError for what `out`
    never makes.
    """

    sql: str
    out: Callable[[Any], object]
    back: Callable[[object], Any]


# It stands before the number of a character that cannot be stored, and nobody types it.
_SIGN = "\x1a"
_UNFIT = re.compile(f"[\0{_SIGN}\ud800-\udfff]")
_NUMBERED = re.compile(f"{_SIGN}([0-9a-f]{{4}})")


def fitted(text: str) -> str:
    """Return a text as it is stored: what UTF-8 or PostgreSQL cannot hold, as a path may, becomes a number."""
    return _UNFIT.sub(lambda found: f"{_SIGN}{ord(found[0]):04x}", text)


def _text(stored: object) -> str:
    return _NUMBERED.sub(lambda found: chr(int(found[1], 16)), _is(str, stored))


def _is(kind: type[Any], stored: object) -> Any:  # noqa: ANN401 - whatever `kind` is
    if type(stored) is kind:
        return stored
    raise ValueError


def _count(stored: object) -> int:
    number: int = _is(int, stored)
    if number < 0:
        raise ValueError
    return number


def _seconds(stored: object) -> float:
    number: float = _is(float, stored)
    if not math.isfinite(number):
        raise ValueError
    return number


def _flag(stored: object) -> bool:
    if type(stored) in {bool, int} and stored in {0, 1}:  # SQLite has no type of its own for them
        return bool(stored)
    raise ValueError


def _words(stored: object) -> tuple[str, ...]:
    words = json.loads(_is(str, stored))
    return tuple(_text(word) for word in _is(list, words))


def iso(at: datetime) -> str:
    """Return a time (with its zone) as text in UTC; such texts sort as the times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _time(stored: object) -> datetime:
    at = datetime.fromisoformat(_is(str, stored))
    if at.utcoffset() != timedelta():
        raise ValueError
    return at


def _fate(stored: object) -> str:
    if stored in {"open", "merged", "declined", "withdrawn"}:
        return str(stored)
    raise ValueError


def _or_none(kind: _Kind) -> _Kind:
    return _Kind(
        kind.sql.removesuffix(" NOT NULL"),
        lambda value: None if value is None else kind.out(value),
        lambda stored: None if stored is None else kind.back(stored),
    )


_TEXT = _Kind("TEXT NOT NULL", fitted, _text)
_COUNT = _Kind("BIGINT NOT NULL", int, _count)
_FLAG = _Kind("BOOLEAN NOT NULL", bool, _flag)
_SECONDS = _Kind("DOUBLE PRECISION NOT NULL", float, _seconds)
_WORDS = _Kind("TEXT NOT NULL", lambda words: json.dumps([*map(fitted, words)], ensure_ascii=False), _words)
_FATE = _Kind("TEXT NOT NULL", str, _fate)
_TIME = _Kind("TEXT NOT NULL", iso, _time)


class Table:
    """A table of the journal; each row belongs to a campaign.

    Attributes:
        name: its name.
        create: the SQL that makes it.
        upsert: the SQL that writes a row, whether or not one with its key is there.
        select: the SQL that reads the rows of a campaign.
        delete: the SQL that deletes the rows of a campaign.
    """

    def __init__(self, name: str, key: tuple[str, ...], columns: Mapping[str, _Kind]) -> None:
        self.name = name
        self._columns = columns
        every = ["campaign", *columns]
        kept = [column for column in columns if column not in key]
        fresh = ", ".join(f"{column} = excluded.{column}" for column in kept)
        typed = ", ".join(f"{column} {kind.sql}" for column, kind in columns.items())
        ids = ", ".join(("campaign", *key))
        # All names are written in this file; every value is bound.
        self.create = f"CREATE TABLE {name} (campaign TEXT NOT NULL, {typed}, PRIMARY KEY ({ids}))"
        values = ", ".join(f":{column}" for column in every)
        into, mine = f"INTO {name} ({', '.join(every)}) VALUES ({values})", f"FROM {name} WHERE campaign = :campaign"
        self.upsert = " ".join(["INSERT", into, "ON CONFLICT", f"({ids})", "DO UPDATE SET", fresh])
        self.select, self.delete = (" ".join([*words, mine]) for words in (["SELECT", ", ".join(columns)], ["DELETE"]))

    def row(self, campaign: str, record: object, **more: object) -> Values:
        """Return what writes a record; `more` gives the columns that are no field of it."""
        values = {column: more[column] if column in more else getattr(record, column) for column in self._columns}
        return {"campaign": campaign} | {column: self._columns[column].out(value) for column, value in values.items()}

    def values(self, row: Row) -> dict[str, Any]:
        """Return the values of a row by their columns.

        Raises:
            OperatorError: it holds what fixbot never writes.
        """
        return {column: self._value(column, stored, row) for column, stored in zip(self._columns, row, strict=True)}

    def _value(self, column: str, stored: object, row: Row) -> Any:  # noqa: ANN401 - whatever the column's kind makes
        try:
            return self._columns[column].back(stored)
        except (ValueError, RecursionError):
            message = (
                f"the journal's table {self.name} has a row ({reprlib.repr(row[0])}, …) whose {column} fixbot did not"
                " write: delete that row, or the journal; what it said is found out again"
            )
            raise OperatorError(message) from None


REPOSITORIES = Table(
    "repositories",
    ("name",),
    {
        **dict.fromkeys(("name", "place"), _TEXT),
        "is_named": _FLAG,
        **dict.fromkeys(("skipped", "failed", "branch", "head", "key"), _TEXT),
        "owners": _WORDS,
        "findings": _or_none(_COUNT),
        "offered": _COUNT,
        "because": _TEXT,
        "seconds": _SECONDS,
        **dict.fromkeys(("tries", "requests", "writes"), _COUNT),
    },
)
PULLS = Table(
    "pulls",
    ("repository", "number"),
    {
        "repository": _TEXT,
        "number": _COUNT,
        "codemod": _TEXT,
        "state": _FATE,
        **dict.fromkeys(("title", "url"), _TEXT),
        "findings": _COUNT,
        **dict.fromkeys(("created", "decided"), _or_none(_TIME)),
    },
)
WRITES = Table("writes", ("at",), {"at": _TIME, "number": _COUNT})
HALTS = Table("halts", (), {"at": _TIME, "word": _TEXT})
_TABLES = (REPOSITORIES, PULLS, WRITES, HALTS)

#: The table that says what the others look like, and what makes all of them.
MARK = "fixbot_journal"
MARKED, MARKING = "SELECT version FROM fixbot_journal", "INSERT INTO fixbot_journal (version) VALUES (:version)"
SCHEMA = (*(table.create for table in _TABLES), f"CREATE TABLE {MARK} (version TEXT NOT NULL)")
#: It changes as soon as a table does.
VERSION = hashlib.sha256("\n".join(SCHEMA).encode()).hexdigest()[:12]
NAMES = (*(table.name for table in _TABLES), MARK)


def seen_from(values: Mapping[str, Any], pulls: Sequence[Pull]) -> Seen:
    """Return the record of a repository, of its row's values and its pull requests, the oldest first."""
    return Seen(**values, pulls=tuple(sorted(pulls, key=lambda pull: pull.number)))
