"""Says what dataclasses, attrs classes, named tuples and typed dictionaries of the project take; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fixbot.analysis.accepting.slots import Parameters, Slot, Unknown
from fixbot.analysis.definitions import Class
from fixbot.analysis.mro import Outer
from fixbot.analysis.project import Project
from fixbot.analysis.types import NONE, annotated_type, plain_type, union

_TYPING = ("typing", "typing_extensions")
_CLASS_VARS = frozenset(f"{module}.ClassVar" for module in _TYPING)
_FACTORIES = ("default", "default_factory", "factory", "insert_default")
_DATA_FIELDS = frozenset({"dataclasses.field", "pydantic.Field"})

Line = tuple[Class | Outer, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A slot of a class, whether it can be given by position, and under which name the class keeps it."""

    slot: Slot
    positional: bool
    name: str


def dataclass_parameters(project: Project, cls: Class, decorator: ast.expr, line: Line) -> Parameters | Unknown:
    """Return what a dataclass takes, by its own fields and those of the dataclasses above it.

    Source: https://docs.python.org/3/library/dataclasses.html
    """
    if flag(decorator, "init") is False:
        return Unknown(f"`{cls.name}` is a dataclass without an `__init__`")
    line = line[line.index(cls) :]
    found: dict[str, Field] = {}
    for each in upwards(line):
        made = next((one for one in each.node.decorator_list if is_decorator(each, one, "dataclass")), None)
        if made is not None:
            take(_dataclass_fields(project, each, keyword_only=flag(made, "kw_only") is True), found)
    foreign = next((each.written for each in line if isinstance(each, Outer)), None)
    because = f"derives from `{foreign}`, which may have fields as well" if foreign is not None else ""
    return collected(found, because)


def named_parameters(project: Project, line: Line) -> Parameters:
    """Return what a named tuple takes: the fields of the class right below `NamedTuple`."""
    cls = [each for each in line if isinstance(each, Class)][-1]
    found: dict[str, Field] = {}
    for node in _annotated(cls):
        slot = field_slot(project, cls, node.name, node.annotation, node.at, node.value)
        found[node.name] = Field(slot, positional=True, name=node.name)
    return collected(found)


def typed_parameters(project: Project, line: Line) -> Parameters:
    """Return what a typed dictionary takes; a key of one with `total=False` may be left out."""
    found: dict[str, Field] = {}
    for cls in upwards(line):
        given = (each.value for each in cls.node.keywords if each.arg == "total")
        total = not any(isinstance(each, ast.Constant) and each.value is False for each in given)
        for node in _annotated(cls):
            word = _head(cls, node.annotation, node.at)
            required = word == "Required" or (total and word != "NotRequired")
            slot = field_slot(project, cls, node.name, node.annotation, node.at, None)
            says = f"`{cls.name}.{node.name}` is a key of a typed dictionary"
            found[node.name] = Field(replace(slot, required=required, says=says), positional=False, name=node.name)
    return collected(found)


@dataclass(frozen=True, slots=True)
class Annotated:
    """A name that the body of a class gives a type, the value that it has there, and the statement."""

    name: str
    annotation: ast.expr
    value: ast.expr | None
    at: ast.AnnAssign


def annotated_names(cls: Class) -> Iterator[Annotated]:
    """Yield the names that the body of a class gives types to, variables of the class left out."""
    yield from _annotated(cls)


def _annotated(cls: Class) -> Iterator[Annotated]:
    for node in cls.node.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            annotation = unquoted(node.annotation)
            if not is_class_var(cls, annotation, node):
                yield Annotated(node.target.id, annotation, node.value, node)


