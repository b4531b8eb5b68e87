"""Says whether a class is only named somewhere, so that nobody can make an object there; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.names import last_name

# Callables that ask about classes and never call them.
_ASKING = frozenset(
    {"isinstance", "issubclass", "super", "cast", "TypeVar", "NewType", "raises", "suppress", "Union", "Optional"}
    | {"assertIsInstance", "assertNotIsInstance", "assertRaises", "assertRaisesRegex", "assertIs", "assertIsNot"}
    | {
        "assert_type",
        "id",
        "repr",
        "str",
        "hasattr",
        "get_type_hints",
        "fields",
        "is_dataclass",
        "getmro",
        "TypeAdapter",
    }
)
_ASKING_KEYWORDS = frozenset({"spec", "spec_set", "bound"})
_NEW = frozenset({"__new__"})
_GROUPS = (ast.Tuple, ast.List, ast.Set, ast.Starred)


def is_idle(node: ast.expr, nesting: Nesting) -> bool:
    """Say whether nobody can call a class by what is written here: annotations, `isinstance`, `except`, comparisons."""
    if _is_annotation(node, nesting):
        return True
    inner: ast.AST = node
    outer = nesting.parents.get(inner)
    while isinstance(outer, _GROUPS) or (isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.BitOr)):
        inner, outer = outer, nesting.parents.get(outer)
    if isinstance(outer, ast.Call):
        asked = last_name(outer.func) in _ASKING or _is_new(outer.func) or _is_patch(outer, inner)
        return inner in outer.args and asked
    return _asks(outer, inner)


def _asks(outer: ast.AST | None, inner: ast.AST) -> bool:
    """Say whether what holds a class, no call, only asks about it."""
    match outer:
        case ast.ExceptHandler() | ast.Compare() | ast.MatchClass() | ast.FormattedValue() | ast.Expr():
            return True
        case ast.Subscript(slice=part, ctx=ast.Load()):
            return part is inner
        case ast.ClassDef(bases=bases):
            return inner in bases
        case ast.keyword(arg=name):
            return name in _ASKING_KEYWORDS
    return False


def _is_annotation(node: ast.expr, nesting: Nesting) -> bool:
    """Say whether an expression is part of an annotation, and not of a call in it."""
    inner: ast.AST = node
    for outer in nesting.around(node):
        match outer:
            case ast.arg() | ast.FunctionDef(returns=ast.expr()) | ast.AsyncFunctionDef(returns=ast.expr()):
                return isinstance(outer, ast.arg) or (isinstance(outer, FunctionNode) and outer.returns is inner)
            case ast.AnnAssign(annotation=annotation):
                return annotation is inner
            case ast.stmt() | ast.Call():
                return False
        inner = outer
    return False


def _is_new(func: ast.expr) -> bool:
    """Say whether `object.__new__(cls)` makes an object without running its `__init__`."""
    return isinstance(func, ast.Attribute) and func.attr in _NEW


def _is_patch(call: ast.Call, node: ast.AST) -> bool:
    """Say whether a test replaces a member of a class: `patch.object(Booking, "save")`."""
    match call:
        case ast.Call(func=func, args=[first, ast.Constant(value=str() as name), *_]) if first is node:
            return last_name(func) in {"object", "setattr", "spy", "delattr"} and not name.startswith("__")
    return False
