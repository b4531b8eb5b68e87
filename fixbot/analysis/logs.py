"""How a module logs, and what it needs before a handler of it can log."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from fixbot.analysis.module import Function, Module, statements
from fixbot.analysis.names import Names, dotted

LEVELS = frozenset({"debug", "info", "warn", "warning", "error", "exception", "critical", "fatal", "log"})
_LOGGER_NAMES = frozenset(
    {"logger", "log", "logging", "_logger", "_log", "LOG", "LOGGER", "_LOGGER", "_LOG", "audit_logger"}
)
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


@dataclass(frozen=True, slots=True)
class Logger:
    """Something that can be logged to: the expression that reaches it, its kind, and what must stand at the top first.

    `kind` is `stdlib`, `structlog` or `loguru`.
    """

    expression: str
    kind: str
    imports: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()

    def call(self, level: str, message: str, *, spread: bool = False) -> str:
        """Return the source of a call that logs with the traceback.

        Args:
            level: the method's name, such as `warning`.
            message: words without quotes, backslashes or braces.
            spread: put each argument on a line of its own, the way formatters leave it.
        """
        loguru = self.kind == "loguru"
        function = f"{self.expression}.opt(exception=True).{level}" if loguru else f"{self.expression}.{level}"
        arguments = [f'"{message}"'] if loguru else [f'"{message}"', "exc_info=True"]
        if spread:
            return f"{function}(\n" + "".join(f"    {argument},\n" for argument in arguments) + ")"
        return f"{function}({', '.join(arguments)})"


def logger_at(module: Module, names: Names, at: ast.AST) -> Logger | None:
    """Return the logger that statement `at` can use for certain, one that is to be added where there is none.

    None where not even that is safe: a module of the project hides the standard library's `logging`.
    """
    for found in (*_local_loggers(module, names, at), *_module_loggers(module, names, at)):
        return found
    return _added_logger(module, names, at)


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
    """Yield the loggers that the module binds at its top, unconditionally and before they are needed."""
    function = module.function(at)
    outermost = [at, *module.ancestors(at)][-2]
    for node in module.tree.body:
        if function is None and node is outermost:
            return  # what runs while the module is imported sees only what stands above it
        for name, kind in _binds_logger(module, names, node):
            if _sees_module_name(module, names, at, name):
                yield Logger(name, kind)


def _binds_logger(module: Module, names: Names, node: ast.stmt) -> Iterator[tuple[str, str]]:
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=value)
        ):
            kind = _kind_of(names, value, node)
            if kind is not None:
                yield name, kind
        case ast.ImportFrom(names=aliases, module=origin):
            for alias in aliases:
                name = alias.asname or alias.name
                if origin == "loguru" and alias.name == "logger":
                    yield name, "loguru"
                elif name in _LOGGER_NAMES and name != "logging" and _logs_with(module, name):
                    yield name, "stdlib"


def _kind_of(names: Names, value: ast.expr | None, at: ast.AST) -> str | None:
    """Return the kind of logger that an expression makes, following `.bind(...)` and the like to its root."""
    while isinstance(value, ast.Call):
        resolved = names.resolve(value.func, at)
        if resolved in _MAKERS:
            return _MAKERS[resolved]
        value = value.func.value if isinstance(value.func, ast.Attribute) else None
    resolved = None if value is None else names.resolve(value, at)
    return _MAKERS.get(resolved or "")


def _logs_with(module: Module, name: str) -> bool:
    """Say whether a module already logs with an imported name; what it really is cannot be seen from here."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS - {"log"}
        and dotted(node.func.value) == name
        for node in ast.walk(module.tree)
    )


def _sees_module_name(module: Module, names: Names, at: ast.AST, name: str) -> bool:
    """Say whether a name in statement `at` is the module's own, not hidden by a function or class around it."""
    if any(name in names.bound(scope) for scope in names.scopes(at)[:-1]):
        return False
    deleted = (node for node, _ in statements(module.tree) if isinstance(node, ast.Delete))
    return not any(dotted(target) == name for node in deleted for target in node.targets)


def _local_loggers(module: Module, names: Names, at: ast.AST) -> Iterator[Logger]:
    """Yield the logger of the object that a method belongs to: a class attribute, or one made in `__init__`."""
    around = module.definitions(at)
    if len(around) < 2 or not isinstance(around[0], Function) or not isinstance(around[1], ast.ClassDef):
        return
    method, owner = around[0], around[1]
    static = any(dotted(decorator) in {"staticmethod", "classmethod"} for decorator in method.decorator_list)
    if static or not method.args.args or method.name == "__init__":
        return
    first = method.args.args[0].arg
    for name, kind in _attributes(names, owner):
        yield Logger(f"{first}.{name}", kind)


def _attributes(names: Names, owner: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for node in owner.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if (kind := _kind_of(names, value, node)) is not None:
                    yield name, kind
            case ast.FunctionDef(name="__init__", body=body):
                for inner in body:
                    match inner:
                        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value):
                            if (kind := _kind_of(names, value, inner)) is not None:
                                yield name, kind


def _added_logger(module: Module, names: Names, at: ast.AST) -> Logger | None:
    bound = names.bound(module.tree)
    if "logging" in PurePosixPath(module.path).with_suffix("").parts:
        return None
    inner = [names.bound(scope) for scope in names.scopes(at)[:-1]]
    if bound.get("logging", {"logging"}) != {"logging"} or any("logging" in scope for scope in inner):
        return None
    structured = bound.get("structlog") == {"structlog"}
    maker = "structlog.get_logger" if structured else "logging.getLogger"
    for name in ("logger", "_logger"):
        if name not in bound and not any(name in scope for scope in inner):
            kind, imports = ("structlog", ()) if structured else ("stdlib", ("import logging",))
            return Logger(name, kind, imports, (f"{name} = {maker}(__name__)",))
    return Logger("logging.getLogger(__name__)", "stdlib", ("import logging",))
