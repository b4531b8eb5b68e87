"""Whether a handler keeps what it caught, to be raised or shown elsewhere; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache

from fixbot.analysis.module import Module
from fixbot.analysis.names import Names, own, own_nodes

#: The functions that say what is being handled (docs.python.org/3/library/sys.html).
USES_ERROR = frozenset({"sys.exc_info", "sys.exception", "sys.last_value"})
_TELLS_ERROR = USES_ERROR | {"traceback.format_exc", "traceback.format_exception"}
_COLLECTS = frozenset({"append", "appendleft", "put", "put_nowait", "send"})


def keeps_for_later(module: Module, names: Names, handler: ast.ExceptHandler) -> str | None:
    """Return why what a handler catches is delivered elsewhere, as with `self.error = sys.exc_info()`, else None."""
    parts = sorted(own(handler.body), key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))
    kept: set[str] = {handler.name} if handler.name else set()
    for child in parts:
        if isinstance(child, ast.Assign) and _holds_error(names, handler, child.value, kept):
            for target in child.targets:
                if isinstance(target, ast.Attribute | ast.Subscript):
                    return f"`{ast.unparse(target)}` keeps whatever was raised for later"
                kept |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
        if isinstance(child, ast.Call) and _collects(names, child, handler, kept):
            return f"`{ast.unparse(child.func)}` hands whatever was raised to whoever collects it"
    kept.discard(handler.name or "")
    used = _used_outside(module, handler, kept) if kept else set()
    return f"`{min(used)}` keeps whatever was raised for later" if used else None


def _collects(names: Names, call: ast.Call, at: ast.AST, kept: set[str]) -> bool:
    collecting = isinstance(call.func, ast.Attribute) and call.func.attr in _COLLECTS
    return collecting and any(_holds_error(names, at, given, kept, _TELLS_ERROR) for given in call.args)


def _holds_error(names: Names, at: ast.AST, value: ast.expr, kept: set[str], told: frozenset[str] = USES_ERROR) -> bool:
    parts = list(ast.walk(value))
    calls = (part for part in parts if isinstance(part, ast.Call))
    return any(names.resolve(call.func, at) in told for call in calls) or (
        isinstance(value, ast.Name | ast.Subscript) and any(isinstance(p, ast.Name) and p.id in kept for p in parts)
    )


def _used_outside(module: Module, handler: ast.ExceptHandler, kept: set[str]) -> set[str]:
    """Return those of some names that are read below a handler, in the function that it stands in."""
    read = _last_reads(module.function(handler) or module.tree)
    last = handler.end_lineno or handler.lineno
    return {name for name in kept if read.get(name, 0) > last}


@lru_cache(maxsize=16)
def _last_reads(scope: ast.AST) -> Mapping[str, int]:
    """Return the last line in which a scope reads each name."""
    found: dict[str, int] = {}
    for node in own_nodes(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found[node.id] = max(node.lineno, found.get(node.id, 0))
    return found
