"""Says which objects are clients of a store that several processes share, and which pipelines they make."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from fixbot.analysis.definitions import File
from fixbot.analysis.names import last_name
from fixbot.analysis.packages import package_of

_PACKAGES = frozenset({"redis", "valkey", "aioredis", "fakeredis", "coredis", "aiocache", "django_redis", "walrus"})
_SAME = frozenset({"from_url", "from_pool", "client", "redis", "get_client"})
_NAMED = re.compile(r"(?:^|_)(?:redis|valkey)(?:_|$)|redis\Z", re.IGNORECASE)
_DJANGO = "django.core.cache.cache"


@dataclass(frozen=True, slots=True)
class Client:
    """A client: how it is written, how it is known, and whether it is one of Django's caches."""

    written: str
    because: str
    cache: bool = False


def client_of(file: File, node: ast.expr, at: ast.AST) -> Client | None:
    """Return the client that an expression stands for, None where it is none.

    Args:
        file: the file.
        node: the expression before the dot of a call.
        at: the statement that it stands in.
    """
    if not isinstance(node, ast.Name | ast.Attribute):
        return None
    written = ast.unparse(node)
    full = file.names.resolve(node, at)
    if full == _DJANGO:
        return Client(written, f"it is `{_DJANGO}`", cache=True)
    package = package_of(file, node, at, _PACKAGES, _SAME)
    if package is not None:
        return Client(written, f"it comes from `{package}`")
    if _NAMED.search(last_name(node)) and full is None:
        return Client(written, "its name says so")
    return None
