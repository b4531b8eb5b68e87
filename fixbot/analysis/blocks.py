"""Walks statements, branches, loops and inner handlers, and keeps what they let out; runs none of them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fixbot.analysis import hierarchy, kinds, operators
from fixbot.analysis.evidence import Found, Raised, Unknown, shortened
from fixbot.analysis.expressions import Expressions
from fixbot.analysis.operators import FOREIGN
from fixbot.analysis.variables import as_binary, there

_EVERYTHING = "builtins.BaseException"
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class _Handled:
    """What the handler around a statement has caught, and the name it gave it."""

    found: Found
    name: str | None


@dataclass(slots=True)
class Block:
    """Reads statements in order; `handled` is what a bare `raise` raises again."""

    expressions: Expressions
    handled: _Handled | None = None

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read statements one after the other; what they raise is kept in `expressions.found`."""
        for node in body:
            self._statement(node)

    def _statement(self, node: ast.stmt) -> None:
        kind = self.expressions.kind
        match node:
            case ast.Pass() | ast.Break() | ast.Continue() | ast.Global() | ast.Nonlocal() | ast.Return(value=None):
                pass
            case ast.Expr(value=ast.Name() as name):
                self._mentioned(name)
            case ast.Expr(value=value) | ast.Return(value=ast.expr() as value):
                kind(value)
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value)
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value) if self._in_function():
                self._assign([target], value)
            case ast.AugAssign(target=ast.Name(id=name)):
                self.expressions.local[name] = kind(as_binary(node))
            case ast.Delete() | ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom():
                self._simple(node)
            case _:
                self._compound(node)

    def _simple(self, node: ast.stmt) -> None:
        match node:
            case ast.Delete(targets=targets):
                self._delete(targets)
            case ast.Raise():
                self._raise(node)
            case ast.Assert(test=test, msg=message):
                self.expressions.kind(test)
                self.expressions.found.raised(("AssertionError",), node, "operation")
                self.expressions.kinds([message])
            case ast.Import() | ast.ImportFrom():
                self.expressions.found.raised(("ImportError",), node, "import")

    def _compound(self, node: ast.stmt) -> None:
        kind = self.expressions.kind
        stored = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and _stores(inner)}
        if isinstance(node, ast.For | ast.While | ast.Try):
            self._forget(stored)
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                kind(test)
                before = dict(self.expressions.local)
                if (name := there(test)) is not None:
                    self.expressions.local[name.id] = kinds.certain(kind(name))
                self.read(body)
                self.expressions.local = before
                self.read(orelse)
            case ast.While(test=test, body=body, orelse=orelse):
                kind(test)
                self.read([*body, *orelse])
            case ast.For(target=target, iter=iterable, body=body, orelse=orelse):
                self.expressions.each(target, iterable)
                self.read([*body, *orelse])
            case ast.With():
                self._with(node)
            case ast.Try():
                self._try(node, stored)
            case ast.FunctionDef(decorator_list=[], args=args) if not _annotated(node):
                self.expressions.kinds([*args.defaults, *args.kw_defaults])
            case _:
                self._unknown(node)
        self._forget(stored)

    def _unknown(self, node: ast.stmt) -> None:
        self.expressions.found.unknown.append(Unknown(node.lineno, shortened(node)))

    def _forget(self, names: set[str]) -> None:
        for name in names:
            self.expressions.local.pop(name, None)

    def _in_function(self) -> bool:
        return isinstance(self.expressions.variables.scopes[0], _FUNCTIONS)

    def _mentioned(self, name: ast.Name) -> None:
        # A name that stands alone is there to see whether it exists; a parameter or a builtin always does.
        scope = self.expressions.variables.scope_of(name.id)
        starred = "*" in self.expressions.names.bound(self.expressions.variables.scopes[-1])
        missing = scope is None and not starred and not hasattr(builtins, name.id)
        if missing or not isinstance(scope, _FUNCTIONS | None):
            self.expressions.found.raised(("NameError",), name, "operation")
        else:
            self.expressions.kind(name)

    def _assign(self, targets: list[ast.expr], value: ast.expr) -> None:
        if isinstance(value, ast.Name) and self.expressions.variables.scope_of(value.id) is None:
            self._mentioned(value)
        kind = self.expressions.kind(value)
        for target in targets:
            self.expressions.bind(target, kind, value, display=value)

    def _delete(self, targets: list[ast.expr]) -> None:
        for target in targets:
            mark = len(self.expressions.found.unknown)
            if isinstance(target, ast.Name):
                continue
            effect = FOREIGN
            if isinstance(target, ast.Subscript):
                effect = operators.store(self.expressions.kind(target.value), "<deletes>")
                self.expressions.kind(target.slice)
            self.expressions.apply(effect, target, mark)

    def _raise(self, node: ast.Raise) -> None:
        exc = node.exc
        self.expressions.kinds([node.cause])
        if self.handled is not None and (exc is None or (isinstance(exc, ast.Name) and exc.id == self.handled.name)):
            self.expressions.found.exceptions += self.handled.found.exceptions
            self.expressions.found.unknown += self.handled.found.unknown
            return
        if isinstance(exc, ast.Call):
            self.expressions.kinds([*exc.args, *(keyword.value for keyword in exc.keywords)])
            exc = exc.func
        known = hierarchy.lineage(exc, self.expressions.names, self.expressions.at) if exc is not None else None
        if known is None:
            self._unknown(node)
            return
        raised = Raised(known[0], node.lineno, shortened(node), "raise", known[1])
        self.expressions.found.exceptions.append(raised)

    def _with(self, node: ast.With) -> None:
        for item in node.items:
            mark = len(self.expressions.found.unknown)
            effect = operators.entering(self.expressions.kind(item.context_expr))
            kind = self.expressions.apply(effect, item.context_expr, mark)
            if item.optional_vars is not None:
                self.expressions.bind(item.optional_vars, kind, item.context_expr)
        self.read(node.body)

    def _try(self, node: ast.Try, stored: set[str]) -> None:
        outside = self.expressions.found
        self.expressions.found = Found()
        self.read(node.body)
        inside, self.expressions.found = self.expressions.found, outside
        left = inside
        after: list[tuple[ast.ExceptHandler, Found]] = []
        for handler in node.handlers:
            caught, left = self._split(handler, left)
            after.append((handler, caught))
        outside.exceptions += left.exceptions
        outside.unknown += left.unknown
        self.read(node.orelse)
        for handler, caught in after:
            self._forget(stored)
            self._handler(handler, caught)
        self._forget(stored)
        self.read(node.finalbody)

    def _handler(self, handler: ast.ExceptHandler, caught: Found) -> None:
        before = self.handled
        self.handled = _Handled(caught, handler.name)
        if handler.name is not None:
            standard = all(len(raised.lineage) > 1 for raised in caught.exceptions) and not caught.unknown
            self.expressions.local[handler.name] = "exception" if standard else None
        self.read(handler.body)
        self._forget({handler.name} if handler.name else set())
        self.handled = before

    def _split(self, handler: ast.ExceptHandler, found: Found) -> tuple[Found, Found]:
        types = self._types(handler)
        if types is None:
            return found, found
        if _EVERYTHING in types:
            return found, Found()
        caught = [raised for raised in found.exceptions if not types.isdisjoint(raised.lineage)]
        left = [raised for raised in found.exceptions if types.isdisjoint(raised.lineage)]
        return Found([*caught, *self._below(types, left)], list(found.unknown)), replace(found, exceptions=left)

    def _below(self, types: set[str], left: list[Raised]) -> list[Raised]:
        # `except FileNotFoundError` around what raises OSError catches some of it.
        return [raised for raised in left if any(raised.lineage[0] in _parents(name) for name in types)]

    def _types(self, handler: ast.ExceptHandler) -> set[str] | None:
        """Return the identities of what a handler catches, None where that is not understood."""
        if handler.type is None:
            return {_EVERYTHING}
        written = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        known = [hierarchy.lineage(node, self.expressions.names, self.expressions.at) for node in written]
        return {found[1][0] for found in known if found is not None} if all(known) else None


def _parents(identity: str) -> tuple[str, ...]:
    return hierarchy.standard_lineage(identity.removeprefix("builtins."))


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store | ast.Del)


def _annotated(node: ast.FunctionDef) -> bool:
    every = [
        *node.args.posonlyargs,
        *node.args.args,
        *node.args.kwonlyargs,
        node.args.vararg,
        node.args.kwarg,
    ]
    return node.returns is not None or any(arg is not None and arg.annotation is not None for arg in every)
