"""Walks an expression and keeps what it can raise and what in it is not understood; changes nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from fixbot.analysis.names import Names
from fixbot.analysis.raises import calling, guards, kinds, literals, naming, operators
from fixbot.analysis.raises.evidence import Found, Unknown, shortened
from fixbot.analysis.raises.guarded import Guards
from fixbot.analysis.raises.operators import FOREIGN, Effect
from fixbot.analysis.raises.summary import Summary
from fixbot.analysis.raises.variables import Variables
from fixbot.analysis.raises.view import View


class Expressions:
    """Reads expressions as seen from a statement: `found` collects, `local` has the kinds known so far.

    `guards` has what the tests that were passed say, `returned` the kinds of what was returned.
    """

    def __init__(self, names: Names, at: ast.AST, *, view: View, variables: Variables | None = None) -> None:
        self.names = names
        self.at = at
        self.view = view
        self.found = Found()
        self.guards = Guards()
        self.local: dict[str, str | None] = {}
        self.returned: list[str | None] = []
        self.variables = variables or Variables(names, at, self._quietly, view)

    def _quietly(self, way: str, value: ast.expr, at: ast.AST) -> str | None:
        beyond = Variables(self.names, at, self._quietly, self.view, self.variables.known)
        reader = Expressions(self.names, at, view=self.view, variables=beyond)
        kind = reader.kind(value)
        if way == "element":
            return reader.run_through(kind, value, 0)
        return reader.enter(kind, value, 0) if way == "entered" else kind

    def apply(self, effect: Effect, node: ast.expr, mark: int | None = None) -> str | None:
        """Keep what a step raises or that it is not understood, and return the kind of its result.

        With a `mark`, the number of unknowns before the step's parts, a part that is not understood speaks
        for the whole.
        """
        spared = self.guards.spared(node) if effect.raises or effect.doubted else frozenset()
        self.found.raised(
            (name for name in effect.raises if name not in spared), node, effect.source, sure=effect.known
        )
        self.found.raised((name for name in effect.doubted if name not in spared), node, effect.source, sure=False)
        if effect.known:
            return effect.kind
        if mark is None or len(self.found.unknown) == mark:
            self.found.unknown.append(Unknown(node.lineno, shortened(node)))
        return effect.kind

    def through(self, summary: Summary, node: ast.expr | ast.stmt, mark: int | None = None) -> str | None:
        """Keep what comes out of a definition of the project at the expression that runs it; return its result."""
        if summary.exceptions:
            because = shortened(node, whole=True)
            for raised in self.view.seen(summary.exceptions):
                own = raised.source == "docstring" or raised.origin is None
                source = raised.source if own else "project"
                self.found.exceptions.append(replace(raised, line=node.lineno, because=because, source=source))
        if summary.unknown and (mark is None or len(self.found.unknown) == mark):
            self.found.unknown.append(Unknown(node.lineno, shortened(node)))
        return summary.returns

    def rebind(self, name: str, kind: str | None) -> None:
        """Take a new value of this kind for a name; what was known of the old one ends."""
        self.local[name] = kind
        self.guards.forget({name})

    def kinds(self, nodes: Iterable[ast.expr | None]) -> list[str | None]:
        """Read expressions in order and return their kinds."""
        return [self.kind(node) for node in nodes if node is not None]

    def kind(self, node: ast.expr) -> str | None:
        """Read one expression and return the kind of its value, None where that is not known."""
        found = self._read(node)
        if self.guards and isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            found = self.guards.kind(node) or (kinds.certain(found) if self.guards.know("there", node) else found)
        return found

    def _read(self, node: ast.expr) -> str | None:  # noqa: PLR0911 - one return for each form
        mark = len(self.found.unknown)
        match node:
            case ast.Constant(value=value):
                return "none" if value is None else type(value).__name__
            case ast.Name():
                return naming.name(self, node)
            case ast.Attribute():
                return naming.attribute(self, node, mark)
            case ast.Call():
                return calling.call(self, node, mark)
            case ast.Subscript():
                return self._subscript(node, mark)
            case ast.BinOp():
                return self._binary(node, mark)
            case ast.UnaryOp(op=op, operand=operand):
                return self.apply(operators.unary(op, self.kind(operand)), node, mark)
            case ast.Await():
                return calling.awaited(self, node, mark)
            case ast.BoolOp() | ast.IfExp():
                return self._chosen(node)
        return self._composed(node, mark)

    def _composed(self, node: ast.expr, mark: int) -> str | None:  # noqa: PLR0911 - one return for each form
        match node:
            case ast.Compare():
                return self._compare(node, mark)
            case ast.NamedExpr(target=target, value=value):
                self.rebind(target.id, self.kind(value))
                return self.local[target.id]
            case ast.JoinedStr(values=parts):
                return self._formatted(parts)
            case ast.Slice(lower=first, upper=second, step=third):
                self.kinds([first, second, third])
                return None
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case ast.Starred(value=value):
                return self.run_through(self.kind(value), value, mark)
            case ast.Yield() | ast.YieldFrom():
                self._passed_on(node, mark)
                return None
            case ast.Lambda(args=args):
                self.kinds([*args.defaults, *args.kw_defaults])
                return None
        return self._displayed(node, mark)

    def _displayed(self, node: ast.expr, mark: int) -> str | None:
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return operators.display(type(node).__name__.lower(), self.kinds(elements))
            case ast.Dict(keys=keys, values=values):
                self.kinds(values)
                known = self.kinds(keys)
                if None not in keys:
                    return operators.display("dict", known)
        return self.apply(FOREIGN, node, mark)

    def _binary(self, node: ast.BinOp, mark: int) -> str | None:
        left, right = self.kinds([node.left, node.right])
        effect = operators.binary(node.op, left, right, node.right)
        if isinstance(node.op, ast.Mod) and literals.percent_fits(node.left, node.right, right):
            effect = replace(effect, raises=())
        return self.apply(effect, node, mark)

    def _passed_on(self, node: ast.Yield | ast.YieldFrom, mark: int) -> None:
        """Read what leaves a generator; whoever runs through one that was called lets nothing in."""
        kind = self.kind(node.value) if node.value is not None else None
        if isinstance(node, ast.YieldFrom) and node.value is not None:
            self.run_through(kind, node.value, mark)
        if self.view.function is None:
            del self.found.unknown[mark:]
            self.apply(FOREIGN, node)

    def _chosen(self, node: ast.BoolOp | ast.IfExp) -> str | None:
        before = self.guards.held
        if isinstance(node, ast.IfExp):
            self.kind(node.test)
            found = []
            for branch, holds in ((node.body, True), (node.orelse, False)):
                self.guards.held = before
                self.guards.add(guards.facts(node.test, holds=holds))
                found.append(self.kind(branch))
            self.guards.held = before
            return kinds.join(*found)
        found = []
        for value in node.values:
            found.append(self.kind(value))
            self.guards.add(guards.facts(value, holds=isinstance(node.op, ast.And)))
        self.guards.held = before
        return operators.either(node.op, found)

    def _subscript(self, node: ast.Subscript, mark: int) -> str | None:
        kind, index = self.kinds([node.value, node.slice])
        given = self.view.special(kind, "__getitem__")
        if given is not None:
            return self.through(given, node, mark)
        effect = operators.subscript(kind, node.slice, index)
        if literals.is_there(node):
            effect = replace(effect, raises=tuple(name for name in effect.raises if name != "IndexError"))
        generic = kind == "class" or (self.names.resolve(node.value, self.at) or "").startswith("typing.")
        return self.apply(FOREIGN if generic else effect, node, mark)

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
        outside, before = dict(self.local), self.guards.held
        mark = len(self.found.unknown)
        for generator in node.generators:
            if generator.is_async:
                self.apply(FOREIGN, node, mark)
            self.each(generator.target, generator.iter, foreign=bool(generator.is_async))
            for test in generator.ifs:
                self.kind(test)
                self.guards.add(guards.facts(test, holds=True))
        made = self.kinds([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self.local, self.guards.held = outside, before
        words = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict"}
        return kinds.holding(words.get(type(node), "iterator"), made[0])

    def run_through(self, kind: str | None, iterable: ast.expr, mark: int) -> str | None:
        """Keep what running through a value of this kind raises, and return the kind of its elements."""
        summary = self.view.later("~", kind)
        if summary is None:
            return self.apply(operators.running_through(kind), iterable, mark)
        self.through(summary, iterable, mark)
        return None

    def enter(self, kind: str | None, node: ast.expr, mark: int) -> str | None:
        """Keep what `with value as x` raises, its end included, and return the kind of `x`."""
        summary = self.view.later("%", kind)
        if summary is not None:
            self.through(summary, node, mark)
            return None
        begins, ends = self.view.special(kind, "__enter__"), self.view.special(kind, "__exit__")
        if begins is None or ends is None:
            return self.apply(operators.entering(kind), node, mark)
        self.through(ends, node, mark)
        return self.through(begins, node, mark)

    def each(self, target: ast.expr, iterable: ast.expr, *, foreign: bool = False) -> None:
        """Read `for target in iterable` up to the point where the target is bound."""
        mark = len(self.found.unknown)
        kind = self.kind(iterable)
        kind = None if foreign else self.run_through(kind, iterable, mark)
        self.bind(target, kind, iterable)
        self.guards.add(guards.each_time(target, iterable))

    def bind(self, target: ast.expr, kind: str | None, because: ast.expr, display: ast.expr | None = None) -> None:
        """Bind a target to a value of this kind that comes from `because`; `display` is it if written out."""
        mark = len(self.found.unknown)
        match target:
            case ast.Name(id=name):
                self.rebind(name, self.variables.settled(kind, name))
            case ast.Starred(value=ast.Name(id=name)):
                self.rebind(name, "list")
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                kind = self.apply(operators.unpacking(kind, display, parts), because, mark)
                for part in parts:
                    self.bind(part, kind, because)
            case ast.Subscript(value=holder, slice=index):
                held = self.kind(holder)
                self.kind(index)
                effect = operators.store(held, "<stores>")
                absent = kinds.base(held) == "environ" and kinds.may_be_none(kind)
                self.apply(replace(effect, raises=(*effect.raises, "TypeError")) if absent else effect, target, mark)
            case ast.Attribute(value=holder):
                held = self.kind(holder)
                del self.found.unknown[mark:]
                self.apply(Effect() if self.view.may_set(held, target.attr) else FOREIGN, target)
            case _:
                self.apply(FOREIGN, target)


def _constant(spec: ast.expr) -> bool:
    return isinstance(spec, ast.JoinedStr) and all(isinstance(part, ast.Constant) for part in spec.values)
