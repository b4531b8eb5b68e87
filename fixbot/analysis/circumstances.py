"""What the code around a `try` says about what is caught there; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.module import Module
from fixbot.analysis.names import Names, own

_COOPERATIVE = ("eventlet", "gevent")


def may_be_a_child(module: Module, names: Names, node: ast.Try) -> str | None:
    """See `os._exit` in the function: a forked child must not get past it, whatever is raised."""
    scope = module.function(node) or module.tree
    if "_exit" not in module.text:
        return None
    calls = (child for child in own(scope.body) if isinstance(child, ast.Call))
    ends = any(names.resolve(call.func, node) == "os._exit" for call in calls)
    return "`os._exit` in this function ends a forked child, whatever was raised" if ends else None


def cancelled(module: Module, node: ast.Try) -> str | None:
    """See `task.cancel()` before or in a body that awaits: `CancelledError` is what is waited for."""
    function = module.function(node)
    if not isinstance(function, ast.AsyncFunctionDef) or not any(isinstance(n, ast.Await) for n in own(node.body)):
        return None
    for child in own(function.body):
        if (
            isinstance(child, ast.Call)
            and isinstance(child.func, ast.Attribute)
            and child.func.attr == "cancel"
            and child.lineno <= (node.end_lineno or 0)
        ):
            return f"`{ast.unparse(child)}` makes `CancelledError` what is awaited here"
    return None


def cooperative_timeout(module: Module, names: Names, node: ast.Try) -> str | None:
    """See eventlet and gevent, whose time-outs derive from `BaseException`."""
    used = {
        origin.split(".")[0]
        for origins in names.bound(module.tree).values()
        for origin in origins
        if origin is not None
    }
    found = [name for name in _COOPERATIVE if name in used]
    if found and any(isinstance(child, ast.Call) for child in own(node.body)):
        return f"{found[0]}'s time-outs and kills derive from `BaseException`"
    return None
