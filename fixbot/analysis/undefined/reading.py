"""Reads expressions, patterns and annotations; what binds and what is bound is in `scopes`."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from fixbot.analysis.names import dotted
from fixbot.analysis.undefined.scopes import SOMETHING, Chain, Scope, Undefined, known, lost
from fixbot.analysis.undefined.typed import CALLED, arguments, pairs, subscripted

_SKIPPED = frozenset({"ctx", "op", "ops", "type_comment", "kind", "returns"})
# Which fields of a node hold nodes; filled in as kinds of nodes are met.
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}
Visitor = Callable[[Any], None]


class Reader:
    """Reads the expressions of one file.

    `chain` are the scopes around what is read, `around` the statement, `guarded` how many clauses around it are there
    for names that are nothing. `kind` says what strings are: `values`, `types`, or part of a `literal`.
    """

    def __init__(self, top: Scope, *, package: bool) -> None:
        self.chain: Chain = (top,)
        self.around: ast.stmt | ast.ExceptHandler = ast.Pass()
        self.guarded = 0
        self.checked = True
        self.lazy = False
        self.found: list[Undefined] = []
        self.annotations: deque[Callable[[], None]] = deque()
        self._package = package
        self._kind = "values"
        self._forward = False
        self._string: ast.Constant | ast.JoinedStr | None = None
        self.visitors: dict[type[ast.AST], Visitor] = {
            ast.Name: self._name,
            ast.Constant: self._constant,
            ast.JoinedStr: self._formatted,
            ast.NamedExpr: self._named,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.Call: self._call,
            ast.Subscript: self._subscript,
            ast.MatchAs: self._capture,
            ast.MatchStar: self._capture,
            ast.MatchMapping: self._capture,
        }

    def visit(self, node: ast.AST) -> None:
        """Read a node."""
        (self.visitors.get(type(node)) or self.generic)(node)

    def generic(self, node: ast.AST) -> None:
        """Read what a node holds, in the order of its fields; statements one after the other."""
        kind = type(node)
        fields = _FIELDS.get(kind)
        if fields is None:
            fields = _FIELDS[kind] = tuple(name for name in kind._fields if name not in _SKIPPED)
        visitors, other = self.visitors, self.generic
        for name in fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.stmt):
                        self.around = item
                    if isinstance(item, ast.AST):
                        (visitors.get(type(item)) or other)(item)
            elif isinstance(value, ast.AST):
                (visitors.get(type(value)) or other)(value)

    def bind(self, name: str, to: str = SOMETHING) -> None:
        """Bind a name in the innermost scope."""
        self.chain[-1].names[name] = to

    def load(self, name: str, node: ast.Name | ast.Constant) -> None:
        """Note a name that is nothing."""
        if name in self.chain[-1].names and self.chain[-1].names[name][:1] != "<":
            return
        state = lost(self.chain, name, forward=self._forward, package=self._package)
        if state is None or self.guarded:
            return
        later = self._forward or any(scope.kind == "function" for scope in self.chain)
        self.found.append(Undefined(name, self._string or node, self.around, self.chain, state, later))

    def defaults(self, args: ast.arguments) -> None:
        """Read the default values of parameters, which belong to what is around the function."""
        for node in [*args.defaults, *args.kw_defaults]:
            if node is not None:
                self.visit(node)

    def annotation(self, node: ast.expr) -> None:
        """Read an annotation, at once or when it is looked at."""
        if self.lazy:
            self.later(node)
        else:
            self.type(node)

    def later(self, node: ast.expr, string: ast.Constant | ast.JoinedStr | None = None) -> None:
        """Read a type after everything else."""
        self.annotations.append(partial(self._type_later, node, self.chain, self.around, string or self._string))

    def _type_later(
        self,
        node: ast.expr,
        chain: Chain,
        around: ast.stmt | ast.ExceptHandler,
        string: ast.Constant | ast.JoinedStr | None,
    ) -> None:
        self.chain, self.around, self.guarded = (*chain, Scope("types", node)), around, 0
        self._forward, self._string = True, string
        self.type(node)
        self._forward, self._string = False, None

    def type(self, node: ast.expr) -> None:
        """Read an expression whose strings are types."""
        self._as("types", node)

    def _as(self, kind: str, node: ast.expr) -> None:
        before, self._kind = self._kind, kind
        self.visit(node)
        self._kind = before

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.load(node.id, node)
        else:
            self.chain[-1].names[node.id] = SOMETHING

    def _constant(self, node: ast.Constant) -> None:
        if self._kind == "types" and isinstance(node.value, str):
            try:
                parsed = ast.parse(node.value.strip(), mode="eval").body
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                return
            self.later(parsed, node)

    def _formatted(self, node: ast.JoinedStr) -> None:
        before, string = self._kind, self._string
        self._kind, self._string = "values", string or node
        self.generic(node)
        self._kind, self._string = before, string

    def _named(self, node: ast.NamedExpr) -> None:
        """Bind in the scope around all comprehensions."""
        self.visit(node.value)
        scope = next(scope for scope in reversed(self.chain) if scope.kind != "comprehension")
        scope.names[node.target.id] = SOMETHING

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        outer = self.chain
        inner = (*outer, Scope("comprehension", node))
        for index, each in enumerate(node.generators):
            self.chain = inner if index else outer
            self.visit(each.iter)
            self.chain = inner
            self.visit(each.target)
            for test in each.ifs:
                self.visit(test)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(part)
        self.chain = outer

    def _full(self, node: ast.expr) -> str | None:
        """Return the full name of an expression, None where it is not known."""
        written = dotted(node)
        head, _, rest = (written or "").partition(".")
        origin = known(self.chain, head, forward=self._forward) if head else None
        return f"{origin}.{rest}" if origin and rest else origin

    def _call(self, node: ast.Call) -> None:
        self.visit(node.func)
        before, self._kind = self._kind, "values"
        last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if last in CALLED:
            for arg, is_type in arguments(self._full(node.func), node):
                self._as("types" if is_type else "values", arg)
        else:
            visitors, other = self.visitors, self.generic
            for arg in node.args:
                (visitors.get(type(arg)) or other)(arg)
            for word in node.keywords:
                (visitors.get(type(word.value)) or other)(word.value)
        self._kind = before

    def _subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)
        if not isinstance(node.ctx, ast.Load):
            self._as("values", node.slice)
            return
        kind = subscripted(self._full(node.value)) if isinstance(node.value, ast.Name | ast.Attribute) else "values"
        match kind, node.slice:
            case "annotated", ast.Tuple(elts=[first, *others]):
                self._as("types", first)
                for other in others:
                    self._as("values", other)
            case "fields", ast.Dict() as fields:
                for part, is_type in pairs(fields):
                    self._as("types" if is_type else "values", part)
            case "values" | "annotated", _:
                self.visit(node.slice)
            case _:
                self._as("values" if kind == "fields" else kind, node.slice)

    def _capture(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping) -> None:
        self.generic(node)
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            self.bind(name)
