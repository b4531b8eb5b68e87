"""What is bound runs in sqlite3 as the old text did, and what is not understood stays as it is."""

import sqlite3

import pytest

from tests.codemod.projects import rewritten, surveyed

SLUG = "sql-built-from-strings"
HEAD = "import sqlite3\n\ndef f(conn: sqlite3.Connection, x: str, y: str, n: int, o):\n    return conn.execute("
DRIVERS = {
    "psycopg": "import psycopg\n\ndef f(conn: psycopg.Cursor, x: str, n: int, o):\n    return conn.execute(",
    "asyncpg": (
        "import asyncpg\n\nasync def f(conn: asyncpg.Connection, x: str, n: int, o):\n    return await conn.fetch("
    ),
    "pymysql": "import pymysql\n\ndef f(conn: pymysql.cursors.Cursor, x: str, n: int, o):\n    return conn.execute(",
    "alchemy": (
        "from sqlalchemy import text\nfrom sqlalchemy.orm import Session\n\n"
        "def f(conn: Session, x: str, n: int, o):\n    return conn.execute("
    ),
}

SAME = [
    """f"SELECT a FROM t WHERE a = '{x}'" """,
    """f"SELECT a FROM t WHERE a = '{x}' AND b LIKE '%{y}'" """,
    """f"SELECT 'it''s', a FROM t WHERE a = '{x}' AND b = 'two'" """,
    """"SELECT a FROM t WHERE a = '" + x + "' ORDER BY a" """,
    """"SELECT a FROM t WHERE a = '%s' AND b LIKE 't%%'" % (x,)""",
    """"SELECT a FROM t WHERE a = '%s' AND n = %d" % (x, n)""",
    """"SELECT a FROM t WHERE a = '%(who)s'" % {"who": x}""",
    """"SELECT a, '{{}}' FROM t WHERE a = '{}' AND n >= {}".format(x, n)""",
    """"SELECT a FROM t WHERE a = '{who}'".format(who=x)""",
    """f"SELECT a FROM t WHERE a BETWEEN '{x}' AND '{x}z' LIMIT {n}" """,
    """f"SELECT a FROM t WHERE a IN ('{x}', '{y}')" """,
    """f"SELECT a FROM t WHERE a = ? AND b = '{y}' AND n = ?", ("one", 1)""",
    """f"SELECT a FROM t WHERE b = '{y}' AND a = ? AND n < {n + 1}", ["one"]""",
    """f"SELECT a FROM t WHERE a = '{o['a']}' AND n = {o['n']}" """,
    """f"SELECT a /* it's */ FROM t WHERE a = '{x}' AND b = '{y}'" """,
    """rf"SELECT a FROM t WHERE a = '{x}' AND b <> '\\d'" """,
    """f"SELECT a FROM t " f"WHERE a = '{x}' " "AND b = 'two'" """,
]


@pytest.mark.parametrize("call", SAME)
def test_a_statement_with_bound_values_finds_the_same_rows(call: str) -> None:
    before = f"{HEAD}{call})\n"
    after = rewritten(SLUG, before)
    assert after != before
    assert rows(before, "one") == rows(after, "one") != []
    assert '"one"' in call or not rows(after, "x' OR 1=1 --")


def rows(code: str, x: str) -> list[tuple[object, ...]]:
    names: dict[str, object] = {}
    exec(compile(code, "app.py", "exec"), names)  # noqa: S102 - the code is that of the test
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE t (a TEXT, b TEXT, n INTEGER)")
    conn.executemany("INSERT INTO t VALUES (?, ?, ?)", [("one", "two", 1), ("other", "more", 7)])
    try:
        return list(names["f"](conn, x, "two", 1, {"a": x, "n": 1}))  # type: ignore[operator]
    finally:
        conn.close()


WRITTEN = [
    (
        "psycopg",
        """f"SELECT a FROM t WHERE a = '{x}' AND b LIKE 'z%'" """,
        """"SELECT a FROM t WHERE a = %s AND b LIKE 'z%%'", (x,)""",
    ),
    (
        "psycopg",
        """f"SELECT a FROM t WHERE a = '{x}' AND b = %s", (o,)""",
        """"SELECT a FROM t WHERE a = %s AND b = %s", (x, o)""",
    ),
    (
        "asyncpg",
        """f"SELECT a FROM t WHERE b = $1 AND n = {n}", o""",
        """"SELECT a FROM t WHERE b = $1 AND n = $2", o, n""",
    ),
    ("pymysql", """"DELETE FROM t WHERE n = %d" % (n,)""", """"DELETE FROM t WHERE n = %s", (n,)"""),
    ("alchemy", """text(f"DELETE FROM t WHERE n = {n}")""", """text("DELETE FROM t WHERE n = :n"), {"n": n}"""),
    (
        "alchemy",
        """text(f"SELECT a FROM t WHERE n = {n} AND b = :n"), {"n": o}""",
        """text("SELECT a FROM t WHERE n = :n_2 AND b = :n"), {"n": o, "n_2": n}""",
    ),
]


