"""Says which function of the project a call runs, or of which class it makes an object; it only reads."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from fixbot.analysis.accepting.slots import Unknown
from fixbot.analysis.coroutines.receivers import receiver
from fixbot.analysis.definitions import Class, File, Function
from fixbot.analysis.module import Function as FunctionNode
from fixbot.analysis.mro import Outer, lineage
from fixbot.analysis.project import Project
from fixbot.analysis.types.bound import hidden_names


@dataclass(frozen=True, slots=True)
class Called:
    """A function, and how many of its parameters are given before the call."""

    function: Function
    skipped: int


@dataclass(frozen=True, slots=True)
class Making:
    """A class whose object is made; by `super().__init__` of the class `after`, where given.

    It may be one of its `heirs` where it is called as `cls(...)`.
    """

    cls: Class
    after: Class | None = None
    heirs: bool = False


def callee(project: Project, file: File, func: ast.expr, at: ast.AST) -> Called | Making | Unknown:
    """Return what a call calls, or why that is not known.

    Args:
        project: the project of the file.
        file: the file of the call.
        func: what stands before the brackets.
        at: the statement that it stands in.
    """
    if isinstance(func, ast.Name) and func.id in hidden_names(at):
        return Unknown(f"`{func.id}` is bound where it is called")
    found = project.lookup(func, file, at)
    if isinstance(found, Class):
        return Making(found)
    if isinstance(found, Function):
        return _bound(found, by_class=True)
    if isinstance(func, ast.Attribute):
        cls = _around(file, func.value, at) or receiver(project, file, func.value, at)
        if isinstance(cls, Class):
            return _method(project, file, func, at, cls)
    own = _own_class(file, func, at)
    return Making(own, heirs=True) if own is not None else _unknown(project, file, func, at)


def _method(project: Project, file: File, func: ast.Attribute, at: ast.AST, cls: Class) -> Called | Making | Unknown:
    """Return what a method of a class is, which the object before the dot is of, or is itself."""
    line = lineage(project, cls) or ()
    after = _above(project, file, func.value, at, cls)
    if after is not None and func.attr == "__init__":
        return Making(cls, after=after)
    below = line[line.index(after) + 1 :] if after in line else line
    entry = next((each for each in below if _has(each, func.attr)), None)
    written = ast.unparse(func)
    if isinstance(entry, Outer):
        return Unknown(f"`{written}` may be that of `{entry.written}`, which is not of the project")
    member = entry.member(func.attr) if entry is not None else None
    if entry is not None and isinstance(member, FunctionNode):
        named = isinstance(project.lookup(func.value, file, at), Class)
        by_class = named or _own_class(file, func.value, at) is not None
        return _bound(Function(entry.file, member), by_class=by_class)
    if entry is not None and isinstance(member, ast.ClassDef):
        return Making(Class(entry.file, member))
    return Unknown(f"`{written}` {'cannot be found' if member is None else 'is no method'}")


def _has(entry: Class | Outer, name: str) -> bool:
    """Say whether a class has a name, or may have it for all one knows."""
    return isinstance(entry, Outer) or entry.member(name) is not None


def _bound(function: Function, *, by_class: bool) -> Called | Unknown:
    if function.manner == "read":
        return Unknown(f"`{function.qualname}` is a property")
    own = function.bound_to
    return Called(function, 1 if own == "class" or (own == "instance" and not by_class) else 0)


def _unknown(project: Project, file: File, func: ast.expr, at: ast.AST) -> Unknown:
    full = file.names.resolve(func, at)
    foreign = full is not None and not full.startswith(".") and not project.may_hold(full)
    return Unknown(f"`{ast.unparse(func)}` {'is not of the project' if foreign else 'cannot be found'}")


def _own_class(file: File, node: ast.expr, at: ast.AST) -> Class | None:
    """Return the class around a class method where a name is the method's first parameter."""
    for outer in file.module.definitions(at):
        if isinstance(node, ast.Name) and isinstance(outer, FunctionNode) and node.id in file.names.bound(outer):
            first = [*outer.args.posonlyargs, *outer.args.args][:1]
            bound = Function(file, outer).bound_to == "class" and [arg.arg for arg in first] == [node.id]
            return file.owner(outer) if bound else None
    return None


def _around(file: File, node: ast.expr, at: ast.AST) -> Class | None:
    """Return the class around a `super(…)`, None for any other expression."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "super":
        return None
    around = (outer for outer in file.module.definitions(at) if isinstance(outer, ast.ClassDef))
    return next((Class(file, outer) for outer in around), None)


def _above(project: Project, file: File, node: ast.expr, at: ast.AST, cls: Class) -> Class | None:
    """Return the class that `super()` or `super(cls, self)` looks above, None for any other expression."""
    if _around(file, node, at) is None or not isinstance(node, ast.Call):
        return None
    found = project.lookup(node.args[0], file, at) if node.args else cls
    return found if isinstance(found, Class) and found in project.ancestry(cls).classes else None
