"""Remembers a campaign between two runs and for those who ask how far it is; git and the forge hold the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from fixbot.campaign.records import Pull, Seen
from fixbot.campaign.room import Pace
from fixbot.errors import OperatorError
from fixbot.shell.campaign.postgresql import PostgreSQL
from fixbot.shell.campaign.sqlite import SQLite
from fixbot.shell.campaign.tables import (
    HALTS,
    MARK,
    MARKED,
    MARKING,
    PULLS,
    REPOSITORIES,
    SCHEMA,
    VERSION,
    WRITES,
    Row,
    Values,
    fitted,
    iso,
    seen_from,
)

_KEPT = timedelta(hours=1)


class Database(Protocol):
    """What a journal is kept in; its errors are OperatorErrors that name no login.

    `discard` says how to get rid of what is in it; `has` is the SQL that gives a row where there is a `:table`.
    """

    discard: str
    has: str

    def run(self, sql: str, values: Values | None = None) -> list[Row]:
        """Run a statement within a transaction; give its rows."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """Hold a transaction that sees one state of everything."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold a transaction that alone writes."""
        ...

    def alone(self, campaign: str) -> AbstractContextManager[bool]:
        """Keep other processes from being alone with a campaign; gives False where one already is."""
        ...


class Journal:
    """What is known of one campaign; others may share its database.

    It may be deleted at any time: the next pass finds everything out again, and takes longer. Only that a campaign was
    halted is known nowhere else.

    Every method raises OperatorError where the database cannot be used, or holds what fixbot did not write.
    """

    def __init__(self, database: Database, campaign: str) -> None:
        self._database = database
        self._campaign = campaign
        self._mine = {"campaign": campaign}

    def repositories(self) -> list[Seen]:
        """Return the repositories by their names, each with its pull requests, as they were at one moment."""
        run = self._database.run
        with self._database.reading():
            repositories, pulls = run(REPOSITORIES.select, self._mine), run(PULLS.select, self._mine)
        found: dict[str, list[Pull]] = defaultdict(list)
        for row in pulls:
            pull = Pull(**PULLS.values(row))
            found[pull.repository].append(pull)
        read = [REPOSITORIES.values(row) for row in repositories]
        return [seen_from(values, found[values["name"]]) for values in sorted(read, key=lambda values: values["name"])]

    def save(self, seen: Seen) -> None:
        """Remember a repository and its pull requests in place of what was known of them; all of it or nothing."""
        with self._database.writing():
            self._database.run(REPOSITORIES.upsert, REPOSITORIES.row(self._campaign, seen))
            self._without_pulls(seen.name)
            for pull in seen.pulls:
                self._database.run(PULLS.upsert, PULLS.row(self._campaign, pull, repository=seen.name))

    def forget(self, names: Iterable[str]) -> None:
        """Forget repositories that take no part any more, by their names."""
        with self._database.writing():
            for name in names:
                self._database.run(f"{REPOSITORIES.delete} AND name = :name", self._mine | {"name": fitted(name)})
                self._without_pulls(name)

    def _without_pulls(self, name: str) -> None:
        self._database.run(f"{PULLS.delete} AND repository = :name", self._mine | {"name": fitted(name)})

    def wrote(self, at: datetime, count: int) -> None:
        """Remember that `count` requests that create something were sent to the forge, and when (with its zone)."""
        with self._database.writing():
            self._database.run("DELETE FROM writes WHERE at <= :oldest", {"oldest": iso(at - _KEPT)})
            self._database.run(
                "INSERT INTO writes (campaign, at, number) VALUES (:campaign, :at, :number)"
                " ON CONFLICT (campaign, at) DO UPDATE SET number = writes.number + excluded.number",
                self._mine | {"at": iso(at), "number": count},
            )

    def pace(self) -> Pace:
        """Return what was sent within the last hour, for every campaign: the forge counts by login, not by campaign."""
        with self._database.reading():
            rows = self._database.run(
                "SELECT at, number FROM writes WHERE at > :oldest", {"oldest": iso(datetime.now(UTC) - _KEPT)}
            )
        read = [WRITES.values(row) for row in rows]
        return Pace(sorted((values["at"], values["number"]) for values in read))

    def halt(self, word: str) -> None:
        """Remember that the campaign opens nothing until `go` is called, and why in a word."""
        with self._database.writing():
            row = HALTS.row(self._campaign, None, at=datetime.now(UTC), word=word)
            self._database.run(HALTS.upsert, row)

    def go(self) -> None:
        """Let a halted campaign go on."""
        with self._database.writing():
            self._database.run(HALTS.delete, self._mine)

    def halted(self) -> str:
        """Return why the campaign is halted; empty where it is not."""
        with self._database.reading():
            rows = self._database.run(HALTS.select, self._mine)
        return next((HALTS.values(row)["word"] or "halted" for row in rows), "")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the one process that works on this campaign; the system ends that when the process dies.

        Raises:
            OperatorError: another process works on it, on this machine or on another one that shares the database.
        """
        with self._database.alone(self._campaign) as is_mine:
            if not is_mine:
                message = f"another process works on the campaign {self._campaign}: wait until it ends, or stop it"
                raise OperatorError(message)
            yield


@contextmanager
def open_journal(place: Path, campaign: str, url: str = "") -> Iterator[Journal]:
    """Open the journal of a campaign for the thread that asks, and make it where there is none.

    Args:
        place: the file of the database; not looked at where there is a `url`.
        campaign: the campaign's name.
        url: `postgresql+psycopg://user@host:5432/database`; libpq takes passwords from PGPASSWORD or ~/.pgpass.

    Raises:
        OperatorError: no such database can be had, the address has a password in it, packages are missing, or another
            version of fixbot wrote the journal.
    """
    with closing(PostgreSQL(url) if url else SQLite(place)) as database:
        _prepare(database)
        yield Journal(database, campaign)


def _prepare(database: Database) -> None:
    """Make the tables where there are none; refuse those of another version."""
    if not _is_made(database):
        with database.writing():
            if not database.run(database.has, {"table": MARK}):  # somebody else may just have done it
                for sql in SCHEMA:
                    database.run(sql)
                database.run(MARKING, {"version": VERSION})
    with database.reading():
        versions = database.run(MARKED)
    if versions != [(VERSION,)]:
        message = (
            f"another version of fixbot wrote this journal: {database.discard}; nothing is lost, all is found again"
        )
        raise OperatorError(message)


def _is_made(database: Database) -> bool:
    with database.reading():
        return bool(database.run(database.has, {"table": MARK}))