@pytest.mark.parametrize(("driver", "before", "after"), WRITTEN)
def test_each_driver_has_its_own_placeholders(driver: str, before: str, after: str) -> None:
    assert rewritten(SLUG, f"{DRIVERS[driver]}{before.strip()})\n") == f"{DRIVERS[driver]}{after.strip()})\n"


LEFT = {
    """f"SELECT a FROM {x}" """: "`x` is a table name",
    """f"SELECT a FROM main.{x}" """: "`x` is a table name",
    """f"SELECT {x} FROM t" """: "`x` is a list of columns",
    """f"SELECT a FROM t ORDER BY {x}" """: "`x` is what the rows are sorted or grouped by",
    """f"SELECT a FROM t WHERE a IN ({o})" """: "`o` is a list for `IN`",
    """f"SELECT a FROM t WHERE {x} = 1" """: "`x` is a part of the SQL itself",
    """f"SELECT a FROM t_{x} WHERE a = 1" """: "`x` is a table name",
    """f'SELECT a FROM t WHERE "{x}" = 1' """: "`x` is a part of a quoted name",
    """f"UPDATE t SET {x} = 1" """: "`x` is a column",
    """f"INSERT INTO t ({x}) VALUES (1)" """: "`x` is a list of columns",
    """f"SELECT a FROM t WHERE a = {x}" """: "`x` is a text without quotes",
    """f"SELECT a FROM t WHERE a = {o.where}" """: "`o.where` stands without quotes and may be more than a value",
    """f"SELECT a FROM t LIMIT {o}" """: "nobody can tell that `o` is a number",
    """f"SELECT a FROM t WHERE a = '{x!r}'" """: "`x` is put in with a conversion",
    """f"SELECT a FROM t WHERE a = '{n:03}'" """: "`n` is put in with a format",
    """"SELECT a FROM t WHERE a = '%s'" % o""": "`o` is put in with what may be several values",
    """f"SELECT a FROM t WHERE lower(a) = lower('{x}')" """: "`x` is a part of the SQL itself",
    """f"SELECT a FROM t WHERE d > date 'now' AND e = date '{x}'" """: "`x` is a part of the SQL itself",
    """f"PRAGMA table_info({x})" """: "`x` is a part of `PRAGMA`, which takes no bound values",
    """f"CREATE TABLE {x} (a)" """: "`x` is a part of `CREATE`, which takes no bound values",
    """f"SELECT a FROM t WHERE a = '{x}' AND b = ?", *o""": "it takes values in a way that a person has to extend",
    """f"SELECT a FROM t WHERE a = '{x}' AND b = ?", o""": "it takes values in a way that a person has to extend",
    """f"SELECT a FROM t WHERE a = '{x}' AND b = ?" """: "it has placeholders and no values",
    """f"SELECT a FROM t -- {x}" """: "`x` is a part of a comment",
}


@pytest.mark.parametrize(("call", "because"), LEFT.items())
def test_what_is_no_value_is_left_to_a_person(call: str, because: str) -> None:
    told = surveyed(SLUG, {"app.py": f"{HEAD}{call})\n"})
    (finding,) = told.findings
    assert not finding.fixable
    assert because in finding.message
    assert rewritten(SLUG, f"{HEAD}{call})\n") == f"{HEAD}{call})\n"


def test_a_driver_that_asks_for_types_gets_no_text_of_unknown_type() -> None:
    call = """text(f"SELECT a FROM t WHERE day = '{x}'")"""
    alone = surveyed(SLUG, {"app.py": f"{DRIVERS['alchemy']}{call})\n"})
    beside = surveyed(SLUG, {"app.py": f"{DRIVERS['alchemy']}{call})\n", "db.py": "import asyncpg\n"})
    assert [finding.fixable for finding in alone.findings] == [True]
    assert [finding.fixable for finding in beside.findings] == [False]
    assert "has to be of its column's own type" in beside.findings[0].message


def test_sqlalchemy_takes_a_plain_text_in_the_way_of_its_driver() -> None:
    call = "f\"SELECT a FROM t WHERE a = '{x}'\")\n"
    told = surveyed(SLUG, {"app.py": DRIVERS["alchemy"] + call})
    assert "it is no `text()`" in told.findings[0].message


