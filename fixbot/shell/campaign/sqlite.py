"""Keeps a journal in a file: SQLite as Python brings it, with a lock beside it that dies with its process."""

from __future__ import annotations

import errno
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fixbot.errors import OperatorError
from fixbot.shell.campaign.tables import Row, Values

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

#: Seconds to wait for somebody who reads or writes at this moment.
PATIENCE = 30

# https://www.sqlite.org/rescode.html
_ADVICE = {
    sqlite3.SQLITE_ERROR: "has other tables than a journal: name another file, or delete it; nothing is lost",
    sqlite3.SQLITE_PERM: "may not be used: check who owns it",
    sqlite3.SQLITE_BUSY: "is locked by another program for too long: let that one end, and run this again",
    sqlite3.SQLITE_LOCKED: "is locked by another program for too long: let that one end, and run this again",
    sqlite3.SQLITE_READONLY: "cannot be written: check who may write there, and run this again",
    sqlite3.SQLITE_IOERR: "cannot be read or written: check the disk, and run this again",
    sqlite3.SQLITE_CORRUPT: "is damaged: delete it; nothing is lost",
    sqlite3.SQLITE_FULL: "does not fit on the disk any more: make room, and run this again; what it says still holds",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that it is a file and who may read and write there",
    sqlite3.SQLITE_NOTADB: "is no journal: name another file, or delete it",
}


class SQLite:
    """A database in a file; it is for the thread that opened it.

    A transaction that was begun is there as a whole or not at all, whenever the process is killed and whether or not
    the disk is full. SQLite's older kind of log is taken, not the WAL: that one needs memory which is shared, so it
    fails on network folders, and one more file before anything can be read, so a full disk would hide what is known.
    Readers and writers wait for each other, for milliseconds.
    """

    has = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :table"

    def __init__(self, place: Path) -> None:
        self._place = place
        self.discard = f"delete {place}"
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            message = f"the folder of the journal {place} cannot be made: {exc.strerror}"
            raise OperatorError(message) from exc
        with self._told():
            self._connection = sqlite3.connect(place, timeout=PATIENCE, isolation_level=None)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def run(self, sql: str, values: Values | None = None) -> list[Row]:
        """Run a statement within a transaction; give its rows."""
        return self._connection.execute(sql, values or {}).fetchall()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold a transaction that sees one state of everything."""
        with self._within("BEGIN"):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold a transaction that alone writes."""
        with self._within("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def alone(self, campaign: str) -> Iterator[bool]:
        """Keep other processes from being alone with a campaign; gives False where one already is."""
        place = self._place.with_name(f"{self._place.name}.{campaign}.lock")
        try:
            file = place.open("ab")
        except OSError as exc:
            message = f"the lock {place} cannot be opened: {exc.strerror}"
            raise OperatorError(message) from exc
        with file:  # it stays: were it deleted, two processes could each lock a file of that name
            yield _locked(file, place)

    @contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        with self._told():
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say what an operator can do about an error of SQLite; what only a mistake in fixbot brings stays as it is."""
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise
        except sqlite3.Error as exc:
            code = getattr(exc, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
            advice = _ADVICE.get(code, f"cannot be used (SQLite's error {code}): delete it; nothing is lost")
            message = f"the journal {self._place} {advice}"
            raise OperatorError(message) from exc


def _locked(file: IO[bytes], place: Path) -> bool:
    """Lock a file until it is closed; False where another process has locked it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            # Not flock: a process that was forked for planning shares such a lock and may outlive this one.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        if exc.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
            return False
        message = f"{place} cannot be locked ({exc.strerror}): keep the journal on a disk of this machine"
        raise OperatorError(message) from exc
    return True
