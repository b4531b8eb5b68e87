"""Keeps a journal in PostgreSQL, where several machines see it; SQLAlchemy is loaded only for this."""

from __future__ import annotations

import hashlib
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from fixbot.errors import OperatorError
from fixbot.shell.campaign.tables import NAMES, Row, Values

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

#: Seconds to wait for a connection, and for somebody who writes at this moment.
CONNECTING, PATIENCE = 10, 30
_DRIVER = "postgresql+psycopg"
_SCHEMES = frozenset({"postgres", "postgresql", _DRIVER})
_WHERE = "the journal's PostgreSQL"
_LIKE = f"write {_DRIVER}://user@host:5432/database"
_NO_ADDRESS = f"the journal's address is none: {_LIKE}"
# https://www.postgresql.org/docs/current/errcodes-appendix.html: the longest beginning that fits counts
_ADVICE = {
    "": "cannot be reached, broke off or refuses the login: psql, with the same address but no +psycopg, says why",
    "22P05": "has an encoding that cannot hold this text: make a database with ENCODING 'UTF8'",
    "25006": "is read-only, perhaps a copy: name the one that may be written",
    "42501": "refuses this: let the login make tables and write them, best in a database of its own",
    "42": "has other tables than a journal: name another database",
    "53": "is full or has no connection left: make room, and run this again; what it says still holds",
    "55P03": "is locked by another program for too long: let that one end, and run this again",
}


class PostgreSQL:
    """A database of a server, over one connection; it is for the thread that opened it.

    Everything goes over that connection, because the server lets go of a campaign's lock when it ends: what can still
    write is still alone. A pool of connections between here and the server must not give one to several programs.
    """

    has = "SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass(:table)"

    def __init__(self, url: str) -> None:
        self.discard = f"drop the tables {', '.join(NAMES)}"
        try:
            self._connection = _connected(url)
        except ImportError as exc:
            message = "a journal in PostgreSQL needs more packages: pip install 'fixbot[postgresql]'"
            raise OperatorError(message) from exc
        _OPEN.add(self)

    def close(self) -> None:
        """End the connection, and with it the lock."""
        with suppress(OperatorError), _told():
            self._connection.close()

    def run(self, sql: str, values: Values | None = None) -> list[Row]:
        """Run a statement within a transaction; give its rows."""
        from sqlalchemy import text  # noqa: PLC0415 - only who keeps a journal there has it

        done = self._connection.execute(text(sql), values or {})
        return [tuple(row) for row in done] if done.returns_rows else []

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold a transaction that sees one state of everything."""
        with self._within("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold a transaction that alone writes."""
        with self._within(f"SELECT pg_advisory_xact_lock({_number('journal')})"):
            yield

    @contextmanager
    def alone(self, campaign: str) -> Iterator[bool]:
        """Keep other processes from being alone with a campaign; gives False where one already is."""
        name = {"number": _number(f"campaign {campaign}")}
        with self._within():
            is_mine = self.run("SELECT pg_try_advisory_lock(:number)", name) == [(True,)]
        try:
            yield is_mine
        finally:
            with suppress(OperatorError):  # a connection that broke has taken the lock with it
                if is_mine:
                    self._unlock(name)

    def _unlock(self, name: Values) -> None:
        with self._within():
            self.run("SELECT pg_advisory_unlock(:number)", name)

    @contextmanager
    def _within(self, *begin: str) -> Iterator[None]:
        if self._connection.invalidated:  # SQLAlchemy would open another one, which holds no lock
            message = f"{_WHERE} broke off: run this again"
            raise OperatorError(message)
        with _told(), self._connection.begin():
            for sql in (f"SET LOCAL lock_timeout = '{PATIENCE}s'", *begin):
                self.run(sql)
            yield

    def leave(self) -> None:
        """Let go of the connection in a forked process, which could break it, and would hold it when this one dies."""
        raw = None if self._connection.closed or self._connection.invalidated else self._connection.connection
        driver = raw and raw.driver_connection
        if driver and not driver.closed:
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, driver.fileno())
            os.close(nothing)


_OPEN: weakref.WeakSet[PostgreSQL] = weakref.WeakSet()


def _leave() -> None:
    for database in _OPEN:
        database.leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave)


def _connected(url: str) -> Connection:
    from sqlalchemy import create_engine  # noqa: PLC0415 - only who keeps a journal there has it
    from sqlalchemy.pool import NullPool  # noqa: PLC0415 - the same

    address = _address(url)
    try:
        with _told():
            return create_engine(address, poolclass=NullPool, connect_args=_ways(address)).connect()
    except ValueError:  # of a host's name, for one
        raise OperatorError(_NO_ADDRESS) from None


def _address(url: str) -> URL:
    """Return where the database is; errors show nothing of it, since a password may stand at any wrong place."""
    from sqlalchemy import make_url  # noqa: PLC0415 - only who keeps a journal there has it
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415 - the same

    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise OperatorError(_NO_ADDRESS) from None
    if address.password is not None or any("password" in key.lower() for key in address.query):
        message = "the journal's address has a password in it: put it into PGPASSWORD or ~/.pgpass instead"
        raise OperatorError(message)
    if address.drivername not in _SCHEMES:
        message = f"a journal is kept in a file or in PostgreSQL: {_LIKE}"
        raise OperatorError(message)
    return address.set(drivername=_DRIVER)


def _ways(address: URL) -> dict[str, object]:
    """Return how to connect where the address does not say it: a server that is gone is noticed within minutes."""
    ways = {"connect_timeout": CONNECTING, "keepalives_idle": 60, "application_name": "fixbot"}
    return {key: value for key, value in ways.items() if key not in address.query}


def _number(name: str) -> int:
    """Return a number of 64 bits, with its sign, which is the same on every machine."""
    return int.from_bytes(hashlib.sha256(f"fixbot {name}".encode()).digest()[:8], signed=True)


@contextmanager
def _told() -> Iterator[None]:
    """Say what an operator can do about an error; the server's own words name logins, so they are not shown."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - only who keeps a journal there has it

    try:
        yield
    except SQLAlchemyError as exc:
        message = f"{_WHERE} {_advice(exc)}"
        raise OperatorError(message) from None


def _advice(exc: Any) -> str:  # noqa: ANN401 - the driver's errors have more than SQLAlchemy says
    state = getattr(getattr(exc, "orig", None), "sqlstate", None) or ""
    if state.startswith(("08", "57")):
        state = ""
    known = max((code for code in _ADVICE if state.startswith(code)), key=len)
    return _ADVICE[known] if known or not state else f"failed with SQLSTATE {state}: look up what it says"
