"""Says which package of a few an object comes from, by everything that binds its name; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fixbot.analysis.definitions import File
from fixbot.analysis.module import Definition, Function
from fixbot.analysis.names import own_nodes

_DEEPEST = 8


def package_of(
    file: File, node: ast.expr, at: ast.AST, known: Collection[str], same: Collection[str] = ()
) -> str | None:
    """Return the package that made an object or whose class it is said to be; None where that is not certain.

    A name is understood by all that binds it: assignments, annotations, `with X() as name`, and functions of the file
    that return it. An attribute of `self` is understood by all that the class assigns to it.

    Args:
        file: the file.
        node: the object.
        at: the statement that it stands in.
        known: the packages that count, by their first names.
        same: methods and attributes that give something of the same package.
    """
    return _Tracing(file, known, same).of(node, at, _DEEPEST)


@dataclass(frozen=True, slots=True)
class _Tracing:
    """Follows names in one file."""

    file: File
    known: Collection[str]
    same: Collection[str]

    def of(self, node: ast.expr, at: ast.AST, depth: int) -> str | None:  # noqa: PLR0911 - one return for each form
        """Return the package of an object."""
        if depth <= 0:
            return None
        match node:
            case ast.Await(value=value):
                return self.of(value, at, depth)
            case ast.Call(func=func):
                return self._made(func, at, depth)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
                return self._member(attr, at, depth)
            case ast.Attribute(attr=attr, value=value):
                part = self.of(value, at, depth - 1) if attr in self.same else None
                return part or self._resolved(node, at)
            case ast.Name(id=name):
                return self._resolved(node, at) or self._named(name, at, depth)
        return None

    def _resolved(self, node: ast.expr, at: ast.AST) -> str | None:
        """Return the package that a name is imported from; a package itself is no object of it."""
        full = self.file.names.resolve(node, at) or ""
        head = full.partition(".")[0]
        return head if head in self.known and full != head else None

    def _made(self, func: ast.expr, at: ast.AST, depth: int) -> str | None:
        if (known := self._resolved(func, at)) is not None:
            return known
        if isinstance(func, ast.Attribute) and func.attr in self.same:
            found = self.of(func.value, at, depth - 1)
            if found is not None:
                return found
        function = self._function(func, at)
        return self._given(function, depth) if function is not None else None

    def _function(self, func: ast.expr, at: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the function or method of this file that is called."""
        holders: Sequence[ast.AST] = []
        called = ""
        match func:
            case ast.Name(id=called):
                holders = [self.file.module.tree]
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=called):
                holders = [each for each in self.file.module.definitions(at) if isinstance(each, ast.ClassDef)][:1]
        found = [each for holder in holders for each in getattr(holder, "body", []) if isinstance(each, Function)]
        named = [each for each in found if each.name == called]
        return named[0] if len(named) == 1 else None

    def _given(self, function: ast.FunctionDef | ast.AsyncFunctionDef, depth: int) -> str | None:
        """Return the package of what a function returns or yields."""
        if (known := self.annotated(function.returns, function)) is not None:
            return known
        values = [node.value for node in own_nodes(function) if isinstance(node, ast.Return | ast.Yield)]
        found = [value for value in values if value is not None and not _is_none(value)]
        return _agreed(self.of(value, function.body[0], depth - 1) for value in found)

    def annotated(self, node: ast.expr | None, at: ast.AST) -> str | None:
        """Return the one package of whose classes an annotation names some."""
        if node is None:
            return None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                return None
        names = (each for each in ast.walk(node) if isinstance(each, ast.Name | ast.Attribute))
        return _agreed(found for each in names if (found := self._resolved(each, at)) is not None)

    def _named(self, name: str, at: ast.AST, depth: int) -> str | None:
        names = self.file.names
        scope = next((scope for scope in names.scopes(at) if name in names.bound(scope)), None)
        if scope is None:
            return None
        within = scope.body[0] if isinstance(scope, Definition) else self.file.module.tree.body[0]
        ways = _by_name(scope).get(name, ())
        return _agreed(self._bound(value, within, depth, is_type=is_type) for value, is_type in ways)

    def _bound(self, value: ast.expr, at: ast.AST, depth: int, *, is_type: bool) -> str | None:
        return self.annotated(value, at) if is_type else self.of(value, at, depth - 1)

    def _member(self, attr: str, at: ast.AST, depth: int) -> str | None:
        """Return the package of what a class assigns to an attribute of `self`."""
        cls = next((outer for outer in self.file.module.definitions(at) if isinstance(outer, ast.ClassDef)), None)
        ways = _members(cls).get(attr, ()) if cls is not None else ()
        return _agreed([self._bound(value, within, depth, is_type=is_type) for value, is_type, within in ways])


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _agreed(found: Iterable[str | None]) -> str | None:
    packages = set(found)
    return packages.pop() if len(packages) == 1 else None


@lru_cache(maxsize=16)
def _by_name(scope: ast.AST) -> Mapping[str, Sequence[tuple[ast.expr, bool]]]:
    """Return what `_bindings` yields but for None, by the names."""
    found: dict[str, list[tuple[ast.expr, bool]]] = {}
    for name, value, is_type in _bindings(scope):
        if not _is_none(value):
            found.setdefault(name, []).append((value, is_type))
    return found


@lru_cache(maxsize=16)
def _members(cls: ast.ClassDef) -> Mapping[str, Sequence[tuple[ast.expr, bool, ast.stmt]]]:
    """Return the values or annotations of the attributes of a class, and a statement that sees what they see."""
    found: dict[str, list[tuple[ast.expr, bool, ast.stmt]]] = {}
    for method in cls.body:
        match method:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                found.setdefault(name, []).append((annotation, True, method))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for name, ways in _by_name(method).items():
                    several = found.setdefault(name.removeprefix("self."), []) if name.startswith("self.") else []
                    several += [(value, is_type, method.body[0]) for value, is_type in ways]
    return found


def _bindings(scope: ast.AST) -> Iterator[tuple[str, ast.expr, bool]]:
    """Yield each name that a scope binds with its value, or with its annotation, and whether it is one."""
    if isinstance(scope, Function):
        for arg in ast.walk(scope.args):
            if isinstance(arg, ast.arg):
                yield arg.arg, arg.annotation or ast.Constant(value=...), arg.annotation is not None
    for node in own_nodes(scope):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((ast.unparse(target), value, False) for target in targets)
            case ast.AnnAssign(target=target, annotation=annotation):
                yield ast.unparse(target), annotation, True
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                yield ast.unparse(target), value, False
            case ast.NamedExpr(target=target, value=value):
                yield target.id, value, False
            case ast.For(target=ast.Name(id=name)) | ast.AsyncFor(target=ast.Name(id=name)):
                yield name, ast.Constant(value=...), False
