"""Every place of a body that says a name and means the function's own, in source order; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.names import imported, own_nodes

# What reads the names of a function without writing them.
WATCHERS = frozenset({"locals", "vars", "eval", "exec"})
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Scope = FunctionNode | ast.Lambda


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """From a node down to one of its parts: the field that holds it, and the place there where that is a list."""

    node: ast.AST
    field: str
    index: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """One place that says a name: a Name, or what binds it otherwise.

    `steps` lead from the function down to it, `rank` counts the mentions of a body in source order.
    """

    node: ast.AST
    steps: tuple[Step, ...]
    rank: int = 0

    def holder(self, level: int = 0) -> ast.AST:
        """Return what directly holds the place, or what stands `level` levels further out, the function at most."""
        return self.steps[max(-1 - level, -len(self.steps))].node

    @property
    def statement(self) -> ast.stmt:
        """The innermost statement around the place."""
        around = (step.node for step in reversed(self.steps) if isinstance(step.node, ast.stmt))
        return self.node if isinstance(self.node, ast.stmt) else next(around)


@dataclass(frozen=True, slots=True)
class _Path:
    step: Step
    above: _Path | None

    def steps(self) -> tuple[Step, ...]:
        found, here = [self.step], self.above
        while here is not None:
            found.append(here.step)
            here = here.above
        return tuple(reversed(found))


def mentions(function: FunctionNode, name: str) -> list[Mention]:
    """Return where a body says a local name of its function, or asks for all names at once, in source order.

    Nested scopes are gone through where they do not hide the name by one of their own.
    """
    found: list[Mention] = []
    stack: list[tuple[ast.AST, _Path]] = []
    stack += [(node, _Path(Step(function, "body", i), None)) for i, node in enumerate(function.body)][::-1]
    while stack:
        node, path = stack.pop()
        if _says(node, name):
            found.append(Mention(node, path.steps()))
        if not (isinstance(node, ast.ClassDef) and binds(node, name)):
            stack += [(part, _below(path, steps)) for part, steps in reversed(list(_parts(node, name)))]
    found.sort(key=_position)
    return [Mention(each.node, each.steps, rank) for rank, each in enumerate(found)]


def _below(path: _Path, steps: tuple[Step, ...]) -> _Path:
    for step in steps:
        path = _Path(step, path)
    return path


def _parts(node: ast.AST, name: str) -> Iterator[tuple[ast.AST, tuple[Step, ...]]]:
    if isinstance(node, Comprehension) and any(_targets(each, name) for each in node.generators):
        first = node.generators[0]
        yield first.iter, (Step(node, "generators"), Step(first, "iter"))
        return
    hides = isinstance(node, Scope) and binds(node, name)
    for field, value in ast.iter_fields(node):
        if not (hides and field == "body"):
            for index, part in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(part, ast.AST):
                    yield part, (Step(node, field, index),)


def _targets(generator: ast.comprehension, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(generator.target))


def _says(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.ClassDef) and binds(node, name):
        return True
    return (isinstance(node, ast.Name) and node.id in {name, *WATCHERS}) or _bound_by(node, name)


def _position(mention: Mention) -> tuple[int, int]:
    # Before Python 3.12 nodes in f-strings have positions of their own making: those keep the order of the walk.
    around = (step.node for step in mention.steps if isinstance(step.node, ast.JoinedStr))
    node = next(around, mention.node)
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def binds(scope: ast.AST, name: str) -> bool:
    """Say whether a function, lambda or class has a name of its own, rather than that of the function around it."""
    nodes = list(own_nodes(scope))
    declared = {type(node) for node in nodes if isinstance(node, ast.Global | ast.Nonlocal) and name in node.names}
    if declared:
        return ast.Global in declared
    inner = {part for node in nodes if isinstance(node, ast.comprehension) for part in ast.walk(node.target)}
    return any(stores(node, name) and node not in inner for node in nodes)


def stores(node: ast.AST, name: str) -> bool:
    """Say whether a node itself binds or deletes a name."""
    if isinstance(node, ast.Name):
        return node.id == name and not isinstance(node.ctx, ast.Load)
    return (isinstance(node, ast.arg) and node.arg == name) or _bound_by(node, name)


def _bound_by(node: ast.AST, name: str) -> bool:
    match node:
        case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) | ast.ClassDef(name=own):
            return own == name
        case ast.ExceptHandler(name=own) | ast.MatchAs(name=own) | ast.MatchStar(name=own):
            return own == name
        case ast.MatchMapping(rest=own):
            return own == name
        case ast.Import() | ast.ImportFrom():
            return name in imported(node)
    return False
