"""Says what a function of the project takes by its parameters, and whether its decorators leave that alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.accepting.slots import Parameters, Slot
from fixbot.analysis.calling.decorators import passes_through
from fixbot.analysis.definitions import Function
from fixbot.analysis.project import Project
from fixbot.analysis.types.plain import parameter_type

# Caches hand on what they are given too, though they ask each argument for its hash.
_CACHES = frozenset({"functools.lru_cache", "functools.cache"})


def decorated_by(project: Project, function: Function) -> str | None:
    """Return the source of a decorator that may change what a function takes, None where there is none."""
    file, node = function.file, function.node
    for each in node.decorator_list:
        plain = each.func if isinstance(each, ast.Call) else each
        if file.names.resolve(plain, node) not in _CACHES and not passes_through(project, file, each, node):
            return ast.unparse(each)
    return None


def is_cached(function: Function) -> bool:
    """Say whether what a function gives is kept for the arguments as they were written.

    Source: https://docs.python.org/3/library/functools.html#functools.lru_cache
    """
    decorators = (each.func if isinstance(each, ast.Call) else each for each in function.node.decorator_list)
    return any(function.file.names.resolve(each, function.node) in _CACHES for each in decorators)


def parameters_of(project: Project, function: Function, skipped: int) -> Parameters:
    """Return what a function takes, its `**` parameter left out.

    Args:
        project: the project of the function.
        function: the function.
        skipped: how many parameters are given before the call: 1 for a bound method.
    """
    args = function.node.args
    positional = [arg.arg for arg in (*args.posonlyargs, *args.args)][skipped:]
    only = {arg.arg for arg in args.posonlyargs}
    first = {arg.arg for arg in (*args.posonlyargs, *args.args)} - set(positional)
    slots = (_slot(project, function, arg, default) for arg, default in _pairs(args) if arg.arg not in first | only)
    return Parameters(tuple(slots), tuple(positional), doubtful="is cached" if is_cached(function) else "")


def _pairs(args: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    ordered = [*args.posonlyargs, *args.args]
    missing: list[ast.expr | None] = [None] * (len(ordered) - len(args.defaults))
    yield from zip(ordered, [*missing, *args.defaults], strict=True)
    yield from zip(args.kwonlyargs, args.kw_defaults, strict=True)


def _slot(project: Project, function: Function, arg: ast.arg, default: ast.expr | None) -> Slot:
    found = parameter_type(arg, default, function.file, function.node, project)
    says = f"`{arg.arg}` is a parameter of `{function.qualname}`"
    opaque = found is None and arg.annotation is not None
    return Slot(arg.arg, found, default is None, default, says, opaque)
