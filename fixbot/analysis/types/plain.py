"""Says of which type the value of a plain expression is; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace

from fixbot.analysis.coroutines.receivers import receiver
from fixbot.analysis.definitions import Class, File, Function
from fixbot.analysis.module import Function as FunctionNode
from fixbot.analysis.project import Project, Variable
from fixbot.analysis.raises.variables import rebound_elsewhere, scope_bindings
from fixbot.analysis.types.annotated import annotated_type, defined, is_enum
from fixbot.analysis.types.bound import hidden_names, ways_of
from fixbot.analysis.types.computed import anything, computed, constant, loosened, negative, standard
from fixbot.analysis.types.parts import ANY, NONE, Type, applied, named, union

_DEEPEST = 6
_DISPLAYS = ast.List | ast.Set | ast.Dict | ast.ListComp | ast.SetComp | ast.DictComp
# What makes a container of what one cannot tell.
_MADE = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict", ast.Tuple: "tuple"}


def plain_type(node: ast.expr, file: File, at: ast.AST, project: Project) -> Type | None:
    """Return the type of what an expression gives, None where that is not known.

    Known are literals, what is built from them, the members of enumerations, objects of known classes, what has an
    annotation, and names that are bound to one of these once.

    Args:
        node: the expression.
        file: the file that it stands in.
        at: the statement that it stands in.
        project: the project of the file.
    """
    return _Reader(file, at, project).type(node)


@dataclass(frozen=True, slots=True)
class _Reader:
    file: File
    at: ast.AST
    project: Project
    depth: int = _DEEPEST

    def type(self, node: ast.expr) -> Type | None:
        match node:
            case ast.Constant(value=value):
                return NONE if value is None else _builtin(value) if value is not ... else None
            case ast.Name() if self.depth and node.id not in hidden_names(self.at):
                return self._name(node.id, node)
            case ast.JoinedStr():
                return named("str", value=True)
            case ast.Attribute() if self.depth:
                return self._attribute(node)
            case ast.Call(func=func) | ast.Await(value=ast.Call(func=func)):
                return self._call(func, awaited=isinstance(node, ast.Await))
        return self._display(node) or self._worked_out(node)

    def _worked_out(self, node: ast.expr) -> Type | None:
        match node:
            case ast.UnaryOp(op=op, operand=operand):
                return named("bool", value=True) if isinstance(op, ast.Not) else negative(self.type(operand))
            case ast.BinOp(left=left, op=op, right=right):
                first = self.type(left)
                return computed(first, op, self.type(right)) if first is not None else None
            case ast.Compare():
                return self._compared(node)
            case ast.IfExp(body=one, orelse=other):
                return self._either([one, other])
            case ast.BoolOp(values=values):
                return self._either(values)
        return None

    def _display(self, node: ast.expr) -> Type | None:
        match node:
            case ast.List(elts=elements):
                return _holding("list", [self._held(elements)])
            case ast.Set(elts=elements):
                return _holding("set", [self._held(elements)])
            case ast.Tuple(elts=elements) if elements and not any(isinstance(each, ast.Starred) for each in elements):
                return _tuple([self._held([each]) for each in elements])
            case ast.Dict(keys=keys, values=values):
                kept = [None if key is None else value for key, value in zip(keys, values, strict=True)]
                return _holding("dict", [self._held(keys), self._held(kept)])
        word = _MADE.get(type(node))
        return anything(word) if word is not None else None

    def _held(self, elements: Iterable[ast.expr | None]) -> Type:
        """Return the type of all that a container holds, `Any` where one of them is not known."""
        found = [self.type(each) if each is not None else None for each in elements]
        return union(each if each is not None else ANY for each in found)

    def _either(self, nodes: list[ast.expr]) -> Type | None:
        found = [self.type(each) for each in nodes]
        known = [each for each in found if each is not None]
        return union(known) if len(known) == len(found) else None

    def _compared(self, node: ast.Compare) -> Type | None:
        """Return the type of a comparison: `==` of foreign objects may give anything, a query say."""
        certain = ast.Is | ast.IsNot | ast.In | ast.NotIn
        plain = all(known is not None and known.value for known in map(self.type, [node.left, *node.comparators]))
        return named("bool", value=True) if plain or all(isinstance(op, certain) for op in node.ops) else None

    def _name(self, name: str, node: ast.Name) -> Type | None:
        scope = next((each for each in self.file.names.scopes(self.at) if name in self.file.names.bound(each)), None)
        if scope is None or isinstance(scope, ast.ClassDef) or name in rebound_elsewhere(self.file.module.tree):
            return None
        if self.file.names.bound(scope)[name] != {None}:
            return self._elsewhere(node)
        return self.bound(name, scope)

    def bound(self, name: str, scope: ast.AST) -> Type | None:
        """Return the type of what a scope binds to a name, once."""
        parameter = scope_bindings(scope).parameters.get(name)
        ways = ways_of(scope).get(name, [])
        if parameter is not None:
            return self._parameter(*parameter, scope) if not ways else None
        if len(ways) != 1 or ways[0] is None:
            return None
        annotation, value, statement = ways[0]
        if annotation is not None:
            return annotated_type(annotation, self.file, statement, self.project)
        inner = replace(self, at=statement, depth=self.depth - 1)
        found = inner.type(value) if value is not None else None
        return loosened(found) if found is not None and isinstance(value, _DISPLAYS) else found

    def _parameter(self, arg: ast.arg, default: ast.expr | None, scope: ast.AST) -> Type | None:
        return parameter_type(arg, default, self.file, scope, self.project) if arg.annotation is not None else None

    def _elsewhere(self, node: ast.expr) -> Type | None:
        """Return the type of a constant of another module, or of the standard library."""
        known = constant(self.file.names.resolve(node, self.at) or "")
        if known is not None:
            return known
        found = self.project.lookup(node, self.file, self.at)
        if not isinstance(found, Variable):
            return None
        tree = found.file.module.tree
        if found.name in rebound_elsewhere(tree):
            return None
        return _Reader(found.file, tree, self.project, self.depth - 1).bound(found.name, tree)

    def _attribute(self, node: ast.Attribute) -> Type | None:
        enum = self._member(node)
        if enum is not None:
            return enum
        known = self._elsewhere(node)
        if known is not None:
            return known
        if isinstance(node.value, ast.Name) and node.value.id in hidden_names(self.at):
            return None
        cls = receiver(self.project, self.file, node.value, self.at)
        return self._field(cls, node.attr) if isinstance(cls, Class) else None

    def _member(self, node: ast.Attribute) -> Type | None:
        """Return the type of `Color.RED`, of its `name` and of its `value`."""
        cls = self.project.lookup(node.value, self.file, self.at)
        if isinstance(cls, Class) and is_enum(cls, self.project):
            return defined(cls, self.project) if isinstance(cls.member(node.attr), ast.Assign) else None
        if node.attr not in {"name", "value"} or not isinstance(node.value, ast.Attribute):
            return None
        cls = self.project.lookup(node.value.value, self.file, self.at)
        if not isinstance(cls, Class) or not is_enum(cls, self.project):
            return None
        member = cls.member(node.value.attr)
        if node.attr == "name" or not isinstance(member, ast.Assign):
            return named("str", value=True) if member is not None else None
        found = member.value if isinstance(member.value, ast.Constant) else None
        return _Reader(cls.file, member, self.project, 0).type(found) if found is not None else None

    def _field(self, cls: Class, name: str) -> Type | None:
        """Return the type that a class or the nearest one above it says that an attribute has."""
        for each in self.project.ancestry(cls).classes:
            member = each.member(name)
            if isinstance(member, ast.AnnAssign):
                return annotated_type(member.annotation, each.file, member, self.project)
            if isinstance(member, FunctionNode) and Function(each.file, member).manner == "read":
                return annotated_type(member.returns, each.file, member, self.project) if member.returns else None
            if member is not None:
                return None
        return None

    def _call(self, func: ast.expr, *, awaited: bool) -> Type | None:
        if isinstance(func, ast.Name) and func.id in hidden_names(self.at):
            return None
        found = self.project.lookup(func, self.file, self.at)
        if isinstance(found, Class):
            return defined(found, self.project) if not awaited and _makes_itself(found, self.project) else None
        if isinstance(found, Function):
            return self._returned(found, awaited=awaited)
        full = self.file.names.resolve(func, self.at) if found is None else None
        return standard(full, self.project) if full is not None and not awaited else None

    def _returned(self, function: Function, *, awaited: bool) -> Type | None:
        wanted = "coroutine" if awaited else "call"
        if function.manner != wanted or function.node.returns is None:
            return None
        return annotated_type(function.node.returns, function.file, function.node, self.project)


def parameter_type(
    arg: ast.arg, default: ast.expr | None, file: File, function: ast.AST, project: Project
) -> Type | None:
    """Return the type of a parameter: what is annotated, with `None` where that is the default.

    Without an annotation the default tells a type, but none that a validator may hold other values against.
    """
    absent = isinstance(default, ast.Constant) and default.value is None
    if arg.annotation is not None:
        found = annotated_type(arg.annotation, file, function, project)
        return union([found, NONE]) if found is not None and absent else found
    found = plain_type(default, file, function, project) if default is not None and not absent else None
    return replace(found, value=False) if found is not None else None


def _builtin(value: object) -> Type:
    return named(type(value).__name__, value=True)


def _holding(word: str, arguments: list[Type]) -> Type:
    return applied(named(word), arguments, value=all(each.value for each in arguments))


def _tuple(held: list[Type]) -> Type:
    """Return the type of a tuple; one of a single type may be of any length elsewhere."""
    return _holding("tuple", held if len(set(held)) > 1 else [held[0], Type("...", (), value=True)])


def _makes_itself(cls: Class, project: Project) -> bool:
    return not any(each.member("__new__") is not None for each in project.ancestry(cls).classes)
