"""Says whether what goes wrong in a call is caught or expected around it; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.clauses import caught, written_types
from fixbot.analysis.coroutines.mentions import Call
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.names import last_name

# What a missing or an unknown key may raise; a schema raises something else.
_KEYED = frozenset({"KeyError", "LookupError", "TypeError", "ValueError"})
_BROAD = frozenset({"Exception", "BaseException"})
_EXPECTING = frozenset({"raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp"})
_TEXTS = tuple(getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name))


def is_in_text(node: ast.expr, nesting: Nesting) -> bool:
    """Say whether an expression stands in an f-string, whose parts have wrong positions before Python 3.12."""
    for outer in nesting.around(node):
        if isinstance(outer, ast.stmt):
            return False
        if isinstance(outer, _TEXTS):
            return True
    return False


def is_caught(call: Call, nesting: Nesting) -> bool:
    """Say whether the function around a call does something about what goes wrong in it, or a test waits for that."""
    inner: ast.AST = call.node
    for outer in nesting.around(call.node):
        if isinstance(outer, ast.Try | ast.TryStar) and inner in outer.body:
            return not all(isinstance(handler.body[-1], ast.Raise) for handler in outer.handlers)
        if isinstance(outer, ast.With | ast.AsyncWith) and any(map(_waits, outer.items)):
            return True
        if isinstance(outer, FunctionNode | ast.ClassDef):
            return False
        inner = outer
    return False


def _waits(item: ast.withitem) -> bool:
    made = item.context_expr
    return isinstance(made, ast.Call) and last_name(made.func) in _EXPECTING | {"suppress"}


def caught_around(node: ast.expr, nesting: Nesting) -> str | None:
    """Return the error, of those that a missing or unknown key raises, which the function around a call catches.

    A test that expects any error at all is among them.
    """
    inner: ast.AST = node
    for outer in nesting.around(node):
        found = next(_caught(outer, inner, nesting), None)
        if found is not None or isinstance(outer, FunctionNode | ast.ClassDef):
            return found
        inner = outer
    return None


def _caught(outer: ast.AST, inner: ast.AST, nesting: Nesting) -> Iterator[str]:
    names = nesting.file.names
    if isinstance(outer, ast.Try | ast.TryStar) and inner in outer.body:
        for handler in outer.handlers:
            for name in caught(names, handler, handler):
                yield from _KEYED & {name}
    elif isinstance(outer, ast.With | ast.AsyncWith) and inner in outer.body:
        for item in outer.items:
            yield from _expected(item.context_expr)
    elif isinstance(outer, ast.Call) and inner is not outer.func:
        yield from _expected(outer)


def _expected(node: ast.expr) -> Iterator[str]:
    """Yield the errors that a context manager or a call such as `pytest.raises(KeyError)` waits for."""
    if not isinstance(node, ast.Call) or not node.args:
        return
    taker = last_name(node.func)
    types = written_types(ast.ExceptHandler(type=node.args[0], body=[]))
    if taker == "suppress":
        types = [*types, *node.args[1:]]
    if taker in _EXPECTING or taker == "suppress":
        wanted = _KEYED | _BROAD if taker in _EXPECTING else _KEYED
        yield from (name for name in map(last_name, types) if name in wanted)
