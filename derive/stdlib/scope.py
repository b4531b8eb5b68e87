"""Answers for one function of the standard library what its names stand for and of which classes its values are."""

from __future__ import annotations

import ast
import builtins
import inspect
import io
from collections.abc import Iterator
from functools import cache
from types import FunctionType, ModuleType

from derive.stdlib import stubs
from derive.stdlib.annotations import Classes, named
from derive.stdlib.catalogue import catalogue, modules
from derive.stdlib.link import definition, method, targets
from derive.stdlib.steps import Source, Target

NOTHING = object()
_LITERALS: dict[type[ast.expr], type] = {
    ast.JoinedStr: str,
    ast.List: list,
    ast.ListComp: list,
    ast.Dict: dict,
    ast.DictComp: dict,
    ast.Set: set,
    ast.SetComp: set,
    ast.Tuple: tuple,
    ast.Compare: bool,
}
# Method names that only these builtin classes have, for receivers of unknown class.
_TELLING: dict[str, tuple[type, ...]] = {"decode": (bytes,), "encode": (str,), "splitlines": (str,)}


class Scope:
    """The names of one function, run for an object of one class."""

    def __init__(self, source: Source) -> None:
        self.function, self.owner = source.function, source.owner
        node = definition(source.function)
        assert node is not None  # noqa: S101 - whoever makes a Source has looked
        self.node = node
        arguments = node.args
        self.parameters = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        self.receiver = self._receiver()
        positional = [*arguments.posonlyargs, *arguments.args]
        later = [arg.arg for arg in positional[len(positional) - len(arguments.defaults) :]]
        pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        self.options = {*later, *(arg.arg for arg, default in pairs if default is not None)}
        self.options |= {arguments.kwarg.arg} if arguments.kwarg else set()
        self.given = {*self.parameters, *(arg.arg for arg in (arguments.vararg, arguments.kwarg) if arg)}
        self.given.discard(self.receiver or "")
        self.bound: dict[str, list[ast.expr | None]] = {}
        self.imported: dict[str, object] = {}
        self.inner: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        for child in _within(node):
            self._bind(child)
        self._busy: set[ast.expr] = set()
        self._known: dict[ast.expr, Classes] = {}
        self._seen: set[str] = set()

    def _receiver(self) -> str | None:
        raw = inspect.getattr_static(self.owner, self.function.__name__, None) if self.owner else None
        # Whether the receiver is the class itself.
        self.of_class = isinstance(raw, classmethod) or self.function.__name__ == "__new__"
        return self.parameters[0] if self.owner and self.parameters and not isinstance(raw, staticmethod) else None

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self.inner[node.name] = node
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
            self._assign(node.target, node.value)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._assign(node.optional_vars, node.context_expr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self.bound.setdefault(node.id, [])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self.bound.setdefault(node.name, []).append(None)

    def _assign(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self.bound.setdefault(target.id, []).append(value)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                self.imported[alias.asname or top] = modules().get(alias.name if alias.asname else top, NOTHING)
            return
        package = str(self.function.__globals__.get("__package__") or "")
        parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        module = ".".join([*parts, *([node.module] if node.module else [])])
        for alias in node.names:
            thing = getattr(modules().get(module), alias.name, NOTHING)
            found = modules().get(f"{module}.{alias.name}", NOTHING) if thing is NOTHING else thing
            self.imported[alias.asname or alias.name] = found

    def live(self, node: ast.expr | None) -> object:
        """Return the very object that an expression stands for, NOTHING where that is not fixed."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self._live_name(node.id)
        if isinstance(node, ast.Attribute):
            holder = self.live(node.value)
            if holder is NOTHING and isinstance(node.value, ast.Name) and node.value.id == self.receiver:
                made = self.owner if node.attr == "__class__" else inspect.getattr_static(self.owner, node.attr, None)
                return made if isinstance(made, type) else NOTHING
            if isinstance(holder, ModuleType):
                return getattr(holder, node.attr, NOTHING)
            return inspect.getattr_static(holder, node.attr, NOTHING) if isinstance(holder, type) else NOTHING
        return NOTHING

    def _live_name(self, name: str) -> object:
        if name == self.receiver:
            return self.owner if self.of_class else NOTHING
        if name in self.imported:
            return self.imported[name]
        if name in self.given or name in self.bound or name in self.inner:
            only = self.bound.get(name, [])
            if len(only) == 1 and name not in self.given and name not in self._seen:
                return self._alias(name, only[0])
            return NOTHING
        cells = zip(self.function.__code__.co_freevars, self.function.__closure__ or (), strict=True)
        try:
            closed = {free: cell.cell_contents for free, cell in cells}
        except ValueError:
            closed = {}
        return closed.get(name, self.function.__globals__.get(name, getattr(builtins, name, NOTHING)))

    def _alias(self, name: str, value: ast.expr | None) -> object:
        self._seen.add(name)
        found = self.live(value) if isinstance(value, ast.Attribute | ast.Name) else NOTHING
        self._seen.discard(name)
        return found

    def classes(self, node: ast.expr | None) -> Classes:
        """Return the classes a value can be of, as far as the code and typeshed tell; empty where nothing is known."""
        if node is None or node in self._busy:
            return frozenset()
        if node not in self._known:
            self._busy.add(node)
            self._known[node] = self._classes(node)
            self._busy.discard(node)
        return self._known[node]

    def _classes(self, node: ast.expr) -> Classes:  # noqa: PLR0911 - one return a kind of expression
        if type(node) in _LITERALS:
            return frozenset({_LITERALS[type(node)]})
        if isinstance(node, ast.Name) and node.id == self.receiver and self.owner and not self.of_class:
            return frozenset({self.owner})
        value = self.live(node)
        if value is not NOTHING:
            return frozenset() if value is None or isinstance(value, property) else frozenset({type(value)})
        if isinstance(node, ast.Name):
            return frozenset().union(*map(self.classes, self.bound.get(node.id, ()))) | self._parameter(node.id)
        if isinstance(node, ast.Attribute):
            return frozenset().union(*(attribute(cls, node.attr) for cls in self.classes(node.value)))
        if isinstance(node, ast.Call):
            return self._result(node)
        if isinstance(node, ast.BoolOp):
            return frozenset().union(*map(self.classes, node.values))
        if isinstance(node, ast.IfExp):
            return self.classes(node.body) | self.classes(node.orelse)
        if isinstance(node, ast.Await | ast.NamedExpr):
            return self.classes(node.value)
        return self.classes(node.left) & {str, bytes} if isinstance(node, ast.BinOp) else frozenset()

    def _parameter(self, name: str) -> Classes:
        if name not in self.given:
            return frozenset()
        signatures = stubs.signatures(full_name(Source(self.function, self.owner)))
        texts = {p.annotation for signature in signatures for p in signature.parameters if p.name == name}
        return frozenset().union(*(named(text, self.function.__module__) for text in texts))

    def _result(self, node: ast.Call) -> Classes:
        made = self.live(node.func)
        if isinstance(made, type):
            return frozenset({made}) if made is not type else frozenset()
        if isinstance(node.func, ast.Attribute) and (held := self.classes(node.func.value)):
            names = [f"{catalogue().name(cls)}.{node.func.attr}" for cls in held]
        else:
            names = [full_name(target) for target in self.callees(node.func) or ()]
        texts = {signature.returns for name in names for signature in stubs.signatures(name)}
        found = frozenset().union(*(named(text) for text in texts if text))
        return _opened(node, found) if io.TextIOWrapper in found else found

    def callees(self, node: ast.expr) -> tuple[Target, ...] | None:
        """Return what a call of the expression runs; None where that is not understood."""
        thing = self.live(node)
        if thing is not NOTHING:
            found = targets(thing, self._holder(node))
            return method(type(thing), "__call__") if found is None and callable(thing) else found
        if not isinstance(node, ast.Attribute):
            return None
        held = self.classes(node.value) or frozenset(_TELLING.get(node.attr, ()))
        known = [several for cls in sorted(held, key=str) if (several := method(cls, node.attr)) is not None]
        return tuple(dict.fromkeys(target for several in known for target in several)) if known else None

    def _holder(self, node: ast.expr) -> type | None:
        holder = self.live(node.value) if isinstance(node, ast.Attribute) else None
        return holder if isinstance(holder, type) else None


def _opened(node: ast.Call, found: Classes) -> Classes:
    """Choose among the files that opening can give by the mode, where it is written out."""
    modes = [arg.value for arg in (*node.args, *(k.value for k in node.keywords)) if isinstance(arg, ast.Constant)]
    binary = any(isinstance(mode, str) and mode in {"rb", "wb", "ab", "r+b", "rb+", "w+b", "xb"} for mode in modes)
    return found - {io.TextIOWrapper} if binary else frozenset({io.TextIOWrapper})


def full_name(target: Target) -> str:
    """Return the name of a target as typeshed would look it up."""
    if not isinstance(target, Source):
        return target.name
    if target.owner is not None:
        return f"{catalogue().name(target.owner)}.{target.function.__name__}"
    return catalogue().name(target.function)


# Attributes whose classes are being looked for: one may be stored from another and that from the first.
_OPEN: list[tuple[type, str]] = []


@cache
def attribute(cls: type, name: str) -> Classes:
    """Return the classes an attribute of an object of `cls` can be of."""
    text = stubs.attribute(f"{catalogue().name(cls)}.{name}")
    known = named(text) if text else frozenset()
    value = inspect.getattr_static(cls, name, None)
    plain = value is not None and not callable(value) and not hasattr(type(value), "__get__")
    if known or (cls, name) in _OPEN:
        return known
    _OPEN.append((cls, name))
    stored = frozenset(_stored(cls, name))
    _OPEN.pop()
    return stored | (frozenset({type(value)}) if plain else frozenset())


def _stored(cls: type, name: str) -> Iterator[type]:
    for parent in cls.__mro__[:-1]:
        for function in vars(parent).values():
            if not isinstance(function, FunctionType) or definition(function) is None:
                continue
            if name in function.__code__.co_names:
                scope = Scope(Source(function, cls))
                for value in _stores(scope, name):
                    yield from scope.classes(value)


def _stores(scope: Scope, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(scope.node):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Attribute) and target.attr == name and isinstance(node, ast.Assign):
                yield node.value


def _within(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        child = waiting.pop()
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(child))
