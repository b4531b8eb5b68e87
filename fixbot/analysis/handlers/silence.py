"""Why a handler may well say nothing about what it caught; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from fixbot.analysis.clauses import written_types
from fixbot.analysis.handlers import OUTSIDE_EXCEPTION, may_be_ended_by_hand, stays_broad
from fixbot.analysis.handlers.circumstances import is_test
from fixbot.analysis.handlers.remarks import says_why
from fixbot.analysis.logs.quiet import must_be_quiet
from fixbot.analysis.module import Definition, Function, Module
from fixbot.analysis.names import Names, dotted, last_name, own

# Methods that Python calls by itself, often many times or while a log record is formatted.
_BEHIND_THE_BACK = frozenset(
    {
        "__getattr__",
        "__getattribute__",
        "__repr__",
        "__str__",
        "__format__",
        "__hash__",
        "__eq__",
        "__ne__",
        "__lt__",
        "__le__",
        "__gt__",
        "__ge__",
        "__bool__",
        "__len__",
        "__contains__",
        "__instancecheck__",
        "__subclasscheck__",
        "__dir__",
    }
)
# Builtins that convert or ask: a failure is their way to say no.
_ASKS = frozenset(
    {"int", "float", "complex", "str", "bytes", "hash", "iter", "len", "getattr", "isinstance", "issubclass"}
)
_TOLERANT_NAME = re.compile(
    r"(?:^|_)(?:safe|safely|try|maybe|quiet|quietly|silent|silently|tolerant|or_none"
    r"|a?close|stop|shutdown|destroy|dispose|disconnect|terminate|clean_?up|tear_?down)(?:_|$)"
)
_GIVES_NOTHING = re.compile(
    r"(?:or|returns?|returning|is|and|to)\s+[`'\"]*None\b|None\b[`'\"]*\s+(?:if|when|where|on|otherwise)|silently"
    r"|best[ -]effort|None\b[`'\"]*\s+is\s+returned"
    r"|ignor\w+\s+(?:\w+\s+)?(?:error|failure|exception)s?|(?:error|failure|exception)s?\s+(?:are|is)\s+(?:ignored|suppressed|swallowed)",
    re.IGNORECASE,
)
_AT_THE_END = frozenset({"__del__", "__exit__", "__aexit__"})
_LOGS_ITSELF = frozenset({"emit", "handleError", "write_log", "log_message", "excepthook"})
_WAITS = frozenset({"sleep", "wait", "wait_for", "poll", "select"})
_TIDIES = frozenset(
    {
        "aclose",
        "cancel",
        "cleanup",
        "close",
        "disconnect",
        "flush",
        "join",
        "kill",
        "logout",
        "quit",
        "release",
        "remove",
        "removeHandler",
        "rmtree",
        "shutdown",
        "stop",
        "terminate",
        "unlink",
        "unlock",
        "unregister",
        "wait_closed",
    }
)


def may_be_silent(module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler) -> str | None:
    """Return why a silent handler is right as it is, None where nothing says so."""
    if says_why(module, node, handler):
        return "a comment says why"
    if is_test(module, node):
        return "it is a test's"
    return (
        _by_its_function(module, node)
        or _by_its_loop(module, node)
        or _by_its_body(node)
        or _by_its_types(module, names, node, handler)
        or must_be_quiet(module, names, handler)
    )


def is_behind_the_back(module: Module, node: ast.AST) -> bool:
    """Say whether Python calls the function around a statement by itself, often, or while it logs: `__eq__`."""
    return any(isinstance(outer, Function) and outer.name in _BEHIND_THE_BACK for outer in module.definitions(node))


def _by_its_function(module: Module, node: ast.Try) -> str | None:
    if is_behind_the_back(module, node):
        return f"Python calls `{module.qualname(node).rpartition('.')[2]}` by itself, perhaps while it logs"
    for outer in module.definitions(node):
        if isinstance(outer, ast.ClassDef):
            continue
        if outer.name in _AT_THE_END:
            return f"`{outer.name}` runs at an end, when what it needs may be gone"
        if outer.name in _LOGS_ITSELF:
            return f"`{outer.name}` is part of what logs"
        if _runs_at_exit(module, outer):
            return f"`{outer.name}` runs when the interpreter ends"
    return None


def _runs_at_exit(module: Module, function: Definition) -> bool:
    if not module.mentions("atexit") and not module.mentions("inalize"):
        return False
    if any((dotted(decorator) or "").startswith("atexit.") for decorator in function.decorator_list):
        return True
    given = rf"\b(?:register|[Ff]inalize)\((?:[^\n]*\n){{0,2}}?[^\n]*\b{re.escape(function.name)}\b"
    return re.search(given, module.text) is not None


def _by_its_loop(module: Module, node: ast.Try) -> str | None:
    """See loops that poll, that try again, and that go through candidates until one works."""
    for outer in module.ancestors(node):
        if isinstance(outer, Definition):
            return None
        if isinstance(outer, ast.While | ast.For | ast.AsyncFor):
            calls = (part for part in own(outer.body) if isinstance(part, ast.Call))
            if any((called := last_name(call.func)) in _WAITS for call in calls):
                return f"the loop around it polls: it calls `{called}`"
            if _leaves([*node.body, *node.orelse]):
                return "the loop around it goes on until the body works"
    return None


def _leaves(body: Sequence[ast.stmt]) -> bool:
    """Say whether statements may end the loop around them; the `break` of a loop inside them ends that one."""
    loops = (part for part in own(body) if isinstance(part, ast.While | ast.For | ast.AsyncFor))
    others = {part for loop in loops for part in own(loop.body) if isinstance(part, ast.Break)}
    return any(isinstance(part, ast.Return | ast.Break) and part not in others for part in own(body))


def _by_its_body(node: ast.Try) -> str | None:
    match node.body:
        case [ast.Expr(value=ast.Call(func=func))] if dotted(func) == "os.close":
            return "it closes a descriptor that may be closed already"
    for part in own(node.body):
        if isinstance(part, ast.Import | ast.ImportFrom):
            return "the body imports: it asks what is installed"
        if isinstance(part, ast.Call) and last_name(part.func) in {"import_module", "__import__"}:
            return "the body imports: it asks what is installed"
    return None


def _by_its_types(module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler) -> str | None:
    """See handlers that catch more than `Exception` and mean it, as around a task that was cancelled."""
    if OUTSIDE_EXCEPTION.isdisjoint(last_name(written) for written in written_types(handler)):
        return None
    if any(isinstance(part, ast.Await | ast.AsyncFor | ast.AsyncWith) for part in own(node.body)):
        return "a task that was cancelled is expected here"
    if any(isinstance(part, ast.Attribute) and part.attr in {"exception", "result"} for part in own(node.body)):
        return "a future is asked for whatever it holds"
    return stays_broad(module, names, node, handler) or may_be_ended_by_hand(node)


def is_ordinary(module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Say whether a failure is an ordinary thing where a `try` stands.

    It is in a property; in a function that is named or documented for giving nothing at times, or that ends
    something; where the body only tidies up, asks builtins, or calls nothing; and where the code goes on with
    something else to try.
    """
    function = module.function(node)
    if function is not None and _is_tolerant(function):
        return True
    goes_on = isinstance(handler.body[-1], ast.Pass | ast.Expr)
    if goes_on and (node.orelse or any(isinstance(part, ast.Return) for part in own(node.body))):
        return True
    if any(isinstance(part, ast.Await | ast.AsyncFor | ast.AsyncWith) for part in own(node.body)):
        return False
    calls = (part for part in own(node.body) if isinstance(part, ast.Call))
    return all(last_name(call.func) in _TIDIES or names.resolve(call.func, node) in _ASKS for call in calls)


def _is_tolerant(function: Function) -> bool:
    if any(last_name(decorator).endswith("property") for decorator in function.decorator_list):
        return True
    said = ast.get_docstring(function, clean=False) or ""
    return _TOLERANT_NAME.search(function.name) is not None or _GIVES_NOTHING.search(said) is not None
