"""Says of which class of the project the object before a dot is; it only reads."""

from __future__ import annotations

import ast
import builtins
from enum import Enum

from fixbot.analysis.coroutines.fixtures import fixture, given
from fixbot.analysis.coroutines.instances import annotated, classes_of
from fixbot.analysis.definitions import Class, File, Function
from fixbot.analysis.module import Function as FunctionNode
from fixbot.analysis.project import Found, Project

_BUILTINS = frozenset(dir(builtins))
_NATIVE = frozenset({"str", "bytes", "int", "float", "bool", "dict", "list", "tuple", "set", "frozenset", "open"})
# Modules whose functions hand through what they are given.
_ANYTHING = frozenset({"copy", "functools", "typing", "typing_extensions", "weakref", "operator", "contextlib"})


class Other(Enum):
    """What an object is that is known to be of no class of the project."""

    FOREIGN = "foreign"


def receiver(project: Project, file: File, node: ast.expr, at: ast.AST) -> Class | Other | None:
    """Return the class that an object is an instance of, or is itself; None where that is not known.

    Args:
        project: the project that the file belongs to.
        file: the file.
        node: the expression before the dot.
        at: the statement that it stands in.
    """
    own = _own(file, node, at)
    if own is not None:
        return own
    found = project.lookup(node, file, at)
    if isinstance(found, Class):
        return found
    if isinstance(found, File | Function):
        return Other.FOREIGN
    return _worked_out(project, file, node, at) or _of_fixture(project, file, node, at)


def _own(file: File, node: ast.expr, at: ast.AST) -> Class | None:
    """Return the class around a method where a name is the method's first parameter."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
        around = [outer for outer in file.module.definitions(at) if isinstance(outer, ast.ClassDef)]
        return Class(file, around[0]) if around else None
    if not isinstance(node, ast.Name):
        return None
    for outer in file.module.definitions(at):
        if isinstance(outer, FunctionNode) and node.id in file.names.bound(outer):
            owner = file.owner(outer)
            first = [*outer.args.posonlyargs, *outer.args.args][:1]
            bound = owner is not None and Function(file, outer).bound_to is not None
            return owner if bound and [arg.arg for arg in first] == [node.id] else None
    return None


def _of_fixture(project: Project, file: File, node: ast.expr, at: ast.AST) -> Class | Other | None:
    """Return the one class of all that a fixture gives to the test whose parameter a name is."""
    made = fixture(project, file, node.id, at) if isinstance(node, ast.Name) else None
    if made is None:
        return None
    found = {receiver(project, made.file, value, made.node.body[0]) for value in given(made)}
    return found.pop() if len(found) == 1 else None


def _worked_out(project: Project, file: File, node: ast.expr, at: ast.AST) -> Class | Other | None:
    """Return the one class that everything agrees on which binds a name; None where there are several or none."""
    known = classes_of(file, node, at)
    found = {_class(project, full, file) for full in known or ()}
    return found.pop() if len(found) == 1 else None


def _class(project: Project, full: str, file: File) -> Class | Other | None:
    """Return what a full name makes where it is called: an object of its class, or what its annotation says."""
    found = project.find(full, file.path)
    if isinstance(found, Class):
        return found
    if isinstance(found, Function):
        returns = annotated(found.file.names, found.node.returns, found.node) if found.node.returns else None
        one = next(iter(returns)) if returns is not None and len(returns) == 1 else None
        made = project.find(one, found.file.path) if one is not None else None
        return made if isinstance(made, Class) else Other.FOREIGN if one in _NATIVE else None
    doubtful = full.partition(".")[0] in _ANYTHING or (full in _BUILTINS and full not in _NATIVE)
    return None if found is not None or doubtful or project.may_hold(full) else Other.FOREIGN


def method(project: Project, cls: Class, name: str) -> Found | ast.stmt | None:
    """Return what a class or the nearest class above it has under a name; None where that is not known."""
    for each in project.ancestry(cls).classes:
        member = each.member(name)
        if isinstance(member, FunctionNode):
            return Function(each.file, member)
        if member is not None:
            return member
    return None
