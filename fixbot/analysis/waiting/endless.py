"""Finds the requests over a network that wait until somebody answers, however long that takes; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.coroutines.instances import classes_of
from fixbot.analysis.definitions import File
from fixbot.analysis.names import dotted
from fixbot.analysis.waiting.expressions import Called, calls_in

_VERBS = frozenset({"get", "options", "head", "post", "put", "patch", "delete", "request"})
_CLIENTS = frozenset({"httpx.Client", "httpx.AsyncClient"})
_HTTPX = frozenset({f"httpx.{verb}" for verb in (*_VERBS, "stream")}) | _CLIENTS
_REQUESTS = frozenset(f"{module}.{verb}" for module in ("requests", "requests.api") for verb in _VERBS)
_URLOPEN = frozenset({"urllib.request.urlopen", "six.moves.urllib.request.urlopen"})
_LIMITS = ("connect", "sock_read", "sock_connect")
_TOTAL = "aiohttp.ClientTimeout"
_TIMEOUTS = frozenset({"httpx.Timeout", "urllib3.Timeout", "urllib3.util.Timeout"})
_LOCAL = re.compile(r"(?:file|data):")


@dataclass(frozen=True, slots=True)
class Endless:
    """A call that may wait for ever.

    `name` is the full name of what is called, of a method behind its class, and `library` that of its library:
    `requests`, `httpx`, `urllib` or `aiohttp`. `given` is the value of its `timeout` where that says that there is no
    limit.
    """

    called: Called
    name: str
    library: str
    given: ast.expr | None = None

    @property
    def is_session(self) -> bool:
        """Whether it is a call of a session of requests."""
        return self.name.startswith("requests.Session.")

    @property
    def is_time(self) -> bool:
        """Whether it makes no request, but the time that aiohttp is to wait."""
        return self.name == _TOTAL

    @property
    def lasting(self) -> bool:
        """Whether it makes something that many requests are going to use."""
        return self.name in _CLIENTS or self.library == "aiohttp"


def endless(file: File) -> Iterator[Endless]:
    """Yield every call of a file that says of no limit, or that there is none, where the library has none either."""
    for called in calls_in(file.module):
        found = _function(file, called) or _method(file, called)
        if found is not None:
            yield found


def _function(file: File, called: Called) -> Endless | None:
    full = file.names.resolve(called.call.func, called.at)
    if full in _URLOPEN:
        return _opened(file, called, full)
    if full == _TOTAL:
        return _total(called)
    given = called.keyword("timeout")
    told = given is not None and _is_none(file, called, given)
    if full in _REQUESTS and (given is None or told):
        return Endless(called, full.replace("requests.api.", "requests."), "requests", given=given)
    return Endless(called, full, "httpx", given=given) if full in _HTTPX and told else None


def _opened(file: File, called: Called, full: str) -> Endless | None:
    args = called.call.args
    first = args[0] if args else called.keyword("url")
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and _LOCAL.match(first.value):
        return None
    if any(isinstance(arg, ast.Starred) for arg in args) or len(args) > 2:  # noqa: PLR2004 - the third is the timeout
        return None
    given = called.keyword("timeout")
    if given is not None and not _is_none(file, called, given):
        return None
    return Endless(called, full.removeprefix("six.moves."), "urllib", given=given)


def _total(called: Called) -> Endless | None:
    """Return a `ClientTimeout` that limits nothing."""
    if called.call.args or called.unpacks is not None:
        return None
    values = [called.keyword(name) for name in ("total", *_LIMITS)]
    if any(value is not None and not _says_none(value) for value in values):
        return None
    return Endless(called, _TOTAL, "aiohttp", given=values[0])


def _method(file: File, called: Called) -> Endless | None:
    """Return a call of a session: one of requests has no limit, one of aiohttp where it is told so."""
    func = called.call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _VERBS:
        return None
    given = called.keyword("timeout")
    if given is not None and not _says_none(given):
        return None
    known = classes_of(file, func.value, called.at) or frozenset()
    if known == frozenset({"requests.Session"}):
        return Endless(called, f"requests.Session.{func.attr}", "requests", given=given)
    if known == frozenset({"aiohttp.ClientSession"}) and given is not None:
        return Endless(called, f"aiohttp.ClientSession.{func.attr}", "aiohttp", given=given)
    return None


def _says_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_none(file: File, called: Called, node: ast.expr) -> bool:
    """Say whether a value is None, or an object that is told so."""
    if isinstance(node, ast.Call) and dotted(node.func) and file.names.resolve(node.func, called.at) in _TIMEOUTS:
        values = [*node.args, *(each.value for each in node.keywords)]
        return len(values) == 1 and _says_none(values[0])
    return _says_none(node)
