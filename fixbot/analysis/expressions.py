"""Walks an expression and keeps what it can raise and what in it is not understood; changes nothing."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

from fixbot.analysis import calls, hierarchy, kinds, operators
from fixbot.analysis.evidence import Found, Unknown, shortened
from fixbot.analysis.knowledge import library
from fixbot.analysis.names import Names, dotted
from fixbot.analysis.operators import FOREIGN, Effect
from fixbot.analysis.variables import Variables


class Expressions:
    """Reads expressions as seen from a statement: `found` collects, `local` has the kinds known so far."""

    def __init__(self, names: Names, at: ast.AST, variables: Variables | None = None) -> None:
        self.names = names
        self.at = at
        self.found = Found()
        self.local: dict[str, str | None] = {}
        self.variables = variables or Variables(names, at, self._quietly)

    def _quietly(self, way: str, value: ast.expr, at: ast.AST) -> str | None:
        beyond = Variables(self.names, at, self._quietly, self.variables.known)
        kind = Expressions(self.names, at, beyond).kind(value)
        if way == "element":
            return operators.running_through(kind).kind
        return operators.entering(kind).kind if way == "entered" else kind

    def apply(self, effect: Effect, node: ast.expr, mark: int | None = None) -> str | None:
        """Keep what a step raises or that it is not understood, and return the kind of its result.

        With a `mark`, the number of unknowns before the step's parts, a part that is not understood speaks
        for the whole.
        """
        if effect.known:
            self.found.raised(effect.raises, node, effect.source)
            return effect.kind
        if mark is None or len(self.found.unknown) == mark:
            self.found.unknown.append(Unknown(node.lineno, shortened(node)))
        return None

    def kinds(self, nodes: Iterable[ast.expr | None]) -> list[str | None]:
        """Read expressions in order and return their kinds."""
        return [self.kind(node) for node in nodes if node is not None]

    def kind(self, node: ast.expr) -> str | None:  # noqa: PLR0911 - one return for each form
        """Read one expression and return the kind of its value, None where that is not known."""
        mark = len(self.found.unknown)
        match node:
            case ast.Constant(value=value):
                return "none" if value is None else type(value).__name__
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node, mark)
            case ast.Call():
                return self._call(node, mark)
            case ast.Subscript(value=value, slice=index):
                kind = self.kind(value)
                self.kind(index)
                return self.apply(operators.subscript(kind, index), node, mark)
            case ast.BinOp(left=left, op=op, right=right):
                sides = self.kinds([left, right])
                return self.apply(operators.binary(op, sides[0], sides[1], right), node, mark)
            case ast.UnaryOp(op=op, operand=operand):
                return self.apply(operators.unary(op, self.kind(operand)), node, mark)
            case ast.Compare():
                return self._compare(node, mark)
        return self._composed(node, mark)

    def _composed(self, node: ast.expr, mark: int) -> str | None:  # noqa: PLR0911 - one return for each form
        match node:
            case ast.BoolOp(op=op, values=values):
                return operators.either(op, self.kinds(values))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.kind(test)
                return kinds.join(*self.kinds([body, orelse]))
            case ast.NamedExpr(target=target, value=value):
                self.local[target.id] = self.kind(value)
                return self.local[target.id]
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return operators.display(type(node).__name__.lower(), self.kinds(elements))
            case ast.Dict(keys=keys, values=values) if None not in keys:
                self.kinds(values)
                return operators.display("dict", self.kinds(keys))
            case ast.Slice(lower=lower, upper=upper, step=step):
                self.kinds([lower, upper, step])
                return None
            case ast.JoinedStr(values=parts):
                return self._formatted(parts)
            case ast.Lambda(args=args):
                self.kinds([*args.defaults, *args.kw_defaults])
                return None
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
        return self.apply(FOREIGN, node, mark)

    def _name(self, node: ast.Name) -> str | None:
        if node.id in self.local:
            return self.local[node.id]
        scope = self.variables.scope_of(node.id)
        full = self.names.origin(node.id, self.at)
        if scope is None:
            if self._is_gone(node.id):
                self.found.raised(("NameError",), node, "operation")
            return "class" if isinstance(getattr(builtins, full or "", None), type) else None
        if full is not None:
            return "module" if full in library().modules else library().constants.get(full)
        if self.variables.bound_later(node.id, scope, node.lineno):
            self.found.raised(("NameError",), node, "operation")
        return self.variables.kind(node.id, scope)

    def _is_gone(self, name: str) -> bool:
        """Say whether a name was a builtin of Python 2; other missing ones may be put in from outside."""
        starred = "*" in self.names.bound(self.variables.scopes[-1])
        return name in library().removed and not starred and not self.variables.shared(name)

    def _attribute(self, node: ast.Attribute, mark: int) -> str | None:
        full = self.names.resolve(node, self.at)
        if full is not None:
            if full in library().constants:
                return library().constants[full]
            if full in library().calls or full in library().modules:
                return None
            if hierarchy.imported_class(full):
                return "class"
        receiver = self.kind(node.value)
        kind = library().attributes.get((kinds.base(receiver) or "", node.attr))
        if kind is None and kinds.operation(receiver, node.attr) is None:
            del self.found.unknown[mark:]
            return self.apply(FOREIGN, node)
        absent = receiver is not None and receiver.endswith("?")
        return self.apply(Effect(kind, ("AttributeError",) if absent else ()), node)

    def _call(self, node: ast.Call, mark: int) -> str | None:
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if any(isinstance(arg, ast.Starred) for arg in node.args) or any(k.arg is None for k in node.keywords):
            return self.apply(FOREIGN, node, mark)
        effect = self._effect(node, arguments)
        return self.apply(effect, node) if effect is not None else None

    def _effect(self, node: ast.Call, arguments: list[ast.expr]) -> Effect | None:
        full = self.names.resolve(node.func, self.at)
        fact = library().calls.get(full) if full is not None else None
        if fact is not None:
            return calls.outcome(fact, node, self.kinds(arguments))
        if full is not None and hierarchy.imported_class(full) and not node.keywords:
            self.kinds(arguments)
            return Effect("exception")
        if isinstance(node.func, ast.Name):
            return self._named(node.func, arguments)
        return self._method(node, arguments)

    def _named(self, func: ast.Name, arguments: list[ast.expr]) -> Effect | None:
        self.kind(func)
        if self.variables.scope_of(func.id) is None and self._is_gone(func.id):
            return None
        self.kinds(arguments)
        return FOREIGN

    def _method(self, node: ast.Call, arguments: list[ast.expr]) -> Effect | None:
        before = len(self.found.unknown)
        receiver = self.kind(node.func.value) if isinstance(node.func, ast.Attribute) else self.kind(node.func)
        if dotted(node.func) is not None:
            # The call is named instead of its receiver: `self.client.fetch`, not `self.client`.
            del self.found.unknown[before:]
        settled = len(self.found.unknown) > before
        given = self.kinds(arguments)
        fact = kinds.operation(receiver, node.func.attr) if isinstance(node.func, ast.Attribute) else None
        if fact is None:
            return None if settled else FOREIGN
        effect = calls.outcome(fact, node, given, receiver)
        absent = receiver is not None and receiver.endswith("?")
        return (
            effect
            if not absent
            else Effect(effect.kind, ("AttributeError", *effect.raises), known=effect.known, source=effect.source)
        )

    def _compare(self, node: ast.Compare, mark: int) -> str | None:
        nodes = [node.left, *node.comparators]
        sides = list(zip(nodes, self.kinds(nodes), strict=True))
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            self.apply(operators.comparison(op, left, right), node, mark)
        return "bool"

    def _formatted(self, parts: list[ast.expr]) -> str:
        for part in parts:
            if isinstance(part, ast.FormattedValue):
                mark = len(self.found.unknown)
                kind = self.kind(part.value)
                fits = part.format_spec is None or (kind in kinds.NUMBERS and _constant(part.format_spec))
                self.apply(Effect() if fits and kinds.plain(kind) else FOREIGN, part.value, mark)
        return "str"

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> str | None:
        outside = dict(self.local)
        if any(generator.is_async for generator in node.generators):
            return self.apply(FOREIGN, node)
        for generator in node.generators:
            self.each(generator.target, generator.iter)
            self.kinds(generator.ifs)
        made = self.kinds([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self.local = outside
        words = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict"}
        return kinds.holding(words.get(type(node), "iterator"), made[0])

    def each(self, target: ast.expr, iterable: ast.expr) -> None:
        """Read `for target in iterable` up to the point where the target is bound."""
        mark = len(self.found.unknown)
        kind = self.apply(operators.running_through(self.kind(iterable)), iterable, mark)
        self.bind(target, kind, iterable)

    def bind(self, target: ast.expr, kind: str | None, because: ast.expr, display: ast.expr | None = None) -> None:
        """Bind a target to a value of this kind that comes from `because`; `display` is it if written out."""
        mark = len(self.found.unknown)
        match target:
            case ast.Name(id=name):
                self.local[name] = self.variables.settled(kind, name)
            case ast.Starred(value=ast.Name(id=name)):
                self.local[name] = "list"
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                kind = self.apply(operators.unpacking(kind, display, parts), because, mark)
                for part in parts:
                    self.bind(part, kind, because)
            case ast.Subscript(value=holder, slice=index):
                held = self.kind(holder)
                self.kind(index)
                self.apply(operators.store(held, "<stores>"), target, mark)
            case _:
                self.apply(FOREIGN, target)


def _constant(spec: ast.expr) -> bool:
    return isinstance(spec, ast.JoinedStr) and all(isinstance(part, ast.Constant) for part in spec.values)
