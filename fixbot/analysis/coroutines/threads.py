"""Says why a plain function must stay on the thread of the event loop, as far as its code tells; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.coroutines.places import run_by
from fixbot.analysis.coroutines.receivers import method, receiver
from fixbot.analysis.coroutines.target import key_of
from fixbot.analysis.definitions import Class, Function
from fixbot.analysis.names import last_name
from fixbot.analysis.project import Project

_MOST_FUNCTIONS = 50
_LOOPS = frozenset({"anyio", "asyncio", "trio"})
# What is a thread's own business, or the same on each.
_ANYWHERE = frozenset(
    {"asyncio.run", "asyncio.iscoroutine", "asyncio.iscoroutinefunction", "asyncio.run_coroutine_threadsafe"}
    | {"anyio.run", "trio.run", "anyio.from_thread.run", "anyio.from_thread.run_sync"}
    | {"trio.from_thread.run", "trio.from_thread.run_sync"}
)
# Methods of a loop, a future and a task group that no other thread may call.
_OF_LOOPS = frozenset(
    {"add_done_callback", "add_reader", "add_writer", "call_at", "call_later", "call_soon", "create_future"}
    | {"create_task", "ensure_future", "set_exception", "set_result", "start_soon"}
)
_MAIN_THREAD = frozenset(
    {"signal.signal", "signal.setitimer", "signal.set_wakeup_fd", "signal.alarm", "signal.pause", "signal.raise_signal"}
    | {"os.kill", "threading.get_ident", "threading.local"}
)


def bound_to_loop(project: Project, function: Function) -> str | None:
    """Return what ties a function to the thread that it runs on, in words; None where nothing seems to.

    Args:
        project: the project that the function belongs to; the functions that it calls are looked at as well.
        function: a plain function.
    """
    waiting, seen = [function], {key_of(function)}
    for each in waiting:
        for call in run_by(each.node):
            if (name := _tie(each, call)) is not None:
                return f"`{each.qualname}` calls `{name}`, which belongs to the event loop's own thread"
            inner = _called(project, each, call)
            if inner is not None and key_of(inner) not in seen and len(seen) < _MOST_FUNCTIONS:
                seen.add(key_of(inner))
                waiting.append(inner)
    return None


def _tie(function: Function, call: ast.Call) -> str | None:
    full = function.file.names.resolve(call.func, function.node.body[0])
    if full is not None:
        is_loop = full.partition(".")[0] in _LOOPS and full not in _ANYWHERE and not _is_plain(full)
        return full if is_loop or full in _MAIN_THREAD else None
    return last_name(call.func) if isinstance(call.func, ast.Attribute) and call.func.attr in _OF_LOOPS else None


def _is_plain(full: str) -> bool:
    """Say whether a full name is that of a class of errors."""
    return full.endswith(("Error", "Exception"))


def _called(project: Project, function: Function, call: ast.Call) -> Function | None:
    """Return the plain function of the project that a call runs, None where it is none or not known."""
    return next((each for each in _candidates(project, function, call) if isinstance(each.node, ast.FunctionDef)), None)


def _candidates(project: Project, function: Function, call: ast.Call) -> Iterator[Function]:
    at = function.node.body[0]
    found = project.lookup(call.func, function.file, at)
    if isinstance(found, Function):
        yield found
    elif isinstance(call.func, ast.Attribute):
        owner = receiver(project, function.file, call.func.value, at)
        member = method(project, owner, call.func.attr) if isinstance(owner, Class) else None
        if isinstance(member, Function):
            yield member
