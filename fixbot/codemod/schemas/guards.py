"""Says whether a key is read only where the code has made sure that it is there; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.flows.flow import Asked


def is_guarded(asked: Asked, name: str, finder: Finder) -> bool:
    """Say whether a read of a key stands behind a test for it, as in `if "x" in kwargs:`.

    Where the key is the variable of a loop over names, a test for that variable is meant.
    """
    nesting = finder.nesting(asked.uses.function.file)
    key = _variable(asked.read.node) if asked.read.computed else ast.Constant(value=name)
    inner: ast.AST = asked.read.node
    for outer in nesting.around(asked.read.node):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
        if any(_makes_sure(test, key, asked.uses.name) for test in _passed(outer, inner)):
            return True
        inner = outer
    return False


def _variable(node: ast.expr) -> ast.expr:
    """Return what a read is written with in the place of a key."""
    if isinstance(node, ast.Subscript):
        return node.slice
    return node.args[0] if isinstance(node, ast.Call) and node.args else node


def _passed(outer: ast.AST, inner: ast.AST) -> Sequence[ast.expr]:
    """Return the tests of a node that are true where a part of it runs."""
    match outer:
        case ast.If(test=test, body=body) if inner in body:
            return [test]
        case ast.IfExp(test=test, body=body) if inner is body:
            return [test]
        case ast.BoolOp(op=ast.And(), values=values):
            return values[: values.index(inner)] if isinstance(inner, ast.expr) and inner in values else []
        case ast.ListComp(generators=made) | ast.SetComp(generators=made) | ast.DictComp(generators=made):
            return [test for each in made for test in each.ifs] if inner not in made else []
        case ast.GeneratorExp(generators=made):
            return [test for each in made for test in each.ifs] if inner not in made else []
    return []


def _makes_sure(test: ast.AST, key: ast.expr, kwargs: str) -> bool:
    match test:
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Name(id=whole)]):
            return whole == kwargs and _is_key(left, key)
        case ast.BoolOp(op=ast.And(), values=values):
            return any(_makes_sure(value, key, kwargs) for value in values)
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return _makes_sure(left, key, kwargs)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=whole), attr="get"), args=[first]):
            return whole == kwargs and _is_key(first, key)
    return False


def _is_key(node: ast.expr, key: ast.expr) -> bool:
    return ast.dump(node) == ast.dump(key)
