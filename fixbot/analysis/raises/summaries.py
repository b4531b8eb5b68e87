"""Runs the analysis over the definitions of a project, each once as far as that is enough; changes none of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from fixbot.analysis.definitions import Class, File, Function, FunctionNode
from fixbot.analysis.module import statements
from fixbot.analysis.names import Names
from fixbot.analysis.project import Project, Variable
from fixbot.analysis.raises import kinds
from fixbot.analysis.raises.blocks import Block
from fixbot.analysis.raises.docstrings import documented
from fixbot.analysis.raises.evidence import Raised
from fixbot.analysis.raises.expressions import Expressions
from fixbot.analysis.raises.guarded import ends
from fixbot.analysis.raises.members import is_replaced, surely_set
from fixbot.analysis.raises.summary import Summary
from fixbot.analysis.raises.view import View

_MOST_CALLS = 6
# The annotation and the value of an attribute that a method sets, the statement, and whether `__init__` has it.
_Site = tuple[ast.expr | None, ast.expr | None, ast.AST, bool]


@dataclass(slots=True)
class _Effort:
    """How many levels of calls a result stands on, and whether it was cut short for want of more."""

    height: int = 0
    cut: bool = False


class Summaries:
    """Remembers what the definitions of a project do.

    A result that needed fewer levels of calls than it was given holds for every greater number; what was cut short
    holds for its number alone. So the answer about a place does not depend on what was asked before.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._clear()

    def _clear(self) -> None:
        self._generation = self.project.generation
        self._whole: dict[object, tuple[Any, _Effort]] = {}
        self._cut: dict[tuple[object, int], tuple[Any, _Effort]] = {}
        self._stack: list[_Effort] = []
        self._things: list[Class | Function] = []
        self._words: dict[Class | Function, int] = {}
        self._set: dict[Class, dict[str, list[_Site]]] = {}

    def view(self, names: Names) -> View:
        """Return the view of a file that is asked about."""
        file = self.project.adopt(names)
        if self._generation != self.project.generation:
            self._clear()
        return View(file, _MOST_CALLS, self)

    def word(self, mark: str, thing: Class | Function) -> str:
        """Return the kind of something of the project."""
        if thing not in self._words:
            self._words[thing] = len(self._things)
            self._things.append(thing)
        return f"{mark}{self._words[thing]}"

    def thing(self, word: str) -> Class | Function:
        """Return what a kind stands for."""
        return self._things[int(word[1:])]

    def _remembered(self, key: object, level: int, compute: Callable[[], Any], absent: object, step: int) -> Any:  # noqa: ANN401 - whatever `compute` gives
        known = self._whole.get(key)
        if known is None or known[1].height > level:
            known = self._cut.get((key, level))
        if known is None:
            effort = _Effort()
            self._cut[key, level] = absent, _Effort(cut=True)  # what comes back to itself ends here
            self._stack.append(effort)
            result = compute()
            self._stack.pop()
            known = result, _Effort(effort.height + step, effort.cut)
            if effort.cut:
                self._cut[key, level] = known
            else:
                del self._cut[key, level]
                self._whole[key] = known
        self._needed(known[1])
        return known[0]

    def _needed(self, effort: _Effort) -> None:
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, effort.height)
            self._stack[-1].cut |= effort.cut

    def summary(self, function: Function, level: int) -> Summary:
        """Return what running the body of a function can raise."""
        if not level:
            self._needed(_Effort(cut=True))
            return Summary(unknown=True)
        found: Summary = self._remembered(
            function, level, lambda: self._run(function, level - 1), Summary(unknown=True), 1
        )
        return found

    def _run(self, function: Function, level: int) -> Summary:
        if function.abstract or is_replaced(function):
            return Summary(unknown=True)
        node = function.node
        view = View(function.file, level, self, function)
        block = Block(Expressions(function.file.names, node.body[0], view=view))
        block.read(node.body)
        found = block.expressions.found
        kept: dict[str, Raised] = {}
        for raised in [*found.exceptions, *_documented(function, view)]:
            first = kept.setdefault(raised.lineage[0], raised)
            if (raised.sure, raised.source != "docstring") > (first.sure, first.source != "docstring"):
                kept[raised.lineage[0]] = raised
        exceptions = tuple(_from(function, raised) for raised in kept.values())
        return Summary(exceptions, bool(found.unknown), self._result(function, block.expressions))

    def _result(self, function: Function, expressions: Expressions) -> str | None:
        node = function.node
        annotated = expressions.variables.annotation(node.returns, node) if node.returns is not None else None
        if annotated is not None or function.manner == "generator":
            return annotated
        returned = [*expressions.returned, *([] if ends(node.body) else ["none"])]
        kind = kinds.agreed(returned)
        # What is lazy runs its code later.
        return None if kinds.base(kind) == "iterator" else kind

    def variable(self, found: Variable, level: int) -> str | None:
        """Return the kind of a module's variable."""
        tree = found.file.module.tree

        def compute() -> str | None:
            view = View(found.file, level, self)
            return Expressions(found.file.names, tree, view=view).variables.kind(found.name, tree)

        kind: str | None = self._remembered((found.file, found.name), level, compute, None, 0)
        return kind

    def annotation(self, file: File, node: ast.expr, at: ast.AST, level: int) -> str | None:
        """Return the kind that an annotation in a file stands for."""
        return Expressions(file.names, at, view=View(file, level, self)).variables.annotation(node, at)

    def attribute(self, cls: Class, name: str, level: int) -> Summary | None:
        """Return what reading an attribute that methods of a class set gives, None where `__init__` sets none."""
        if cls not in self._set:
            self._set[cls] = {}
            for attribute, site in _set_by_methods(cls):
                self._set[cls].setdefault(attribute, []).append(site)
        sites = self._set[cls].get(name, [])
        if not any(first for *_, first in sites) or any(isinstance(at, ast.Delete) for _, _, at, _ in sites):
            return None
        kind = self._remembered((cls, name), level, lambda: self._agreed(cls.file, sites, level), None, 0)
        return Summary(returns=kind)

    def _agreed(self, file: File, sites: list[_Site], level: int) -> str | None:
        view = View(file, level, self)
        found = []
        for annotation, value, at, _ in sites:
            expressions = Expressions(file.names, at, view=view)
            kind = expressions.variables.annotation(annotation, at) if annotation is not None else None
            if kind is not None:
                return kind
            found.append(expressions.kind(value) if value is not None else None)
        kind = kinds.agreed(found)
        return None if kind == "none" or kinds.base(kind) == "iterator" else kind


