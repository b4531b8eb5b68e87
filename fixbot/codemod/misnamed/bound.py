"""Says whether a name has a value whenever a statement runs; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.module import Module, blocks
from fixbot.codemod.misnamed.uses import deletes, parameters

_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def bound_at(module: Module, scope: ast.AST, name: str, at: ast.AST) -> int | None:
    """Return the line that surely gives a name of a scope its value before a statement runs, None where none does.

    Args:
        module: the file.
        scope: the function or module that binds the name.
        name: the name.
        at: a statement in the scope, or in a function in it: then what the scope does up to its definition counts,
            and at the top of the module whatever it always does.
    """
    arg = next((arg for arg in parameters(scope) if arg.arg == name), None)
    if deletes(scope, name):
        return None
    if arg is not None:
        return arg.lineno
    if isinstance(scope, ast.Module) and any(isinstance(outer, FunctionNode) for outer in module.ancestors(at)):
        return next((node.lineno for node in scope.body if _binds(node, name)), None)
    child = at
    for parent in module.ancestors(at):
        found = next(_before(parent, child, name), None)
        if found is not None:
            return found
        if parent is scope:
            return None
        child = parent
    return None


def _before(parent: ast.AST, child: ast.AST, name: str) -> Iterator[int]:
    """Yield the lines that bind a name before one of the statements that something holds runs."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        nodes = getattr(parent, block, [])
        if child in nodes:
            if block in {"body", "orelse", "finalbody"}:
                yield from (node.lineno for node in nodes[: nodes.index(child)] if _binds(node, name))
            heads = _heads(parent) if block == "body" else []
            yield from (head.lineno for head in heads if _stores(head, name))


def _heads(node: ast.AST) -> list[ast.expr]:
    """Return what a statement binds before its body runs."""
    match node:
        case ast.For(target=target) | ast.AsyncFor(target=target):
            return [target]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return [item.optional_vars for item in items if item.optional_vars is not None]
    return []


def _binds(node: ast.stmt, name: str) -> bool:
    """Say whether a statement that runs to its end has bound a name."""
    match node:
        case ast.Assign(targets=targets):
            return any(_stores(target, name) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr()) | ast.AugAssign(target=target):
            return _stores(target, name)
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return any((alias.asname or alias.name.partition(".")[0]) == name for alias in aliases)
        case ast.With() | ast.AsyncWith():
            return any(_stores(head, name) for head in _heads(node))
    return isinstance(node, _DEFINES) and node.name == name


def _stores(node: ast.expr, name: str) -> bool:
    inner = (each for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))
    return any(each.id == name for each in inner)


def is_number(scope: ast.AST, name: str) -> bool:
    """Say whether nothing but numbers are given to a name of a scope."""
    found = False
    stack = blocks(scope)
    while stack:
        node = stack.pop()
        stack += blocks(node)
        match node:
            case ast.Assign(targets=[ast.Name(id=own)], value=value) if own == name:
                if not isinstance(value, ast.Constant) or not isinstance(value.value, int | float):
                    return False
                found = True
    return found
