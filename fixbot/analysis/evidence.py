"""The records of what can be raised and of what is not understood; holds text and numbers only."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from fixbot.analysis import hierarchy

_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception that can come out of one expression.

    `type` is the full name as an importer would write it, builtins bare; `because` the expression,
    shortened; `source` one of `operation`, `builtin`, `stdlib`, `raise`, `import`; `lineage` the class and
    its parents.
    """

    type: str
    line: int
    because: str
    source: str
    lineage: tuple[str, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Unknown:
    """One expression that may raise anything; of a call only what is called."""

    line: int
    call: str


@dataclass(slots=True)
class Found:
    """What has been collected so far, in the order of the code."""

    exceptions: list[Raised] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    def raised(self, types: Iterable[str], node: ast.expr | ast.stmt, source: str) -> None:
        """Keep standard exceptions that a node can raise."""
        because = ""
        for name in types:
            because = because or shortened(node, whole=True)
            self.exceptions.append(Raised(name, node.lineno, because, source, hierarchy.standard_lineage(name)))


def shortened(node: ast.expr | ast.stmt, *, whole: bool = False) -> str:
    """Return the code of a node in at most 60 characters; of a call, unless `whole`, only what is called."""
    code = ast.unparse(node if whole or not isinstance(node, ast.Call) else node.func)
    line = code.partition("\n")[0]
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
