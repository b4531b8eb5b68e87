"""Finds what keeps connections open, and what it is told of them; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.handlers.circumstances import is_test, is_test_file
from fixbot.analysis.waiting.expressions import Called, calls_in

_DATABASE = r"(?:(?:DB|DATABASE|SQL|SQLALCHEMY|PG|POSTGRES|POSTGRESQL|MYSQL|ENGINE|ASYNC)_)+"
_CLIENTS = ("Redis", "StrictRedis", "ConnectionPool", "BlockingConnectionPool")
_MODULES = ("redis", "redis.asyncio", "aioredis")
_MIGRATIONS = frozenset({"alembic", "migrations"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of callable that makes a pool of connections.

    `calls` are their full names. `arguments` maps each keyword that a setting may be for to the names of such settings,
    a regular expression, and each of these has one of `words`. Where a call has one of `unless`, its connections are
    somebody else's matter.
    """

    name: str
    calls: frozenset[str]
    arguments: tuple[tuple[str, str], ...]
    words: tuple[bytes, ...]
    unless: frozenset[str]

    @property
    def libraries(self) -> frozenset[str]:
        """The top packages of what it calls."""
        return frozenset(call.partition(".")[0] for call in self.calls)


ENGINE = Kind(
    name="engine",
    calls=frozenset(
        {"sqlalchemy.create_engine", "sqlalchemy.engine.create_engine", "sqlmodel.create_engine"}
        | {"sqlalchemy.ext.asyncio.create_async_engine", "sqlalchemy.ext.asyncio.engine.create_async_engine"}
    ),
    arguments=(
        ("pool_size", _DATABASE + "POOL_SIZE"),
        ("max_overflow", _DATABASE + "(?:POOL_)?MAX_OVERFLOW"),
        ("pool_timeout", _DATABASE + "POOL_TIMEOUT"),
        ("pool_recycle", _DATABASE + "POOL_RECYCLE"),
    ),
    words=(b"pool_", b"overflow"),
    unless=frozenset({"pool", "poolclass", "creator", "async_creator", "strategy"}),
)
REDIS = Kind(
    name="Redis client",
    calls=frozenset(f"{module}.{name}" for module in _MODULES for name in (*_CLIENTS, "from_url"))
    | frozenset(f"{module}.{name}.from_url" for module in _MODULES for name in _CLIENTS),
    arguments=(("max_connections", "REDIS_(?:POOL_)?(?:MAX_CONNECTIONS|SIZE|MAX_SIZE)"),),
    words=(b"redis_",),
    unless=frozenset({"connection_pool"}),
)
HTTPX = Kind(
    name="HTTP client",
    calls=frozenset({"httpx.Client", "httpx.AsyncClient"}),
    arguments=(("max_connections", "HTTPX?_(?:CLIENT_)?(?:POOL_)?MAX_CONNECTIONS"),),
    words=(b"http",),
    unless=frozenset({"limits", "transport", "mounts", "app"}),
)
KINDS = (ENGINE, REDIS, HTTPX)


@dataclass(frozen=True, slots=True)
class Pool:
    """A call that makes a pool of connections."""

    kind: Kind
    file: File
    called: Called

    @property
    def written(self) -> str:
        """What is called, as the code has it."""
        return ast.unparse(self.called.call.func)

    def has(self, *names: str) -> bool:
        """Say whether the call gives one of some keywords."""
        return any(self.called.keyword(name) is not None for name in names)


def pools(corpus: Corpus) -> Iterator[Pool]:
    """Yield every call outside of tests that makes a pool of connections."""
    paths = {path for kind in KINDS for library in kind.libraries for path in corpus.mentioning(library)}
    for path in sorted(paths):
        file = corpus.file(path) if not is_test_file(path) else None
        for called in calls_in(file.module) if file is not None else ():
            full = file.names.resolve(called.call.func, called.at) if file is not None else None
            kind = next((kind for kind in KINDS if full in kind.calls), None)
            if kind is not None and file is not None and not is_test(file.module, called.at):
                yield Pool(kind, file, called)


def of_nobody(pool: Pool) -> str | None:
    """Return why the connections of a pool are no matter of its call; None where they are."""
    if pool.has(*pool.kind.unless):
        return "it is given its pool, or what makes its connections"
    if pool.called.unpacks is not None:
        return f"`**{ast.unparse(pool.called.unpacks)}` may say all that"
    path = PurePosixPath(pool.file.path)
    if path.name == "env.py" or not _MIGRATIONS.isdisjoint(path.parts):
        return "migrations run once"
    return "it is used at once and let go" if _is_short_lived(pool) else None


def _is_short_lived(pool: Pool) -> bool:
    """Say whether a pool does not outlive the function that makes it."""
    call, at = pool.called.call, pool.called.at
    if any(isinstance(node, ast.Attribute) and node.value is call for node in ast.walk(at)):
        return True
    function = pool.file.module.function(at)
    match at:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ) if value is call and function is not None:
            return not _leaves(function, name)
        case ast.With() | ast.AsyncWith():
            return function is not None
    return False


def _leaves(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    """Say whether a function does more with a name than to ask for attributes of it, and does not dispose of it."""
    declared, uses = _uses(function)
    asked = uses.get(name, frozenset())
    return name in declared or ("dispose" not in asked and None in asked)


@lru_cache(maxsize=16)
def _uses(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
) -> tuple[frozenset[str], Mapping[str, frozenset[str | None]]]:
    """Return the names that a function declares to be others', and for each that it reads which attributes it asks for.

    None stands for any other use.
    """
    held = {node.value: node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
    declared: set[str] = set()
    found: dict[str, set[str | None]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Global | ast.Nonlocal):
            declared.update(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.setdefault(node.id, set()).add(held.get(node))
    return frozenset(declared), {name: frozenset(asked) for name, asked in found.items()}
