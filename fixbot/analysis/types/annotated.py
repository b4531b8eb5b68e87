"""Reads annotations as types that can be written in another file of the project; it only reads."""

from __future__ import annotations

import ast
import builtins
import sys
from dataclasses import dataclass

from fixbot.analysis import definitions
from fixbot.analysis.definitions import Class, File
from fixbot.analysis.module import Definition, Function
from fixbot.analysis.names import dotted
from fixbot.analysis.project import Found, Project, Variable
from fixbot.analysis.types.names import VALUES, assigned_to, checker_names, futures, is_class_name
from fixbot.analysis.types.parts import NONE, Type, applied, named, source_of, union

_DEEPEST = 6
_TYPING = ("typing.", "typing_extensions.")
_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_CONTAINERS = frozenset({"list", "dict", "set", "frozenset", "tuple"})
# https://docs.python.org/3/library/typing.html#aliases-to-built-in-types
_BUILTIN = {word: word.lower() for word in ("List", "Dict", "Set", "FrozenSet", "Tuple", "Type")} | {"Text": "str"}
# What stands around a type and says nothing of the value itself.
_AROUND = frozenset({"Annotated", "Final", "NotRequired", "ReadOnly", "Required"})
# What means something only where it stands.
_BOUND = frozenset(
    {"AnyStr", "ClassVar", "Concatenate", "Generic", "Literal", "LiteralString", "Optional", "Protocol", "Self"}
    | {"TypeAlias", "TypeGuard", "TypeIs", "Union", "Unpack", *_AROUND}
)
_MAPPED = frozenset({"Mapped", "DynamicMapped", "WriteOnlyMapped"})
_MAKERS = frozenset(
    {"collections.namedtuple", "enum.Enum", "enum.IntEnum", "typing.NamedTuple", "typing.NewType", "typing.TypedDict"}
)


def annotated_type(
    annotation: ast.expr, file: File, at: ast.AST, project: Project, *, for_checker: bool = False
) -> Type | None:
    """Return the type that an annotation stands for, so that another file can write it.

    Args:
        annotation: the annotation, a string or not.
        file: the file that it stands in.
        at: the statement that it belongs to; for a parameter that of the function.
        project: the project of the file.
        for_checker: the type is never looked at while the program runs, so that names which are imported for a type
            checker alone will do.

    Returns:
        The type, without what stands around it (`Annotated`, `Mapped`, `Required`); None where a name is not known,
        stands for a type variable or is local to a function, or where the annotation means nothing elsewhere.
    """
    return _Reader(file, at, project, for_checker).type(annotation)


def keyword_type(function: definitions.Function, project: Project) -> Type | None:
    """Return the type that a function says each of its `**` parameter's values has: `**options: int`.

    Args:
        function: the function.
        project: the project of the function.

    Returns:
        The type; None where there is no annotation, or one that says nothing of a single key (`Any`, `object`,
        `Unpack`) or is not understood.
    """
    kwarg = function.node.args.kwarg
    if kwarg is None or kwarg.annotation is None:
        return None
    found = annotated_type(kwarg.annotation, function.file, function.node, project)
    return found if found is not None and found.source not in {"Any", "object"} else None


