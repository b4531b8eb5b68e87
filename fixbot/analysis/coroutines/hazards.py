"""Finds what around a call makes it dangerous to wait there: locks, and where cancellations end; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.clauses import caught
from fixbot.analysis.coroutines.instances import classes_of
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.names import last_name, own
from fixbot.analysis.remembered import remembered

AnyTry = ast.Try | ast.TryStar
_LOCKS = frozenset(
    f"{module}.{name}"
    for module in ("threading", "multiprocessing")
    for name in ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore")
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LOCKING = ("lock", "mutex", "semaphore")
_UNLIKE = frozenset({"block", "clock", "deadlock", "unlock"})
_CANCELLED = frozenset(
    {"BaseException", "asyncio.CancelledError", "asyncio.exceptions.CancelledError", "trio.Cancelled"}
)


def _outwards(nesting: Nesting, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield each node around another with the one it holds, up to the scope that runs them."""
    scope, inner = nesting.scope(node), node
    for outer in nesting.around(node):
        if outer is scope:
            return
        yield outer, inner
        inner = outer


def lock_around(nesting: Nesting, call: ast.Call, statement: ast.stmt) -> ast.With | ast.Call | None:
    """Return the `with` that holds a thread's lock around a call, or the call that took one; None where none does."""
    for outer, inner in _outwards(nesting, call):
        if isinstance(outer, ast.With):
            items = outer.items[: outer.items.index(inner)] if isinstance(inner, ast.withitem) else outer.items
            if any(_is_lock(nesting, item.context_expr, outer) for item in items):
                return outer
    scope = nesting.scope(call)
    for node in _taken(scope) if isinstance(scope, FunctionNode) else ():
        waits = isinstance(nesting.parents.get(node), ast.Await) or node is call
        if not waits and isinstance(node.func, ast.Attribute) and _is_lock(nesting, node.func.value, statement):
            return node
    return None


@remembered
def _taken(function: FunctionNode) -> tuple[ast.Call, ...]:
    """Return the calls of something called `acquire` that a function runs."""
    calls = (node for node in own(function.body) if isinstance(node, ast.Call))
    return tuple(call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "acquire")


def _is_lock(nesting: Nesting, node: ast.expr, at: ast.AST) -> bool:
    made = classes_of(nesting.file, node, at)
    if made is not None:
        return not _LOCKS.isdisjoint(made)
    called = node.func if isinstance(node, ast.Call) else node
    words = _WORD.findall(last_name(called))
    word = words[-1].lower() if words else ""
    return (word.endswith(_LOCKING) and word not in _UNLIKE) or word in {"cond", "condition"}


def swallower(nesting: Nesting, call: ast.Call) -> ast.ExceptHandler | ast.With | AnyTry | None:
    """Return the handler, `with` or `finally` around a call in which a cancellation would vanish, None where none."""
    for outer, inner in _outwards(nesting, call):
        match outer:
            case ast.Try() | ast.TryStar() if inner in outer.body and (handler := _silencer(nesting, outer)):
                return handler
            case ast.Try(finalbody=final) | ast.TryStar(finalbody=final) if inner not in final and _leaves(final):
                return outer
            case ast.With() if inner in outer.body and any(_suppresses(nesting, each, outer) for each in outer.items):
                return outer
    return None


def _silencer(nesting: Nesting, node: AnyTry) -> ast.ExceptHandler | None:
    """Return the handler that a cancellation comes to, where it ends there."""
    for handler in node.handlers:
        if _catches_cancellation(nesting, handler, node):
            raises = any(isinstance(inner, ast.Raise) for inner in own(handler.body))
            return None if raises else handler
    return None


def _catches_cancellation(nesting: Nesting, handler: ast.ExceptHandler, node: AnyTry) -> bool:
    return handler.type is None or not _CANCELLED.isdisjoint(caught(nesting.file.names, handler, node))


def tidier(nesting: Nesting, call: ast.Call) -> ast.ExceptHandler | AnyTry | None:
    """Return the `try` whose `finally` a call stands in, or the handler of a cancellation; None where there is none."""
    for outer, inner in _outwards(nesting, call):
        if not isinstance(outer, AnyTry):
            continue
        if inner in outer.finalbody:
            return outer
        if isinstance(inner, ast.ExceptHandler) and _catches_cancellation(nesting, inner, outer):
            return inner
    return None


def _leaves(final: list[ast.stmt]) -> bool:
    """Say whether the end of a `try` drops what comes out of it."""
    return any(isinstance(node, ast.Return) for node in own(final))


def _suppresses(nesting: Nesting, item: ast.withitem, at: ast.AST) -> bool:
    call = item.context_expr
    if not isinstance(call, ast.Call) or nesting.file.names.resolve(call.func, at) != "contextlib.suppress":
        return False
    return any(nesting.file.names.resolve(each, at) in _CANCELLED for each in call.args)
