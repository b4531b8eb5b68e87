"""Puts edits into the text of one file, and what they need at its top; everything else stays byte for byte."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fixbot.analysis.module import Module, parse, split_lines
from fixbot.codemod import Proposal, cst
from fixbot.engine import asides
from fixbot.engine.imports import insertions
from fixbot.engine.order import Local
from fixbot.engine.slices import Slice, slice_of
from fixbot.hunks import Hunk, lost_words
from fixbot.model import SourceFile

if TYPE_CHECKING:
    from fixbot.engine.surgery import Edit


@dataclass(slots=True)
class Top:
    """What the edits of a file need elsewhere in it, and the first line that needs it while the module is imported.

    `aside` are whole statements, each with the line (from 1) above which it is to stand.
    """

    imports: list[str] = field(default_factory=list)
    setup: list[str] = field(default_factory=list)
    aside: dict[str, int] = field(default_factory=dict)
    first_use: int = 1 << 30

    def add(self, module: Module, around: ast.AST, proposal: Proposal) -> None:
        """Take in what a proposal needs, that stands in a statement, handler or case.

        Raises:
            ValueError: something is to stand beside a statement that shares its lines with another one.
        """
        self.imports += proposal.imports
        self.setup += proposal.setup
        outermost: ast.stmt = [around, *module.ancestors(around)][-2]  # type: ignore[assignment]
        uses = not isinstance(outermost, ast.Import | ast.ImportFrom) and module.function(around) is None
        if (proposal.imports or proposal.setup) and uses:
            self.first_use = min(self.first_use, outermost.lineno)
        for texts, where in ((proposal.before, asides.above), (proposal.after, asides.below)):
            for text in texts:
                self._put(module, text.strip("\n"), where(module, outermost))

    def _put(self, module: Module, text: str, line: int) -> None:
        if not asides.stands(module, text, line):
            self.aside[text] = min(line, self.aside.get(text, line))
            self.first_use = min(self.first_use, line)


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """The edit of one node, and the statement, handler or case that the node is or stands in."""

    node: ast.AST
    around: ast.AST
    edit: Edit


def compose(module: Module, works: Sequence[Work], top: Top, local: Local = lambda _: False) -> str:
    """Return the text of a file with some nodes edited.

    Args:
        module: the file.
        works: what to edit, each node once.
        top: is filled by the edits while they run.
        local: says whether a top-level name is that of a module or package of the project.

    Raises:
        ValueError: a node cannot be edited without touching its neighbours, or LibCST does not understand it.
    """
    # A lazy module that is loaded inside an import statement can lose a Ctrl-C: load it by touching it first.
    _ = cst.CSTNode
    from fixbot.engine.surgery import operate  # noqa: PLC0415 - LibCST is loaded when something is edited

    lines = [*module.lines, ""]
    for part, inside in _slices(module, works):
        edits = {work.node: work.edit for work in inside}
        text = operate(module, part, edits)
        lines[part.first - 1 : part.last] = [text, *[""] * (part.last - part.first)]
        if not text:
            _close_gap(lines, part, ended=module.text.endswith(("\n", "\r")))
    end, ended = _line_end(module), module.text.endswith(("\n", "\r"))
    for line, text in asides.texts(module, top.aside).items():
        last = line == len(lines) and not ended and bool(module.text)
        put = text.removesuffix("\n") if last else text
        lines[line - 1] = (end if last else "") + put.replace("\n", end) + lines[line - 1]
    until = len(split_lines("".join(lines[: top.first_use - 1]))) + 1
    return _with_top(module, "".join(lines), top, until, local)


def dropped(node: cst.CSTNode, proposal: Proposal) -> Counter[str]:
    """Count the words that a proposal lacks of those that it may lack; `node` is what it is put in the place of."""
    if not proposal.drops:
        return Counter()
    sides = (cst.Module([]).code_for_node(side) if side is not None else "" for side in (node, proposal.replacement))
    old, new = sides
    lost = lost_words([Hunk(1, (old,), (new,))])
    return Counter({word: count for word, count in lost.items() if word in proposal.drops})


def _close_gap(lines: list[str], gone: Slice, *, ended: bool) -> None:
    """Leave as many blank lines as the larger gap around a statement had that is gone, none at the end of a file.

    Lines keep their numbers: what is not there any more is empty, and has no line end.
    """
    above, below = gone.first - 2, gone.last
    over, under = [], []
    while above >= 0 and not lines[above].strip():
        over.append(above)
        above -= 1
    while below < len(lines) and not lines[below].strip():
        under.append(below)
        below += 1
    over, under = ([at for at in side if lines[at]] for side in (over, under))
    if below == len(lines):
        spare = [*over, *under]
        if above >= 0 and not ended:
            lines[above] = lines[above].rstrip("\r\n")
    else:
        opens = above < 0 or lines[above].rstrip().endswith(":")
        spare = under if opens else under[: min(len(over), len(under))]
    for at in spare:
        lines[at] = ""


def _line_end(module: Module) -> str:
    return next((line[len(line.rstrip("\r\n")) :] for line in module.lines if line.endswith(("\n", "\r"))), "\n")


def _with_top(module: Module, text: str, top: Top, until: int, local: Local) -> str:
    """Return the text of an edited file with the imports and the set-up that it needs, all above line `until`."""
    edited = parse(SourceFile(module.path, module.encode(text))) if top.imports or top.setup else None
    if not isinstance(edited, Module):
        return text  # the ladder says what is wrong with it
    lines, end = list(edited.lines), _line_end(module)
    patches = insertions(edited, top.imports, top.setup, until=until, local=local)
    for patch in sorted(patches, key=lambda patch: (patch.first, patch.end, patch.rank))[::-1]:
        if patch.first > len(lines) and lines and not lines[-1].endswith(("\n", "\r")):
            lines[-1] += end
        lines[patch.first - 1 : patch.end - 1] = [patch.text.replace("\n", end) + end]
    return "".join(lines)


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