# What linters mark as SQL that is put together, each with what is to be said of it.
MARKED = [
    'query = "SELECT %s FROM dogs" % (name,)',
    'query = "select name from " + kind',
    'query = "SELECT " + name + " FROM " + kind',
    'query = "SELECT {} FROM dogs;".format(name)',
    'query = f"DELETE FROM dogs WHERE name = {name}"',
    'query = "delete from " + kind + "where name = " + name',
    'query = "INSERT INTO dogs VALUES (%s)" % (name,)',
    'query = "INSERT dogs VALUES (%s)" % (name,)',
    'query = "REPLACE INTO dogs VALUES (%s)" % (name,)',
    'query = f"insert into {kind} values (1)"',
    'query = f"UPDATE {kind} SET name = {name}"',
    'query = f"""\n    SELECT {name}\n        FROM dogs\n    """',
    'query = f"SELECT * FROM ({kind}) AS raw"',
    "query = cursor.execute(\"SELECT * FROM dogs WHERE name = '%s'\" % name)",
    'query = cursor.executemany(f"SELECT * FROM dogs WHERE name = {name}", [])',
]
# What linters mark or might, and what is none.
UNMARKED = [
    'query = "SELECT * FROM dogs WHERE name = 1"',
    'cursor.execute("SELECT * FROM dogs WHERE name = %s", name)',
    'query = f"Deselect what is not from {name}"',
    'query = f"PRESELECT * FROM {name}"',
    'query = ["select name from dogs"] + ["select name from cats"]',
    'query = f"SELECT * FROM dogs"',
    'query = f"select one from the list {name}"',
    'query = "Select " + name + " from the menu."',
    'query = f"Update {name} to set it right"',
    'query = f"Delete from {name} failed"',
    'query = f"with {name} as the winner"',
    'query = f"insert the {name} where it belongs"',
]


@pytest.mark.parametrize("line", MARKED)
def test_what_is_marked_elsewhere_is_found(line: str) -> None:
    told = surveyed(SLUG, {"app.py": f"def f(cursor, name, kind):\n    {line}\n    return query\n"})
    assert [finding.fixable for finding in told.findings] == [False]


@pytest.mark.parametrize("line", UNMARKED)
def test_what_is_no_sql_that_is_put_together_is_not_found(line: str) -> None:
    assert not surveyed(SLUG, {"app.py": f"def f(cursor, name):\n    {line}\n"}).findings


OWN = {
    "a conditional": 'kind = "dogs" if big else "cats"\n    return f"SELECT * FROM {kind}"',
    "one of several": 'kind = {"d": "dogs"}[big]\n    return f"SELECT * FROM {kind}"',
    "a list that grows": (
        'where = ["a = 1"]\n    if big:\n        where.append("b = 2")\n'
        '    return "SELECT * FROM dogs WHERE " + " AND ".join(where)'
    ),
    "counted placeholders": (
        'marks = ",".join("?" for _ in big)\n    return f"SELECT * FROM dogs WHERE name IN ({marks})"'
    ),
    "a number": 'return f"SELECT * FROM dogs LIMIT {int(big)}"',
    "a loop": 'for kind in ("dogs", "cats"):\n        print(f"DELETE FROM {kind}")',
    "a number of a loop": 'for at, _ in enumerate(big):\n        print(f"SELECT * FROM dogs_{at}")',
}


def test_a_constant_of_a_class_is_the_programs_own() -> None:
    code = 'class A:\n    _LAST = "ORDER BY age"\n    _ALL = "SELECT * FROM dogs " + _LAST\n'
    assert not surveyed(SLUG, {"app.py": code}).findings


@pytest.mark.parametrize("body", OWN.values(), ids=OWN)
def test_what_the_program_itself_says_is_dismissed_with_a_reason(body: str) -> None:
    told = surveyed(SLUG, {"app.py": f"def f(big):\n    {body}\n"})
    assert not told.findings
    assert "is written in the program itself" in told.dismissed[0].because


@pytest.mark.parametrize(
    "body",
    [
        'where = ["a = 1"]\n    where.append(big)\n    return "SELECT * FROM dogs WHERE " + " AND ".join(where)',
        'where = ["a = 1"]\n    extend(where)\n    return "SELECT * FROM dogs WHERE " + " AND ".join(where)',
        'kind = "dogs"\n    kind = big\n    return f"SELECT * FROM {kind}"',
        'for kind in big:\n        print(f"DELETE FROM {kind}")',
    ],
)
def test_what_may_come_from_elsewhere_is_found(body: str) -> None:
    assert surveyed(SLUG, {"app.py": f"def f(big):\n    {body}\n"}).findings


def test_a_statement_whose_values_are_bound_is_dismissed_by_their_names() -> None:
    code = 'from sqlalchemy import text\n\nADD = text("INSERT INTO dogs VALUES (:name, :age)")\n'
    (told,) = surveyed(SLUG, {"app.py": code}).dismissed
    assert (told.line, told.because) == (3, "every value is bound: `:name`, `:age`")
