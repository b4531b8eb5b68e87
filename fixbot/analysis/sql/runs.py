"""Finds the texts in a file that are put together, and the calls that run them; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fixbot.analysis.definitions import File
from fixbot.analysis.module import Function, Statement, statements
from fixbot.analysis.names import last_name, own_nodes
from fixbot.analysis.sql.drivers import driver_of
from fixbot.analysis.sql.origins import assigned, is_own
from fixbot.analysis.sql.pieces import Piece, holes, joined, pieces

#: Methods that run a statement, and take its values beside it.
RUNS = frozenset({"execute", "fetch", "fetchrow", "fetchval", "scalar", "scalars", "execute_fetchall", "exec"})
_ELSE = frozenset({"executemany", "executescript", "exec_driver_sql", "raw", "extra"})
_TEXTS = frozenset(
    {f"{module}.text" for module in ("sqlalchemy", "sqlalchemy.sql", "sqlalchemy.sql.expression", "sqlmodel")}
)
_DEEPEST = 4


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A call that runs a statement, or `text` of SQLAlchemy around it; the other one may be None.

    `at` is the statement of the code, `name` the variable that leads from the text to the call.
    """

    at: ast.AST
    call: ast.Call | None
    text: ast.Call | None
    driver: str | None
    name: str = ""

    @property
    def method(self) -> str:
        """The method that runs it, nothing where only `text` is there."""
        return last_name(self.call.func) if self.call is not None else ""


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A text that is put together: its expression, the statement of the code, and what runs it, if anything does."""

    node: ast.expr
    at: ast.AST
    parts: tuple[Piece, ...]
    run: Run | None


class Runs:
    """The statements that a file runs."""

    def __init__(self, file: File) -> None:
        self.file = file

    def built(self) -> Iterator[Built]:
        """Yield each text that has something put in, in source order."""
        for at, _ in statements(self.file.module.tree):
            for node in outermost(at):
                parts = pieces(node)
                if parts is not None and holes(parts):
                    yield Built(node, at, tuple(parts), self._of.get(id(node)))

    def plain(self) -> Iterator[tuple[str, ast.expr, Run]]:
        """Yield each text that is run as it stands."""
        for node, run in self._known:
            parts = pieces(node)
            if parts is not None and len(parts) == 1 and isinstance(parts[0], str):
                yield parts[0], node, run

    @cached_property
    def _of(self) -> dict[int, Run]:
        return {id(node): run for node, run in self._known}

    @cached_property
    def _known(self) -> list[tuple[ast.expr, Run]]:
        """Pairs of a text and what runs it; where a text is run in two places the first one counts."""
        found: dict[int, tuple[ast.expr, Run]] = {}
        for at, _ in statements(self.file.module.tree):
            for node in own(at):
                if isinstance(node, ast.Call) and node.args:
                    for expr, run in self._run(node, at):
                        there = found.get(id(expr))
                        if there is None or there[1].call is None:
                            found[id(expr)] = expr, run
        return list(found.values())

    def _run(self, call: ast.Call, at: ast.AST) -> Iterator[tuple[ast.expr, Run]]:
        first = call.args[0]
        if self.file.names.resolve(call.func, at) in _TEXTS:
            yield from self._followed(first, Run(at, None, call, "sqlalchemy"))
        elif isinstance(call.func, ast.Attribute) and call.func.attr in RUNS | _ELSE:
            text, within = self._text(first, at)
            driver = "sqlalchemy" if text is not None else self._driver(call.func, at)
            yield from self._followed(first if text is None else text.args[0], Run(within, call, text, driver))

    def _driver(self, func: ast.Attribute, at: ast.AST) -> str | None:
        if func.attr in {"raw", "extra"}:
            django = any("django" in str(name) for names in self._imports for name in names)
            return "django" if django and last_name(func.value) == "objects" else None
        return driver_of(self.file, func.value, at)

    @cached_property
    def _imports(self) -> list[set[str | None]]:
        return list(self.file.names.bound(self.file.module.tree).values())

    def _text(self, node: ast.expr, at: ast.AST) -> tuple[ast.Call | None, ast.AST]:
        """Return the call of `text` that a statement is made with, directly or by a variable."""
        if isinstance(node, ast.Name):
            found = assigned(self.file, node.id, at) or []
            node = found[0] if len(found) == 1 else node
        is_text = isinstance(node, ast.Call) and node.args and self.file.names.resolve(node.func, at) in _TEXTS
        return (node, at) if is_text and isinstance(node, ast.Call) else (None, at)

    def _followed(self, node: ast.expr, run: Run) -> Iterator[tuple[ast.expr, Run]]:
        yield node, run
        if isinstance(node, ast.Name):
            for value in assigned(self.file, node.id, run.at) or ():
                yield value, Run(run.at, run.call, run.text, run.driver, node.id)

    def whole(self, parts: tuple[Piece, ...], at: ast.AST, depth: int = _DEEPEST) -> list[Piece]:
        """Return pieces with those in the place of a variable that is itself put together once."""
        found: list[Piece] = []
        for part in parts:
            node = None if isinstance(part, str) else part.node
            follow = isinstance(node, ast.Name) and depth and not is_own(self.file, node, at)
            values = assigned(self.file, node.id, at) if follow and isinstance(node, ast.Name) else None
            inner = pieces(values[0]) if values is not None and len(values) == 1 else None
            found += self.whole(tuple(inner), at, depth - 1) if inner is not None else [part]
        return joined(found)

    def loads(self, name: str, at: ast.AST) -> int:
        """Count how often a variable of a function is read."""
        scope = self.file.module.function(at)
        nodes = own_nodes(scope if isinstance(scope, Function) else self.file.module.tree)
        return sum(isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load) for node in nodes)


def own(at: ast.AST) -> Iterator[ast.AST]:
    """Yield the expressions of a statement that are in no statement of its blocks, in no order."""
    stack = [child for child in ast.iter_child_nodes(at) if not isinstance(child, Statement)]
    while stack:
        node = stack.pop()
        yield node
        stack += [child for child in ast.iter_child_nodes(node) if not isinstance(child, Statement)]


def outermost(at: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions of a statement that may put a text together, but not their parts."""
    stack = [child for child in ast.iter_child_nodes(at) if not isinstance(child, Statement)][::-1]
    while stack:
        node = stack.pop()
        parts = pieces(node) if isinstance(node, ast.BinOp | ast.JoinedStr | ast.Call) else None
        if parts is not None and isinstance(node, ast.expr):
            yield node
            stack += [hole.node for hole in holes(parts)][::-1]
        else:
            stack += [child for child in ast.iter_child_nodes(node) if not isinstance(child, Statement)][::-1]
