"""Reads from a file before and after a commit what was chosen for it: exceptions, fields, calls that are awaited."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

_LONGEST = 100
_MOST = 12


def chosen(before: bytes, after: bytes) -> tuple[str, ...]:
    """Return what a file has afterwards and had not before, in the order in which it stands there.

    Types of handlers (`except OSError`), fields of new classes (`Options.limit`), and calls that are awaited now
    (`await asyncio.sleep`); nothing where one of the two cannot be parsed.
    """
    try:
        old, new = ast.parse(before), ast.parse(after)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    had = Counter(_told(old))
    found: dict[str, int] = {}
    for what in _told(new):
        if had[what]:
            had[what] -= 1
        else:
            found[what] = found.get(what, 0) + 1
    shown = [what if number == 1 else f"{what} ({number})" for what, number in found.items()]
    return tuple(shown[:_MOST])


def _told(tree: ast.Module) -> Iterator[str]:
    for node in sorted(ast.walk(tree), key=lambda node: getattr(node, "lineno", 0)):
        match node:
            case ast.ExceptHandler(type=ast.expr() as type_):
                yield _cut(f"except {ast.unparse(type_)}")
            case ast.ClassDef():
                yield from (_cut(f"{node.name}.{field}") for field in _fields(node))
            case ast.Await(value=ast.Call(func=function)):
                yield _cut(f"await {ast.unparse(function)}")
            case _:
                continue


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id


def _cut(what: str) -> str:
    return what if len(what) <= _LONGEST else f"{what[: _LONGEST - 1]}…"
