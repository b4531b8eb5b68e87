"""Says in which ways the names of a scope are bound, and which names a statement keeps for itself; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.names import own_nodes
from fixbot.analysis.remembered import remembered


@remembered
def hidden_names(at: ast.AST) -> frozenset[str]:
    """Return the names that comprehensions and lambdas of a statement bind for themselves."""
    found: set[str] = set()
    for node in ast.walk(at) if not isinstance(at, ast.Module) else ():
        if isinstance(node, ast.comprehension):
            found.update(each.id for each in ast.walk(node.target) if isinstance(each, ast.Name))
        elif isinstance(node, ast.Lambda):
            found.update(each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg))
    return frozenset(found)


# How a name is bound: the annotation, the value, the statement.
Way = tuple[ast.expr | None, ast.expr | None, ast.stmt]


@remembered
def ways_of(scope: ast.AST) -> dict[str, list[Way | None]]:
    """Map the names that a scope binds otherwise than as parameters to the ways it does so, None for unclear ones."""
    found: dict[str, list[Way | None]] = {}
    plain: set[int] = set()
    nodes = list(own_nodes(scope))
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                found.setdefault(name, []).append((None, value, node))
                plain.add(id(target))
            case ast.AnnAssign(target=ast.Name(id=name) as target, annotation=annotation, value=value):
                found.setdefault(name, []).append((annotation, value, node))
                plain.add(id(target))
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if id(node) not in plain:
                found.setdefault(name, []).append(None)
            case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
                found.setdefault(name, []).append(None)
            case ast.MatchStar(name=str() as name) | ast.MatchMapping(rest=str() as name):
                found.setdefault(name, []).append(None)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.setdefault(name, []).append(None)
    return found
