"""The functions and classes that a file defines, and how a call of one begins; reads one file at a time."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property

from fixbot.analysis.module import Module, blocks, statements
from fixbot.analysis.names import Names, dotted, own_nodes

# What a decorator of this name leaves of a call: the body runs as it stands.
_TRANSPARENT = frozenset(
    {
        "staticmethod",
        "classmethod",
        "functools.wraps",
        "functools.lru_cache",
        "functools.cache",
        "typing.override",
        "typing.final",
        "typing_extensions.override",
        "typing_extensions.final",
    }
)
_READ = frozenset({"property", "functools.cached_property", "abc.abstractproperty"})
_MANAGERS = frozenset({"contextlib.contextmanager"})
_OVERLOADS = frozenset({"typing.overload", "typing_extensions.overload"})
_ACCESSORS = frozenset({"setter", "deleter", "getter"})
_YIELDS = ast.Yield | ast.YieldFrom

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, eq=False)
class File:
    """A file of the project, with what its names stand for."""

    module: Module
    names: Names

    @property
    def path(self) -> str:
        """The path relative to the root, with `/`."""
        return self.module.path

    @cached_property
    def _defined(self) -> dict[ast.AST, dict[str, list[FunctionNode | ast.ClassDef]]]:
        return {}

    @cached_property
    def _stored(self) -> dict[ast.AST, set[str]]:
        return {}

    @cached_property
    def _generators(self) -> dict[ast.AST, bool]:
        return {}

    def generates(self, node: FunctionNode) -> bool:
        """Say whether a function of this file yields."""
        if node not in self._generators:
            self._generators[node] = any(isinstance(inner, _YIELDS) for inner in own_nodes(node))
        return self._generators[node]

    def definition(self, scope: ast.AST, name: str) -> Function | Class | None:
        """Return the one function or class that a scope binds a name to; None where there are others or none."""
        if self.names.bound(scope).get(name) != {None}:
            return None
        if scope not in self._defined:
            self._defined[scope] = _definitions(scope)
        found = [node for node in self._defined[scope].get(name, []) if not self._declared_only(node)]
        if len(found) != 1:
            return None
        if scope not in self._stored:
            stored = (node for node in own_nodes(scope) if isinstance(node, ast.Name))
            self._stored[scope] = {node.id for node in stored if not isinstance(node.ctx, ast.Load)}
        return None if name in self._stored[scope] else self.of(found[0])

    def of(self, node: FunctionNode | ast.ClassDef) -> Function | Class:
        """Return the record of a definition in this file."""
        return Class(self, node) if isinstance(node, ast.ClassDef) else Function(self, node)

    def _declared_only(self, node: ast.stmt) -> bool:
        decorators = node.decorator_list if isinstance(node, FunctionNode) else []
        return any(self.names.resolve(each, node) in _OVERLOADS for each in decorators)

    def owner(self, node: ast.AST) -> Class | None:
        """Return the class whose body directly defines a function."""
        holder = self.module.parents.get(node)
        return Class(self, holder) if isinstance(holder, ast.ClassDef) else None

    @cached_property
    def heirs(self) -> dict[str, list[ast.ClassDef]]:
        """The classes of this file by the last names of the bases they are written with."""
        found: dict[str, list[ast.ClassDef]] = {}
        for node, _ in statements(self.module.tree):
            if isinstance(node, ast.ClassDef):
                for base in node.bases:
                    found.setdefault((dotted(base) or "").rpartition(".")[2], []).append(node)
        return found


def _definitions(scope: ast.AST) -> dict[str, list[FunctionNode | ast.ClassDef]]:
    found: dict[str, list[FunctionNode | ast.ClassDef]] = {}
    stack = blocks(scope)
    while stack:
        node = stack.pop()
        if isinstance(node, FunctionNode | ast.ClassDef):
            found.setdefault(node.name, []).append(node)
        else:
            stack += blocks(node)
    return found


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method, and the file it stands in."""

    file: File
    node: FunctionNode

    @property
    def qualname(self) -> str:
        """The dotted name with the definitions around it."""
        return _qualname(self.file, self.node)

    @property
    def empty(self) -> bool:
        """Whether the body does nothing: a method like that is there for heirs to fill."""
        return all(isinstance(node, ast.Pass) or _is_text(node) for node in self.node.body)

    @property
    def abstract(self) -> bool:
        """Whether the body only says that somebody else has to write it, or that it stands elsewhere: `...`."""
        if all(isinstance(node, ast.Expr) and _is_constant(node.value) for node in self.node.body):
            return any(isinstance(node, ast.Expr) and _is_left_out(node) for node in self.node.body)
        body = [node for node in self.node.body if not isinstance(node, ast.Expr | ast.Pass)]
        raised = body[0].exc if len(body) == 1 and isinstance(body[0], ast.Raise) else None
        name = raised.func if isinstance(raised, ast.Call) else raised
        marked = any(self.file.names.resolve(each, self.node) == "abc.abstractmethod" for each in self._decorators)
        return marked or (isinstance(name, ast.Name) and name.id == "NotImplementedError")

    @property
    def manner(self) -> str:
        """How a call begins: `call`, `generator`, `coroutine`, `manager`, `read` (a property), `unknown`."""
        names = {self.file.names.resolve(each, self.node) for each in self._decorators}
        if names & _READ and len(names) == 1:
            return "read"
        generates = self.file.generates(self.node)
        if names & _MANAGERS and generates:
            return "manager" if len(names) == 1 and isinstance(self.node, ast.FunctionDef) else "unknown"
        if not names <= _TRANSPARENT or (generates and isinstance(self.node, ast.AsyncFunctionDef)):
            return "unknown"
        if isinstance(self.node, ast.AsyncFunctionDef):
            return "coroutine"
        return "generator" if generates else "call"

    @property
    def bound_to(self) -> str | None:
        """What the first parameter stands for: `instance`, `class`, None outside of classes and for static ones."""
        if self.file.owner(self.node) is None:
            return None
        names = {self.file.names.resolve(each, self.node) for each in self._decorators}
        if "staticmethod" in names:
            return None
        return "class" if "classmethod" in names or self.node.name in {"__new__", "__init_subclass__"} else "instance"

    @property
    def _decorators(self) -> list[ast.expr]:
        return [each.func if isinstance(each, ast.Call) else each for each in self.node.decorator_list]


@dataclass(frozen=True, slots=True)
class Class:
    """A class, and the file it stands in."""

    file: File
    node: ast.ClassDef

    @property
    def name(self) -> str:
        """The dotted name with the classes around it."""
        return _qualname(self.file, self.node)

    @property
    def left_out(self) -> bool:
        """Whether the body is a mere `...`."""
        return all(map(_is_left_out, self.node.body))

    def member(self, name: str) -> ast.stmt | None:
        """Return what the body of this class binds a name to; a property's reader stands for the property."""
        found: ast.stmt | None = None
        for node in self.node.body:
            match node:
                case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) if own == name:
                    found = found if _accessor(node) else node
                case ast.ClassDef(name=own) if own == name:
                    found = node
                case ast.AnnAssign(target=ast.Name(id=own)) if own == name:
                    found = node
                case ast.Assign(targets=targets) if any(isinstance(t, ast.Name) and t.id == name for t in targets):
                    found = node
        return found


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_left_out(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...


def _accessor(node: FunctionNode) -> bool:
    return any(isinstance(each, ast.Attribute) and each.attr in _ACCESSORS for each in node.decorator_list)


def _qualname(file: File, node: FunctionNode | ast.ClassDef) -> str:
    around = file.module.qualname(node)
    return node.name if around == "<module>" else f"{around}.{node.name}"
