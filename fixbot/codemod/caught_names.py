"""Says where a scope has a name, and whether a handler can take it for what it catches; it only reads."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fixbot.analysis.module import Function, Module

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Uses:
    """The words in the lines of a scope, the lines where code has each name, and the names that are only in handlers.

    `bound` are those that stand nowhere but in handlers that bind them.
    """

    first: int
    words: frozenset[str]
    lines: Mapping[str, Sequence[int]]
    bound: frozenset[str]


@lru_cache(maxsize=16)
def uses_in(module: Module, scope: Function | ast.Module) -> Uses:
    """Return where a function or module has which names."""
    first, last = (1, len(module.lines)) if isinstance(scope, ast.Module) else _span(scope)
    words = {word for line in module.lines[first - 1 : last] for word in _WORD.findall(line)}
    lines: dict[str, list[int]] = {}
    spans: dict[str, list[tuple[int, int]]] = {}
    for node in ast.walk(scope):
        line = getattr(node, "lineno", 0)
        for name in _names(node) if first <= line <= last else ():
            lines.setdefault(name, []).append(line)
        if isinstance(node, ast.ExceptHandler) and node.name is not None:
            spans.setdefault(node.name, []).append(_span(node))
    ordered = {name: sorted(found) for name, found in lines.items()}
    bound = {name for name, found in ordered.items() if _are_within(found, sorted(spans.get(name, ())))}
    return Uses(first, frozenset(words), ordered, frozenset(bound))


def _are_within(lines: Sequence[int], spans: Sequence[tuple[int, int]]) -> bool:
    """Say whether each line is in one of some spans; both are in order."""
    place = reached = 0
    for line in lines:
        while place < len(spans) and spans[place][0] <= line:
            reached = max(reached, spans[place][1])
            place += 1
        if line > reached:
            return False
    return True


def is_free(module: Module, handler: ast.ExceptHandler, name: str, uses: Uses) -> bool:
    """Say whether nothing in the lines of a scope has a name, words in comments and texts apart."""
    if name not in uses.words:
        return True
    around = (outer for outer in module.ancestors(handler) if isinstance(outer, ast.ExceptHandler))
    if any(outer.name == name and outer.lineno >= uses.first for outer in around):
        return False
    first, last = _span(handler)
    lines = uses.lines.get(name, ())
    at = bisect_left(lines, first)
    return (at == len(lines) or lines[at] > last) and (not lines or name in uses.bound)


def _names(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node itself reads, binds or declares."""
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.alias(name=path, asname=name):
            yield name or path.partition(".")[0]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name


def _span(node: ast.ExceptHandler | Function) -> tuple[int, int]:
    return node.lineno, node.end_lineno or node.lineno