@dataclass(frozen=True, slots=True)
class _Reader:
    file: File
    at: ast.AST
    project: Project
    for_checker: bool
    depth: int = _DEEPEST
    lazy: bool = False

    def type(self, node: ast.expr) -> Type | None:
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str() as text):
                return self._text(text)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return _united([self.type(left), self.type(right)])
            case ast.Subscript(value=value, slice=inside):
                return self._subscripted(value, inside.elts if isinstance(inside, ast.Tuple) else [inside])
            case ast.Name() | ast.Attribute():
                return self._named(node)
        return None

    def _text(self, text: str) -> Type | None:
        try:
            node = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return None
        return _Reader(self.file, self.at, self.project, self.for_checker, self.depth, lazy=True).type(node)

    def _named(self, node: ast.expr) -> Type | None:
        if self._is_out_of_reach(node):
            return None
        found = self.project.lookup(node, self.file, self.at)
        if isinstance(found, Class):
            return defined(found, self.project)
        if isinstance(found, Variable):
            return self._alias(found)
        full = self._foreign(node, found)
        if full is None or _word(full) in _BOUND:
            return None
        return named(full, value=full in VALUES)

    def _is_out_of_reach(self, node: ast.expr) -> bool:
        """Say whether a name is bound by a function, by type parameters, or only for the checker of types."""
        head = (dotted(node) or "").partition(".")[0]
        around = self.file.module.definitions(self.at)
        scopes = [*around, self.at] if isinstance(self.at, Definition) else around
        if any(getattr(each, "name", "") == head for scope in scopes for each in getattr(scope, "type_params", ())):
            return True
        scope = next((each for each in self.file.names.scopes(self.at) if head in self.file.names.bound(each)), None)
        return isinstance(scope, Function) or (not self.for_checker and head in checker_names(self.file.names))

    def _foreign(self, node: ast.expr, found: Found | None) -> str | None:
        """Return the full name of a class outside of the project, None for what is none."""
        full = self.file.names.resolve(node, self.at) if found is None else None
        if full is None or full.startswith("."):
            return None
        full = _BUILTIN.get(_word(full), full)
        if "." not in full:
            return full if isinstance(getattr(builtins, full, None), type) else None
        return full if is_class_name(full) and not self.project.may_hold(full) else None

    def _alias(self, variable: Variable) -> Type | None:
        """Return the type that a name of a module stands for: by that name, where it is no mere text."""
        found = assigned_to(variable)
        if found is None or not self.depth:
            return None
        value, at = found
        reader = _Reader(variable.file, at, self.project, self.for_checker, self.depth - 1)
        full = f"{variable.file.path}:{variable.name}"
        if isinstance(value, ast.Call) and reader.made_by(value.func) in _MAKERS:
            return named(full)
        meant = reader.type(value) if not isinstance(value, ast.Constant) or isinstance(value.value, str) else None
        short = meant is None or isinstance(value, ast.Constant) or meant == NONE
        return meant if short else named(full, value=meant is not None and meant.value)

    def made_by(self, func: ast.expr) -> str:
        full = self.file.names.resolve(func, self.at) or ""
        return full.replace("typing_extensions.", "typing.")

    def _subscripted(self, value: ast.expr, parts: list[ast.expr]) -> Type | None:
        full = self.file.names.resolve(value, self.at) or ""
        word = _word(full)
        if word == "Optional":
            return _united([self.type(parts[0]), NONE])
        if word == "Union":
            return _united([self.type(each) for each in parts])
        if parts and (word in _AROUND or _is_mapped(full)):
            return self.type(parts[0])
        if word == "Literal":
            return _literal(full, parts)
        head = self._named(value)
        return self._generic(head, parts) if head is not None else None

    def _generic(self, head: Type, parts: list[ast.expr]) -> Type | None:
        foreign = dict(head.origins).get(head.source, "")
        evaluated = self.for_checker or not (self.lazy or "annotations" in futures(self.file.names))
        standard = foreign.partition(".")[0] in {"", "typing_extensions", *sys.stdlib_module_names}
        if ":" not in foreign and not standard and not evaluated:
            return head  # nobody has seen yet whether it takes arguments at run time
        arguments = [self._argument(each) for each in parts]
        known = [each for each in arguments if each is not None]
        if not known:
            return head if not arguments else None
        plain = head.source in _CONTAINERS and all(each.value for each in known)
        return applied(head, known, value=plain) if len(known) == len(arguments) else None

    def _argument(self, node: ast.expr) -> Type | None:
        """Return an argument of a generic type: a type, an ellipsis, the list of what a callable takes."""
        if isinstance(node, ast.Constant) and node.value is ...:
            return Type("...", (), value=True)
        if not isinstance(node, ast.List):
            return self.type(node)
        parts = [self.type(each) for each in node.elts]
        known = [each for each in parts if each is not None]
        if len(known) != len(parts):
            return None
        listed = applied(Type(""), known) if known else Type("[]")
        return Type(listed.source, listed.origins)


def defined(cls: Class, project: Project) -> Type | None:
    """Return the type of the instances of a class of the project, None where it stands in a function."""
    if any(isinstance(outer, Function) for outer in cls.file.module.definitions(cls.node)):
        return None
    return named(f"{cls.file.path}:{cls.name}", value=is_enum(cls, project))


def is_enum(cls: Class, project: Project) -> bool:
    """Say whether a class of the project is an enumeration."""
    above = project.ancestry(cls).others
    return any(full.rpartition(".")[2] in _ENUMS and full.startswith("enum.") for full in above)


def _word(full: str) -> str:
    """Return the name of something of `typing`, nothing for anything else."""
    prefix = next((prefix for prefix in _TYPING if full.startswith(prefix)), None)
    return full.removeprefix(prefix) if prefix is not None else ""


def _is_mapped(full: str) -> bool:
    return full.startswith("sqlalchemy.") and full.rpartition(".")[2] in _MAPPED


def _literal(full: str, parts: list[ast.expr]) -> Type | None:
    inside = ast.Tuple(parts, ast.Load()) if len(parts) != 1 else parts[0]
    if not all(isinstance(each, ast.Constant | ast.UnaryOp) for each in parts):
        return None
    source = source_of(ast.Subscript(ast.Name("Literal", ast.Load()), inside, ast.Load()))
    return Type(source, (("Literal", full),), value=True)


def _united(types: list[Type | None]) -> Type | None:
    known = [each for each in types if each is not None]
    return union(known) if len(known) == len(types) else None
