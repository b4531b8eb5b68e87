"""What an exception handler does with what it catches, and what its `try` seems meant to catch."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from fixbot.analysis.handlers.circumstances import cancelled, cooperative_timeout, may_be_a_child
from fixbot.analysis.handlers.delivery import USES_ERROR, keeps_for_later
from fixbot.analysis.logs import is_log_call
from fixbot.analysis.module import Module, statements
from fixbot.analysis.names import Names, dotted, last_name, own

#: What `except:` catches and `except Exception:` does not (docs.python.org/3/library/exceptions.html).
OUTSIDE_EXCEPTION = frozenset({"SystemExit", "KeyboardInterrupt", "GeneratorExit", "CancelledError", "BaseException"})
_EXITS = frozenset({"sys.exit", "exit", "quit", "runpy.run_path", "runpy.run_module", "unittest.main", "exec"})
_EXITING_METHODS = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})
_WAITS_FOR_A_PERSON = frozenset(
    {"input", "serve_forever", "run_forever", "mainloop", "pause", "raw_input", "getpass", "getch"}
)
_HANDS_OVER = frozenset({"set_exception", "set_exc_info", "future_set_exc_info", "throw", "errback"})
_ENDS_PROCESS = frozenset({"os._exit", "os.abort", "_exit", "posix._exit"})
_LEAVES = frozenset(
    {
        "self.fail",
        "self.skipTest",
        "pytest.fail",
        "pytest.skip",
        "sys.exit",
        "exit",
        "quit",
        "os._exit",
        "_exit",
        "os.abort",
    }
)
_SPEAKS = frozenset({"print", "sys.stderr.write", "sys.stdout.write", "click.echo", "click.secho"})
_TELLS = frozenset(
    {"error", "fail_json", "log_info", "log_message", "print_error", "send_error", "send_response", "showerror", "warn"}
)
# The names of functions that make something of an error, and texts that tell somebody of one.
_OF_ERRORS = re.compile(r"\w+_(?:error|exception|failure)\Z")
_OF_FAILURE = re.compile(
    r"\W*(?:error|exception|failed|failure|cannot|can't|could not|unable|invalid)\b", re.IGNORECASE
)
# What a function is called that is handed the error without being given it: it asks for it itself.
_REPORTS = re.compile(
    r"(?:handle|report|print|show|log|on|record|notify|format|send|dump)_?\w*(?:err(?:or)?|exc|exception|exc_info|traceback)\Z",
    re.IGNORECASE,
)
_ASKS_FOR_ERROR = frozenset(
    {
        "compact_traceback",
        "exc_info",
        "format_exc",
        "print_exc",
        "print_exception",
        "capture_exception",
        "handleError",
        "showtraceback",
    }
)


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
    """Say whether a handler can raise on purpose; ending the program counts."""
    return any(isinstance(node, ast.Raise) or _passes_on(node) or _leaves(node) for node in own(handler.body))


def _leaves(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) in _LEAVES


def declines(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler answers that it does not know, which is an answer and no failure."""
    returned = (node.value for node in own(handler.body) if isinstance(node, ast.Return))
    return any(isinstance(value, ast.Name) and value.id == "NotImplemented" for value in returned)


def log_calls(handler: ast.ExceptHandler) -> list[ast.Call]:
    """Return the calls in a handler that log."""
    return [node for node in own(handler.body) if isinstance(node, ast.Call) and is_log_call(node)]


