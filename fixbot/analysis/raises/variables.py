"""What kind of value a local or module-level name holds, from every place of its scope that binds it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from fixbot.analysis.knowledge import library
from fixbot.analysis.module import statements
from fixbot.analysis.names import Names, imported, own_nodes
from fixbot.analysis.raises import kinds
from fixbot.analysis.raises.view import View

_CHANGES = frozenset({"append", "extend", "insert", "add", "update", "setdefault"})
_NATIVE = frozenset({"str", "bytes", "int", "float", "bool", "dict", "list", "tuple", "set"})


@dataclass(slots=True)
class Bindings:
    """How one scope binds its names: the values, each with the way it is taken, and the first lines.

    A value of None stands for a way of binding that says nothing about the kind.
    """

    values: dict[str, list[tuple[str, ast.expr] | None]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    parameters: dict[str, tuple[ast.arg, ast.expr | None]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)


@lru_cache(maxsize=16)
def scope_bindings(scope: ast.AST) -> Bindings:
    """Collect the bindings of a module, class or function; nested scopes are not entered."""
    found = Bindings()
    if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        found.parameters = dict(_parameters(scope.args))
    # In the order of the code: what the first binding of a name says is assumed by the later ones.
    nodes = sorted(own_nodes(scope), key=_position)
    understood = {id(target): way for node in nodes for target, way in _ways(node)}
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.values.setdefault(node.id, []).append(understood.get(id(node)))
            found.lines[node.id] = min(node.lineno, found.lines.get(node.id, node.lineno))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for bound in imported(node):
                found.values.setdefault(bound, []).append(None)
                found.lines[bound] = 0
        elif (name := _other_binding(node)) is not None:
            found.values.setdefault(name, []).append(None)
            found.lines[name] = 0
        elif (changed := _changes(node)) is not None:
            found.changed.add(changed)
    return found


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _parameters(args: ast.arguments) -> Iterator[tuple[str, tuple[ast.arg, ast.expr | None]]]:
    ordered = [*args.posonlyargs, *args.args]
    padding: list[ast.expr | None] = [None] * (len(ordered) - len(args.defaults))
    for arg, default in zip(ordered, [*padding, *args.defaults], strict=True):
        yield arg.arg, (arg, default)
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield arg.arg, (arg, default)


def _ways(node: ast.AST) -> Iterator[tuple[ast.expr, tuple[str, ast.expr]]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, ("value", value)) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield target, ("value", value)
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            yield target, ("element", value)
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            yield target, ("entered", value)
        case ast.AugAssign(target=ast.Name() as target):
            yield target, ("value", as_binary(node))


def as_binary(node: ast.AugAssign) -> ast.BinOp:
    """Return the expression `a + b` for the statement `a += b`."""
    left = (
        ast.copy_location(ast.Name(node.target.id, ast.Load()), node)
        if isinstance(node.target, ast.Name)
        else node.target
    )
    return ast.copy_location(ast.BinOp(left, node.op, node.value), node)


def _other_binding(node: ast.AST) -> str | None:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return name
        case ast.MatchMapping(rest=name):
            return name
    return None


def _changes(node: ast.AST) -> str | None:
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in _CHANGES:
            return name
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
            return name
    return None


@lru_cache(maxsize=4)
def rebound_elsewhere(tree: ast.AST) -> frozenset[str]:
    """Return the names that some function of a module declares global or nonlocal."""
    declared = (node for node, _ in statements(tree) if isinstance(node, ast.Global | ast.Nonlocal))
    return frozenset(name for node in declared for name in node.names)


class Variables:
    """The kinds of the names that can be seen from one statement, worked out when asked for and kept."""

    def __init__(
        self,
        names: Names,
        at: ast.AST,
        kind_of: Callable[[str, ast.expr, ast.AST], str | None],
        view: View,
        known: dict[tuple[ast.AST, str], str | None] | None = None,
    ) -> None:
        """Take `kind_of(way, value, at)`, which finds kinds, and what is already known or assumed."""
        self._view = view
        self._names = names
        self.scopes = names.scopes(at)
        self._kind_of = kind_of
        self.known = {} if known is None else known

    def scope_of(self, name: str) -> ast.AST | None:
        """Return the scope that binds a name, None where none does."""
        return next((scope for scope in self.scopes if name in self._names.bound(scope)), None)

    def bound_later(self, name: str, scope: ast.AST, line: int) -> bool:
        """Say whether the innermost scope binds a name below this line only: it may not be bound yet."""
        found = scope_bindings(scope)
        return scope is self.scopes[0] and name not in found.parameters and found.lines.get(name, 0) > line

    def shared(self, name: str) -> bool:
        """Say whether a function declares the name global or nonlocal."""
        return name in rebound_elsewhere(self.scopes[-1])

    def kind(self, name: str, scope: ast.AST) -> str | None:
        """Return the kind that every binding of a name in its scope agrees on, None where they do not."""
        key = scope, name
        if key not in self.known:
            before = len(self.known)
            self.known[key] = None
            kind = None if self.shared(name) else self._agreed(name, scope)
            if kind != self.known[key]:
                # What was worked out from an assumption that did not hold is forgotten.
                for stale in list(self.known)[before:]:
                    del self.known[stale]
            self.known[key] = kind
        return self.known[key]

    def _agreed(self, name: str, scope: ast.AST) -> str | None:
        found = scope_bindings(scope)
        at = scope.body[0] if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else scope
        assumed: str | None = None
        if name in found.parameters:
            own = self._view.parameter(scope) if name == next(iter(found.parameters)) else None
            assumed = own or self._settled(self._annotated(*found.parameters[name], at), name, found)
            if assumed is None:
                return None
        for way in found.values.get(name, []):
            # A binding may refer to its own name (`x = x.strip()`): the first one is assumed by the rest.
            self.known[scope, name] = assumed
            kind = self._settled(self._kind_of(*way, at), name, found) if way is not None else None
            # What is lazy runs its code later, here of all places.
            if kind is None or kinds.base(kind) == "iterator" or assumed not in {None, kind}:
                return None
            assumed = kind
        self.known[scope, name] = assumed
        return assumed

    def _settled(self, kind: str | None, name: str, found: Bindings) -> str | None:
        changed = name in found.changed and kinds.base(kind) in kinds.CONTAINERS
        return kinds.base(kind) if changed else kind

    def settled(self, kind: str | None, name: str) -> str | None:
        """Return the kind of a value that the innermost scope binds; a changed list may hold anything."""
        return self._settled(kind, name, scope_bindings(self.scopes[0]))

    def _annotated(self, arg: ast.arg, default: ast.expr | None, at: ast.AST) -> str | None:
        kind = self.annotation(arg.annotation, at)
        absent = isinstance(default, ast.Constant) and default.value is None
        return kinds.optional(kind) if absent else kind

    def annotation(self, node: ast.expr | None, at: ast.AST) -> str | None:  # noqa: PLR0911 - one return for each form
        """Return the kind that an annotation stands for, None where it says nothing that is understood."""
        match node:
            case ast.Constant(value=str() as text):
                return self.annotation(_parsed(text), at)
            case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
                return kinds.optional(self.annotation(left, at))
            case ast.Subscript(value=value, slice=inside) if self._names.resolve(value, at) == "typing.Optional":
                return kinds.optional(self.annotation(inside, at))
            case ast.Subscript(value=value, slice=ast.Tuple(elts=[inside, ast.Constant(value=None)])):
                union = self._names.resolve(value, at) == "typing.Union"
                return kinds.optional(self.annotation(inside, at)) if union else None
            case ast.Subscript(value=ast.Name(id="list" | "set" | "dict" as word), slice=inside):
                part = inside.elts[0] if isinstance(inside, ast.Tuple) and inside.elts else inside
                return kinds.holding(word, self.annotation(part, at))
            case ast.Name() | ast.Attribute():
                full = self._names.resolve(node, at) or ""
                return full if full in _NATIVE else library().classes.get(full) or self._view.annotation(node, at)
        return None


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
