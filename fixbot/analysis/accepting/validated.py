"""Says what models of pydantic in the project take; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from fixbot.analysis.accepting.fields import Annotated, annotated_names, keyword_value
from fixbot.analysis.accepting.slots import Parameters, Slot, Unknown
from fixbot.analysis.definitions import Class, FunctionNode
from fixbot.analysis.mro import Outer
from fixbot.analysis.names import imported, last_name
from fixbot.analysis.project import Project
from fixbot.analysis.types import NONE, annotated_type, union

_MODELS = frozenset({"BaseModel", "BaseSettings", "GenericModel", "SQLModel"})
_LIBRARIES = ("pydantic.", "pydantic_settings.", "sqlmodel.")
_SETTINGS = "BaseSettings"
# Settings that change the names under which values are given.
_NAMING = ("alias_generator",)
_BY_NAME = ("populate_by_name", "allow_population_by_field_name", "validate_by_name")
_WHOLE = frozenset({"model_validator", "root_validator"})
_ONE = frozenset({"field_validator", "validator"})
_EARLY = frozenset({"BeforeValidator", "PlainValidator", "WrapValidator"})
_OLD = frozenset({"pydantic.validator", "pydantic.root_validator"})

Line = tuple[Class | Outer, ...]


def is_model(full: str) -> bool:
    """Say whether a full name is that of a base class of models."""
    return full.startswith(_LIBRARIES) and full.rpartition(".")[2] in _MODELS


def model_parameters(project: Project, cls: Class, line: Line) -> Parameters | Unknown:
    """Return what a model takes by keyword.

    Sources: https://docs.pydantic.dev/latest/concepts/fields/ and https://docs.pydantic.dev/latest/api/config/.
    """
    classes = [each for each in line if isinstance(each, Class)]
    settings = any(isinstance(each, Outer) and each.full.endswith(_SETTINGS) for each in line)
    config = _config(classes)
    if any(word in config for word in _NAMING):
        return Unknown(f"`{cls.name}` gives its fields other names")
    found: dict[str, Slot] = {}
    for each in reversed(classes):
        old = _is_old(each, line)
        for node in annotated_names(each):
            if node.name.startswith("_") or node.name == "model_config":
                continue
            slot = _slot(project, each, node, old=old)
            if slot is None or (slot.name != node.name and any(_is_true(config.get(word)) for word in _BY_NAME)):
                return Unknown(f"`{each.name}.{node.name}` may be given by more than one name")
            found[node.name] = replace(slot, required=slot.required and not settings)
    changed = {name for each in classes for name in _changed(each)}
    for name in found if "*" in changed else changed & {*found}:
        found[name] = replace(found[name], type=None, opaque=True)
    because = _open(config, classes)
    return Parameters(tuple(found.values()), closed=not because, because=because, strict=_extra(config) == "forbid")


def _extra(config: dict[str, ast.expr]) -> object:
    """Return what becomes of keywords that are no fields: `ignore` where nothing is said."""
    extra = config.get("extra")
    return extra.value if isinstance(extra, ast.Constant) else last_name(extra) if extra is not None else "ignore"


def _open(config: dict[str, ast.expr], classes: list[Class]) -> str:
    """Return why a model takes what is none of its fields."""
    if _extra(config) not in {"ignore", "forbid"}:
        return "takes extra keywords"
    if any(_sees_all(node) for each in classes for node in each.node.body if isinstance(node, FunctionNode)):
        return "has a validator that sees all keywords first"
    return ""


def _sees_all(node: FunctionNode) -> bool:
    """Say whether a method looks at what is given before the fields are made of it."""
    for each in node.decorator_list:
        name = last_name(each.func) if isinstance(each, ast.Call) else ""
        given = {one.arg: one.value for one in each.keywords} if isinstance(each, ast.Call) else {}
        mode = given.get("mode")
        before = not isinstance(mode, ast.Constant) or mode.value != "after"
        if (name == "model_validator" and before) or (name == "root_validator" and _is_true(given.get("pre"))):
            return True
    return False


def _changed(cls: Class) -> Iterator[str]:
    """Yield the fields of which a method of a class gets what callers give, before it is of their type; `*` for all.

    Sources: https://docs.pydantic.dev/latest/concepts/validators/ and https://docs.pydantic.dev/1.10/usage/validators/.
    """
    for node in cls.node.body:
        if not isinstance(node, FunctionNode):
            continue
        if _sees_all(node):
            yield "*"
        for each in node.decorator_list:
            mode = keyword_value(each, "mode")
            early = mode is not None and not (isinstance(mode, ast.Constant) and mode.value == "after")
            if isinstance(each, ast.Call) and last_name(each.func) in _ONE and (early or _is_true(_given(each, "pre"))):
                yield from (str(name.value) if isinstance(name, ast.Constant) else "*" for name in each.args)


def _is_changed(cls: Class, node: Annotated) -> bool:
    """Say whether what stands around the type of a field gets what callers give first."""
    inside = ast.walk(node.annotation) if isinstance(node.annotation, ast.Subscript) else ()
    called = (each.func for each in inside if isinstance(each, ast.Call))
    return any((cls.file.names.resolve(each, node.at) or "").rpartition(".")[2] in _EARLY for each in called)


def _config(classes: list[Class]) -> dict[str, ast.expr]:
    """Return the settings of a model, those of the nearest class first; there are three ways to write them."""
    found: dict[str, ast.expr] = {}
    for cls in classes:
        for name, value in _settings(cls):
            found.setdefault(name, value)
    return found


def _settings(cls: Class) -> Iterator[tuple[str, ast.expr]]:
    yield from ((each.arg, each.value) for each in cls.node.keywords if each.arg is not None)
    config = cls.member("model_config")
    value = config.value if isinstance(config, ast.Assign | ast.AnnAssign) else None
    if isinstance(value, ast.Call):
        yield from ((each.arg, each.value) for each in value.keywords if each.arg is not None)
    if isinstance(value, ast.Dict):
        pairs = zip(value.keys, value.values, strict=True)
        yield from ((str(key.value), each) for key, each in pairs if isinstance(key, ast.Constant))
    inner = cls.member("Config")
    for node in inner.body if isinstance(inner, ast.ClassDef) else ():
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, FunctionNode):
            yield node.name, ast.Constant(value=...)


def _is_true(node: ast.expr | None) -> bool:
    return node is not None and not (isinstance(node, ast.Constant) and node.value is False)


def _is_old(cls: Class, line: Line) -> bool:
    """Say whether a class is written for pydantic 1, where what may be None may be left out."""
    v1 = any(isinstance(each, Outer) and each.full.startswith("pydantic.v1.") for each in line)
    nodes = [node for node in cls.file.module.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    origins = {origin for node in nodes for origin in imported(node).values()}
    return v1 or bool(origins & _OLD) or isinstance(cls.member("Config"), ast.ClassDef)


def _slot(project: Project, cls: Class, node: Annotated, *, old: bool) -> Slot | None:
    """Return the slot of a field, None where it may be given under several names."""
    calls = list(_field_calls(cls, node))
    outside = _outside(node.name, calls)
    if outside is None:
        return None
    made = node.value if isinstance(node.value, ast.Call) and node.value in calls else None
    default = _default(calls) if made is not None or node.value is None else node.value
    filled = default is not None or any(_given(call, "default_factory") is not None for call in calls)
    found = annotated_type(node.annotation, cls.file, node.at, project)
    nothing = isinstance(default, ast.Constant) and default.value is None
    optional = old and found is not None and found.source.endswith("None")
    if found is not None and nothing:
        found = union([found, NONE])
    required = not filled and not optional
    opaque = found is None or _is_changed(cls, node)
    says = f"`{cls.name}.{node.name}` is a field"
    return Slot(outside, None if opaque else found, required, default, says, opaque)


def _field_calls(cls: Class, node: Annotated) -> Iterator[ast.Call]:
    """Yield the calls of `Field` that speak of a field: its value, and what stands in `Annotated`."""
    inside = list(ast.walk(node.annotation)) if isinstance(node.annotation, ast.Subscript) else []
    for each in [node.value, *inside]:
        if isinstance(each, ast.Call):
            full = cls.file.names.resolve(each.func, node.at) or ""
            if full.startswith(_LIBRARIES) and full.rpartition(".")[2] in {"Field", "PrivateAttr", "Relationship"}:
                yield each


def _outside(name: str, calls: list[ast.Call]) -> str | None:
    """Return the name under which a field is given, None where that is not one plain text."""
    for word in ("validation_alias", "alias"):
        for call in calls:
            given = _given(call, word)
            if given is not None and not (isinstance(given, ast.Constant) and given.value is None):
                plain = isinstance(given, ast.Constant) and isinstance(given.value, str)
                return given.value if plain else None  # type: ignore[attr-defined]
    return name


def _default(calls: list[ast.Call]) -> ast.expr | None:
    """Return the default that `Field` gives; `...` stands for none."""
    for call in calls:
        given = call.args[0] if call.args else _given(call, "default")
        if given is not None and not (isinstance(given, ast.Constant) and given.value is ...):
            return given
    return None


def _given(call: ast.Call, word: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == word), None)
