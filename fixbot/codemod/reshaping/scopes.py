"""What the names in the body of a function stand for; it only reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixbot.codemod.lazy import cst, lazy
from fixbot.codemod.reshaping.asking import Ask, read_in
from fixbot.codemod.reshaping.loss import names_in

metadata = lazy("libcst.metadata")


class Names:
    """The names of a function, which stands alone in a copy of its own: `function`, whose nodes can be told apart."""

    def __init__(self, function: cst.FunctionDef) -> None:
        providers = (
            metadata.ScopeProvider,
            metadata.PositionProvider,
            metadata.ExpressionContextProvider,
            metadata.ParentNodeProvider,
        )
        wrapper = metadata.MetadataWrapper(cst.Module([function]))
        self._scopes, self._places, self._contexts, self._parents = wrapper.resolve_many(providers).values()
        self.function: cst.FunctionDef = wrapper.module.body[0]
        self.lines: list[str] = wrapper.module.code.split("\n")
        self.scope = self._scopes[self.function.body]
        self._seen = _Seen()
        self.function.body.visit(self._seen)

    def place(self, node: cst.CSTNode) -> tuple[int, int]:
        """Return the line and column at which a node starts, both within the function's own text."""
        start = self._places[node].start
        return start.line, start.column

    def _around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield the nodes that a node stands in, the nearest first, up to the function."""
        while node is not self.function:
            node = self._parents[node]
            yield node

    def in_text(self, node: cst.CSTNode) -> bool:
        """Say whether a node stands in an f-string."""
        return any(isinstance(around, cst.BaseFormattedStringContent) for around in self._around(node))

    def depth(self, node: cst.CSTNode) -> int:
        """Return how far the statement that a node stands in is indented, in columns."""
        blocks = (around for around in self._around(node) if isinstance(around, cst.IndentedBlock))
        return sum(len("    " if block.indent is None else block.indent) for block in blocks)

    def is_load(self, node: cst.CSTNode) -> bool:
        """Say whether a name, an attribute or an item is read there."""
        return self._contexts.get(node) is metadata.ExpressionContext.LOAD

    def loads(self, name: str) -> list[cst.Name]:
        """Return where a name is read that is no name of an inner function, class or comprehension."""
        return [node for node in self._mentioned(name) if self.is_load(node) and not self.is_shadowed(node, name)]

    def is_shadowed(self, node: cst.CSTNode, name: str) -> bool:
        """Say whether a name stands at a node for something of an inner function, class or comprehension."""
        return any(name in scope.assignments for scope in self._inner_scopes(node))

    def _inner_scopes(self, node: cst.CSTNode) -> Iterator[Any]:
        scope = self._scopes.get(node, self.scope)
        while scope is not self.scope and scope.parent is not scope:
            yield scope
            scope = scope.parent

    def stores(self, name: str) -> list[cst.CSTNode]:
        """Return where the function, or an inner one by `nonlocal`, gives a name a value, but for its parameter."""
        found = [one.node for one in self.scope.assignments[name] if not isinstance(one.node, cst.Param)]
        deleted = [node for node in self._mentioned(name) if self._contexts.get(node) is metadata.ExpressionContext.DEL]
        return [*found, *deleted]

    def is_odd(self, name: str) -> bool:
        """Say whether a name is declared, captured by a pattern or set in a class: what it means is not followed."""
        return name in self._seen.odd or any(name in scope.assignments for scope in self._classes())

    def _classes(self) -> Iterator[Any]:
        for node in self._seen.classes:
            yield self._scopes[node.body.body[0]]

    def asking(self, name: str) -> list[Ask]:
        """Return the places that ask a mapping of this name for a key."""
        known = set(self.loads(name))
        return [ask for node in self._seen.asking if (ask := read_in(node, known)) is not None]

    def sees_all(self) -> str | None:
        """Return what is called there that sees every variable."""
        return next((name for name in ("locals", "vars", "dir", "eval", "exec") if name in self._seen.called), None)

    def is_looped(self, name: str) -> bool:
        """Say whether a name is the variable of a loop or a comprehension."""
        return name in self._seen.looped

    def _mentioned(self, name: str) -> list[cst.Name]:
        return [node for node in self._seen.names if node.value == name and node not in self._seen.keywords]


class _Seen(cst.CSTVisitor):
    """Notes names, and what says something about names without being an expression."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[cst.Name] = []
        self.keywords: set[cst.Name] = set()
        self.odd: set[str] = set()
        self.called: set[str] = set()
        self.looped: set[str] = set()
        self.classes: list[cst.ClassDef] = []
        self.asking: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Call | cst.Subscript):
            self.asking.append(node)
        match node:
            case cst.Arg(keyword=cst.Name() as key) | cst.MatchKeywordElement(key=key):
                self.keywords.add(key)
            case cst.Name():
                self.names.append(node)
            case cst.NameItem() | cst.MatchAs() | cst.MatchStar():
                self.odd |= {node.name.value} if node.name is not None else set()
            case cst.MatchMapping() if node.rest is not None:
                self.odd.add(node.rest.value)
            case cst.NamedExpr(target=cst.Name(value=name)):
                self.odd.add(name)  # in a comprehension, it is a variable of the function
            case cst.ClassDef():
                self.classes.append(node)
            case cst.Call(func=cst.Name(value=name), args=args) if not args or name in {"eval", "exec"}:
                self.called.add(name)
            case cst.For(target=target) | cst.CompFor(target=target):
                self.looped |= names_in(target)
        return super().on_visit(node)
