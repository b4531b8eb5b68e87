"""How a module logs, and what it needs before a handler of it can log."""

from __future__ import annotations

import ast
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import PurePosixPath

from fixbot.analysis.logs.manner import channel, hides_variables
from fixbot.analysis.logs.owned import Logger, owned_loggers
from fixbot.analysis.logs.quiet import calling_own, must_be_quiet, times_bound
from fixbot.analysis.module import Module, statements
from fixbot.analysis.names import Names, dotted
from fixbot.analysis.raises.variables import rebound_elsewhere
from fixbot.analysis.remembered import remembered

LEVELS = frozenset({"debug", "info", "warn", "warning", "error", "exception", "critical", "fatal", "log", "trace"})
_LOGGER_NAMES = frozenset(
    {"logger", "log", "logging", "_logger", "_log", "LOG", "LOGGER", "_LOGGER", "_LOG", "audit_logger"}
)
# So are others called that a module hands `exc_info` to: `from tornado.log import app_log, gen_log`.
_LOGGER_TAILS = ("_log", "_logger")
_MAKERS = {
    "logging.getLogger": "stdlib",
    "logging.LoggerAdapter": "stdlib",
    "structlog.get_logger": "structlog",
    "structlog.getLogger": "structlog",
    "structlog.stdlib.get_logger": "structlog",
    "loguru.logger": "loguru",
    "celery.utils.log.get_task_logger": "stdlib",
    "absl.logging": "stdlib",
}
_TAKE_EXC_INFO = frozenset({"stdlib", "structlog"})
_OTHER_LOGS = frozenset({"distutils", "setuptools", "twisted"})
_MAKER_NAMES = frozenset({"getLogger", "get_logger", "get_task_logger", "getChild"})


def logger_at(module: Module, names: Names, at: ast.AST) -> Logger | None:
    """Return the logger that statement `at` can use for certain, one that is to be added where there is none.

    None where a log call would do harm (see `fixbot.analysis.logs.quiet`), and where a module of the project hides the
    standard library's `logging`.
    """
    if must_be_quiet(module, names, at) is not None:
        return None
    known = chain(_local_loggers(module, names, at), _module_loggers(module, names, at))
    found = next(known, None)
    return _added_logger(module, names, at) if found is None else found


def takes_traceback(module: Module, names: Names, call: ast.Call, at: ast.AST) -> bool:
    """Say whether what a call logs with is known to take `exc_info`: many things that are called log do not."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    if names.resolve(receiver, at) == "logging" or _kind_of(names, receiver, at) in _TAKE_EXC_INFO:
        return True
    known = (*_local_loggers(module, names, at), *_module_loggers(module, names, at))
    return any(found.expression == dotted(receiver) and found.kind in _TAKE_EXC_INFO for found in known)


def is_log_call(node: ast.AST) -> bool:
    """Say whether an expression is a call that logs, judged by the names in it."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
        return False
    receiver = node.func.value
    while isinstance(receiver, ast.Call):  # structlog's bind, loguru's opt, logging.getLogger(...)
        receiver = receiver.func.value if isinstance(receiver.func, ast.Attribute) else receiver.func
    name = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    return "log" in name.lower()


def _module_loggers(module: Module, names: Names, at: ast.AST) -> Iterator[Logger]:
    """Yield the loggers that the module binds at its top, unconditionally, for good, and before they are needed."""
    outermost = _top_of(module)[[at, *module.ancestors(at)][-2]]
    for index, name, kind in _loggers(names):
        if index >= outermost and not _runs_behind(module, at, outermost, index):
            return
        if _sees_module_name(module, names, at, name) and _stays(names, name):
            yield Logger(name, kind)


def _runs_behind(module: Module, at: ast.AST, outermost: int, index: int) -> bool:
    """Say whether a statement surely runs after one at the top that stands with it or further down."""
    if module.function(at) is None:
        return False  # what runs while the module is imported sees only what stands above it
    running = calling_own(module)
    first = bisect_left(running, outermost)
    return first == len(running) or running[first] > index  # else it may run before a logger further down is bound


@remembered
def _top_of(module: Module) -> Mapping[ast.AST, int]:
    """Return where each statement at the top of a module stands among them, from 0."""
    return {node: index for index, node in enumerate(module.tree.body)}


@remembered
def _loggers(names: Names) -> Sequence[tuple[int, str, str]]:
    """Return the loggers that statements at the top bind: where that stands from 0, the name, the kind."""
    module = names.module
    return [
        (index, name, kind)
        for index, node in enumerate(module.tree.body)
        for name, kind in _binds_logger(module, names, node)
    ]


def _stays(names: Names, name: str) -> bool:
    """Say whether every binding of a module's name makes a logger, and no function binds it anew."""
    tree = names.module.tree
    return _bound_loggers(names)[name] == times_bound(tree, name) and name not in rebound_elsewhere(tree)


@remembered
def _bound_loggers(names: Names) -> Counter[str]:
    return Counter(name for _, name, _ in _loggers(names))


