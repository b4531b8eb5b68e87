"""Reads the source of one function of the standard library into the steps that its exceptions flow through; pure."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Iterable, Iterator
from types import FunctionType

from derive.stdlib import blame
from derive.stdlib.link import above, definition, method
from derive.stdlib.scope import NOTHING, Scope, full_name
from derive.stdlib.steps import (
    Again,
    Call,
    Gap,
    Handler,
    Raise,
    Source,
    Step,
    Target,
    Try,
)

Classes = tuple[type[BaseException], ...]
_BROAD = (Exception, OSError, ValueError)


class Reader:
    """Turns statements into steps; knows the tests that stand around a statement."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.tests: list[ast.expr] = []
        self.caught: list[tuple[str | None, Classes | None]] = []
        self.open: list[str] = []

    def statements(self, body: Iterable[ast.stmt]) -> tuple[Step, ...]:
        """Return the steps of statements, in their order."""
        return tuple(step for node in body for step in self._statement(node))

    def _statement(self, node: ast.stmt) -> Iterator[Step]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
            return
        if isinstance(node, ast.If):
            yield from self._branches(node)
        elif isinstance(node, ast.Raise):
            yield from self._raise(node)
        elif isinstance(node, ast.Try | ast.TryStar):
            yield self._try(node)
        elif isinstance(node, ast.With | ast.AsyncWith):
            yield from self._with(node)
        else:
            yield from self._compound(node)

    def _compound(self, node: ast.stmt) -> Iterator[Step]:
        if isinstance(node, ast.Assert | ast.For | ast.AsyncFor | ast.Delete | ast.AugAssign | ast.Match):
            yield Gap()
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                yield from self.expression(value)
            elif name in {"body", "orelse"}:
                yield from self.statements(value)
            elif name == "cases":
                yield from (step for case in value for step in self.statements(case.body))
            elif isinstance(value, list):
                yield from (step for item in value if isinstance(item, ast.expr) for step in self.expression(item))

    def _branches(self, node: ast.If) -> Iterator[Step]:
        yield from self.expression(node.test)
        always = blame.settled(node.test, self.scope)
        self.tests.append(node.test)
        if always is not False:
            yield from self.statements(node.body)
        if always is not True:
            yield from self.statements(node.orelse)
        self.tests.pop()

    def _raise(self, node: ast.Raise) -> Iterator[Step]:
        if node.exc is None:
            yield from self._again(self.caught[-1][1] if self.caught else None)
            return
        if isinstance(node.exc, ast.Name):
            for name, types in reversed(self.caught):
                if name == node.exc.id:
                    yield from self._again(types)
                    return
        if isinstance(node.exc, ast.Call):
            yield from (step for arg in node.exc.args for step in self.expression(arg))
        found = self._raised(node.exc)
        message = ast.unparse(node.exc)
        yield from (Raise(cls, blame.misuse(cls, self.scope, self.tests, message)) for cls in found)
        if not found:
            yield Gap()

    def _again(self, types: Classes | None) -> Iterator[Step]:
        """Raise what a handler has caught; an author who names a specific type has seen it come."""
        yield Again()
        for cls in types or ():
            if issubclass(cls, Exception) and not issubclass(cls, (Warning, *blame.MISUSE)) and cls not in _BROAD:
                yield Raise(cls, misuse=False)

    def _raised(self, node: ast.expr) -> Classes:
        made = node.func if isinstance(node, ast.Call) else node
        thing = self.scope.live(made)
        if isinstance(thing, type) and issubclass(thing, BaseException):
            return (thing,)
        if not isinstance(thing, type | BaseException):
            made_here = self.scope.callees(made) if isinstance(node, ast.Call) else ()
            return tuple(cls for target in made_here or () for cls in _given_back(target)) or tuple(
                cls for cls in sorted(self.scope.classes(node), key=str) if issubclass(cls, BaseException)
            )
        return ()

    def _try(self, node: ast.Try | ast.TryStar) -> Try:
        body = self.statements(node.body)
        handlers = []
        for handler in node.handlers:
            types = self.types(handler.type)
            self.caught.append((handler.name, types))
            handlers.append(Handler(types, self.statements(handler.body)))
            self.caught.pop()
        return Try(body, tuple(handlers), self.statements(node.orelse), self.statements(node.finalbody))

    def types(self, node: ast.expr | None) -> Classes | None:
        """Return the classes that an except clause names, None where they are not known."""
        if node is None:
            return (BaseException,)
        if isinstance(node, ast.Tuple):
            parts = [self.types(item) for item in node.elts]
            return None if None in parts else tuple(cls for part in parts for cls in part or ())
        found = self.scope.live(node)
        several = found if isinstance(found, tuple) else (found,)
        ok = all(isinstance(cls, type) and issubclass(cls, BaseException) for cls in several)
        return several if ok else None

    def _with(self, node: ast.With | ast.AsyncWith) -> Iterator[Step]:
        suppressed: list[type[BaseException]] = []
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and self.scope.live(call.func) is contextlib.suppress:
                suppressed.extend(cls for arg in call.args for cls in self.types(arg) or ())
            else:
                yield from self.expression(call)
        body = self.statements(node.body)
        yield from () if suppressed else (Gap(),)
        yield from [Try(body, (Handler(tuple(suppressed), ()),), (), ())] if suppressed else body

    def expression(self, node: ast.expr) -> Iterator[Step]:
        """Yield the steps of all calls within an expression, inner ones first."""
        if isinstance(node, ast.Lambda):
            return
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from self.expression(child)
            elif isinstance(child, ast.comprehension | ast.keyword):
                parts = (part for part in ast.iter_child_nodes(child) if isinstance(part, ast.expr))
                yield from (step for part in parts for step in self.expression(part))
        if isinstance(node, ast.Call):
            yield from self._call(node)
        elif not self._harmless(node):
            yield Gap()

    def _harmless(self, node: ast.expr) -> bool:
        """Tell whether an expression, its inner ones apart, runs no code that is not understood."""
        if isinstance(node, ast.Attribute):
            return self._held(node)
        if isinstance(node, ast.Compare):
            return all(isinstance(operator, ast.Is | ast.IsNot) for operator in node.ops)
        if isinstance(node, ast.Tuple):
            return isinstance(node.ctx, ast.Load)
        return isinstance(node, ast.Constant | ast.Name | ast.BoolOp | ast.IfExp | ast.List | ast.Dict)

    def _held(self, node: ast.Attribute) -> bool:
        own = isinstance(node.value, ast.Name) and node.value.id == self.scope.receiver
        computed = hasattr(inspect.getattr_static(self.scope.owner, node.attr, None), "__get__") if own else False
        return (own and not computed) or self.scope.live(node) is not NOTHING

    def _call(self, node: ast.Call) -> Iterator[Step]:
        if isinstance(node.func, ast.Name) and node.func.id in self.scope.inner:
            yield from self._inner(node.func.id)
            return
        found = self._super(node.func)
        found = self.scope.callees(node.func) if found is None else found
        if self.scope.live(node.func) is next and node.args:
            held = sorted(self.scope.classes(node.args[0]), key=str)
            found = tuple(target for cls in held for target in method(cls, "__next__") or ()) or found
        if found is None:
            yield Gap()
        elif found:
            ruled = blame.never(full_name(found[0]), node, self.scope) if len(found) == 1 else ()
            # A look-up that only a switch asks for is not what an ordinary call meets.
            if any(blame.about_options(test, self.scope) for test in self.tests):
                ruled = (*ruled, LookupError)
            yield Call(found, blame.given(node, self.scope), blame.constant(node, self.scope), ruled)

    def _inner(self, name: str) -> Iterator[Step]:
        if name not in self.open:
            self.open.append(name)
            yield from self.statements(self.scope.inner[name].body)
            self.open.pop()

    def _super(self, node: ast.expr) -> tuple[Target, ...] | None:
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call) and self.scope.owner):
            return None
        if ast.unparse(node.value.func) != "super":
            return None
        return above(self.scope.owner, self.scope.function, node.attr)


def steps(source: Source) -> tuple[Step, ...]:
    """Return the steps of a function."""
    scope = Scope(source)
    return Reader(scope).statements(scope.node.body)


def _given_back(target: Target) -> Classes:
    """Return the exception classes that a function makes and returns, for whoever raises its result."""
    if not isinstance(target, Source) or not isinstance(target.function, FunctionType):
        return ()
    node = definition(target.function)
    scope = Scope(target)
    made = [child.value for child in ast.walk(node) if isinstance(child, ast.Return)] if node else []
    found = [scope.live(value.func) for value in made if isinstance(value, ast.Call)]
    return tuple(cls for cls in found if isinstance(cls, type) and issubclass(cls, BaseException))
