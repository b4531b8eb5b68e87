"""Small questions about parts of statements; it only reads."""

from __future__ import annotations

import ast


def arguments_of(args: ast.arguments) -> list[ast.arg]:
    """Return all parameters, the starred ones last."""
    starred = [arg for arg in (args.vararg, args.kwarg) if arg is not None]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *starred]


def last(node: ast.expr) -> str:
    """Return the last name of `a.b.c`, nothing for what is no name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def flat(nodes: list[ast.expr]) -> list[ast.expr]:
    """Return what tuples and lists hold in their places, however deep."""
    found: list[ast.expr] = []
    for node in nodes:
        found += flat(node.elts) if isinstance(node, ast.Tuple | ast.List) else [node]
    return found


def catches_name_errors(node: ast.expr | None, body: list[ast.stmt]) -> bool:
    """Say whether a clause is there for names that are nothing: a bare one is where one statement alone is tried."""
    if node is None:
        return len(body) == 1 and isinstance(body[0], ast.Expr | ast.Assign)
    return any(last(each) == "NameError" for each in (node.elts if isinstance(node, ast.Tuple) else [node]))


def is_future(node: ast.stmt) -> bool:
    """Say whether a statement makes annotations be looked at later."""
    future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    return future and any(alias.name == "annotations" for alias in getattr(node, "names", []))
