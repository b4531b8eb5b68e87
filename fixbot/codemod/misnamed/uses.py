"""What one name that is nothing is used for, and what is like it nearby; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.module import Module
from fixbot.analysis.undefined import Scope, Undefined

_CLOSED = (ast.Lambda, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


@dataclass(frozen=True, eq=False)
class Lost:
    """All places in one function, class or module that read the same name that is nothing, in source order."""

    module: Module
    name: str
    places: tuple[Undefined, ...]

    @property
    def first(self) -> Undefined:
        """The first of the places."""
        return self.places[0]

    @property
    def scope(self) -> Scope:
        """The function, class or module that reads the name; comprehensions are part of what they stand in."""
        return home(self.first)

    @property
    def within(self) -> str:
        """The dotted name of what reads it."""
        return self.module.qualname(self.first.around)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """What directly holds each node of the scope."""
        return _parents_in(self.scope.node)

    @cached_property
    def plain(self) -> bool:
        """Whether every place is a bare name, and none is in a string."""
        return all(isinstance(place.node, ast.Name) for place in self.places)

    def contexts(self) -> Iterator[tuple[ast.expr, ast.expr]]:
        """Yield each bare name with the expression that directly holds it, where that says more than the name."""
        for place in self.places:
            holder = self.parents.get(place.node)
            if isinstance(holder, ast.keyword):
                continue
            if isinstance(place.node, ast.Name) and isinstance(holder, ast.expr) and not isinstance(holder, _CLOSED):
                yield place.node, holder

    def kinds(self) -> set[str]:
        """Return what is done with the name: `call`, `attribute`, `item`, `deletion` or `value`."""
        return {use(place.node, self.parents) for place in self.places if isinstance(place.node, ast.Name)}


def home(place: Undefined) -> Scope:
    """Return the function, class or module around a place."""
    return next(scope for scope in reversed(place.chain) if scope.kind in {"function", "class", "module"})


def use(node: ast.Name, parents: dict[ast.AST, ast.AST]) -> str:
    """Return what is done with a name."""
    match parents.get(node):
        case ast.Call(func=func) if func is node:
            return "call"
        case ast.Attribute():
            return "attribute"
        case ast.Subscript(value=value) if value is node:
            return "item"
    return "deletion" if isinstance(node.ctx, ast.Del) else "value"


def reads(scope: ast.AST, name: str) -> Sequence[ast.Name]:
    """Return where a scope, or what is defined in it, reads a name."""
    return _names_in(scope).get((name, ast.Load), ())


def deletes(scope: ast.AST, name: str) -> bool:
    """Say whether a scope, or what is defined in it, deletes a name."""
    return (name, ast.Del) in _names_in(scope)


@lru_cache(maxsize=4)
def _names_in(scope: ast.AST) -> Mapping[tuple[str, type[ast.expr_context]], Sequence[ast.Name]]:
    found: dict[tuple[str, type[ast.expr_context]], list[ast.Name]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Name):
            found.setdefault((node.id, type(node.ctx)), []).append(node)
    return found


@lru_cache(maxsize=4)
def _parents_in(scope: ast.AST) -> dict[ast.AST, ast.AST]:
    return {child: node for node in ast.walk(scope) for child in ast.iter_child_nodes(node)}


def parameters(node: ast.AST) -> list[ast.arg]:
    """Return the parameters of a function, none of anything else."""
    if not isinstance(node, FunctionNode | ast.Lambda):
        return []
    starred = [arg for arg in (node.args.vararg, node.args.kwarg) if arg is not None]
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, *starred]
