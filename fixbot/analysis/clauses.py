"""The `except` clauses of a module: what they catch, and whether they do anything; it only reads."""

from __future__ import annotations

import ast
from functools import lru_cache

from fixbot.analysis.module import Module
from fixbot.analysis.names import Names, dotted, own

_BROAD = frozenset({"Exception", "BaseException"})


@lru_cache(maxsize=4)
def clauses(module: Module) -> tuple[tuple[ast.ExceptHandler, ast.Try], ...]:
    """Return every handler of a module with its `try`, in source order; those of `except*` are not among them."""
    found = ((node, parent) for node, parent in module.parents.items() if isinstance(node, ast.ExceptHandler))
    return tuple((node, parent) for node, parent in found if isinstance(parent, ast.Try))


def written_types(handler: ast.ExceptHandler) -> list[ast.expr]:
    """Return the expressions of what a handler catches; none for a bare `except:`."""
    if handler.type is None:
        return []
    return handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]


def caught(names: Names, handler: ast.ExceptHandler, at: ast.AST) -> tuple[str, ...]:
    """Return the types of a clause: full names where they are certain, else as they are written."""
    types = written_types(handler)
    return tuple(name for node in types if (name := names.resolve(node, at) or dotted(node)))


def is_broad(types: tuple[str, ...]) -> bool:
    """Say whether a clause with these types catches everything."""
    return not types or not _BROAD.isdisjoint(types)


def is_silent(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler does nothing: `pass`, `...`, `continue`, `return` and `return None` are nothing."""
    return all(_does_nothing(node) for node in handler.body)


def _does_nothing(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Continue() | ast.Return(value=None | ast.Constant(value=None)):
            return True
        case ast.Expr(value=ast.Constant(value=value)):
            return value is Ellipsis
    return False


def rebinds_error(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler gives the name of what it caught to something else."""
    return any(
        (isinstance(node, ast.Name) and node.id == handler.name and not isinstance(node.ctx, ast.Load))
        or (isinstance(node, ast.ExceptHandler) and node.name == handler.name)
        for node in own(handler.body)
    )


def named(handler: ast.ExceptHandler, wanted: frozenset[str]) -> str | None:
    """Return the first of these names that stands alone among the types of a handler, None where none does."""
    plain = (written.id for written in written_types(handler) if isinstance(written, ast.Name))
    return next((name for name in plain if name in wanted), None)


def catches(names: Names, handler: ast.ExceptHandler, wanted: frozenset[str]) -> bool:
    """Say whether a handler names one of these builtins, and it is the builtin."""
    name = named(handler, wanted)
    return name is not None and names.origin(name, handler) == name
