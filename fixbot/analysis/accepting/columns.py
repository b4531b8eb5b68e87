"""Says what tables of SQLAlchemy in the project take: their columns and relations; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.accepting.column_types import column_type, sql_name
from fixbot.analysis.accepting.slots import Parameters, Slot, Unknown
from fixbot.analysis.definitions import Class, File, FunctionNode
from fixbot.analysis.mro import Outer
from fixbot.analysis.names import dotted
from fixbot.analysis.project import Project, Variable
from fixbot.analysis.types import NONE, Type, annotated_type, union

_BASES = frozenset(
    {"sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.DeclarativeBaseNoMeta", "flask_sqlalchemy.Model"}
    | {"flask_sqlalchemy.model.Model", "advanced_alchemy.base.UUIDBase", "advanced_alchemy.base.BigIntBase"}
)
_MAKERS = frozenset({"declarative_base", "generate_base", "automap_base"})
_COLUMNS = frozenset({"Column", "mapped_column"})
_RELATIONS = frozenset({"relationship", "relation", "dynamic_loader"})
_OTHERS = frozenset({"association_proxy", "column_property", "composite", "deferred", "synonym"})
_DECLARED = frozenset({"declared_attr", "cascading", "directive"})
_FILLS = ("default", "server_default", "insert_default", "default_factory", "primary_key", "autoincrement", "Identity")

Line = tuple[Class | Outer, ...]


def is_declarative(project: Project, line: Line) -> bool:
    """Say whether a class stands for a table: its bases say so, or it has the name of one and columns."""
    for each in line:
        if isinstance(each, Outer) and (each.full in _BASES or _is_base(project, each)):
            return True
        if isinstance(each, Class) and any(_is_declaring(each, one) for one in each.node.decorator_list):
            return True
    classes = [each for each in line if isinstance(each, Class)]
    table = any(each.member("__tablename__") is not None for each in classes)
    return table and any(True for each in classes for _ in _attributes(project, each))


def column_parameters(project: Project, cls: Class, line: Line) -> Parameters | Unknown:
    """Return what the constructor of a table takes: each mapped attribute by keyword, none of them required.

    Source: https://docs.sqlalchemy.org/en/20/orm/mapping_api.html, on `declarative_base` and its constructor.
    """
    if any(isinstance(each, Outer) and each.full.endswith(".MappedAsDataclass") for each in line):
        return Unknown(f"`{cls.name}` is a table and a dataclass at once")
    if any(isinstance(each, Outer) and _has_constructor(project, each) for each in line):
        return Unknown(f"`{cls.name}` has a base with a constructor of its own")
    found: dict[str, Slot] = {}
    for each in line:
        for slot in _attributes(project, each) if isinstance(each, Class) else ():
            found.setdefault(slot.name, slot)
    return Parameters(tuple(found.values()))


def _is_base(project: Project, outer: Outer) -> bool:
    """Say whether a base is made by `declarative_base()`, or is `db.Model`."""
    made = _made(project, outer)
    if made is not None:
        func = made[0].func
        return (dotted(func) or ast.unparse(func)).rpartition(".")[2] in _MAKERS
    return sql_name(outer.node, outer.file, outer.at, project) == "Model"


def _has_constructor(project: Project, outer: Outer) -> bool:
    made = _made(project, outer)
    return made is not None and any(each.arg in {"constructor", "cls", None} for each in made[0].keywords)


def _made(project: Project, outer: Outer) -> tuple[ast.Call, File] | None:
    """Return the call that a base is the result of."""
    found = project.lookup(outer.node, outer.file, outer.at)
    if found is None and isinstance(outer.node, ast.Name):
        found = Variable(outer.file, outer.node.id)
    if not isinstance(found, Variable):
        return None
    for node in found.file.module.tree.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        named = any(isinstance(each, ast.Name) and each.id == found.name for each in targets)
        if named and isinstance(value, ast.Call):
            return value, found.file
    return None


def _is_declaring(cls: Class, node: ast.expr) -> bool:
    full = cls.file.names.resolve(node.func if isinstance(node, ast.Call) else node, cls.node) or ""
    return full.startswith("sqlalchemy.") and full.endswith((".as_declarative", ".as_declarative_base"))


def _attributes(project: Project, cls: Class) -> Iterator[Slot]:
    """Yield a slot for each attribute that the body of a class maps."""
    for node in cls.node.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value):
                found = _slot(project, cls, name, node, value, None)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                found = _annotated(project, cls, name, node, annotation, value)
            case ast.FunctionDef() if any(_is_declared(each) for each in node.decorator_list):
                found = _declared(project, cls, node)
            case _:
                continue
        if found is not None:
            yield found


def _annotated(
    project: Project, cls: Class, name: str, node: ast.stmt, annotation: ast.expr, value: ast.expr | None
) -> Slot | None:
    """Return the slot of `name: Mapped[X] = mapped_column(…)`; the value may be left out."""
    meant = _mapped(cls, annotation, node)
    known = annotated_type(annotation, cls.file, node, project) if meant else None
    if isinstance(value, ast.Call):
        return _slot(project, cls, name, node, value, known, annotated=meant)
    if not meant:
        return None
    optional = known is not None and known.source.endswith("None")
    says = f"`{cls.name}.{name}` is a column{'' if optional or known is None else ' that must not be empty'}"
    return Slot(name, known, required=False, default=None, says=says, opaque=known is None)


def _mapped(cls: Class, annotation: ast.expr, node: ast.stmt) -> bool:
    text = annotation.value if isinstance(annotation, ast.Constant) else None
    if isinstance(text, str):
        return text.startswith(("Mapped[", "orm.Mapped["))
    if not isinstance(annotation, ast.Subscript):
        return False
    full = cls.file.names.resolve(annotation.value, node) or ""
    return full.startswith("sqlalchemy.") and full.endswith("Mapped")


def _declared(project: Project, cls: Class, node: FunctionNode) -> Slot | None:
    """Return the slot of what a method gives that is run for each table: `@declared_attr`."""
    returned = [each.value for each in node.body if isinstance(each, ast.Return)]
    if node.name.startswith("__") or len(returned) != 1 or not isinstance(returned[0], ast.Call):
        return None
    return _slot(project, cls, node.name, node.body[0], returned[0], None)


def _is_declared(node: ast.expr) -> bool:
    return (dotted(node) or "").rpartition(".")[2] in _DECLARED


def _slot(
    project: Project,
    cls: Class,
    name: str,
    node: ast.stmt,
    value: ast.Call,
    known: Type | None,
    *,
    annotated: bool = False,
) -> Slot | None:
    """Return the slot of an attribute that a call makes, None where it makes nothing that is mapped."""
    word = sql_name(value.func, cls.file, node, project)
    where = f"`{cls.name}.{name}` is a"
    if word in _RELATIONS:
        return Slot(name, known, required=False, default=None, says=f"{where} relation")
    if word in _OTHERS:
        return Slot(name, known, required=False, default=None, says=f"{where} mapped attribute")
    if word not in _COLUMNS:
        return None
    found = column_type(value, cls.file, node, project) if known is None else known
    empty = _may_be_empty(value, known, annotated=annotated)
    says = f"{where} column" if empty or _is_filled(value) else f"{where} column that must not be empty"
    if found is not None and empty:
        found = union([found, NONE])
    return Slot(name, found, required=False, default=None, says=says)


def _may_be_empty(value: ast.Call, known: Type | None, *, annotated: bool) -> bool:
    """Say whether a column may be NULL: unless it is a key or says otherwise, by flag or by annotation."""
    flags = {each.arg: each.value.value for each in value.keywords if isinstance(each.value, ast.Constant)}
    if "nullable" in flags:
        return bool(flags["nullable"])
    if flags.get("primary_key"):
        return False
    return known.source.endswith("None") if known is not None else not annotated


def _is_filled(value: ast.Call) -> bool:
    """Say whether a column has a value where none is given."""
    return any(each.arg in _FILLS for each in value.keywords)
