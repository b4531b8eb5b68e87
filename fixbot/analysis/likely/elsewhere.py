"""What the same file already catches around the same calls, and what it says about a handler; it only reads."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fixbot.analysis.clauses import caught, is_broad
from fixbot.analysis.knowledge import thirdparty
from fixbot.analysis.logs import is_log_call
from fixbot.analysis.module import Module, statements
from fixbot.analysis.names import Names, dotted, own

_BROAD = frozenset({"Exception", "BaseException"})
_NAME = re.compile(r"\b(?:[A-Za-z_]\w*\.)*[A-Z]\w*\b")
_SOUNDS_LIKE_ONE = re.compile(r"(?:Error|Exception|NotFound|Exists|Timeout|Refused|Failure)\Z")


@dataclass(frozen=True, slots=True)
class Guard:
    """A `try` of the file with narrow handlers: what it calls, and the types with the line of a clause each."""

    node: ast.Try | ast.TryStar
    calls: frozenset[str]
    types: dict[str, int]


@dataclass(frozen=True, slots=True)
class Share:
    """A type that other places of the file catch around the same call.

    `share` (above 0, at most 1) is how many of the places around such calls catch it; `alone` says that one of them
    guards hardly anything else. `line` is that of a clause.
    """

    type: str
    call: str
    line: int
    share: float
    alone: bool


_HARDLY_ANYTHING = 3


@lru_cache(maxsize=4)
def guards(module: Module, names: Names) -> dict[str, tuple[Guard, ...]]:
    """Map the written name of each called function to the places of the file that guard such calls narrowly."""
    found: dict[str, list[Guard]] = {}
    for node, _ in statements(module.tree):
        if isinstance(node, ast.Try) and (types := dict(_narrow(names, node))):
            guard = Guard(node, called(node.body), types)
            for name in guard.calls:
                found.setdefault(name, []).append(guard)
    return {name: tuple(places) for name, places in found.items()}


def _narrow(names: Names, node: ast.Try | ast.TryStar) -> Iterator[tuple[str, int]]:
    for handler in reversed(node.handlers):
        types = caught(names, handler, node)
        if not is_broad(types):
            yield from ((name, handler.lineno) for name in types)


def shares(module: Module, names: Names, node: ast.Try | ast.TryStar) -> Iterator[Share]:
    """Yield the types that other places of the file catch around calls that a `try` makes too.

    Calls of the standard library and of known packages are left out: what they raise is known.
    """
    everywhere = guards(module, names)
    for name in sorted(called(node.body)):
        places = [place for place in everywhere.get(name, ()) if place.node is not node]
        if not places or is_known(names, name, node):
            continue
        for full in sorted({full for place in places for full in place.types}):
            catching = [place for place in places if full in place.types]
            alone = any(len(place.calls) <= _HARDLY_ANYTHING for place in catching)
            yield Share(full, name, catching[0].types[full], len(catching) / len(places), alone)


def is_known(names: Names, written: str, at: ast.AST) -> bool:
    """Say whether a name leads to the standard library or to a package of which something is known."""
    origin = names.origin(written.partition(".")[0], at) or ""
    head = origin.partition(".")[0]
    return head in sys.stdlib_module_names or thirdparty.facts(head) is not None


def called(body: list[ast.stmt]) -> frozenset[str]:
    """Return how the functions that a block calls are written, without builtins, logging and what is not a name."""
    calls = [node for node in own(body) if isinstance(node, ast.Call) and not is_log_call(node)]
    written = {name for node in calls if (name := dotted(node.func)) is not None}
    return frozenset(name for name in written if not hasattr(builtins, name))


def mentioned(
    module: Module, names: Names, node: ast.Try | ast.TryStar, handler: ast.ExceptHandler
) -> Iterator[tuple[str, int]]:
    """Yield the exception types that comments in a handler or behind its clause name, each with its line."""
    for line in range(handler.lineno, (handler.end_lineno or handler.lineno) + 1):
        _, mark, comment = module.lines[line - 1].partition("#")
        for found in _NAME.finditer(comment if mark else ""):
            name = _understood(found[0], names, node)
            if name is not None:
                yield name, line


def _understood(written: str, names: Names, at: ast.AST) -> str | None:
    known = getattr(builtins, written, None)
    if isinstance(known, type) and issubclass(known, BaseException):
        return None if written in _BROAD else written
    if not _SOUNDS_LIKE_ONE.search(written):
        return None
    return names.resolve(ast.parse(written, mode="eval").body, at) or written


def asked_for(names: Names, handler: ast.ExceptHandler, at: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the types that a handler compares its error with: `isinstance(e, X)`, `type(e) is X`."""
    for node in own(handler.body) if handler.name else ():
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), types]) if name == handler.name:
                pass
            case ast.Compare(
                left=ast.Call(func=ast.Name(id="type"), args=[ast.Name(id=name)]), comparators=[types]
            ) if name == handler.name:
                pass
            case _:
                continue
        for part in types.elts if isinstance(types, ast.Tuple) else [types]:
            if full := names.resolve(part, at) or dotted(part):
                yield full, node.lineno
