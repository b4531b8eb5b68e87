"""The records of what can be raised and of what is not understood; holds text and numbers only."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from fixbot.analysis.knowledge import thirdparty
from fixbot.analysis.raises import hierarchy

_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception that can come out of one expression.

    `type` is the full name as an importer would write it, builtins bare; `because` the expression,
    shortened; `source` one of `operation`, `builtin`, `stdlib`, `raise`, `import`, and for what comes out of
    a definition of the project `project`, or `docstring` where only its docstring says so; `lineage` the class
    and its parents. `sure` is false where it depends on something of which nothing is known: the same
    expression is then unknown as well. What comes through a call keeps in `origin` where it is raised
    (`clean raises ValueError in utils/phone.py:41`) and in `origin_source` that place's own source.
    """

    type: str
    line: int
    because: str
    source: str
    lineage: tuple[str, ...] = field(default=(), repr=False, compare=False)
    sure: bool = field(default=True, compare=False)
    origin: str | None = field(default=None, compare=False)
    origin_source: str | None = field(default=None, compare=False)


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

    def raised(self, types: Iterable[str], node: ast.expr | ast.stmt, source: str, *, sure: bool = True) -> None:
        """Keep exceptions of the standard library or of a package that a node can raise."""
        because = ""
        for name in types:
            because = because or shortened(node, whole=True)
            self.exceptions.append(Raised(name, node.lineno, because, source, hierarchy.known_lineage(name), sure))


def of_package(callable_name: str) -> Iterator[Raised]:
    """Yield what a callable of a package is known to raise, without the place where it is called."""
    known = thirdparty.call(callable_name)
    for name in known.raises if known is not None else ():
        yield Raised(name, 0, "", "package", hierarchy.known_lineage(name))


def distinct(exceptions: Iterable[Raised]) -> tuple[Raised, ...]:
    """Return each exception of an expression once; sure where it is sure for one reason at least."""
    kept: dict[Raised, Raised] = {}
    for raised in exceptions:
        first = kept.setdefault(raised, raised)
        if raised.sure and not first.sure:
            kept[raised] = replace(first, sure=True)
    return tuple(kept.values())


def shortened(node: ast.expr | ast.stmt, *, whole: bool = False) -> str:
    """Return the code of a node in at most 60 characters; of a call, unless `whole`, only what is called."""
    code = ast.unparse(node if whole or not isinstance(node, ast.Call) else node.func)
    line = code.partition("\n")[0]
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
