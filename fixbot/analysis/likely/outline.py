"""The outline of a short block: its code with every name of its own left out; reads no scope."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence

_BUILTINS = frozenset(dir(builtins))
_LONGEST = 60


def outline(body: Sequence[ast.stmt]) -> str | None:
    """Return what a block of one short statement looks like: `x = table[key]` gives `_ = _[_]`; None for others.

    Builtins and the names of methods stay, other names, attributes and constants become `_`.
    """
    if len(body) != 1 or not isinstance(body[0], ast.Assign | ast.Return | ast.Expr | ast.Delete | ast.AugAssign):
        return None
    code = _text(body[0])
    return code if len(code) <= _LONGEST else None


def _text(node: ast.AST) -> str:  # noqa: PLR0911 - one return for each form
    match node:
        case ast.Name(id=name):
            return name if name in _BUILTINS else "_"
        case ast.Constant(value=value):
            return type(value).__name__
        case ast.Attribute(value=value):
            return f"{_text(value)}._"
        case ast.Subscript(value=value, slice=key):
            return f"{_text(value)}[{_text(key)}]"
        case ast.Call(func=func, args=args):
            called = f"{_text(func.value)}.{func.attr}" if isinstance(func, ast.Attribute) else _text(func)
            return f"{called}({', '.join(map(_text, args))})"
        case ast.Assign(targets=targets, value=value):
            return f"{' = '.join(map(_text, targets))} = {_text(value)}"
    inner = " ".join(map(_text, _parts(node)))
    return f"{type(node).__name__} {inner}" if inner else type(node).__name__


def _parts(node: ast.AST) -> list[ast.AST]:
    return [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr_context)]
