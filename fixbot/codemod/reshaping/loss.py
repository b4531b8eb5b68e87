"""What a piece of code loses when another takes its place: words and comments; it only reads."""

from __future__ import annotations

import re
from collections import Counter

from fixbot.codemod.lazy import cst

_WORD = re.compile(r"\w+|[^\w\s]")


def code_of(*nodes: cst.CSTNode) -> str:
    """Return the code of some nodes, a space between each."""
    module = cst.Module([])
    return " ".join(module.code_for_node(node) for node in nodes)


def lost(before: str, after: str = "") -> set[str]:
    """Return the words and signs that one text has more often than another."""
    return set(Counter(_WORD.findall(before)) - Counter(_WORD.findall(after)))


def comments_in(node: cst.CSTNode) -> list[str]:
    """Return the comments inside a node, in source order."""
    found = _Comments()
    node.visit(found)
    return found.seen


def comment_lines(comments: list[str], indent: str = "") -> tuple[cst.EmptyLine, ...]:
    """Return comments as lines of their own, so far from the indentation of the block."""
    space = cst.SimpleWhitespace(indent)
    return tuple(cst.EmptyLine(whitespace=space, comment=cst.Comment(comment)) for comment in comments)


def names_in(*nodes: cst.CSTNode) -> set[str]:
    """Return the names inside some nodes, but for those of attributes."""
    found = _Names()
    for node in nodes:
        node.visit(found)
    return found.seen


class _Names(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def visit_Attribute(self, node: cst.Attribute) -> bool:  # noqa: N802 - LibCST's name
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:  # noqa: N802 - LibCST's name
        self.seen.add(node.value)


class _Comments(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def visit_Comment(self, node: cst.Comment) -> None:  # noqa: N802 - LibCST's name
        self.seen.append(node.value)
