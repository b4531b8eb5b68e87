"""Says which keys a mapping holds where they are written out; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.definitions import FunctionNode

_DEEPEST = 4
# What only looks at a mapping.
_METHODS = frozenset({"get", "items", "keys", "values", "copy"})
_LOOKING = frozenset({"len", "print", "repr", "str", "sorted", "list", "tuple", "set", "dict", "bool"})


def written_keys(node: ast.expr, nesting: Nesting, depth: int = _DEEPEST) -> frozenset[str] | None:
    """Return the keys of a mapping, None where nobody can tell.

    Known are displays with plain keys, `dict(x=1)`, and a local name that is given one of these once and is changed
    nowhere.
    """
    if depth <= 0:
        return None
    match node:
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return _together(
                [_key(key) if key is not None else written_keys(v, nesting, depth - 1) for key, v in pairs]
            )
        case ast.Call(func=ast.Name(id="dict") as func, args=args, keywords=keywords) if len(args) <= 1:
            if nesting.file.names.resolve(func, nesting.statement(node)) != "dict":
                return None
            parts = [written_keys(each, nesting, depth - 1) for each in args]
            parts += [
                frozenset({each.arg}) if each.arg is not None else written_keys(each.value, nesting, depth - 1)
                for each in keywords
            ]
            return _together(parts)
        case ast.Name():
            value = _only_value(node, nesting)
            return written_keys(value, nesting, depth - 1) if value is not None else None
    return None


def _key(node: ast.expr) -> frozenset[str] | None:
    text = node.value if isinstance(node, ast.Constant) else None
    return frozenset({text}) if isinstance(text, str) else None


def _together(parts: list[frozenset[str] | None]) -> frozenset[str] | None:
    found: set[str] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return frozenset(found)


def _only_value(node: ast.Name, nesting: Nesting) -> ast.expr | None:
    """Return the one value of a local name which nothing can have changed."""
    scope = nesting.scope(node)
    names = nesting.file.names
    if not isinstance(scope, FunctionNode) or names.bound(scope).get(node.id) != {None} or nesting.hidden(node):
        return None
    if any(arg.arg == node.id for arg in ast.walk(scope.args) if isinstance(arg, ast.arg)):
        return None
    first = min(each.lineno for each in (scope, *scope.decorator_list))
    near = (each for each in nesting.named(node.id) if first <= each.lineno <= (scope.end_lineno or each.lineno))
    named = (each for each in near if isinstance(each, ast.Name) and each.id == node.id)
    uses = [each for each in named if any(outer is scope for outer in nesting.around(each))]
    stored = [each for each in uses if not isinstance(each.ctx, ast.Load)]
    if len(stored) != 1 or not all(_only_looks(each, nesting) for each in uses if each is not stored[0]):
        return None
    match nesting.parents.get(stored[0]):
        case ast.Assign(targets=[ast.Name()], value=value) if nesting.scope(stored[0]) is scope:
            return value
        case ast.AnnAssign(value=ast.expr() as value) if nesting.scope(stored[0]) is scope:
            return value
    return None


def _only_looks(node: ast.Name, nesting: Nesting) -> bool:
    """Say whether a use of a name neither changes the mapping nor hands it to somebody who may."""
    outer = nesting.parents.get(node)
    looks = False
    match outer:
        case ast.keyword(arg=None) | ast.Compare() | ast.FormattedValue():
            looks = True
        case ast.Dict(keys=keys, values=values):
            looks = any(key is None and value is node for key, value in zip(keys, values, strict=True))
        case ast.Subscript(value=whole, ctx=ast.Load()) | ast.For(iter=whole) | ast.comprehension(iter=whole):
            looks = whole is node
        case ast.Attribute(attr=attr):
            call = nesting.parents.get(outer)
            looks = attr in _METHODS and isinstance(call, ast.Call) and call.func is outer
        case ast.Call(func=ast.Name(id=taker)):
            looks = taker in _LOOKING
    return looks
