"""Which callable made the value of a local name or of `self.name`; looks at assignments and runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.names import Names, dotted, own_nodes
from fixbot.analysis.remembered import remembered


class Origins:
    """What stands behind the receivers of calls, as seen from one statement."""

    def __init__(self, names: Names, at: ast.AST) -> None:
        self._names = names
        self._at = at
        self._scopes = names.scopes(at)

    def made_by(self, node: ast.expr) -> str | None:
        """Return the full name of the callable, class or annotation that a value comes from, None where unknown.

        A value written out is what its type is called: `str` for a text, `list` for a list.
        """
        match node:
            case ast.Call(func=func):
                return self._names.resolve(func, self._at) or self._method_of(func)
            case ast.Name() | ast.Attribute():
                return self._named(node)
        return _literal(node)

    def _method_of(self, func: ast.expr) -> str | None:
        if not isinstance(func, ast.Attribute) or isinstance(func.value, ast.Call):
            return None
        owner = self.made_by(func.value)
        return f"{owner}.{func.attr}" if owner and owner.count(".") < _DEEPEST else None

    def _named(self, node: ast.Name | ast.Attribute) -> str | None:
        name = dotted(node)
        for scope in self._scopes if name is not None else ():
            found = assigned(scope)
            if name in found:
                return self._one(found[name])
        return None

    def _one(self, values: tuple[ast.expr, ...]) -> str | None:
        """Return what all values that are not None have in common."""
        made = {self._names.resolve(_callee(value), self._at) or _literal(value) for value in values}
        return made.pop() if len(made) == 1 else None


_DEEPEST = 4
_WRITTEN_OUT: dict[type[ast.expr], str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.JoinedStr: "str",
}


@remembered
def assigned(scope: ast.AST) -> dict[str, tuple[ast.expr, ...]]:
    """Map `name` and `self.name` to what a scope assigns to them, annotations of parameters included; None left out."""
    found: dict[str, list[ast.expr]] = {}
    nodes = ast.walk(scope) if isinstance(scope, ast.ClassDef) else own_nodes(scope)
    for node in nodes:
        for target, value in _pairs(node):
            if not (isinstance(value, ast.Constant) and value.value is None):
                found.setdefault(target, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((name, value) for target in targets if (name := dotted(target)))
        case ast.AnnAssign(target=target, annotation=annotation):
            if name := dotted(target):
                yield name, annotation
        case ast.withitem(optional_vars=ast.Name(id=name), context_expr=value):
            yield name, value
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            yield name, value
        case ast.arg(arg=name, annotation=ast.expr() as annotation):
            yield name, annotation


def _callee(value: ast.expr) -> ast.expr:
    if isinstance(value, ast.Await):
        value = value.value
    return value.func if isinstance(value, ast.Call) else value


def _literal(value: ast.expr) -> str | None:
    return type(value.value).__name__ if isinstance(value, ast.Constant) else _WRITTEN_OUT.get(type(value))
