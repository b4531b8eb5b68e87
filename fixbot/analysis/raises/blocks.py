"""Walks statements, branches, loops and inner handlers, and keeps what they let out; runs none of them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fixbot.analysis.definitions import Class
from fixbot.analysis.raises import kinds, operators
from fixbot.analysis.raises.evidence import Found, Raised, Unknown, shortened
from fixbot.analysis.raises.expressions import Expressions
from fixbot.analysis.raises.guarded import ends, rebound
from fixbot.analysis.raises.guards import facts, following
from fixbot.analysis.raises.inner import split
from fixbot.analysis.raises.members import is_annotated
from fixbot.analysis.raises.operators import FOREIGN
from fixbot.analysis.raises.variables import as_binary

_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_REPEATED = ast.For | ast.AsyncFor | ast.While | ast.Try


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
        match node:
            case ast.Pass() | ast.Break() | ast.Continue() | ast.Global() | ast.Nonlocal():
                pass
            case ast.Expr(value=ast.Name() as name):
                self._mentioned(name)
            case ast.Expr(value=value):
                self.expressions.kind(value)
            case ast.Return(value=value):
                self.expressions.returned.append(self.expressions.kind(value) if value is not None else "none")
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value) if self._in_function():
                self._assign([target], value)
            case ast.AnnAssign(value=None) if self._in_function():
                pass
            case ast.AugAssign():
                self._augmented(node)
            case ast.Delete() | ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom():
                self._simple(node)
            case _:
                self._compound(node)
        self._guarded(node)

    def _guarded(self, node: ast.stmt) -> None:
        """Keep what holds behind a statement, and end what held of the things that it bound."""
        guards = self.expressions.guards
        if isinstance(node, ast.If | ast.For | ast.While | ast.With):
            return
        guards.end([node])
        guards.add(following(node))

    def _augmented(self, node: ast.AugAssign) -> None:
        outside = self.expressions.found
        before = len(outside.unknown)
        made = self.expressions.kind(as_binary(node))
        self.expressions.found = Found()
        self.expressions.bind(node.target, made, node.value)
        stored, self.expressions.found = self.expressions.found, outside
        outside.exceptions += stored.exceptions
        # What stands before the last bracket or dot is named once.
        outside.unknown += stored.unknown if len(outside.unknown) == before else []

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
            case ast.Import() | ast.ImportFrom() if not self.expressions.view.imports(node):
                self.expressions.found.raised(("ImportError",), node, "import")

    def _compound(self, node: ast.stmt) -> None:
        stored = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and _stores(inner)}
        if isinstance(node, _REPEATED):
            self._forget(stored)
            self.expressions.guards.end([node])
        match node:
            case ast.If():
                self._if(node)
            case ast.While() | ast.For() | ast.AsyncFor():
                self._loop(node)
            case ast.With() | ast.AsyncWith():
                self._with(node)
            case ast.Try():
                self._try(node, stored)
            case ast.Match():
                self._match(node)
            case ast.FunctionDef(decorator_list=[], args=args) if not is_annotated(node):
                self.expressions.kinds([*args.defaults, *args.kw_defaults])
            case _:
                self._unknown(node)
        self._forget(stored)

    def _if(self, node: ast.If) -> None:
        self.expressions.kind(node.test)
        local, guards = dict(self.expressions.local), self.expressions.guards
        before = guards.held
        guards.add(facts(node.test, holds=True))
        self.read(node.body)
        after, guards.held, self.expressions.local = guards.held, before, local
        guards.add(facts(node.test, holds=False))
        self.read(node.orelse)
        if ends(node.body):
            return
        guards.held = after if ends(node.orelse) else guards.held & after

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor) -> None:
        guards = self.expressions.guards
        before = guards.held
        if isinstance(node, ast.While):
            self.expressions.kind(node.test)
            guards.add(facts(node.test, holds=True))
        else:
            if isinstance(node, ast.AsyncFor):
                self.expressions.found.unknown.append(Unknown(node.lineno, shortened(node.iter)))
            self.expressions.each(node.target, node.iter, foreign=isinstance(node, ast.AsyncFor))
        self.read(node.body)
        guards.held = before
        self.read(node.orelse)

    def _match(self, node: ast.Match) -> None:
        mark = len(self.expressions.found.unknown)
        kind = self.expressions.kind(node.subject)
        before, local = self.expressions.guards.held, dict(self.expressions.local)
        if not kinds.plain(kind):
            self.expressions.apply(FOREIGN, node.subject, mark)
        for case in node.cases:
            self.expressions.guards.held, self.expressions.local = before, dict(local)
            self._forget(rebound([case.pattern]))
            self.expressions.kinds([case.guard])
            self.read(case.body)
        self.expressions.guards.held = before
        self.expressions.guards.end([node])

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
            if self.handled is not None and isinstance(target, ast.Name) and target.id == self.handled.name:
                self.handled = replace(self.handled, name=None)
            self.expressions.bind(target, kind, value, display=value)

    def _delete(self, targets: list[ast.expr]) -> None:
        for target in targets:
            mark = len(self.expressions.found.unknown)
            if isinstance(target, ast.Name):
                continue
            effect = FOREIGN
            if isinstance(target, ast.Subscript):
                held, index = self.expressions.kinds([target.value, target.slice])
                effect = operators.store(held, "<deletes>")
                if not effect.known:
                    effect = operators.absent_item(index)
            self.expressions.apply(effect, target, mark)

    def _raise(self, node: ast.Raise) -> None:
        exc = node.exc
        self.expressions.kinds([node.cause])
        if self.handled is not None and (exc is None or (isinstance(exc, ast.Name) and exc.id == self.handled.name)):
            self.expressions.found.exceptions += self.handled.found.exceptions
            self.expressions.found.unknown += self.handled.found.unknown
            return
        made = exc.func if isinstance(exc, ast.Call) else exc
        known = self.expressions.view.lineage(made, self.expressions.at) if made is not None else None
        cls = self.expressions.view.lookup(made, self.expressions.at) if made is not None else None
        if isinstance(exc, ast.Call) and not (known is None and isinstance(made, ast.Call)):
            self.expressions.kinds([*exc.args, *(keyword.value for keyword in exc.keywords)])
        summary = self.expressions.view.construct(cls) if isinstance(cls, Class) else None
        if known is None:
            self._unknown(node)
            return
        if summary is not None and known.whole:
            self.expressions.through(summary, node)
        if not known.whole:
            self._unknown(node)
        line, because = node.lineno, shortened(node)
        raised = Raised(known.written, line, because, "raise", known.identities, known.whole)
        self.expressions.found.exceptions.append(raised)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            mark = len(self.expressions.found.unknown)
            kind = self.expressions.kind(item.context_expr)
            if isinstance(node, ast.AsyncWith):
                kind = self.expressions.apply(FOREIGN, item.context_expr, mark)
            else:
                kind = self.expressions.enter(kind, item.context_expr, mark)
            if item.optional_vars is not None:
                self.expressions.bind(item.optional_vars, kind, item.context_expr)
        self.read(node.body)

    def _try(self, node: ast.Try, stored: set[str]) -> None:
        outside, guards = self.expressions.found, self.expressions.guards
        before = guards.held
        self.expressions.found = Found()
        self.read(node.body)
        inside, self.expressions.found = self.expressions.found, outside
        left = inside
        after: list[tuple[ast.ExceptHandler, Found]] = []
        for handler in node.handlers:
            caught, left = split(handler, left, self.expressions.view, self.expressions.at)
            after.append((handler, caught))
        outside.exceptions += left.exceptions
        outside.unknown += left.unknown
        self.read(node.orelse)
        behind = guards.held
        for handler, caught in after:
            self._forget(stored)
            guards.held = before  # the body may have ended anywhere
            self._handler(handler, caught)
            behind = behind if ends(handler.body) else behind & guards.held
        self._forget(stored)
        guards.held = before if node.finalbody else behind
        self.read(node.finalbody)

    def _handler(self, handler: ast.ExceptHandler, caught: Found) -> None:
        before = self.handled
        self.handled = _Handled(caught, handler.name)
        if handler.name is not None:
            standard = all(len(raised.lineage) > 1 for raised in caught.exceptions) and not caught.unknown
            self.expressions.rebind(handler.name, "exception" if standard else None)
        self.read(handler.body)
        self._forget({handler.name} if handler.name else set())
        self.handled = before


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store | ast.Del)
