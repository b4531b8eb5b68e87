"""Says whether an earlier round of a loop may have bound a name that is read above the line that binds it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import cast

from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.module import blocks
from fixbot.analysis.undefined import Undefined
from fixbot.codemod.misnamed.uses import Lost, home

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def bound_in_round(lost: Lost) -> int | None:
    """Return the line in which an earlier round of a loop may bind a name that is read; None where none does.

    A read that every round comes to, the first one too, raises all the same.
    """
    lines = [_bound_below(lost, place) for place in lost.places]
    return None if None in lines else lines[0]


def _bound_below(lost: Lost, place: Undefined) -> int | None:
    scope, child, asked = home(place).node, cast("ast.AST", place.node), False
    while not place.state and (holder := lost.parents.get(child)) is not None and holder is not scope:
        if isinstance(holder, _LOOPS) and child in holder.body:
            asked = asked or _skipped(holder.body[: holder.body.index(child)])
            found = next(_stores(holder, lost.name), None) if asked else None
            if found is not None:
                return found
        asked = asked or _conditional(holder, child)
        child = holder
    return None


def _conditional(holder: ast.AST, child: ast.AST) -> bool:
    """Say whether a node may run without something that it holds."""
    match holder:
        case ast.If(test=first) | ast.IfExp(test=first) | ast.BoolOp(values=[first, *_]) | ast.Match(subject=first):
            return child is not first
        case ast.For(iter=first) | ast.AsyncFor(iter=first) | ast.While(test=first):
            return child is not first
        case ast.Try(body=body, finalbody=always) | ast.TryStar(body=body, finalbody=always):
            return child not in body and child not in always
    return False


def _skipped(before: list[ast.stmt]) -> bool:
    """Say whether a round may end with some statements."""
    return any(isinstance(node, ast.Continue) for each in before for node in (each, *_inside(each)))


def _stores(loop: ast.AST, name: str) -> Iterator[int]:
    for node in _inside(loop):
        parts = (part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr | ast.withitem))
        names = (each for part in parts for each in ast.walk(part) if isinstance(each, ast.Name))
        yield from (each.lineno for each in names if each.id == name and isinstance(each.ctx, ast.Store))


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements, handlers and cases below one, but for those of functions and classes in it."""
    stack = blocks(node)
    while stack:
        inner = stack.pop()
        yield inner
        stack += [] if isinstance(inner, FunctionNode | ast.ClassDef) else blocks(inner)
