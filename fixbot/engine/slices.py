"""Which lines have to be taken apart to edit a node; it only reads."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from fixbot.analysis.module import Module
from fixbot.engine.inspect import character_column
from fixbot.engine.places import first_line


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """The lines of one statement: `first` and `last` count from 1 and are both inside."""

    node: ast.AST
    first: int
    last: int


def slice_of(module: Module, node: ast.AST) -> Slice | None:
    """Return the smallest statement around `node` that has its lines to itself, None where there is none."""
    for outer in (node, *module.ancestors(node)):
        if isinstance(outer, ast.stmt) and _owns_its_lines(module, outer):
            return Slice(outer, first_line(outer), outer.end_lineno or outer.lineno)
    return None


def _owns_its_lines(module: Module, node: ast.stmt) -> bool:
    line = module.lines[node.lineno - 1]
    before = module.lines[node.lineno - 2].rstrip("\r\n") if node.lineno > 1 else ""
    opens = not line[: character_column(line, node.col_offset)].strip()
    return opens and not before.endswith("\\") and not line.lstrip().startswith("elif")
