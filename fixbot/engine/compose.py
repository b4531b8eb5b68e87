"""Puts edits into the text of one file, and what they need at its top; everything else stays byte for byte."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fixbot.analysis.module import Module
from fixbot.codemod import Proposal, cst
from fixbot.engine.imports import insertions
from fixbot.engine.slices import Slice, slice_of

if TYPE_CHECKING:
    from fixbot.engine.surgery import Edit


@dataclass(slots=True)
class Top:
    """What the edits of a file need at its top, and the first line that needs it while the module is imported."""

    imports: list[str] = field(default_factory=list)
    setup: list[str] = field(default_factory=list)
    first_use: int = 1 << 30

    def add(self, module: Module, around: ast.AST, proposal: Proposal) -> None:
        """Take in what a proposal needs, that stands in a statement, handler or case."""
        self.imports += proposal.imports
        self.setup += proposal.setup
        if (proposal.imports or proposal.setup) and module.function(around) is None:
            outermost = [around, *module.ancestors(around)][-2]
            self.first_use = min(self.first_use, outermost.lineno)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """The edit of one node, and the statement, handler or case that the node is or stands in."""

    node: ast.AST
    around: ast.AST
    edit: Edit


def compose(module: Module, works: Sequence[Work], top: Top) -> str:
    """Return the text of a file with some nodes edited.

    Args:
        module: the file.
        works: what to edit, each node once.
        top: is filled by the edits while they run.

    Raises:
        ValueError: a node cannot be edited without touching its neighbours, or LibCST does not understand it.
    """
    # A lazy module that is loaded inside an import statement can lose a Ctrl-C: load it by touching it first.
    _ = cst.CSTNode
    from fixbot.engine.surgery import operate  # noqa: PLC0415 - LibCST is loaded when something is edited

    lines = list(module.lines)
    for part, inside in _slices(module, works):
        edits = {work.node: work.edit for work in inside}
        lines[part.first - 1 : part.last] = [operate(module, part, edits), *[""] * (part.last - part.first)]
    end = next((line[len(line.rstrip("\r\n")) :] for line in module.lines if line.endswith(("\n", "\r"))), "\n")
    inserted = insertions(module, top.imports, top.setup, until=top.first_use)
    for line, text in sorted(inserted, key=lambda insertion: insertion[0])[::-1]:
        _insert(lines, line, text.replace("\n", end) + end, end)
    return "".join(lines)


def _insert(lines: list[str], line: int, text: str, end: str) -> None:
    if line > len(lines) and lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end
    lines.insert(line - 1, text)


def _slices(module: Module, works: Sequence[Work]) -> list[tuple[Slice, list[Work]]]:
    """Group works by the outermost statement that has to be edited for any of them."""
    parts: dict[ast.AST, Slice] = {}
    for work in works:
        part = slice_of(module, work.around)
        if part is None:
            message = f"line {work.node.lineno} shares its lines with another statement"  # type: ignore[attr-defined]
            raise ValueError(message)
        parts[part.node] = part
    grouped: dict[ast.AST, list[Work]] = {}
    for work in works:
        holders = [node for node in (work.around, *module.ancestors(work.around)) if node in parts]
        grouped.setdefault(holders[-1], []).append(work)
    return [(parts[node], inside) for node, inside in grouped.items()]