def unquoted(node: ast.expr) -> ast.expr:
    """Return an annotation that is written as a string as what the string says."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return ast.parse(node.value.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return node
    return node


def is_class_var(cls: Class, node: ast.expr, at: ast.AST) -> bool:
    """Say whether an annotation makes a name one of the class, and none of its objects."""
    plain = node.value if isinstance(node, ast.Subscript) else node
    return cls.file.names.resolve(plain, at) in _CLASS_VARS


def _head(cls: Class, node: ast.expr, at: ast.AST) -> str:
    """Return the last word of what stands before the brackets of an annotation."""
    full = cls.file.names.resolve(node.value, at) if isinstance(node, ast.Subscript) else None
    return (full or "").rpartition(".")[2]


def upwards(line: Line) -> Iterator[Class]:
    """Yield the classes from the farthest to the class itself, the order in which fields are collected."""
    yield from (each for each in reversed(line) if isinstance(each, Class))


def take(fields: Iterator[Field], found: dict[str, Field]) -> None:
    """Put fields among those that are found; one that was there keeps its place."""
    found.update((field.name, field) for field in fields)


def collected(found: dict[str, Field], because: str = "") -> Parameters:
    """Return what the fields of a class take; one without a name is not given from outside."""
    kept = [each for each in found.values() if each.slot.name]
    positional = tuple(each.slot.name for each in kept if each.positional)
    return Parameters(tuple(each.slot for each in kept), positional, closed=not because, because=because)


def _dataclass_fields(project: Project, cls: Class, *, keyword_only: bool) -> Iterator[Field]:
    only = keyword_only
    for node in _annotated(cls):
        if cls.file.names.resolve(node.annotation, node.at) == "dataclasses.KW_ONLY":
            only = True
            continue
        made = made_by(cls, node.value, node.at, _DATA_FIELDS)
        annotation = node.annotation
        if _head(cls, annotation, node.at) == "InitVar" and isinstance(annotation, ast.Subscript):
            annotation = annotation.slice
        slot = field_slot(project, cls, node.name, annotation, node.at, node.value, made)
        if made is not None and flag(made, "init") is False:
            slot = replace(slot, name="")
        own = flag(made, "kw_only") if made is not None else None
        yield Field(slot, positional=not (only if own is None else own), name=node.name)


def field_slot(
    project: Project,
    cls: Class,
    name: str,
    annotation: ast.expr | None,
    at: ast.stmt,
    value: ast.expr | None,
    made: ast.Call | None = None,
) -> Slot:
    """Return the slot of a field with an annotation, and with a value in the class or the call that makes one."""
    default = _default(made) if made is not None else value
    found = annotated_type(annotation, cls.file, at, project) if annotation is not None else None
    if annotation is None and default is not None:
        found = plain_type(default, cls.file, at, project)
        found = replace(found, value=False) if found is not None and found != NONE else None
    if found is not None and isinstance(default, ast.Constant) and default.value is None:
        found = union([found, NONE])
    required = default is None and not _is_filled(made)
    opaque = found is None and annotation is not None
    return Slot(name, found, required, default, f"`{cls.name}.{name}` is a field", opaque)


def _default(made: ast.Call) -> ast.expr | None:
    """Return the default that the making of a field gives; `attr.ib(3)` takes it by position."""
    given = keyword_value(made, "default")
    if given is None and made.args:
        given = made.args[0]
    fills = isinstance(given, ast.Call) and ast.unparse(given.func).rpartition(".")[2] == "Factory"
    return None if fills else given


def _is_filled(made: ast.Call | None) -> bool:
    return made is not None and (bool(made.args) or any(keyword_value(made, word) is not None for word in _FACTORIES))


def made_by(cls: Class, node: ast.expr | None, at: ast.stmt, makers: frozenset[str]) -> ast.Call | None:
    """Return the call that makes a field, None where the value is something else."""
    if not isinstance(node, ast.Call):
        return None
    return node if cls.file.names.resolve(node.func, at) in makers else None


def keyword_value(node: ast.expr | None, word: str) -> ast.expr | None:
    """Return what a call gives for a keyword."""
    keywords: Sequence[ast.keyword] = node.keywords if isinstance(node, ast.Call) else ()
    return next((each.value for each in keywords if each.arg == word), None)


def flag(node: ast.expr, word: str) -> bool | None:
    """Return the literal flag that a call gives for a keyword, None where it gives none."""
    given = keyword_value(node, word)
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, bool) else None


def is_decorator(cls: Class, node: ast.expr, word: str) -> bool:
    """Say whether a decorator of a class is `dataclasses.<word>`, or what pydantic has under that name."""
    plain = node.func if isinstance(node, ast.Call) else node
    full = cls.file.names.resolve(plain, cls.node)
    return full in {f"dataclasses.{word}", f"pydantic.dataclasses.{word}"}
