"""Finds the node that a place means, and the statement around it; it only reads."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from fixbot.analysis.module import Module, Statement, blocks
from fixbot.codemod import Corpus, Place

#: A node, and the statement, handler or case that it is or stands in.
Located = tuple[ast.AST, ast.AST]
# The kind of a node, the line and the column in which it begins, and those in which it ends.
_Where = tuple[str, int, int, int, int]


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
    wanted = place.kind, place.line, place.column, place.end_line, place.end_column
    for around in over(module.tree, place.line):
        node = _own_by_place(around).get(wanted)
        if node is not None:
            return node, around
    message = f"there is no {place.kind} at line {place.line}"
    raise ValueError(message)


def first_line(node: ast.AST) -> int:
    """Return the first line of a node from 1, that of its decorators where it has some."""
    lines: list[int] = [each.lineno for each in (node, *getattr(node, "decorator_list", []))]
    return min(lines)


def over(node: ast.AST, line: int) -> Iterator[Statement]:
    """Yield the statements, handlers and cases below a node that a line is part of, in source order."""
    children, firsts = _in_order(node)
    at = bisect_right(firsts, line)
    begin = at
    while begin and _last_line(children[begin - 1]) >= line:
        begin -= 1
    for child in children[begin:at]:
        yield child
        yield from over(child, line)


@lru_cache(maxsize=64)
def _in_order(node: ast.AST) -> tuple[list[Statement], list[int]]:
    """Return what a node directly holds, and the first line of each."""
    children = blocks(node)
    return children, [first_line(child.pattern if isinstance(child, ast.match_case) else child) for child in children]


def _last_line(node: Statement) -> int:
    last = node.body[-1] if isinstance(node, ast.match_case) else node
    return last.end_lineno or last.lineno


@lru_cache(maxsize=64)
def _own_by_place(around: Statement) -> dict[_Where, ast.AST]:
    """Return a statement, handler or case, and the expressions in it that are in no statement of its blocks."""
    found: dict[_Where, ast.AST] = {}
    stack: list[ast.AST] = [around]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.expr | ast.stmt | ast.ExceptHandler | ast.arg | ast.keyword | ast.alias | ast.pattern):
            end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
            found.setdefault((type(node).__name__, node.lineno, node.col_offset, *end), node)
        stack += [child for child in ast.iter_child_nodes(node) if not isinstance(child, Statement)]
    return found
