"""What an exception handler does with what it catches, and what its `try` seems meant to catch."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from fixbot.analysis.logs import is_log_call
from fixbot.analysis.module import Module, statements
from fixbot.analysis.names import Names, dotted, own_nodes

#: What `except:` catches and `except Exception:` does not (docs.python.org/3/library/exceptions.html#exception-hierarchy).
OUTSIDE_EXCEPTION = frozenset({"SystemExit", "KeyboardInterrupt", "GeneratorExit", "CancelledError", "BaseException"})
_EXITS = frozenset({"sys.exit", "exit", "quit", "runpy.run_path", "runpy.run_module", "unittest.main", "exec"})
_EXITING_METHODS = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})
_WAITS_FOR_A_PERSON = frozenset(
    {"input", "serve_forever", "run_forever", "mainloop", "pause", "raw_input", "getpass", "getch"}
)
_HANDS_OVER = frozenset({"set_exception", "set_exc_info", "throw", "errback"})
_USES_ERROR = frozenset({"sys.exc_info", "sys.exception", "sys.last_value"})
_ASKS_FOR_ERROR = frozenset(
    {
        "exc_info",
        "format_exc",
        "print_exc",
        "print_exception",
        "capture_exception",
        "handleError",
        "showtraceback",
    }
)
_COOPERATIVE = ("eventlet", "gevent")


def own(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Yield every node that runs when `nodes` run, without what is only defined there."""
    for node in nodes:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from own_nodes(node)


def always_reraises(body: Sequence[ast.stmt]) -> bool:
    """Say whether every way through a handler ends by raising and at least one passes on what was caught."""
    leaves = any(isinstance(node, ast.Return | ast.Break | ast.Continue | ast.Yield) for node in own(body))
    return not leaves and _ends_by_raising(body) and any(_passes_on(node) for node in own(body))


def _passes_on(node: ast.AST) -> bool:
    match node:
        case ast.Raise(exc=None):
            return True
        case ast.Call(func=func):
            return (dotted(func) or "").rpartition(".")[2] == "reraise"
    return False


def _ends_by_raising(body: Sequence[ast.stmt]) -> bool:
    match body[-1]:
        case ast.Raise():
            return True
        case ast.Expr(value=ast.Call() as call):
            return _passes_on(call)
        case ast.If(body=then, orelse=[_, *_] as other):
            return _ends_by_raising(then) and _ends_by_raising(other)
        case ast.Try(body=inner, handlers=[], finalbody=last):
            return _ends_by_raising(inner) and not any(isinstance(node, ast.Return) for node in own(last))
    return False


def new_raises(handler: ast.ExceptHandler) -> list[ast.Raise]:
    """Return the `raise X` of a handler that name no cause and do not stand in a handler inside it."""
    inner = {node for child, _ in statements(handler) if isinstance(child, ast.ExceptHandler) for node in own([child])}
    found = (node for node in own(handler.body) if isinstance(node, ast.Raise) and node not in inner)
    return [node for node in found if node.cause is None and _makes_error(node.exc)]


def _makes_error(raised: ast.expr | None) -> bool:
    """Say whether `raise X` makes a new error: a call, or a name spelled like a class."""
    if raised is None:
        return False
    return isinstance(raised, ast.Call) or (dotted(raised) or "").rpartition(".")[2][:1].isupper()


