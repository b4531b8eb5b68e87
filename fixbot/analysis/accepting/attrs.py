"""Says what classes of attrs in the project take; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from fixbot.analysis.accepting.fields import (
    Field,
    Line,
    collected,
    field_slot,
    flag,
    is_class_var,
    keyword_value,
    made_by,
    take,
    unquoted,
    upwards,
)
from fixbot.analysis.accepting.slots import Parameters, Unknown
from fixbot.analysis.definitions import Class
from fixbot.analysis.module import Function as FunctionNode
from fixbot.analysis.mro import Outer
from fixbot.analysis.project import Project

_ATTRS_FIELDS = frozenset({"attr.ib", "attr.attrib", "attr.attr", "attr.field", "attrs.field"})


def attrs_parameters(project: Project, cls: Class, line: Line) -> Parameters | Unknown:
    """Return what a class of attrs takes. Source: https://www.attrs.org/en/stable/init.html."""
    line = line[line.index(cls) :]
    found: dict[str, Field] = {}
    for each in upwards(line):
        made = next((one for one in each.node.decorator_list if _attrs(each, one)), None)
        if made is None:
            continue
        if flag(made, "init") is False or keyword_value(made, "these") is not None:
            return Unknown(f"`{each.name}` has no `__init__` that its fields tell")
        automatic = flag(made, "auto_attribs")
        plain = _attrs_name(each, made) in {"s", "attrs", "attributes"}
        fields = list(_attrs_fields(project, each, keyword_only=flag(made, "kw_only") is True))
        unmarked = any(not annotated for _, _, annotated in fields)
        every = automatic is True or (automatic is None and not plain and not unmarked)
        take((field for field, marked, _ in fields if marked or every), found)
    foreign = next((each.written for each in line if isinstance(each, Outer)), None)
    because = f"derives from `{foreign}`, which may have fields as well" if foreign is not None else ""
    return collected(found, because)


def _attrs_fields(project: Project, cls: Class, *, keyword_only: bool) -> Iterator[tuple[Field, bool, bool]]:
    """Yield the fields that a class may have, whether each is marked as one and whether it has an annotation."""
    for node in cls.node.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                made = made_by(cls, value, node, _ATTRS_FIELDS)
                if made is not None:
                    yield _attrs_field(project, cls, name, node, made, keyword_only=keyword_only), True, False
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if not is_class_var(
                cls, unquoted(node.annotation), node
            ):
                made = made_by(cls, value, node, _ATTRS_FIELDS)
                found = _attrs_field(project, cls, name, node, made, keyword_only=keyword_only)
                yield found, made is not None, True


def _attrs_field(
    project: Project,
    cls: Class,
    name: str,
    node: ast.Assign | ast.AnnAssign,
    made: ast.Call | None,
    *,
    keyword_only: bool,
) -> Field:
    annotation = node.annotation if isinstance(node, ast.AnnAssign) else keyword_value(made, "type")
    slot = field_slot(project, cls, name, annotation, node, node.value, made)
    alias = keyword_value(made, "alias")
    outside = alias.value if isinstance(alias, ast.Constant) and isinstance(alias.value, str) else name.lstrip("_")
    slot = replace(slot, name=outside)
    if made is not None and flag(made, "init") is False:
        slot = replace(slot, name="")
    if keyword_value(made, "converter") is not None:
        slot = replace(slot, type=None, opaque=True)
    if _has_default_method(cls, name):
        slot = replace(slot, required=False)
    positional = not (keyword_only or (made is not None and flag(made, "kw_only") is True))
    return Field(slot, positional, name)


def _has_default_method(cls: Class, name: str) -> bool:
    """Say whether a method is decorated with `@x.default`."""
    methods = (node for node in cls.node.body if isinstance(node, FunctionNode))
    return any(ast.unparse(each) == f"{name}.default" for node in methods for each in node.decorator_list)


def _attrs_name(cls: Class, node: ast.expr) -> str:
    plain = node.func if isinstance(node, ast.Call) else node
    full = cls.file.names.resolve(plain, cls.node) or ""
    return full.rpartition(".")[2] if full.startswith(("attr.", "attrs.")) else ""


def _attrs(cls: Class, node: ast.expr) -> bool:
    return bool(_attrs_name(cls, node))
