"""What can be logged to, and the loggers that objects carry; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fixbot.analysis.module import Function
from fixbot.analysis.names import dotted, own_nodes

KindOf = Callable[[ast.expr | None], str | None]

# Special methods that run on finished objects only; the others may run on one without its attributes.
_LATE = frozenset({"__call__", "__enter__", "__exit__", "__aenter__", "__aexit__", "__iter__", "__next__"})
_ON_CLASSES = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


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
            level: the method's name, such as `warning`; `exception` carries the traceback by itself.
            message: words without quotes, backslashes or braces.
            spread: put each argument on a line of its own, the way formatters leave it.
        """
        loguru = self.kind == "loguru" and level != "exception"
        function = f"{self.expression}.opt(exception=True).{level}" if loguru else f"{self.expression}.{level}"
        carried = loguru or level == "exception"
        arguments = [f'"{message}"'] if carried else [f'"{message}"', "exc_info=True"]
        if spread:
            return f"{function}(\n" + "".join(f"    {argument},\n" for argument in arguments) + ")"
        return f"{function}({', '.join(arguments)})"


def owned_loggers(owner: ast.ClassDef, method: Function, kind_of: KindOf) -> Iterator[Logger]:
    """Yield the loggers that a method reaches through its first parameter, those of the class first.

    Args:
        owner: the class that holds the method.
        method: the method.
        kind_of: returns the kind of logger that an expression makes, None where it makes none.
    """
    decorators = {dotted(decorator) for decorator in method.decorator_list}
    parameters = [*method.args.posonlyargs, *method.args.args]
    if "staticmethod" in decorators or not parameters or _rebinds(method, parameters[0].arg):
        return
    first = parameters[0].arg
    on_class = "classmethod" in decorators or method.name in _ON_CLASSES
    special = method.name.startswith("__") and method.name not in _LATE
    assigned = list(_assigned(owner, kind_of))
    spoilt = {name for name, kind in assigned if kind is None}
    found = [*_of_class(owner, kind_of), *([] if on_class or special else _of_init(owner, method, kind_of))]
    for name, kind in found:
        if name not in spoilt:
            yield Logger(f"{first}.{name}", kind)


def _rebinds(method: Function, name: str) -> bool:
    stores = (node for node in own_nodes(method) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
    return any(node.id == name for node in stores)


def _assigned(owner: ast.ClassDef, kind_of: KindOf) -> Iterator[tuple[str, str | None]]:
    """Yield each attribute that the class or its methods assign or delete, with the kind of logger that it gets."""
    for node in ast.walk(owner):
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        for target in targets if isinstance(node, ast.stmt) else []:
            named = dotted(target) if isinstance(target, ast.Name | ast.Attribute) else None
            if named is not None and (isinstance(target, ast.Attribute) or node in owner.body):
                value = getattr(node, "value", None)
                yield named.rpartition(".")[2], None if isinstance(node, ast.AugAssign) else kind_of(value)


def _of_class(owner: ast.ClassDef, kind_of: KindOf) -> Iterator[tuple[str, str]]:
    for node in owner.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=value)
            ):
                if (kind := kind_of(value)) is not None:
                    yield name, kind


def _of_init(owner: ast.ClassDef, method: Function, kind_of: KindOf) -> Iterator[tuple[str, str]]:
    """Yield what `__init__`, or a method it calls first, assigns before the method that is to log could run."""
    methods = {node.name: node for node in owner.body if isinstance(node, ast.FunctionDef)}
    init = methods.get("__init__")
    for node in init.body if init is not None else []:
        yield from _assigns(node, kind_of)
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=called))):
                if called in methods and called != method.name:
                    yield from _of_helper(methods[called], kind_of)
        if _gives_self_away(node):
            return


def _of_helper(helper: ast.FunctionDef, kind_of: KindOf) -> Iterator[tuple[str, str]]:
    for node in helper.body:
        if _gives_self_away(node):
            return
        yield from _assigns(node, kind_of)


def _assigns(node: ast.stmt, kind_of: KindOf) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value):
            if (kind := kind_of(value)) is not None:
                yield name, kind


def _gives_self_away(node: ast.stmt) -> bool:
    """Say whether a statement may run a method of the object or leave `__init__`; `super().__init__()` may not."""
    for part in ast.walk(node):
        if isinstance(part, ast.Return):
            return True
        if isinstance(part, ast.Call):
            given = [part.func, *part.args, *(keyword.value for keyword in part.keywords)]
            if any((dotted(expression) or "").partition(".")[0] == "self" for expression in given):
                return True
    return False
