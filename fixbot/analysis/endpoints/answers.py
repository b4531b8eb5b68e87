"""Whether an endpoint works its answer out from what it is given, or only makes one up; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.definitions import File, FunctionNode
from fixbot.analysis.names import own

# What makes a value of others; a name alone, a display and an f-string of names only repeat what was sent.
_WORKS_OUT = (
    ast.Attribute
    | ast.Subscript
    | ast.BinOp
    | ast.BoolOp
    | ast.UnaryOp
    | ast.Compare
    | ast.IfExp
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)
_MAKES_OTHERS = frozenset({"len", "int", "float", "bool", "round", "range", "dict", "list", "tuple", "set", "sum"})


def worked_out(file: File, node: FunctionNode) -> str | None:
    """Return the first value of an answer that is worked out from a parameter, or is kept outside of the endpoint.

    Args:
        file: the file.
        node: the endpoint.

    Returns:
        The expression as it is written; None where the answer is made of constants, of what was sent, of the time and
        of ids.
    """
    given = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
    for at in own(node.body):
        if isinstance(at, ast.Assign | ast.AnnAssign | ast.Return) and at.value is not None:
            for inner in own([at.value]):
                if isinstance(inner, ast.expr) and (
                    _is_worked_out(inner, given) or _is_kept(file, inner, at.value, node)
                ):
                    return ast.unparse(_spread(inner))
            if _names(at.value) & given:
                given |= {name for target in _targets(at) for name in _names(target)}
    return None


def _targets(at: ast.Assign | ast.AnnAssign | ast.Return) -> list[ast.expr]:
    match at:
        case ast.Assign(targets=targets):
            return targets
        case ast.AnnAssign(target=target):
            return [target]
    return []


def _is_worked_out(inner: ast.AST, given: set[str]) -> bool:
    match inner:
        case ast.Call(func=ast.Name(id=name), args=args) if name in _MAKES_OTHERS:
            return any(_names(each) & given for each in args)
        case ast.Dict(keys=keys, values=values) if None in keys:
            return any(_names(value) & given for key, value in zip(keys, values, strict=True) if key is None)
    return isinstance(inner, _WORKS_OUT) and bool(_names(inner) & given)


def _spread(inner: ast.expr) -> ast.expr:
    """Return what a display spreads, for any other expression itself."""
    if isinstance(inner, ast.Dict):
        return next(value for key, value in zip(inner.keys, inner.values, strict=True) if key is None)
    return inner


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _is_kept(file: File, inner: ast.AST, value: ast.expr, node: FunctionNode) -> bool:
    """Say whether a name is that of a value which the file keeps outside of the function, or imports."""
    if not isinstance(inner, ast.Name) or inner.id in file.names.bound(node):
        return False
    origins = file.names.bound(file.module.tree).get(inner.id)
    if origins is None or (inner.id[:1].isupper() and not inner.id.isupper()):
        return False  # a builtin; a class
    return not any(_is_its_head(each, inner, is_imported=None not in origins) for each in ast.walk(value))


def _is_its_head(each: ast.AST, inner: ast.Name, *, is_imported: bool) -> bool:
    """Say whether a name only tells where something comes from: what is called, or a constant of a module."""
    match each:
        case ast.Call(func=func):
            return func is inner or (is_imported and inner in ast.walk(func))
        case ast.Attribute(value=value, attr=attr):
            return is_imported and value is inner and attr.isupper()
    return False
