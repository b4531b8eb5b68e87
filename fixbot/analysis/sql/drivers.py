"""Says which database driver an object belongs to, and so how a statement marks the values it takes; it only reads."""

from __future__ import annotations

import ast
from enum import StrEnum

from fixbot.analysis.definitions import File
from fixbot.analysis.packages import package_of


class Style(StrEnum):
    """How a statement marks where a value is put."""

    QUESTION = "?"
    PERCENT = "%s"
    DOLLAR = "$1"
    NAMED = ":name"


STYLES = {
    "sqlite3": Style.QUESTION,
    "aiosqlite": Style.QUESTION,
    "psycopg": Style.PERCENT,
    "psycopg2": Style.PERCENT,
    "aiopg": Style.PERCENT,
    "pymysql": Style.PERCENT,
    "MySQLdb": Style.PERCENT,
    "aiomysql": Style.PERCENT,
    "mysql": Style.PERCENT,
    "django": Style.PERCENT,
    "asyncpg": Style.DOLLAR,
    "sqlalchemy": Style.NAMED,
    "sqlmodel": Style.NAMED,
}
# What gives a part of the same connection.
_SAME = frozenset(
    {
        "cursor",
        "connect",
        "acquire",
        "begin",
        "connection",
        "execute",
        "get_connection",
        "getconn",
        "bind",
        "raw_connection",
        "conn",
    }
)


def driver_of(file: File, node: ast.expr, at: ast.AST) -> str | None:
    """Return the driver that an object belongs to, by what binds its name; None where that is not certain.

    Args:
        file: the file.
        node: the object: a connection, a cursor, a session, an engine.
        at: the statement that it stands in.
    """
    return package_of(file, node, at, frozenset(STYLES), _SAME)
