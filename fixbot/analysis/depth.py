"""Tells how deeply a module is nested, without recursion of its own."""

from __future__ import annotations

import ast

#: The most levels of a tree that is looked at. People write no more than a hundred; whatever walks a tree by calling
#: itself, here, in LibCST and in ruff, ends badly somewhere above two hundred.
DEEPEST = 150
_ENDS = 3  # levels that take no character: a statement of an expression, a name, how it is used


def is_deep(tree: ast.AST) -> bool:
    """Say whether a tree has more levels than anybody would write, so that others could not walk it."""
    level = [tree]
    for left in range(DEEPEST, 0, -1):
        level = [inner for node in level for inner in ast.iter_child_nodes(node) if _may_have(inner, left - _ENDS)]
        if not level:
            return False
    return True


def _may_have(node: ast.AST, levels: int) -> bool:
    """Say whether a node can have so many levels: each takes a character, so that what is short is not deep."""
    last = getattr(node, "end_lineno", None)
    if last is None:
        return True
    return bool(node.lineno != last or node.end_col_offset - node.col_offset > levels)  # type: ignore[attr-defined]
