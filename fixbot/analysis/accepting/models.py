"""Says what making an object of a class of the project takes; it only reads."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from fixbot.analysis.accepting.attrs import attrs_parameters
from fixbot.analysis.accepting.columns import column_parameters, is_declarative
from fixbot.analysis.accepting.fields import dataclass_parameters, named_parameters, typed_parameters
from fixbot.analysis.accepting.slots import Parameters, Unknown
from fixbot.analysis.accepting.validated import is_model, model_parameters
from fixbot.analysis.definitions import Class, Function
from fixbot.analysis.module import Function as FunctionNode
from fixbot.analysis.mro import Outer, lineage
from fixbot.analysis.names import dotted
from fixbot.analysis.project import Project

# Decorators that leave the making of a class alone.
_KEEPING = frozenset(
    {"functools.total_ordering", "typing.final", "typing.runtime_checkable", "typing_extensions.final", "enum.unique"}
    | {"typing_extensions.runtime_checkable", "typing.dataclass_transform", "dataclasses_json.dataclass_json"}
)
_DATACLASSES = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass"})
_ATTRS = frozenset(
    {f"attr.{word}" for word in ("s", "attrs", "attributes", "dataclass", "define", "frozen", "mutable")}
    | {f"attrs.{word}" for word in ("define", "frozen", "mutable")}
)
_DECLARING = frozenset({"sqlalchemy.orm.as_declarative", "sqlalchemy.ext.declarative.as_declarative"})
_METACLASSES = frozenset({"abc.ABCMeta", "type"})


@dataclass(frozen=True, slots=True)
class Maker:
    """The `__init__` of a class of the project, which says itself what it takes."""

    function: Function


def made(project: Project, cls: Class, after: Class | None = None) -> Parameters | Maker | Unknown:
    """Return what making an object of a class takes.

    Args:
        project: the project of the class.
        cls: the class.
        after: where given, only what stands above this one: what its `super().__init__` takes.
    """
    line = lineage(project, cls)
    if line is None:
        return Unknown(f"the bases of `{cls.name}` have no order")
    start = line.index(after) + 1 if after is not None else 0
    classes = tuple(each for each in line if isinstance(each, Class))
    if is_declarative(project, line) and after is None:
        return _declared(project, cls, line)
    for entry in line[start:]:
        found = _foreign(project, cls, entry, line) if isinstance(entry, Outer) else _own(project, entry, line)
        if found is not None:
            return found
    if after is not None:
        return Unknown(f"`super().__init__` is that of another class, for `{cls.name}` has nothing above it")
    strange = next((each for each in classes if _metaclass(each)), None)
    return Parameters(()) if strange is None else Unknown(f"`{strange.name}` has a metaclass")


def _declared(project: Project, cls: Class, line: tuple[Class | Outer, ...]) -> Parameters | Maker | Unknown:
    """Return what a class with columns takes: they are known, unless a class above has a constructor of its own."""
    for entry in line:
        init = entry.member("__init__") if isinstance(entry, Class) else None
        if isinstance(entry, Class) and isinstance(init, FunctionNode):
            return Maker(Function(entry.file, init))
    return column_parameters(project, cls, line)


def _own(project: Project, entry: Class, line: tuple[Class | Outer, ...]) -> Parameters | Maker | Unknown | None:
    """Return what a class of the project makes of the making of its objects, None where it leaves that to others."""
    init = entry.member("__init__")
    if isinstance(init, FunctionNode):
        strange = _strange(entry)
        return Maker(Function(entry.file, init)) if strange is None else strange
    if init is not None or entry.member("__new__") is not None:
        return Unknown(f"`{entry.name}` is made in a way of its own")
    for each in entry.node.decorator_list:
        full = _decorator(entry, each)
        if full in _DATACLASSES:
            return dataclass_parameters(project, entry, each, line)
        if full in _ATTRS:
            return attrs_parameters(project, entry, line)
    return _strange(entry)


def _strange(entry: Class) -> Unknown | None:
    """Return why a class may not be what its body says."""
    known = _KEEPING | _DATACLASSES | _ATTRS | _DECLARING
    for each in entry.node.decorator_list:
        if _decorator(entry, each) not in known:
            return Unknown(f"`{entry.name}` is decorated with `{ast.unparse(each)}`")
    return None


def _decorator(entry: Class, node: ast.expr) -> str:
    return entry.file.names.resolve(node.func if isinstance(node, ast.Call) else node, entry.node) or ""


def _metaclass(entry: Class) -> bool:
    given = (each.value for each in entry.node.keywords if each.arg == "metaclass")
    return any((entry.file.names.resolve(each, entry.node) or dotted(each)) not in _METACLASSES for each in given)


def _foreign(
    project: Project, cls: Class, entry: Outer, line: tuple[Class | Outer, ...]
) -> Parameters | Maker | Unknown | None:
    """Return what a base of another library makes of the making of objects."""
    if is_model(entry.full):
        return model_parameters(project, cls, line)
    if entry.full in {"typing.NamedTuple", "typing_extensions.NamedTuple"}:
        return named_parameters(project, line)
    if entry.full in {"typing.TypedDict", "typing_extensions.TypedDict"}:
        return replace(typed_parameters(project, line), strict=False)
    if is_declarative(project, (entry,)):
        return column_parameters(project, cls, line)
    return Unknown(f"`{cls.name}` derives from `{entry.written}`, which is not of the project")
