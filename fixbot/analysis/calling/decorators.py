"""Says whether a decorator leaves the calls of a function as they are; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.calling.wrappers import Wrapping, is_wrapper
from fixbot.analysis.definitions import File, Function, FunctionNode
from fixbot.analysis.module import blocks
from fixbot.analysis.names import last_name, own_nodes
from fixbot.analysis.project import Project

_PASSING = frozenset(
    {"staticmethod", "classmethod", "functools.wraps", "abc.abstractmethod", "types.coroutine", "warnings.deprecated"}
    | {"abc.abstractclassmethod", "abc.abstractstaticmethod"}
    | {f"contextlib.{name}" for name in ("contextmanager", "asynccontextmanager")}
    | {
        f"{module}.{name}"
        for module in ("typing", "typing_extensions")
        for name in ("override", "final", "no_type_check", "deprecated")
    }
)
_CACHES = frozenset({"functools.lru_cache", "functools.cache"})
_DEEPEST = 4


def passes_through(project: Project, file: File, decorator: ast.expr, at: ast.AST) -> bool:
    """Say whether a decorator hands all arguments of a call on as they are, and asks for none by its name.

    Known are those of the standard library that do, and functions of the project, or what such functions return, whose
    every wrapper takes `(*args, **kwargs)` and calls the function with these. Caches are not among them: they ask each
    argument for its hash.

    Args:
        project: the project of the file.
        file: the file.
        decorator: the decorator as it is written after the `@`.
        at: the definition that it stands before.
    """
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if file.names.resolve(called, at) in _PASSING:
        return True
    found = project.lookup(called, file, at)
    if not isinstance(found, Function) or found.file.owner(found.node) is not None or found.node.decorator_list:
        return False
    call = decorator if isinstance(decorator, ast.Call) else None
    return _Decorator(project, found.file, _skipped(call, found) if call is not None else frozenset()).gives(
        found.node, factory=call is not None
    )


def is_cache(file: File, decorator: ast.expr, at: ast.AST) -> bool:
    """Say whether a decorator is `functools.lru_cache` or `functools.cache`, which ask arguments for their hash."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return file.names.resolve(called, at) in _CACHES


def _skipped(call: ast.Call, factory: Function) -> frozenset[str]:
    """Return the parameters of a factory that are None because its call does not give them."""
    args = factory.node.args
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        return frozenset()
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    taken = {*names[: len(call.args)], *(each.arg for each in call.keywords)}
    late = names[len(names) - len(args.defaults) :] if args.defaults else []
    pairs = [*zip(late, args.defaults, strict=True)]
    pairs += [(arg.arg, each) for arg, each in zip(args.kwonlyargs, args.kw_defaults, strict=True) if each is not None]
    return frozenset(name for name, each in pairs if name not in taken and _is_none(each))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


class _Decorator:
    """Looks at the functions of which one is a decorator, or makes one."""

    def __init__(self, project: Project, file: File, skipped: frozenset[str]) -> None:
        self._project, self._file, self._skipped = project, file, skipped

    def gives(self, node: FunctionNode, *, factory: bool, depth: int = _DEEPEST) -> bool:
        """Say whether all that a function returns passes calls on: wrappers of its first argument, or decorators."""
        first = next((arg.arg for arg in (*node.args.posonlyargs, *node.args.args)), None)
        returned = [each.value for each in own_nodes(node) if isinstance(each, ast.Return)]
        if depth <= 0 or not returned or not _always_returns(node) or _is_rebound(node, first):
            return False
        parts = [part for value in returned for part in _parts(value)]
        return all(self._passes(part, node, first, factory=factory, depth=depth) for part in parts)

    def _passes(
        self, value: ast.expr | None, node: FunctionNode, first: str | None, *, factory: bool, depth: int
    ) -> bool:
        match value:
            case ast.Name(id=name) if name == first:
                return not factory
            case ast.Name(id=name):
                found = _nested(node, name)
                return bool(found) and all(
                    self._is_right(each, node, first, factory=factory, depth=depth) for each in found
                )
            case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=given)], keywords=[]) if given == first:
                found = _nested(node, name)
                return bool(found) and all(self.gives(each, factory=False, depth=depth - 1) for each in found)
            case ast.Call(func=func, args=[inner, ast.Name(id=given)]) if given == first:
                known = self._file.names.resolve(func, node) == "functools.update_wrapper"
                return known and self._passes(inner, node, first, factory=factory, depth=depth - 1)
            case ast.Call(func=func, args=[_, inner]) if last_name(func) == "cast":
                return self._passes(inner, node, first, factory=factory, depth=depth - 1)
        return False

    def _is_right(
        self, inner: FunctionNode, node: FunctionNode, first: str | None, *, factory: bool, depth: int
    ) -> bool:
        """Say whether a nested function that is returned is what it has to be there."""
        if factory:
            return not inner.decorator_list and self.gives(inner, factory=False, depth=depth - 1)
        decorators = all(passes_through(self._project, self._file, each, inner) for each in inner.decorator_list)
        wrapping = Wrapping(self._project, self._file, first or "", self._skipped)
        if decorators and first is not None and is_wrapper(inner, wrapping):
            return True
        return _has_none(node, first) and self.gives(inner, factory=False, depth=depth - 1)


def _has_none(node: FunctionNode, first: str | None) -> bool:
    """Say whether a decorator may be called without a function, to give a decorator in its turn."""
    args = node.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    return names[:1] == [first] and len(args.defaults) == len(names) and _is_none(args.defaults[0])


def _always_returns(node: ast.AST) -> bool:
    """Say whether the end of a body is never reached."""
    last = next(reversed(getattr(node, "body", [])), None)
    if isinstance(last, ast.If):
        other = ast.Module(body=last.orelse, type_ignores=[])
        return bool(last.orelse) and _always_returns(last) and _always_returns(other)
    return isinstance(last, ast.Return | ast.Raise)


def _is_rebound(node: FunctionNode, name: str | None) -> bool:
    stored = (each for each in ast.walk(node) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load))
    return any(each.id == name for each in stored)


def _parts(value: ast.expr | None) -> Iterator[ast.expr | None]:
    if isinstance(value, ast.IfExp):
        yield from (*_parts(value.body), *_parts(value.orelse))
    else:
        yield value


def _nested(node: FunctionNode, name: str) -> list[FunctionNode]:
    """Return the functions that a function defines under a name; none where it binds the name otherwise too."""
    stored = any(
        isinstance(each, ast.Name) and each.id == name and not isinstance(each.ctx, ast.Load)
        for each in own_nodes(node)
    )
    found: list[FunctionNode] = []
    waiting = blocks(node)
    while waiting:
        each = waiting.pop()
        if isinstance(each, FunctionNode):
            found += [each] if each.name == name else []
        elif not isinstance(each, ast.ClassDef):
            waiting += blocks(each)
    return [] if stored else found
