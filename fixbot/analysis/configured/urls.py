"""Says which database an address leads to, as far as the code tells; it only reads."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from fixbot.analysis.coroutines.receivers import receiver
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, File
from fixbot.analysis.module import Function, statements
from fixbot.analysis.names import last_name
from fixbot.analysis.project import Variable

_SCHEME = re.compile(r"(\w+)(?:\+\w+)?(?::|\Z)")
_SERVERS = frozenset(
    {"cockroachdb", "db2", "mariadb", "mssql", "mysql", "oracle", "postgres", "postgresql", "redshift"}
)
_FILES = frozenset({"duckdb", "sqlite"})
_DSNS = frozenset({"CockroachDsn", "MariaDBDsn", "MySQLDsn", "PostgresDsn"})
_SQLITE = re.compile(rb"sqlite(?!3)", re.IGNORECASE)
_DEEPEST = 5
# What gives an address again, or one of the same kind.
_SAME = frozenset({"replace", "render_as_string", "unicode_string", "strip", "format", "set", "update_query_dict"})
_FROM_OUTSIDE = frozenset({"getenv", "get"})


def database(corpus: Corpus, file: File, node: ast.expr, at: ast.AST, depth: int = _DEEPEST) -> str | None:
    """Return `server` where an address leads to one, `file` for a database in a file or in memory, None where unknown.

    What comes from outside with a server for its default counts as one where nothing in the project speaks of SQLite.

    Args:
        corpus: the project.
        file: the file of the expression.
        node: the expression for the address.
        at: the statement that it stands in.
        depth: how many names are followed at most.
    """
    if depth <= 0:
        return None
    match node:
        case ast.Constant(value=str() as text) | ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]):
            found = _kind(text)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod()):
            found = database(corpus, file, left, at, depth - 1)
        case ast.Name():
            found = _named(corpus, file, node, at, depth)
        case ast.Attribute(value=value, attr=attr):
            found = _field(corpus, file, value, attr, at)
        case ast.Call():
            found = _made(corpus, file, node, at, depth)
        case _:
            found = None
    return found


def _kind(text: str) -> str | None:
    found = _SCHEME.match(text)
    scheme = found[1].lower() if found is not None else ""
    return "server" if scheme in _SERVERS else "file" if scheme in _FILES else None


def _made(corpus: Corpus, file: File, node: ast.Call, at: ast.AST, depth: int) -> str | None:
    """Return the kind of an address that a call gives: `URL.create`, `str`, what the environment has."""
    name = last_name(node.func)
    named = [each.value for each in node.keywords if each.arg in {"drivername", "default"}]
    if name in {"create", "URL", "make_url", "str"} and (node.args or named):
        return database(corpus, file, [*node.args, *named][0], at, depth - 1)
    if name in _FROM_OUTSIDE and len(node.args) + len(named) > 1:
        return _from_outside(corpus, database(corpus, file, [*node.args[1:], *named][0], at, depth - 1))
    if name in _SAME and isinstance(node.func, ast.Attribute):
        return database(corpus, file, node.func.value, at, depth - 1)
    return None


def _named(corpus: Corpus, file: File, node: ast.Name, at: ast.AST, depth: int) -> str | None:
    """Return the kind of the address that a name stands for, where one statement gives it that."""
    scope = next((scope for scope in file.names.scopes(at) if node.id in file.names.bound(scope)), None)
    if scope is None:
        return None
    if file.names.bound(scope)[node.id] == {None}:
        return _assigned(corpus, file, scope, node.id, depth)
    found = corpus.project.lookup(node, file, at)
    return (
        _assigned(corpus, found.file, found.file.module.tree, found.name, depth)
        if isinstance(found, Variable)
        else None
    )


def _assigned(corpus: Corpus, file: File, scope: ast.AST, name: str, depth: int) -> str | None:
    if isinstance(scope, Function) and any(
        isinstance(arg, ast.arg) and arg.arg == name for arg in ast.walk(scope.args)
    ):
        return None
    values = [each for each, _ in statements(scope) if _gives(each, name)]
    if len(values) != 1 or not isinstance(values[0], ast.Assign | ast.AnnAssign) or values[0].value is None:
        return None
    return database(corpus, file, values[0].value, values[0], depth - 1)


def _gives(node: ast.AST, name: str) -> bool:
    """Say whether a statement stores a name."""
    if not isinstance(node, ast.stmt) or isinstance(node, Function | ast.ClassDef):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node]
    stored = (each for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))
    return any(each.id == name and not isinstance(each.ctx, ast.Load) for each in stored)


def _field(corpus: Corpus, file: File, value: ast.expr, name: str, at: ast.AST) -> str | None:
    """Return the kind of an address that is a field of settings, by its annotation or its default."""
    found = receiver(corpus.project, file, value, at)
    if not isinstance(found, Class):
        other = corpus.project.lookup(value, file, at)
        if isinstance(other, Variable):
            there = ast.Name(id=other.name, ctx=ast.Load())
            found = receiver(corpus.project, other.file, there, other.file.module.tree.body[-1])
    member = found.member(name) if isinstance(found, Class) else None
    if not isinstance(found, Class) or not isinstance(member, ast.AnnAssign):
        return None
    if last_name(member.annotation) in _DSNS:
        return "server"
    given = member.value
    if isinstance(given, ast.Call) and last_name(given.func) == "Field":
        given = next((each.value for each in given.keywords if each.arg == "default"), next(iter(given.args), None))
    kind = database(corpus, found.file, given, member, 1) if given is not None else None
    return _from_outside(corpus, kind)


def _from_outside(corpus: Corpus, kind: str | None) -> str | None:
    """Return the kind of what may be another one where the program runs: of SQLite nobody may speak then."""
    return "server" if kind == "server" and not _speaks_of_sqlite(corpus) else None


@lru_cache(maxsize=2)
def _speaks_of_sqlite(corpus: Corpus) -> bool:
    return any(_SQLITE.search(content) for content in (*corpus.files.values(), *corpus.texts.values()))
