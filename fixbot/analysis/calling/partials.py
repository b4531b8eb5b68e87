"""Follows a `functools.partial` of a function to all calls of what it gives; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.definitions import FunctionNode


def partial_of(node: ast.expr, nesting: Nesting) -> ast.Call | None:
    """Return the `functools.partial` that a mention of a function goes into, None where it is something else."""
    outer = nesting.parents.get(node)
    if not isinstance(outer, ast.Call) or not outer.args or outer.args[0] is not node:
        return None
    full = nesting.file.names.resolve(outer.func, nesting.statement(outer))
    return outer if full == "functools.partial" else None


def calls_of(partial: ast.Call, nesting: Nesting, finder: Finder) -> list[ast.Call] | None:
    """Return every call of a partial object, None where it goes where they cannot be followed.

    It is followed where it is called at once, and where a name of a function or module that is bound nowhere else
    gets it, and is only ever called.
    """
    outer = nesting.parents.get(partial)
    match outer:
        case ast.Call(func=func) if func is partial:
            return [outer]
        case ast.Assign(targets=[ast.Name() as target]) | ast.AnnAssign(target=ast.Name() as target):
            return _uses(target, nesting, finder)
    return None


def _uses(target: ast.Name, nesting: Nesting, finder: Finder) -> list[ast.Call] | None:
    scope, names = nesting.scope(target), nesting.file.names
    local = isinstance(scope, FunctionNode)
    if not (local or isinstance(scope, ast.Module)) or names.bound(scope).get(target.id) != {None}:
        return None
    if not local and finder.corpus.mentioning(target.id) != (nesting.file.path,):
        return None
    found = []
    for node in nesting.named(target.id):
        if isinstance(node, ast.Constant) and node.value == target.id and not local:
            return None
        if not isinstance(node, ast.Name) or node is target or not _is_of(node, scope, nesting):
            continue
        call = nesting.parents.get(node)
        if not isinstance(call, ast.Call) or call.func is not node:
            return None
        found.append(call)
    return found


def _is_of(node: ast.Name, scope: ast.AST, nesting: Nesting) -> bool:
    """Say whether a name is bound by a scope, as seen from where it stands."""
    if nesting.hidden(node):
        return False
    names = nesting.file.names
    around = names.scopes(nesting.statement(node))
    return next((each for each in around if node.id in names.bound(each)), None) is scope
