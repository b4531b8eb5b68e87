"""Whether a task is waited for by those who start it; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from fixbot.analysis.names import dotted, last_name, own

_WAITS = frozenset({"gather", "shield", "wait", "wait_for"})
_ORDERS = frozenset({"as_completed", "enumerate", "list", "reversed", "set", "tuple"})


def is_awaited(names: frozenset[str], begun: int, nodes: Sequence[ast.AST]) -> bool:
    """Say whether a task, or all in a collection of them, has ended before some statements are done.

    Args:
        names: what it can be reached by.
        begun: the line that starts it; what stands above waits for another one.
        nodes: the statements.
    """
    known = names | _elements(names, nodes)
    awaits = (node for node in own(nodes) if isinstance(node, ast.Await) and node.lineno >= begun)
    return any(dotted(thing) in known for node in awaits for thing in _waited_for(node.value))


def _elements(names: frozenset[str], nodes: Sequence[ast.AST]) -> set[str]:
    """Return the names that loops give to what is in a collection."""
    loops = (node for node in own(nodes) if isinstance(node, ast.For | ast.AsyncFor))
    return {
        target.id
        for loop in loops
        if any(dotted(thing) in names for thing in _unpacked(loop.iter, _ORDERS))
        for target in ast.walk(loop.target)
        if isinstance(target, ast.Name)
    }


def _waited_for(value: ast.expr) -> Iterator[ast.expr]:
    """Yield what has ended once an awaitable has."""
    match value:
        case ast.Call(func=func, args=args) if last_name(func) in _WAITS and not _may_end_early(value):
            for argument in args:
                yield from _unpacked(argument, frozenset({"gather", "shield"}))
        case _:
            yield value


def _may_end_early(call: ast.Call) -> bool:
    """Say whether a call may stop waiting and let what it waits for go on."""
    match call:
        case ast.Call(func=func, args=[ast.Call(func=inner), *_]) if last_name(func) == "wait_for":
            return last_name(inner) == "shield"
    given = {word.arg: word.value for word in call.keywords}
    early = "return_when" in given and last_name(given["return_when"]) != "ALL_COMPLETED"
    return last_name(call.func) == "wait" and (early or "timeout" in given)


def _unpacked(value: ast.expr, calls: frozenset[str]) -> Iterator[ast.expr]:
    """Yield the things in a display or in the arguments of some calls, or what is none of these."""
    match value:
        case ast.List(elts=inner) | ast.Set(elts=inner) | ast.Tuple(elts=inner):
            pass
        case ast.Starred(value=one):
            inner = [one]
        case ast.Call(func=func, args=inner) if last_name(func) in calls:
            pass
        case _:
            yield value
            return
    for each in inner:
        yield from _unpacked(each, calls)
