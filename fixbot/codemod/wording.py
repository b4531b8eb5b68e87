"""Words a log call: what failed, in names taken from the code and never in values."""

from __future__ import annotations

import ast
import builtins

from fixbot.analysis.logs import is_log_call
from fixbot.analysis.logs.owned import Logger
from fixbot.analysis.module import Module
from fixbot.analysis.names import Names, dotted, own

_WIDTH = 79
# Methods that say little of what was attempted when they are called on a variable.
_DULL = frozenset({"append", "get", "items", "keys", "values", "lower", "upper", "strip", "split", "join", "format"})
# Builtins that ask and hardly ever fail.
_ASKS = frozenset({"len", "isinstance", "issubclass", "hasattr", "type", "range", "bool", "id", "callable", "super"})
# So do these of the standard library.
_SAFE = frozenset(
    {
        "datetime.datetime.now",
        "os.getpid",
        "os.path.basename",
        "os.path.dirname",
        "os.path.join",
        "sys.exc_info",
        "threading.current_thread",
        "time.ctime",
        "time.monotonic",
        "time.perf_counter",
        "time.strftime",
        "time.time",
        "traceback.format_exc",
    }
)
_SAYS_LITTLE = 4
_BLAMED = 3


def log_statement(
    module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler, *, logger: Logger, level: str
) -> str:
    """Return the source of the statement that logs what failed, on one line or one argument a line."""
    indent = _indent(handler)
    function = module.function(handler)
    within = function.name if function is not None else None
    short = what_fails(names, node, within)
    full = short if within is None or short == f"{within} failed" else f"{short} in {within}"
    if indent + len(logger.call(level, full)) <= _WIDTH:
        return logger.call(level, full)
    fits = indent + len(f'    "{full}",') <= _WIDTH
    return logger.call(level, full if fits else short, spread=True)


def what_fails(names: Names, node: ast.Try, within: str | None = None) -> str:
    """Return `json.loads failed`, or `total could not be set` where the body calls nothing that says much.

    Where many calls speak, none of them is blamed: it is the function around them that failed, if there is one.
    """
    parts = sorted(own(node.body), key=lambda part: (getattr(part, "lineno", 0), getattr(part, "col_offset", 0)))
    made = {part.exc for part in parts if isinstance(part, ast.Raise)}
    calls = [part for part in parts if isinstance(part, ast.Call) and part not in made and not is_log_call(part)]
    ranked = sorted(((_dullness(names, call, node), _speaking(call)) for call in calls), key=lambda pair: pair[0])
    speaking = {name for dullness, name in ranked if name is not None and dullness < _SAYS_LITTLE}
    if within is not None and len(speaking) > _BLAMED:
        return f"{within} failed"
    telling = next((name for dullness, name in ranked if name is not None and dullness < _SAYS_LITTLE), None)
    if telling is not None:
        return f"{telling} failed"
    handled = {inner for part in parts if isinstance(part, ast.ExceptHandler) for inner in own(part.body)}
    stored = next((name for part in parts if part not in handled and (name := _stored(part)) is not None), None)
    if stored is not None:
        return f"{stored} could not be set"
    named = next((f"{name} failed" for _, name in ranked if name is not None), None)
    if named is not None:
        return named
    read = (said for part in parts if not calls and part not in handled and (said := _step(part)) is not None)
    return next(read, "This step failed")


def _step(node: ast.AST) -> str | None:
    """Return what could not be done where nothing is called and nothing set."""
    match node:
        case ast.Await(value=ast.Name() | ast.Attribute() as awaited):
            return f"{_without_self(dotted(awaited))} failed" if dotted(awaited) else None
        case ast.Delete(targets=[ast.Subscript(value=held)]) if dotted(held):
            return f"an entry of {_without_self(dotted(held))} could not be deleted"
        case ast.Attribute(ctx=ast.Load()) if dotted(node):
            return f"{_without_self(dotted(node))} could not be read"
        case ast.Subscript(value=held, ctx=ast.Load()) if dotted(held):
            return f"an entry of {_without_self(dotted(held))} could not be read"
    return None


def _stored(node: ast.AST) -> str | None:
    """Return the name that a node gives a value, without `self.`."""
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
        return _without_self(dotted(node))
    return None


def _without_self(name: str | None) -> str | None:
    first, _, rest = (name or "").partition(".")
    return rest if first in {"self", "cls"} and rest else name


def _dullness(names: Names, call: ast.Call, at: ast.AST) -> int:
    """Rank a call by how little its name tells: imported functions and named methods first, builtins last."""
    written = dotted(call.func)
    if written is None:
        dull = isinstance(call.func, ast.Attribute) and call.func.attr in _DULL
        return _SAYS_LITTLE if dull else 2
    resolved = names.resolve(call.func, at)
    if resolved is not None:
        if resolved in _ASKS or resolved in _SAFE:
            return _SAYS_LITTLE
        return 0 if "." in resolved or not hasattr(builtins, resolved) else 3
    return 1 if written.rpartition(".")[2] not in _DULL else 2


def _speaking(call: ast.Call) -> str | None:
    name = dotted(call.func)
    if name is None:
        return call.func.attr if isinstance(call.func, ast.Attribute) else None
    return _without_self(name)


def _indent(handler: ast.ExceptHandler) -> int:
    first = handler.body[0]
    return first.col_offset if first.lineno > handler.lineno else handler.col_offset + 4
