"""Words a log call: what failed, in names taken from the code and never in values."""

from __future__ import annotations

import ast
import builtins

from fixbot.analysis.handlers import own
from fixbot.analysis.logs import Logger, is_log_call
from fixbot.analysis.module import Module
from fixbot.analysis.names import Names, dotted

_WIDTH = 79
# Methods that say little of what was attempted when they are called on a variable.
_DULL = frozenset({"append", "get", "items", "keys", "values", "lower", "upper", "strip", "split", "join", "format"})


def log_statement(
    module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler, *, logger: Logger, level: str
) -> str:
    """Return the source of the statement that logs what failed, on one line or one argument a line."""
    indent = _indent(handler)
    short = what_fails(names, node)
    full = short + _where(module, handler)
    if indent + len(logger.call(level, full)) <= _WIDTH:
        return logger.call(level, full)
    fits = indent + len(f'    "{full}",') <= _WIDTH
    return logger.call(level, full if fits else short, spread=True)


def what_fails(names: Names, node: ast.Try) -> str:
    """Return `json.loads failed`, or `total could not be set` where the body calls nothing that has a name."""
    calls = [child for child in own(node.body) if isinstance(child, ast.Call) and not is_log_call(child)]
    calls.sort(key=lambda call: (_dullness(names, call, node), call.lineno, call.col_offset))
    for call in calls:
        if (name := _speaking(call)) is not None:
            return f"{name} failed"
    for child in own(node.body):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            return f"{child.id} could not be set"
    return "This step failed"


def _dullness(names: Names, call: ast.Call, at: ast.AST) -> int:
    """Rank a call by how little its name tells: imported functions and named methods first, builtins last."""
    written = dotted(call.func)
    if written is None:
        return 2
    resolved = names.resolve(call.func, at)
    if resolved is not None:
        return 0 if "." in resolved or not hasattr(builtins, resolved) else 3
    return 1 if written.rpartition(".")[2] not in _DULL else 2


def _speaking(call: ast.Call) -> str | None:
    name = dotted(call.func)
    if name is None:
        return call.func.attr if isinstance(call.func, ast.Attribute) else None
    first, _, rest = name.partition(".")
    return rest if first in {"self", "cls"} and rest else name


def _where(module: Module, handler: ast.ExceptHandler) -> str:
    function = module.function(handler)
    return f" in {function.name}" if function is not None else ""


def _indent(handler: ast.ExceptHandler) -> int:
    first = handler.body[0]
    return first.col_offset if first.lineno > handler.lineno else handler.col_offset + 4