def _from(function: Function, raised: Raised) -> Raised:
    if raised.origin is not None and raised.origin_source is not None:
        return raised
    origin = f"{function.qualname} raises {raised.type} in {function.file.path}:{raised.line}"
    return replace(raised, origin=origin, origin_source=raised.source)


def _documented(function: Function, view: View) -> Iterator[Raised]:
    for name in documented(function.node):
        known = view.lineage(ast.parse(name, mode="eval").body, function.node)
        if known is not None:
            line = function.node.lineno
            yield Raised(known.written, line, name, "docstring", known.identities, sure=False)


def _set_by_methods(cls: Class) -> Iterator[tuple[str, _Site]]:
    """Yield each attribute that a method sets on its first parameter or deletes, and how."""
    for method in cls.node.body:
        if not isinstance(method, FunctionNode) or not method.args.args:
            continue
        own = method.args.args[0].arg
        sure = surely_set(method.body, own) if method.name == "__init__" else set()
        for node, _ in statements(method):
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            annotation = node.annotation if isinstance(node, ast.AnnAssign) else None
            for target in _targets(node):
                for part in ast.walk(target):
                    match part:
                        case ast.Attribute(value=ast.Name(id=name), attr=attr, ctx=ast.Store() | ast.Del()) if (
                            name == own
                        ):
                            given = value if part is target else None
                            yield attr, (annotation, given, node, attr in sure)


def _targets(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return targets
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return [target]
        case ast.For(target=target) | ast.AsyncFor(target=target):
            return [target]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return [item.optional_vars for item in items if item.optional_vars is not None]
    return []


@lru_cache(maxsize=4)
def summaries_of(project: Project) -> Summaries:
    """Return what is remembered of a project."""
    return Summaries(project)