def speaks(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler tells somebody without a log: it prints, warns, writes or answers that it failed."""
    calls = [node for node in own(handler.body) if isinstance(node, ast.Call)]
    return any(dotted(call.func) in _SPEAKS or last_name(call.func) in _TELLS for call in calls) or any(
        _OF_ERRORS.match(last_name(call.func)) or _tells_of_failure(call) for call in calls
    )


def _tells_of_failure(call: ast.Call) -> bool:
    texts = (text for arg in call.args[:1] for text in ast.walk(arg) if isinstance(text, ast.Constant))
    first = next((text.value for text in texts if isinstance(text.value, str)), "")
    return _OF_FAILURE.match(first) is not None


def uses_error(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler asks for what was caught.

    It does by `traceback`, by `sys.exc_info`, by a keyword that carries it, or by calling what is named for
    handling errors, such as `self.handle_error()`.
    """
    for node in own(handler.body):
        if isinstance(node, ast.Call) and _REPORTS.match(last_name(node.func).lstrip("_")):
            return True
        if isinstance(node, ast.keyword) and node.arg in {"exc_info", "traceback"}:
            return True
        if isinstance(node, ast.Attribute | ast.Name):
            name = dotted(node) or ""
            if name in USES_ERROR or name.startswith("traceback.") or name.rpartition(".")[2] in _ASKS_FOR_ERROR:
                return True
    return False


def stays_broad(module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler) -> str | None:
    """Return why a handler means to catch what `except Exception` lets through, None where nothing says so."""
    if (name := _names_more(node, handler)) is not None:
        return f"`{name}` is named here"
    if any(last_name(part) == "Exception" for part in _caught_before(node, handler)):
        return "a clause before it catches `Exception`, so this one is meant for what is left"
    if _swallows_exit(node, handler):
        return "the handler before it ends what `SystemExit` begins, so this one is meant for all the rest"
    for child in own(node.body):
        if isinstance(child, ast.Call) and (why := _exits(names, child, node)):
            return why
    for child in own(handler.body):
        if isinstance(child, ast.Call) and (why := _takes_over(names, child, handler)):
            return why
    return (
        keeps_for_later(module, names, handler)
        or may_be_a_child(module, names, node)
        or cancelled(module, node)
        or cooperative_timeout(module, names, node)
    )


def _names_more(node: ast.Try, handler: ast.ExceptHandler) -> str | None:
    """Return a type beyond `Exception` that body or handler name, other than in a clause, which deals with it there."""
    within = list(own([*node.body, *handler.body]))
    clauses = {
        part for child in within if isinstance(child, ast.ExceptHandler) and child.type for part in ast.walk(child.type)
    }
    named = sorted(last_name(child) for child in within if child not in clauses)
    return next((name for name in named if name in OUTSIDE_EXCEPTION), None)


def _caught_before(node: ast.Try, handler: ast.ExceptHandler) -> list[ast.AST]:
    written = [sibling.type for sibling in node.handlers if sibling is not handler and sibling.type is not None]
    return [part for expression in written for part in ast.walk(expression)]


def _swallows_exit(node: ast.Try, handler: ast.ExceptHandler) -> bool:
    """See `except SystemExit as e: code = e.code` without a clause for `KeyboardInterrupt`: the last clause has it."""
    before = [sibling for sibling in node.handlers if sibling is not handler and sibling.type is not None]
    named = {last_name(part): sibling for sibling in before for part in ast.walk(sibling.type or sibling)}
    swallowing = named.get("SystemExit")
    return swallowing is not None and "KeyboardInterrupt" not in named and not raises(swallowing)


def may_be_ended_by_hand(node: ast.Try) -> str | None:
    """Return why `KeyboardInterrupt` or `GeneratorExit` may be what a handler is for, None where nothing says so."""
    for child in own(node.body):
        if isinstance(child, ast.Yield | ast.YieldFrom):
            return "the body yields: closing the generator raises `GeneratorExit` there"
        if isinstance(child, ast.Call) and (name := last_name(child.func)) in _WAITS_FOR_A_PERSON:
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


def _exits(names: Names, call: ast.Call, at: ast.AST) -> str | None:
    # Where a star import leaves it open what a name is, it is taken for what it is called: that keeps more.
    if (full := names.resolve(call.func, at) or dotted(call.func)) in _EXITS:
        return f"`{full}` in the body raises or may raise `SystemExit`"
    if (method := last_name(call.func)) in _EXITING_METHODS:
        return f"`{method}` in the body ends with `SystemExit` on bad arguments"
    return None


def _takes_over(names: Names, call: ast.Call, at: ast.AST) -> str | None:
    if (names.resolve(call.func, at) or dotted(call.func)) in _ENDS_PROCESS:
        return f"`{dotted(call.func)}` ends the process here, whatever was raised"
    if (method := last_name(call.func)) in _HANDS_OVER and (isinstance(call.func, ast.Attribute) or "_" in method):
        return f"`{method}` hands whatever was raised to whoever waits for it"
    return None
