"""What an application needs to answer requests, by what its files import and keep; it only reads."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from posixpath import commonpath, dirname

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.names import dotted, imported

_KINDS = {
    "the database": "aiomysql aiopg asyncpg django.db motor mysql peewee psycopg psycopg2 psycopg_pool pymongo pymysql"
    " sqlalchemy sqlmodel tortoise",
    "the cache": "aioredis aiocache memcache pymemcache redis",
    "the queue": "aio_pika aiokafka arq celery confluent_kafka kafka nats pika rq",
    "the search": "elasticsearch meilisearch opensearchpy",
    "the other service": "aiohttp boto3 botocore grpc httpx openai requests stripe twilio",
}
_PACKAGES = {kind: frozenset(packages.split()) for kind, packages in _KINDS.items()}
# A session alone may be that of a visitor, a socket or a terminal.
_DATABASE = r"(?:database|db|postgres|mongo|(?:async|db)_session(?:_?maker)?|session_?(?:maker|local))"
_BY_WORDS = {
    "the database": re.compile(rf"(?:^|[._]){_DATABASE}(?:$|[._])"),
    "the cache": re.compile(r"(?:^|[._])(?:redis|cache)(?:$|[._])"),
    "the queue": re.compile(r"(?:^|[._])(?:broker|kafka|rabbit(?:mq)?|worker_manager)(?:$|[._])"),
}
_CAPITALS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MOST = 4


@dataclass(frozen=True, slots=True)
class Need:
    """Something that an application asks for its answers: `kind` is "the database" or its like, `says` shows it."""

    kind: str
    path: str
    line: int
    says: str


def needs(corpus: Corpus, file: File) -> list[Need]:
    """Return what the application of a file needs, one of a kind: by the file itself, or else by those around it."""
    found = _of_file(file)
    if not found:
        found = _by_kind(_around(corpus, file))
    return list(found.values())[:_MOST]


@lru_cache(maxsize=4)
def _of_file(file: File) -> dict[str, Need]:
    return _by_kind(_in_file(file))


def _by_kind(several: Iterator[Need]) -> dict[str, Need]:
    found: dict[str, Need] = {}
    for need in several:
        found.setdefault(need.kind, need)
    return found


def _in_file(file: File) -> Iterator[Need]:
    """Yield what the file keeps in the state of its application, then what it imports."""
    tree = file.module.tree
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                name = dotted(target) or ""
                kind = _by_word(name.rpartition(".")[2]) if ".state." in name else None
                if kind is not None:
                    yield Need(kind, file.path, node.lineno, f"`{name}`")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for local, origin in imported(node).items():
                kind = _of_package(origin) or _by_word(_CAPITALS.sub("_", local).lower()) or _by_word(origin.lower())
                if kind is not None and origin.partition(".")[0] not in sys.stdlib_module_names:
                    yield Need(kind, file.path, node.lineno, f"`{origin}`")


def _of_package(origin: str) -> str | None:
    parts = origin.split(".", 2)
    spans = {parts[0], ".".join(parts[:2])}
    return next((kind for kind, packages in _PACKAGES.items() if spans & packages), None)


def _by_word(name: str) -> str | None:
    return next((kind for kind, words in _BY_WORDS.items() if words.search(name)), None)


def _around(corpus: Corpus, file: File) -> Iterator[Need]:
    """Yield what other files import, those in the nearest folders first; tests do not count."""
    here = dirname(file.path)
    paths = [path for path in corpus.files if path != file.path and not is_test_file(path)]
    near = [path for path in paths if path.startswith(f"{here}/") or not here]
    for path in near or sorted(paths, key=lambda path: -len(commonpath([path, file.path]))):
        content = corpus.files[path]
        for kind, packages in _PACKAGES.items():
            if kind == "the other service":
                continue
            found = _importing(packages).search(content)
            if found is not None:
                line = content.count(b"\n", 0, found.start()) + 1
                yield Need(kind, path, line, f"`{found['package'].decode()}`")


@cache
def _importing(packages: frozenset[str]) -> re.Pattern[bytes]:
    names = b"|".join(re.escape(package.encode()) for package in sorted(packages))
    return re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]*(?:from|import)[ \t]+(?P<package>" + names + rb")\b", re.MULTILINE)