def _binds_logger(module: Module, names: Names, node: ast.stmt) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                kind = _kind_of(names, value, node)
                if isinstance(target, ast.Name) and (kind or _looks_made(module, value, target.id)):
                    yield target.id, kind or "stdlib"
        case ast.AnnAssign(target=ast.Name(id=name), value=value):
            kind = _kind_of(names, value, node)
            if kind is not None:
                yield name, kind
        case ast.ImportFrom(names=aliases, module=origin):
            called = {alias.asname or alias.name: alias.name for alias in aliases}
            if origin == "loguru":
                yield from ((name, "loguru") for name, imported in called.items() if imported == "logger")
            elif not _is_other_log(origin):
                yield from ((name, "stdlib") for name in _logged_with(module, called))


def _logged_with(module: Module, imported: Collection[str]) -> list[str]:
    """Return the imported names that a module logs with, the most frequent first."""
    named = [name for name in imported if name in _LOGGER_NAMES or name.endswith(_LOGGER_TAILS)]
    calls = {name: [*_logging(module, name)] for name in named}
    carried = any(keyword.arg == "exc_info" for found in calls.values() for call in found for keyword in call.keywords)
    known = [name for name in named if calls[name] and (carried or name in _LOGGER_NAMES)]
    return sorted(known, key=lambda name: -len(calls[name]))


def _is_other_log(origin: str | None) -> bool:
    """Say whether a package's `log` is known to be of another kind, as that of distutils is."""
    package = (origin or "").split(".")[0]
    return package in _OTHER_LOGS or (package in sys.stdlib_module_names and package != "logging")


def _looks_made(module: Module, value: ast.expr, name: str) -> bool:
    """Say whether a function that is called for making loggers makes one, and the module logs with it."""
    made = isinstance(value, ast.Call) and (dotted(value.func) or "").rpartition(".")[2] in _MAKER_NAMES
    return made and bool(_logging(module, name))


def _kind_of(names: Names, value: ast.expr | None, at: ast.AST) -> str | None:
    """Return the kind of logger that an expression makes, following `.bind(...)` and the like to its root."""
    while isinstance(value, ast.Call):
        resolved = names.resolve(value.func, at)
        if resolved in _MAKERS:
            return _MAKERS[resolved]
        value = value.func.value if isinstance(value.func, ast.Attribute) else None
    resolved = None if value is None else names.resolve(value, at)
    return _MAKERS.get(resolved or "")


def _logging(module: Module, name: str) -> Sequence[ast.Call]:
    """Return the calls by which a module logs with a name; what it really is cannot be seen from here."""
    return _log_calls(module).get(name, ())


@remembered
def _log_calls(module: Module) -> Mapping[str | None, Sequence[ast.Call]]:
    found: dict[str | None, list[ast.Call]] = {}
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=level)) if level in LEVELS - {"log"}:
                found.setdefault(dotted(receiver), []).append(node)
    return found


def _sees_module_name(module: Module, names: Names, at: ast.AST, name: str) -> bool:
    """Say whether a name in statement `at` is the module's own, not hidden by a function or class around it."""
    if any(name in names.bound(scope) for scope in names.scopes(at)[:-1]):
        return False
    return name not in _deleted(module)


@remembered
def _deleted(module: Module) -> frozenset[str | None]:
    deleted = (node for node, _ in statements(module.tree) if isinstance(node, ast.Delete))
    return frozenset(dotted(target) for node in deleted for target in node.targets)


@remembered
def _logs_otherwise(names: Names) -> bool:
    """Say whether a module imports the log of a package with one of its own, beside which another makes no sense."""
    origins = {origin or "" for several in names.bound(names.module.tree).values() for origin in several}
    return any(_is_other_log(each) and {"log", "logger", "Logger"} & set(each.split(".")[1:]) for each in origins)


def _local_loggers(module: Module, names: Names, at: ast.AST) -> Iterator[Logger]:
    """Yield the logger of the object that a method belongs to: a class attribute, or one made in `__init__`."""
    match module.definitions(at):
        case [ast.FunctionDef() | ast.AsyncFunctionDef() as method, ast.ClassDef() as owner, *_]:
            yield from owned_loggers(owner, method, lambda value: _kind_of(names, value, owner))


def _added_logger(module: Module, names: Names, at: ast.AST) -> Logger | None:
    bound = names.bound(module.tree)
    if "logging" in PurePosixPath(module.path).with_suffix("").parts or _logs_otherwise(names):
        return None
    inner = [names.bound(scope) for scope in names.scopes(at)[:-1]]
    taken = rebound_elsewhere(module.tree)
    if bound.get("logging", {"logging"}) != {"logging"} or "logging" in taken:
        return None
    structured = bound.get("structlog") == {"structlog"}
    maker = "structlog.get_logger" if structured else "logging.getLogger"
    spellings = ("_logger", "logger") if hides_variables(module) else ("logger", "_logger")
    under = "__name__" if structured else channel(module)
    for name in spellings:
        if name not in bound and name not in taken and not any(name in scope for scope in inner):
            kind, imports = ("structlog", ()) if structured else ("stdlib", ("import logging",))
            return Logger(name, kind, imports, (f"{name} = {maker}({under})",))
    hidden = any("logging" in scope for scope in inner)
    return None if hidden else Logger(f"logging.getLogger({under})", "stdlib", ("import logging",))
