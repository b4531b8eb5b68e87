"""What a handler does about what it catches, and the size of the block it guards, as signs; it only reads."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator, Sequence

from fixbot.analysis.likely.outline import outline
from fixbot.analysis.likely.shapes import shape, words
from fixbot.analysis.likely.signs import Sign, raised_name, running
from fixbot.analysis.module import Module
from fixbot.analysis.names import Names

_BUILTINS = frozenset(dir(builtins))
_SHORTEST_WORD = 3


def circumstances(
    module: Module, names: Names, node: ast.Try | ast.TryStar, handler: ast.ExceptHandler, seen: Sequence[Sign]
) -> frozenset[str]:
    """Return the signs of a handler, of its block as a whole and of where it stands; `seen` are those of its parts."""
    calls = sum(isinstance(part, ast.Call) for part, _ in seen)
    return frozenset(
        {
            "any",
            f"{_few(len(node.body))} statements",
            f"{_few(calls)} calls",
            *_opening(node.body),
            *_response(names, node, handler),
            *_place(module, names, node),
            *_comments(module, node.lineno, handler.end_lineno or handler.lineno),
        }
    )


def _place(module: Module, names: Names, node: ast.Try | ast.TryStar) -> Iterator[str]:
    function = module.function(node)
    yield from ((f"in {word}" for word in words(function.name)) if function else ("at the top",))
    if function is not None and function.name.startswith("__"):
        yield f"in {function.name}"
    origins = {origin for found in names.bound(module.tree).values() for origin in found if origin}
    yield from (f"file imports {origin.partition('.')[0]}" for origin in origins if not origin.startswith("."))
    parent = module.parents.get(node)
    yield f"inside {type(parent).__name__}"


def _comments(module: Module, first: int, last: int) -> Iterator[str]:
    for line in module.lines[first - 1 : last]:
        _, mark, comment = line.partition("#")
        yield from (f"comment says {word}" for word in words(comment if mark else "") if len(word) >= _SHORTEST_WORD)


def _few(count: int) -> str:
    return str(count) if count <= len("..") else "3-5" if count <= len("12345") else "6+"


def _opening(body: Sequence[ast.stmt]) -> Iterator[str]:
    if (code := outline(body)) is not None:
        yield f"looks like {code}"
    yield f"first {type(body[0]).__name__}"
    if len(body) == 1:
        value = getattr(body[0], "value", None)
        yield f"only {type(body[0]).__name__} {shape(value if isinstance(value, ast.expr) else None)}"
    if isinstance(body[0], ast.Import | ast.ImportFrom):
        yield "imports first"
    if all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in body):
        yield "only imports"


def _response(names: Names, at: ast.AST, handler: ast.ExceptHandler) -> Iterator[str]:
    yield "then " + "+".join(type(statement).__name__ for statement in handler.body[:2])
    for node in running(handler.body):
        match node:
            case ast.Raise(exc=exc):
                yield "then raise" if exc is None else "then raise new"
                if exc is not None and (name := raised_name(exc)):
                    yield f"then raise {name}"
            case ast.Return(value=value):
                yield f"then return {shape(value)}"
            case ast.Import() | ast.ImportFrom():
                yield "then import"
            case ast.Subscript(ctx=ast.Store() | ast.Del()):
                yield "then store item"
            case ast.Call(func=func):
                yield from _call(names.resolve(func, at), func)
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name == handler.name:
                yield f"then error.{attr}"
            case ast.Constant(value=str(text)):
                yield from (f"then says {word}" for word in words(text) if len(word) >= _SHORTEST_WORD)


def _call(full: str | None, func: ast.expr) -> Iterator[str]:
    if full is not None and full.partition(".")[0] in _BUILTINS | sys.stdlib_module_names:
        yield f"then {full}"
    elif isinstance(func, ast.Attribute):
        yield f"then .{func.attr}()"
