"""What the code around a `try` says about what is caught there; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from fixbot.analysis.module import Definition, Function, Module
from fixbot.analysis.names import Names, dotted, own

_COOPERATIVE = ("eventlet", "gevent")
_TEST_FILE = re.compile(r"(?:test_\w*|\w*_tests?|tests|conftest)\.py\Z")
# Decorators that leave a function an ordinary one; others hand it to a framework.
_ORDINARY = re.compile(
    r"(?:.*\.)?(?:property|\w*_property|setter|getter|deleter|staticmethod|classmethod|abstractmethod|override|overload"
    r"|final|wraps|(?:lru_)?cache|contextmanager|asynccontextmanager|total_ordering|singledispatch|register_type)\Z"
)
_TAKES_FUNCTION = re.compile(
    r"(?:target|callback|func|function|add_done_callback|submit|connect)\s*[=(]\s*(?=([\w.]+))"
)
_BORDERS = re.compile(r"main|do_[A-Z]+|on_\w+|handle|handle_\w+|dispatch|callback|\w+_callback|excepthook|run_forever")


def may_be_a_child(module: Module, names: Names, node: ast.Try) -> str | None:
    """See `os._exit` in the function: a forked child must not get past it, whatever is raised."""
    if not module.mentions("_exit"):
        return None
    scope = module.function(node) or module.tree
    ends = _ends_a_child(names, scope, next(iter(module.definitions(node)), module.tree))
    return "`os._exit` in this function ends a forked child, whatever was raised" if ends else None


@lru_cache(maxsize=16)
def _ends_a_child(names: Names, scope: Function | ast.Module, home: Definition | ast.Module) -> bool:
    """Say whether a scope calls `os._exit`, with names as they are seen in a definition."""
    calls = (child for child in own(scope.body) if isinstance(child, ast.Call))
    return any(names.resolve(call.func, home.body[0]) == "os._exit" for call in calls)


def cancelled(module: Module, node: ast.Try) -> str | None:
    """See `task.cancel()` before or in a body that awaits: `CancelledError` is what is waited for."""
    function = module.function(node)
    if not isinstance(function, ast.AsyncFunctionDef) or not any(isinstance(n, ast.Await) for n in own(node.body)):
        return None
    called = next((call for call in _cancels(function) if call.lineno <= (node.end_lineno or 0)), None)
    return None if called is None else f"`{ast.unparse(called)}` makes `CancelledError` what is awaited here"


@lru_cache(maxsize=16)
def _cancels(function: ast.AsyncFunctionDef) -> Sequence[ast.Call]:
    """Return the calls of a method `cancel` that a function makes itself."""
    calls = (child for child in own(function.body) if isinstance(child, ast.Call))
    return [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "cancel"]


def cooperative_timeout(module: Module, names: Names, node: ast.Try) -> str | None:
    """See eventlet and gevent, whose time-outs derive from `BaseException`."""
    found = _cooperates(names, module.tree)
    if found is not None and any(isinstance(child, ast.Call) for child in own(node.body)):
        return f"{found}'s time-outs and kills derive from `BaseException`"
    return None


@lru_cache(maxsize=4)
def _cooperates(names: Names, tree: ast.Module) -> str | None:
    used = {origin.split(".")[0] for origins in names.bound(tree).values() for origin in origins if origin is not None}
    return next((name for name in _COOPERATIVE if name in used), None)


def is_test_file(path: str) -> bool:
    """Say whether a file holds tests, by its name and those of its folders."""
    whole = PurePosixPath(path)
    return _TEST_FILE.match(whole.name) is not None or not {"test", "tests"}.isdisjoint(whole.parts[:-1])


def is_test(module: Module, node: ast.AST) -> bool:
    """Say whether a statement stands in a function that is called a test."""
    around = (outer.name for outer in module.definitions(node) if isinstance(outer, Function))
    return any(name == "test" or name.startswith("test_") for name in around)


def at_a_border(module: Module, node: ast.Try) -> str | None:
    """Return why a `try` guards a whole program, thread, request or callback; None where nothing says so."""
    function = module.function(node)
    if function is None:
        inside = (outer for outer in module.ancestors(node) if isinstance(outer, ast.If))
        started = any("__name__" in ast.unparse(outer.test) for outer in inside)
        return "it guards the whole program" if started else None
    if node not in function.body:
        return None
    if _BORDERS.fullmatch(function.name):
        return f"`{function.name}` is the last to handle what it calls"
    for decorator in function.decorator_list:
        written = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator) or "a decorator"
        if not _ORDINARY.match(written):
            return f"`{written}` hands the function to a framework: its handler is the last"
    if function.name in _handed(module):
        return f"`{function.name}` is handed to something that calls it: its handler is the last"
    return None


@lru_cache(maxsize=4)
def _handed(module: Module) -> frozenset[str]:
    """Return the names that stand where something is handed that will be called, each part of a dotted one."""
    found: set[str] = set()
    for match in _TAKES_FUNCTION.finditer(module.text):
        first, *parts = match[1].split(".")
        if module.text[match.end(1) : match.end(1) + 1] == "(":
            parts = parts[:-1] if parts else []
            first = first if "." in match[1] else ""
        found |= {first, *(parts if first else parts[1:])}
    return frozenset(found)
