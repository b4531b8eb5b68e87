"""Who stands inside whom in one file, down to the last expression; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fixbot.analysis.definitions import File
from fixbot.analysis.names import imported

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.Module
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Module)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# One object stands for all places of such a node, so that it has no parent of its own.
_MARKS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
_LAST_WORD = re.compile(r"(\w+)\Z")


@dataclass(frozen=True, slots=True)
class _Walked:
    """The parent of each node, and names, strings, other names that imports give, and keywords by their last word."""

    parents: dict[ast.AST, ast.AST]
    named: dict[str, list[ast.expr]]
    aliases: dict[str, set[str]]
    keywords: dict[str, list[ast.keyword]]


def _walk(tree: ast.Module) -> _Walked:
    """Go through a tree once; a generator for each node would take twice as long."""
    parents: dict[ast.AST, ast.AST] = {}
    found = _Walked(parents, {}, {}, {})
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        _note(node, found)
        for value in vars(node).values():
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, ast.AST) and not isinstance(child, _MARKS):
                    parents[child] = node
                    waiting.append(child)
    return found


def _note(node: ast.AST, found: _Walked) -> None:
    kind = type(node)
    if kind is ast.Name:
        found.named.setdefault(node.id, []).append(node)  # type: ignore[attr-defined, arg-type]
    elif kind is ast.Attribute:
        found.named.setdefault(node.attr, []).append(node)  # type: ignore[attr-defined, arg-type]
    elif kind is ast.Constant:
        last = _LAST_WORD.search(node.value) if isinstance(node.value, str) else None  # type: ignore[attr-defined]
        if last is not None:
            found.named.setdefault(last[1], []).append(node)  # type: ignore[arg-type]
    elif kind is ast.keyword:
        found.keywords.setdefault(node.arg or "", []).append(node)  # type: ignore[attr-defined, arg-type]
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for local, origin in imported(node).items():
            found.aliases.setdefault(origin.rpartition(".")[2], set()).add(local)


@dataclass(frozen=True, eq=False)
class Nesting:
    """A file with the parent of each of its nodes, and its nodes by the names in them."""

    file: File

    @cached_property
    def _walked(self) -> _Walked:
        return _walk(self.file.module.tree)

    @property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node that directly holds each node."""
        return self._walked.parents

    def aliases(self, name: str) -> set[str]:
        """Return the names that imports of this file give to something called `name`."""
        return self._walked.aliases.get(name, set())

    def keywords(self, name: str) -> list[ast.keyword]:
        """Return the keyword arguments of a name."""
        return self._walked.keywords.get(name, [])

    def named(self, name: str) -> Iterator[ast.expr]:
        """Yield every name, attribute and string that may mean something called `name`, under any alias."""
        for word in sorted({name} | self.aliases(name)):
            yield from self._walked.named.get(word, [])

    def assigned(self, name: str) -> Iterator[ast.Assign | ast.AnnAssign]:
        """Yield the statements anywhere in the file that assign to a plain name."""
        for node in self._walked.named.get(name, []):
            outer = self.parents.get(node)
            if isinstance(outer, ast.Assign | ast.AnnAssign) and outer.value is not None and outer.value is not node:
                yield outer

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what holds a node, from its parent out to the module."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def scope(self, node: ast.AST) -> Scope:
        """Return what runs a node: decorators, defaults and bases belong to the scope outside of their definition."""
        inner = node
        for outer in self.around(node):
            if isinstance(outer, _SCOPES) and inner in (outer.body if isinstance(outer.body, list) else [outer.body]):
                return outer
            inner = outer
        return self.file.module.tree

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the statement that a node stands in, the node itself where it is one."""
        found = next((each for each in (node, *self.around(node)) if isinstance(each, ast.stmt)), None)
        return found if found is not None else self.file.module.tree.body[0]

    def hidden(self, node: ast.Name) -> bool:
        """Say whether a lambda's parameter or a comprehension's target takes the name away from its scope."""
        inner: ast.AST = node
        for outer in self.around(node):
            if isinstance(outer, ast.stmt):
                return False
            within = inner is outer.body if isinstance(outer, ast.Lambda) else not _is_first_iterable(outer, node, self)
            if within and node.id in _binds(outer):
                return True
            inner = outer
        return False


def _binds(node: ast.AST) -> set[str]:
    """Return the names of a lambda's parameters, or of a comprehension's targets."""
    if isinstance(node, ast.Lambda):
        return {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
    targets = [each.target for each in node.generators] if isinstance(node, _COMPREHENSIONS) else []
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def _is_first_iterable(outer: ast.AST, node: ast.AST, nesting: Nesting) -> bool:
    """Say whether a node stands in what a comprehension first runs through, which its scope works out."""
    if not isinstance(outer, _COMPREHENSIONS):
        return False
    first = outer.generators[0].iter
    return first is node or any(each is first for each in nesting.around(node))
