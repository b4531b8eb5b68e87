"""What runs at the start and at the end of an application; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.module import Module, statements
from fixbot.analysis.names import Names, last_name, own

_LIFESPAN = re.compile(r"\blifespan(?:_context)?\s*=\s*(\w+(?:\.\w+)*)")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """What runs at the start and at the end of an application; `node` is the function to tell of."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    start: tuple[ast.AST, ...]
    end: tuple[ast.AST, ...]


def lifetimes(module: Module, names: Names) -> Iterator[Lifetime]:
    """Yield the lifespans of applications in a file, and its startup handlers with all of its shutdown handlers."""
    functions = [node for node, _ in statements(module.tree) if isinstance(node, FunctionNode)]
    for node in functions:
        if _is_lifespan(module, names, node) and (parts := _parts(node)) is not None:
            yield Lifetime(node, *parts)
    startups = [node for node in functions if "startup" in _events(module, node)]
    shutdowns = [node for node in functions if "shutdown" in _events(module, node)]
    ends = tuple(inner for node in shutdowns for inner in node.body)
    for node in startups:
        yield Lifetime(node, tuple(node.body), ends)


def _is_lifespan(module: Module, names: Names, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    decorators = {names.resolve(each, node) for each in node.decorator_list}
    if "contextlib.asynccontextmanager" not in decorators:
        return False
    passed = node.name in _passed(module)
    kinds = {last_name(arg.annotation) for arg in node.args.args if arg.annotation is not None}
    return passed or "lifespan" in node.name or bool(kinds & {"FastAPI", "Starlette", "Litestar"})


def _events(module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return which events of the application call a function: by its decorator, or because it is handed over."""
    found: set[str] = set()
    for each in node.decorator_list:
        match each:
            case ast.Call(func=ast.Attribute(attr="on_event"), args=[ast.Constant(value=str() as event)]):
                found.add(event)
            case ast.Attribute(attr="on_startup" | "before_serving"):
                found.add("startup")
            case ast.Attribute(attr="on_shutdown" | "after_serving"):
                found.add("shutdown")
    return found | {event for event in ("startup", "shutdown") if node.name in _handed(module, event)}


@lru_cache(maxsize=4)
def _passed(module: Module) -> frozenset[str]:
    """Return the names that are passed as a lifespan, each part of a dotted one."""
    return frozenset(part for chain in _LIFESPAN.findall(module.text) for part in chain.split("."))


@lru_cache(maxsize=8)
def _handed(module: Module, event: str) -> frozenset[str]:
    """Return the words where functions are handed to an application for one of its events."""
    alone = re.findall(rf"add_event_handler\(\s*[\"']{event}[\"']\s*,\s*(\w+)", module.text)
    lists = re.findall(rf"on_{event}\s*=\s*\[([^\]]*)", module.text)
    return frozenset([*alone, *(word for each in lists for word in re.findall(r"\w+", each))])


def _parts(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[tuple[ast.AST, ...], tuple[ast.AST, ...]] | None:
    """Return what runs before and after the one `yield` of a lifespan; None where there are more or none."""
    yields = [inner for inner in own(node.body) if isinstance(inner, ast.Yield)]
    if len(yields) != 1:
        return None
    line = yields[0].lineno
    inside = [inner for inner in own(node.body) if isinstance(inner, ast.stmt)]
    leaves = [inner for inner in inside if not _holds_statements(inner)]
    heads = [head for inner in inside for head in _heads(inner)]
    before = (*(inner for inner in leaves if inner.lineno < line), *(head for head in heads if head.lineno < line))
    return before, (
        *(inner for inner in leaves if inner.lineno > line),
        *(head for head in heads if head.lineno > line),
    )


def _holds_statements(node: ast.stmt) -> bool:
    return bool(getattr(node, "body", None)) and not isinstance(node, FunctionNode | ast.ClassDef)


def _heads(node: ast.stmt) -> Sequence[ast.expr | ast.stmt]:
    """Return the expressions that a compound statement runs itself, but for what a `with` opens; loops without body."""
    match node:
        case ast.If(test=test) | ast.While(test=test):
            return [test]
        case ast.For(target=target, iter=source) | ast.AsyncFor(target=target, iter=source):
            return [ast.copy_location(ast.For(target=target, iter=source, body=[], orelse=[]), node)]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return [item.context_expr for item in items]
    return []
