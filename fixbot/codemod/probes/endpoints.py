"""The endpoints of a file that tell how an application is, and whether what they say can change; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, Function, FunctionNode
from fixbot.analysis.logs import is_log_call
from fixbot.analysis.module import statements
from fixbot.analysis.names import dotted, last_name, own
from fixbot.codemod.probes.dependencies import depends, in_parameters

_ROUTES = frozenset({"api_route", "get", "head", "route"})
_HEALTH = frozenset({"health", "health-check", "health_check", "healthcheck", "healthz"})
_READY = frozenset({"ready", "readiness", "readyz"})
_STATUS = re.compile(r"(?:/api)?(?:/v\d+)?/status")
_WELL = re.compile(r"\b(?:alive|healthy|ok|okay|ready|running|up)\b", re.IGNORECASE)
# What is called to word an answer, and tells nothing about anything outside of the process.
_WORDS = frozenset(
    {"bool", "dict", "float", "format", "getattr", "hasattr", "int", "len", "list", "print", "round", "str"}
)
_CLOCKS = re.compile(
    r"(?:datetime|date|time|timezone|platform|socket|os|uuid|version|sys)\b.*"
    r"|.*\.(?:isoformat|utcnow|now|strftime|total_seconds|getenv|getpid|lower|upper|get|model_dump|dict|items|is_registered)"
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function that answers at a path; `call` is the decorator that says so."""

    function: Function
    route: str
    call: ast.Call

    @property
    def line(self) -> int:
        """The line of its `def`."""
        return self.function.node.lineno

    @property
    def owner(self) -> ast.expr:
        """What names the application or router that it belongs to."""
        return self.call.func.value if isinstance(self.call.func, ast.Attribute) else self.call.func

    @property
    def file(self) -> File:
        """The file it stands in."""
        return self.function.file

    @property
    def last(self) -> str:
        """The last part of the path."""
        return self.route.rstrip("/").rpartition("/")[2]

    @property
    def is_readiness(self) -> bool:
        """Whether it tells by its path that requests may come."""
        return self.last in _READY

    @property
    def is_probe(self) -> bool:
        """Whether it tells by its path how the application is; at `/status` it has to say so as well."""
        if self.is_readiness or self.last in _HEALTH:
            return True
        texts = (node.value for node in ast.walk(self.function.node) if isinstance(node, ast.Constant))
        is_status = _STATUS.fullmatch(self.route.rstrip("/")) is not None
        return is_status and any(isinstance(text, str) and _WELL.fullmatch(text) for text in texts)


def endpoints(file: File) -> Iterator[Endpoint]:
    """Yield the endpoints of a file that tell how the application is."""
    for node, _ in statements(file.module.tree):
        if isinstance(node, FunctionNode):
            for each in node.decorator_list:
                found = _endpoint(file, node, each)
                if found is not None and found.is_probe:
                    yield found
                    break


def _endpoint(file: File, node: ast.FunctionDef | ast.AsyncFunctionDef, decorator: ast.expr) -> Endpoint | None:
    match decorator:
        case ast.Call(func=ast.Attribute(value=owner, attr=attr), args=[ast.Constant(value=str() as route), *_]):
            if attr in _ROUTES and dotted(owner) is not None and "{" not in route and "<" not in route:
                return Endpoint(Function(file, node), route, decorator)
    return None


def asks(corpus: Corpus, endpoint: Endpoint) -> str | None:
    """Return what an endpoint asks before it answers, None where it says the same whatever happens.

    Whatever it calls or awaits counts, but for what words an answer: logs, clocks, settings, the answer's own class.
    What its router or application depends on is not seen here.
    """
    node = endpoint.function.node
    dependency = in_parameters(corpus, endpoint.file, node)
    if dependency is not None:
        return f"`{dependency}` is resolved before"
    if depends(endpoint.call):
        return "its route has dependencies"
    for inner in own(node.body):
        match inner:
            case ast.Await() | ast.AsyncWith() | ast.AsyncFor() | ast.With():
                return f"line {inner.lineno} waits for something"
            case ast.Raise() | ast.Assert():
                return f"line {inner.lineno} may refuse"
            case ast.Call() if not _is_wording(endpoint, inner):
                return f"line {inner.lineno} calls `{ast.unparse(inner.func)}`"
    return None if any(isinstance(inner, ast.Return) for inner in own(node.body)) else "it returns nothing"


def _is_wording(endpoint: Endpoint, call: ast.Call) -> bool:
    """Say whether a call only makes the answer."""
    if is_log_call(call):
        return True
    name, last = dotted(call.func) or "", last_name(call.func)
    # The class of an answer is written with a capital; what is made to be asked is no part of a `return`.
    answer = last[:1].isupper() and _is_answer(endpoint, call)
    return (
        answer
        or name in _WORDS
        or last == "jsonify"
        or _CLOCKS.fullmatch(name or last) is not None
        or (not name and _CLOCKS.fullmatch(f"x.{last}") is not None)
    )


def _is_answer(endpoint: Endpoint, call: ast.Call) -> bool:
    returned = (node.value for node in own(endpoint.function.node.body) if isinstance(node, ast.Return))
    return any(inner is call for value in returned if value is not None for inner in ast.walk(value))
