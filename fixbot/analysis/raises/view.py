"""What a file sees of its project: what a call, a name, an attribute of something defined there does."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace

from fixbot.analysis.definitions import Class, File, Function, FunctionNode
from fixbot.analysis.knowledge import library
from fixbot.analysis.project import Found, Project, Variable
from fixbot.analysis.raises import hierarchy, kinds, members
from fixbot.analysis.raises.evidence import Raised, of_package
from fixbot.analysis.raises.summary import Engine, Summary

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_TUPLES = frozenset({"typing.NamedTuple"})
_MARKS = {"generator": "~", "coroutine": "!", "manager": "%"}


_NOTHING = Summary()
_ANYTHING = Summary(unknown=True)


@dataclass(frozen=True, slots=True)
class View:
    """A file as it is read now: in which function, and how many more calls are followed from there.

    The kinds of the project are `@1` (an instance), `&1` (the class), `^1` (its bases, as `super()` gives them),
    `~1`, `!1` and `%1` (the generator, coroutine or context manager that a call of a function made).
    """

    file: File
    level: int
    engine: Engine
    function: Function | None = None

    @property
    def project(self) -> Project:
        """The project that the file belongs to."""
        return self.engine.project

    def lookup(self, node: ast.expr, at: ast.AST) -> Found | None:
        """Return what of the project an expression names."""
        return self.project.lookup(node, self.file, at)

    def lineage(self, node: ast.expr, at: ast.AST) -> hierarchy.Lineage | None:
        """Return what is known of an exception class that an expression names."""
        return hierarchy.class_named(node, at, self.file, self.project)

    def imports(self, node: ast.Import | ast.ImportFrom) -> bool:
        """Say whether an import in a function that is called must succeed: it is of the project or standard.

        In a body that is asked about somebody tries the import, and doubts it.
        """
        if self.function is None:
            return False
        origin = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        if origin in library().modules or (origin.strip(".") and self.project.find(origin, self.file.path)):
            return True
        names = [f"{origin}{'' if origin.strip('.') == '' else '.'}{alias.name}" for alias in node.names]
        return all(name in library().modules or self.project.find(name, self.file.path) for name in names)

    def seen(self, exceptions: Iterable[Raised]) -> Iterable[Raised]:
        """Give exceptions of the project the names that an importer in this file writes."""
        for raised in exceptions:
            cls = self.project.classes.get(raised.lineage[0]) if raised.lineage else None
            yield raised if cls is None else replace(raised, type=self.project.spelled(cls, self.file))

    # Calls

    def call(self, func: ast.expr, at: ast.AST, receiver: str | None) -> Summary | None:
        """Return what a call does: `receiver` is the kind of what stands before the last dot, or of the name.

        None where it is no call of something that the project defines.
        """
        found = self.lookup(func, at)
        if isinstance(found, Function):
            return self.use(found)
        if isinstance(found, Class):
            return self.construct(found)
        word = kinds.base(receiver) or ""
        if not isinstance(func, ast.Attribute):
            return self._constructed(word)
        return self._method(word, func.attr) if word[:1] in set("@&^") else None

    def special(self, kind: str | None, name: str) -> Summary | None:
        """Return what a method does that the language itself calls, `__enter__` say; None where none is known."""
        word = kinds.base(kind) or ""
        cls = self.engine.thing(word) if word.startswith("&") else None
        if isinstance(cls, Class) and name == "__getitem__" and _ENUMS.intersection(self.project.ancestry(cls).others):
            return _no_member("KeyError", cls, self.engine.word("@", cls))
        return self._method(word, name) if word.startswith("@") else None

    def may_set(self, kind: str | None, name: str) -> bool:
        """Say whether setting an attribute of a value of this kind runs no code."""
        word = kind or ""
        cls = self.engine.thing(word) if word.startswith("@") and not word.endswith("?") else None
        if not isinstance(cls, Class):
            return False
        ancestry = self.project.ancestry(cls)
        plain = ancestry.whole and all(map(hierarchy.standard_lineage, ancestry.others))
        return plain and not any(self._first(ancestry.classes, each) for each in (name, "__setattr__", "__slots__"))

    def _constructed(self, word: str) -> Summary | None:
        cls = self.engine.thing(word) if word.startswith("&") else None
        return self.construct(cls) if isinstance(cls, Class) else None

    def use(self, function: Function) -> Summary:
        """Return what calling a function does; what is lazy does nothing yet."""
        manner = function.manner
        if manner in _MARKS:
            return Summary(returns=self.engine.word(_MARKS[manner], function))
        if manner == "call":
            return self.run(function)
        known = self.run(function).exceptions
        return Summary(tuple(replace(raised, sure=False) for raised in known), unknown=True)

    def run(self, function: Function) -> Summary:
        """Return what running the body of a function can raise; a call of itself is not followed."""
        return _ANYTHING if function == self.function else self.engine.summary(function, self.level)

    def _method(self, word: str, name: str) -> Summary | None:
        cls = self.engine.thing(word)
        if not isinstance(cls, Class):
            return None
        ancestry = self.project.ancestry(cls)
        above = word.startswith("^")
        for each in ancestry.classes[1:] if above else ancestry.classes:
            member = each.member(name)
            if isinstance(member, FunctionNode):
                function = Function(each.file, member)
                summary = self.use(function)
                doubtful = function.manner == "read" or members.is_behind_foreign(cls, each, self.project)
                doubtful = doubtful or (not above and (function.empty or members.is_overridden(cls, name)))
                doubtful = doubtful or any(members.is_set_by(one, name) for one in ancestry.classes)
                return replace(summary, unknown=True) if doubtful else summary
            if member is not None or members.is_unsettled(each, name):
                return None
        foreign = tuple(raised for full in ancestry.others for raised in of_package(f"{full}.{name}"))
        if foreign:
            return Summary(foreign, unknown=True)
        standard = all(hierarchy.standard_lineage(full) for full in ancestry.others)
        return _NOTHING if above and name == "__init__" and ancestry.whole and standard else None

    def construct(self, cls: Class) -> Summary:
        """Return what making an instance of a class does."""
        made = self.engine.word("@", cls)
        ancestry = self.project.ancestry(cls)
        others = set(ancestry.others)
        known = ancestry.whole and not members.is_decorated(cls) and (not cls.left_out or len(ancestry.others) > 0)
        if others & _ENUMS:
            return replace(_no_member("ValueError", cls, made), unknown=not known)
        known = known and all(hierarchy.standard_lineage(full) for full in others - _TUPLES)
        found = [raised for full in ancestry.others for raised in of_package(full)]
        for name in ("__new__", "__init__", "__post_init__"):
            known = known and not any(members.is_unsettled(each, name) for each in ancestry.classes)
            function = self._first(ancestry.classes, name)
            if isinstance(function, Function):
                summary = self.use(function)
                found += summary.exceptions
                known = known and not summary.unknown
            known = known and not isinstance(function, ast.stmt)
        return Summary(tuple(found), not known, made)

    def _first(self, classes: Iterable[Class], name: str) -> Function | ast.stmt | None:
        known = ((each, each.member(name)) for each in classes)
        found = next(((each, node) for each, node in known if node is not None), None)
        if found is None or not isinstance(found[1], FunctionNode):
            return found[1] if found is not None else None
        return Function(found[0].file, found[1])

    # Values

    def later(self, mark: str, kind: str | None) -> Summary | None:
        """Return what running through a generator (`~`), awaiting a coroutine (`!`) or using a manager (`%`) does."""
        word = kinds.base(kind) or ""
        function = self.engine.thing(word) if word.startswith(mark) else None
        return self.run(function) if isinstance(function, Function) else None

    def named(self, node: ast.expr, at: ast.AST) -> Summary | None:
        """Return what reading a name or a dotted name of something that a module of the project defines gives."""
        match self.lookup(node, at):
            case Class() as cls:
                return Summary(returns=self.engine.word("&", cls))
            case Variable() as variable:
                return Summary(returns=self.engine.variable(variable, self.level))
            case File():
                return Summary(returns="module")
            case Function():
                return _NOTHING
        return None

    def attribute(self, kind: str | None, name: str) -> Summary | None:
        """Return what reading an attribute of an instance or a class of the project does."""
        word = kinds.base(kind) or ""
        cls = self.engine.thing(word) if word[:1] in set("@&") else None
        if not isinstance(cls, Class):
            return None
        classes = self.project.ancestry(cls).classes
        for each in classes:
            member = each.member(name)
            said = word.startswith("@") and members.is_only_said(each, name, self.project)
            if said and self.engine.attribute(each, name, self.level) is None:
                return None
            if member is not None:
                others = [*classes, *members.heirs(cls)] if isinstance(member, ast.Assign) else []
                found = self._member(each, member, word)
            elif members.is_unsettled(each, name):
                return None
            else:
                others = [one for one in (*classes, *members.heirs(cls)) if one != each]
                found = self.engine.attribute(each, name, self.level) if word.startswith("@") else None
            if found is not None or member is not None:
                changed = found is not None and found.returns and any(members.is_set_by(one, name) for one in others)
                return replace(found, returns=None) if found is not None and changed else found
        return None

    def _member(self, cls: Class, member: ast.stmt, word: str) -> Summary | None:
        match member:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if word.startswith("@"):
                function = Function(cls.file, member)
                if function.manner == "unknown":
                    return _ANYTHING
                return self.run(function) if function.manner == "read" else _NOTHING
            case ast.AnnAssign(annotation=annotation):
                return Summary(returns=self.engine.annotation(cls.file, annotation, member, self.level))
            case ast.Assign(value=ast.Constant(value=value)) if word.startswith("@") and value is not None:
                return Summary(returns=type(value).__name__)
            case ast.ClassDef():
                return Summary(returns=self.engine.word("&", Class(cls.file, member)))
        descriptor = isinstance(member, ast.Assign) and isinstance(member.value, ast.Call)
        return None if descriptor else _NOTHING

    def annotation(self, node: ast.expr, at: ast.AST) -> str | None:
        """Return the kind that a plain annotation with a class of the project stands for."""
        found = self.lookup(node, at)
        return self.engine.word("@", found) if isinstance(found, Class) else None

    def parameter(self, node: ast.AST) -> str | None:
        """Return the kind of the first parameter of a method."""
        owner = self.file.owner(node)
        if owner is None or not isinstance(node, FunctionNode):
            return None
        bound = Function(self.file, node).bound_to
        return self.engine.word("@" if bound == "instance" else "&", owner) if bound else None

    def above(self, at: ast.AST) -> str | None:
        """Return the kind of `super()` in a statement."""
        for scope in self.file.names.scopes(at):
            owner = self.file.owner(scope)
            if owner is not None:
                return self.engine.word("^", owner)
        return None


def _no_member(type_: str, cls: Class, returns: str) -> Summary:
    return Summary((members.no_member(type_, cls),), returns=returns)