def raises(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler can raise on purpose."""
    return any(isinstance(node, ast.Raise) or _passes_on(node) for node in own(handler.body))


def log_calls(handler: ast.ExceptHandler) -> list[ast.Call]:
    """Return the calls in a handler that log."""
    return [node for node in own(handler.body) if isinstance(node, ast.Call) and is_log_call(node)]


def uses_error(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler asks for what was caught, by `traceback`, `sys.exc_info` or a keyword that carries it."""
    for node in own(handler.body):
        if isinstance(node, ast.Attribute | ast.Name):
            name = dotted(node) or ""
            if name in _USES_ERROR or name.startswith("traceback.") or name.rpartition(".")[2] in _ASKS_FOR_ERROR:
                return True
    return False


def stays_broad(module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler) -> str | None:
    """Return why a handler means to catch what `except Exception` lets through, None where nothing says so."""
    if (name := _names_more(node, handler)) is not None:
        return f"`{name}` is named here"
    for child in own(node.body):
        if isinstance(child, ast.Call) and (why := _exits(names, child, node)):
            return why
    for child in own(handler.body):
        if isinstance(child, ast.Call) and (why := _takes_over(names, child, handler)):
            return why
    return _keeps_for_later(names, handler) or _cancelled(module, node) or _cooperative_timeout(module, names, node)


def _names_more(node: ast.Try, handler: ast.ExceptHandler) -> str | None:
    """Return a type beyond `Exception` that body or handler name, other than in a clause, which deals with it there."""
    within = list(own([*node.body, *handler.body]))
    clauses = {
        part for child in within if isinstance(child, ast.ExceptHandler) and child.type for part in ast.walk(child.type)
    }
    named = sorted(_last_name(child) for child in within if child not in clauses)
    return next((name for name in named if name in OUTSIDE_EXCEPTION), None)


def may_be_ended_by_hand(node: ast.Try) -> str | None:
    """Return why `KeyboardInterrupt` or `GeneratorExit` may be what a handler is for, None where nothing says so."""
    for child in own(node.body):
        if isinstance(child, ast.Yield | ast.YieldFrom):
            return "the body yields: closing the generator raises `GeneratorExit` there"
        if isinstance(child, ast.Call) and (name := _last_name(child.func)) in _WAITS_FOR_A_PERSON:
            return f"`{name}` waits for a person, who may answer with Ctrl-C"
    return None


def is_main_loop(module: Module, node: ast.Try) -> bool:
    """Say whether a `try` is the guard of an endless loop: the last handler of a thread, process or host."""
    for outer in module.ancestors(node):
        if isinstance(outer, ast.While):
            return isinstance(outer.test, ast.Constant | ast.UnaryOp)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.For | ast.AsyncFor):
            return False
    return False


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _exits(names: Names, call: ast.Call, at: ast.AST) -> str | None:
    if (full := names.resolve(call.func, at)) in _EXITS:
        return f"`{full}` in the body raises or may raise `SystemExit`"
    if (method := _last_name(call.func)) in _EXITING_METHODS:
        return f"`{method}` in the body ends with `SystemExit` on bad arguments"
    return None


def _takes_over(names: Names, call: ast.Call, at: ast.AST) -> str | None:
    if names.resolve(call.func, at) in {"os._exit", "os.abort"}:
        return f"`{dotted(call.func)}` ends the process here, whatever was raised"
    if (method := _last_name(call.func)) in _HANDS_OVER and isinstance(call.func, ast.Attribute):
        return f"`{method}` hands whatever was raised to whoever waits for it"
    return None


def _keeps_for_later(names: Names, handler: ast.ExceptHandler) -> str | None:
    """See `self.error = sys.exc_info()`: what was raised is delivered elsewhere."""
    for child in own(handler.body):
        if isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Attribute):
            calls = (inner for inner in ast.walk(child.value) if isinstance(inner, ast.Call))
            if any(names.resolve(call.func, handler) in _USES_ERROR for call in calls):
                return f"`{ast.unparse(child.targets[0])}` keeps whatever was raised for later"
    return None


def _cancelled(module: Module, node: ast.Try) -> str | None:
    """See `task.cancel()` before or in a body that awaits: `CancelledError` is what is waited for."""
    function = module.function(node)
    if not isinstance(function, ast.AsyncFunctionDef) or not any(isinstance(n, ast.Await) for n in own(node.body)):
        return None
    for child in own(function.body):
        if (
            isinstance(child, ast.Call)
            and _last_name(child.func) == "cancel"
            and child.lineno <= (node.end_lineno or 0)
        ):
            return f"`{ast.unparse(child)}` makes `CancelledError` what is awaited here"
    return None


def _cooperative_timeout(module: Module, names: Names, node: ast.Try) -> str | None:
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
