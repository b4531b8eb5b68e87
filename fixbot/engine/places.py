"""Finds the node that a place means, and the statement around it; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.module import Module, Statement, statements
from fixbot.codemod import Corpus, Place

#: A node, and the statement, handler or case that it is or stands in.
Located = tuple[ast.AST, ast.AST]


def located(corpus: Corpus, place: Place) -> tuple[Module, Located]:
    """Return the file that a place is in, and its node there.

    Raises:
        ValueError: there is no such file or no such node in it.
    """
    file = corpus.file(place.path)
    if file is None:
        message = f"{place.path} cannot be parsed" if place.path in corpus.files else f"there is no {place.path}"
        raise ValueError(message)
    return file.module, node_at(file.module, place)


def node_at(module: Module, place: Place) -> Located:
    """Return the node at a place of a file.

    Raises:
        ValueError: there is none.
    """
    for around, _ in statements(module.tree):
        if not _spans(around, place):
            continue
        for node in _own(around):
            if _is_at(node, place):
                return node, around
    message = f"there is no {place.kind} at line {place.line}"
    raise ValueError(message)


def first_line(node: ast.AST) -> int:
    """Return the first line of a node from 1, that of its decorators where it has some."""
    lines: list[int] = [each.lineno for each in (node, *getattr(node, "decorator_list", []))]
    return min(lines)


def _spans(around: Statement, place: Place) -> bool:
    if isinstance(around, ast.match_case):
        return True
    return first_line(around) <= place.line <= (around.end_lineno or around.lineno)


def _own(around: Statement) -> Iterator[ast.AST]:
    """Yield a statement, handler or case, and the expressions in it that are in no statement of its blocks."""
    stack: list[ast.AST] = [around]
    while stack:
        node = stack.pop()
        yield node
        stack += [child for child in ast.iter_child_nodes(node) if not isinstance(child, Statement)]


def _is_at(node: ast.AST, place: Place) -> bool:
    if type(node).__name__ != place.kind:
        return False
    start = node.lineno, node.col_offset  # type: ignore[attr-defined]
    end = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
    return (start, end) == ((place.line, place.column), (place.end_line, place.end_column))
