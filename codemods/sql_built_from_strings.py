"""The codemod `sql-built-from-strings`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Fixes,
    Keeps,
    Place,
    ProjectCodemod,
    Proposal,
    Severity,
    Site,
    binding,
    bound,
    cst,
)


class SqlBuiltFromStrings(ProjectCodemod):
    """Bind the values of SQL statements.

    A value that is put into the text of a statement can end its literal and go on with SQL of its own: whoever may
    choose the value may read or delete what they like. Even where nobody means harm, a name with an apostrophe is a
    syntax error. A bound value is never read as SQL: the statement has a placeholder, and the driver is given the value
    beside it. That is done where every part is understood: the driver is known, so that its placeholders are (`?` for
    sqlite3, `%s` for psycopg and MySQL, `$1` for asyncpg, `:name` for SQLAlchemy's `text`), and what is put in stands
    where a literal may stand. Quotes around it go, and what stood with it inside of them, as the `%` of `LIKE`, goes
    along with the value.

    Left alone: sentences that only sound like SQL; tests; what is made of literals of the program and of numbers alone,
    as a constant for a table name, one of a list of columns, or placeholders that are counted; `fixbot scan --verbose`
    tells of these, and of statements whose values are bound already. Left to a person, with what it is: names of tables
    and columns, lists for `IN`, what rows are sorted by, parts of SQL; statements such as `SET` and `PRAGMA`, which
    take no bound values; values that are escaped by hand, formatted or of a type that the driver asks for and nobody
    can tell; and statements of which no call or no driver is seen.

    Safety: a person must agree. What was injected on purpose no longer works, and a value that is `None` becomes NULL.
    A value that stood without quotes is bound with the type it has; one in quotes is bound as a text.
    """

    severity = Severity.HIGH
    synonyms = (
        "potential SQL injection",
        "possible SQL injection",
        "SQL injection vulnerability",
        "SQL injection via",
        "SQL injection in",
        "raw SQL",
        "string-built SQL",
        "hardcoded SQL",
        "SQL string concatenation",
        "B608",
    )
    pattern = re.compile(
        rb"(?:\.(?:execute\w*|exec|fetch\w*|scalars?|raw|exec_driver_sql)|\btext)\(\s*(?:(?:\w+\.)?text\(\s*)?[fFrR]{0,2}[\"']"
        rb"|[\"'(\n]\s*(?i:select\s[^;]{0,4000}?\sfrom\s(?!\s*[\w.]+\s+import\b)|delete\s+from\s|insert\s+(?:or\s+\w+\s+)?into\s"
        rb"|(?:insert|replace)\s+\S+\s+values|replace\s+into\s|update\s+\S{1,60}\s+(?:\w+\s+)?set\s|with\s+\w+\s+as\s*\()"
    )
    answers = frozenset({"S608"})
    drops = frozenset({"f", "'", '"', "{", "}", "%", "+", "s"})
    references = (
        "https://docs.python.org/3/library/sqlite3.html#how-to-use-placeholders-to-bind-values-in-sql-queries",
        "https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text",
        "https://docs.astral.sh/ruff/rules/hardcoded-sql-expression/",
    )
    examples = (
        Fixes(
            """
            import sqlite3


            def owner(path, dog):
                conn = sqlite3.connect(path)
                return conn.execute(f"SELECT owner FROM dogs WHERE name = '{dog}'").fetchone()
            """,
            """
            import sqlite3


            def owner(path, dog):
                conn = sqlite3.connect(path)
                return conn.execute("SELECT owner FROM dogs WHERE name = ?", (str(dog),)).fetchone()
            """,
            because="a value in quotes was a text, and is bound as one",
        ),
        Fixes(
            """
            import psycopg2


            def rename(cur: psycopg2.extensions.cursor, number: int, name: str, note: str) -> None:
                cur.execute("UPDATE dogs SET name = '%s', note = 'as of %s' WHERE number = %d" % (name, note, number))
            """,
            """
            import psycopg2


            def rename(cur: psycopg2.extensions.cursor, number: int, name: str, note: str) -> None:
                cur.execute("UPDATE dogs SET name = %s, note = %s WHERE number = %s", (name, f"as of {note}", number))
            """,
            because="psycopg marks values with `%s`, without quotes",
        ),
        Fixes(
            """
            import asyncpg


            async def older(pool: asyncpg.Pool, age: int):
                async with pool.acquire() as conn:
                    return await conn.fetch(
                        f'''
                        SELECT name
                        FROM dogs
                        WHERE age > {age}  -- in years
                        ''',
                    )
            """,
            """
            import asyncpg


            async def older(pool: asyncpg.Pool, age: int):
                async with pool.acquire() as conn:
                    return await conn.fetch(
                        '''
                        SELECT name
                        FROM dogs
                        WHERE age > $1  -- in years
                        ''',
                        age,
                    )
            """,
            because="asyncpg counts its placeholders, and takes the values one by one",
        ),
        Fixes(
            """
            from sqlalchemy import text
            from sqlalchemy.orm import Session


            def found(session: Session, term: str, dog):
                session.execute(text(f"DELETE FROM notes WHERE dog = {dog.number}"))
                stmt = text(f"SELECT * FROM notes WHERE body LIKE '%{term}%' AND kind = :kind")
                return session.execute(stmt, {"kind": "walk"})
            """,
            """
            from sqlalchemy import text
            from sqlalchemy.orm import Session


            def found(session: Session, term: str, dog):
                session.execute(text("DELETE FROM notes WHERE dog = :number"), {"number": dog.number})
                stmt = text("SELECT * FROM notes WHERE body LIKE :term AND kind = :kind").bindparams(term=f"%{term}%")
                return session.execute(stmt, {"kind": "walk"})
            """,
            because="SQLAlchemy's values have names",
        ),
        Fixes(
            """
            import sqlite3


            class Kennel:
                TABLE = "dogs"

                def __init__(self, path):
                    self.db = sqlite3.connect(path)

                def count(self, breed: str, least: int):
                    cur = self.db.cursor()
                    query = f"SELECT COUNT(*) FROM {self.TABLE} WHERE breed = '{breed}' AND age >= {least}"
                    cur.execute(query)
                    return cur.fetchone()[0]
            """,
            """
            import sqlite3


            class Kennel:
                TABLE = "dogs"

                def __init__(self, path):
                    self.db = sqlite3.connect(path)

                def count(self, breed: str, least: int):
                    cur = self.db.cursor()
                    query = f"SELECT COUNT(*) FROM {self.TABLE} WHERE breed = ? AND age >= ?"
                    cur.execute(query, (breed, least))
                    return cur.fetchone()[0]
            """,
            because="a constant of the program stays where it is, and a variable may lead to the call",
        ),
        Fixes(
            """
            import sqlite3


            def add(conn: sqlite3.Connection, name: str, age: int):
                conn.execute("INSERT INTO dogs (name, age, state) VALUES ('" + name + "', ?, ?)", (age, "new"))
                conn.execute("DELETE FROM strays WHERE name = '{}'".format(name))
            """,
            """
            import sqlite3


            def add(conn: sqlite3.Connection, name: str, age: int):
                conn.execute("INSERT INTO dogs (name, age, state) VALUES (?, ?, ?)", (name, age, "new"))
                conn.execute("DELETE FROM strays WHERE name = ?", (name,))
            """,
            because="values that are bound already keep their order",
        ),
        Keeps(
            """
            import sqlite3


            def everything(conn: sqlite3.Connection, table: str):
                return conn.execute(f"SELECT * FROM {table}").fetchall()
            """,
            because="the name of a table cannot be bound",
            reports="`table` is a table name",
        ),
        Keeps(
            """
            from sqlalchemy import text


            def listed(session, kind, order):
                stmt = text(f"SELECT name FROM dogs WHERE kind = '{kind}' ORDER BY {order.column} DESC")
                return session.execute(stmt)
            """,
            because="what rows are sorted by cannot be bound",
            reports="`order.column` is what the rows are sorted or grouped by",
        ),
        Keeps(
            """
            import sqlite3


            def some(conn: sqlite3.Connection, numbers):
                return conn.execute(f"SELECT * FROM dogs WHERE number IN ({numbers})")
            """,
            because="a list is no single value",
            reports="`numbers` is a list for `IN`",
        ),
        Keeps(
            """
            from sqlalchemy import text


            async def act_for(session, user):
                await session.execute(text(f"SET app.user = '{user}'"))
            """,
            because="a statement of another kind takes no bound values",
            reports="`user` is a part of `SET`, which takes no bound values",
        ),
        Keeps(
            """
            def dogs(breed):
                return f"SELECT * FROM dogs WHERE breed = '{breed}'"
            """,
            because="nobody can tell who runs it",
            reports="no call that runs it is seen here",
        ),
        Keeps(
            """
            def dogs(cur, breed):
                return cur.execute(f"SELECT * FROM dogs WHERE breed = '{breed}'")
            """,
            because="nobody can tell the placeholders",
            reports="nobody can tell which driver runs it",
        ),
        Keeps(
            """
            import sqlite3


            def dogs(conn: sqlite3.Connection, breed):
                breed = breed.replace("'", "''")
                return conn.execute(f"SELECT * FROM dogs WHERE breed = '{breed}'")
            """,
            because="a value that is escaped already would be escaped twice",
            reports="`breed` is escaped by hand",
        ),
        Keeps(
            """
            import asyncpg


            async def since(conn: asyncpg.Connection, day):
                return await conn.fetch(f"SELECT * FROM walks WHERE day > '{day}'")
            """,
            because="asyncpg takes a date for a date, and no text",
            reports="`day` has to be of its column's own type",
        ),
        Keeps(
            """
            import sqlite3


            def dogs(conn: sqlite3.Connection, what: str):
                return conn.execute("SELECT * FROM dogs WHERE age > 3 AND " + what)
            """,
            because="a part of SQL is no value",
            reports="`what` is a part of the SQL itself",
        ),
        Keeps(
            """
            import sqlite3

            TABLES = ("dogs", "cats")
            LIMIT = 10


            def count(conn: sqlite3.Connection, names):
                marks = ", ".join("?" * len(names))
                for table in TABLES:
                    conn.execute(f"SELECT * FROM {table} WHERE name IN ({marks}) LIMIT {LIMIT}", names)
            """,
            because="what is put in is written in the program itself",
        ),
        Keeps(
            """
            from sqlalchemy import text


            async def add(session, name, filters):
                where = ["name = :name"]
                if filters.old:
                    where.append("age > :age")
                await session.execute(text("INSERT INTO dogs (name) VALUES (:name)"), {"name": name})
                stmt = text(f"SELECT * FROM dogs WHERE {' AND '.join(where)}")
                return await session.execute(stmt, {"name": name, "age": filters.age})
            """,
            because="every value is bound",
        ),
        Keeps(
            """
            def tell(list_name, executor, user):
                print(f"select one from the list {list_name}")
                print("Please select " + user + " from the menu.")
                executor.execute(f"update {user}")
                return f"Delete from {list_name} failed, update the set of {user}"
            """,
            because="a sentence is no SQL",
        ),
        Keeps(
            """
            import sqlite3


            def dogs(conn: sqlite3.Connection, name: str):
                return conn.execute("SELECT * FROM dogs WHERE name = ?", (name,))
            """,
            because="its value is bound",
        ),
    )

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every statement that is put together from values, and those that only seem to be."""
        return binding.survey(corpus, self.pattern)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the placeholders, and the values beside the statement."""
        if not isinstance(place.plan, bound.Text | bound.Bind):
            return Declined("it is not the node that was found")
        return bound.edit(place.plan, node)
