"""Writes the classes that hold what a function takes by keyword, as source text; it only writes text."""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixbot.codemod.reshaping.plans import Field, Style

_STEP = "    "
_HEADS = {
    Style.PYDANTIC: "class {name}(BaseModel):",
    Style.PYDANTIC1: "class {name}(BaseModel):",
    Style.DATACLASS: "@dataclass(frozen=True, kw_only=True, slots=True)\nclass {name}:",
    Style.TYPED_DICT: "class {name}(TypedDict):",
}
_SETTINGS = {
    Style.PYDANTIC: 'model_config = ConfigDict(extra="forbid")',
    Style.PYDANTIC1: 'class Config:\n    extra = "forbid"',
}
_ARBITRARY = {
    Style.PYDANTIC: 'model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)',
    Style.PYDANTIC1: _SETTINGS[Style.PYDANTIC1] + "\n    arbitrary_types_allowed = True",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """What the Python and the packages of a project ask of the way a class is written.

    Attributes:
        old_dataclass: a dataclass has to work before Python 3.10, which brought `kw_only` and `slots`.
        old_union: `X | None` has to work before Python 3.10, which brought it.
        backport: `typing_extensions` gives what Python 3.11 brought for a TypedDict; None where `typing` does.
        checker_only: nothing gives it: the TypedDict is for type checkers alone, and annotations have to quote it.
        arbitrary: fields of a model have types that pydantic knows nothing of.
        imports: what a class for type checkers alone needs besides.
        quoted: annotations are evaluated, so that those of type checkers alone have to be quoted.
        unpack: the function that takes the TypedDict stands in the same file.
    """

    old_dataclass: bool = False
    old_union: bool = False
    backport: bool | None = False
    checker_only: bool = False
    imports: tuple[str, ...] = ()
    quoted: bool = True
    arbitrary: bool = False
    unpack: bool = False


_MODERN = Spelling()


def schema_source(style: Style, name: str, fields: Sequence[Field], doc: str, spelling: Spelling = _MODERN) -> str:
    """Return the source of a class, without a line end behind it.

    Args:
        style: what to write it as; not `params`, which has no class.
        name: of the class.
        fields: in the order to be kept, but for an old dataclass, which has the required ones first.
        doc: its docstring, one line of at most 100 characters.
        spelling: what Python has to understand it.
    """
    head = _HEADS[style].format(name=name)
    if style is Style.DATACLASS and spelling.old_dataclass:
        head = f"@dataclass(frozen=True)\nclass {name}:"
        fields = sorted(fields, key=lambda field: not _is_required(field))
    if style is Style.TYPED_DICT and _is_partial(fields):
        head = f"class {name}(TypedDict, total=False):"
    settings = _SETTINGS.get(style, "")
    if spelling.arbitrary:
        settings = _ARBITRARY.get(style, "")
    lines = "\n".join(_line(style, field, spelling, partial=_is_partial(fields)) for field in fields)
    blocks = filter(None, (f'"""{doc}"""', settings, lines))
    source = head + "\n" + textwrap.indent("\n\n".join(blocks), _STEP)
    if not spelling.checker_only or style is not Style.TYPED_DICT:
        return source
    package = "typing" if spelling.backport is None else "typing_extensions"
    needed = f"from {package} import {', '.join(_typing(fields, spelling))}"
    return "if TYPE_CHECKING:\n" + textwrap.indent(f"{_sections([*spelling.imports, needed])}\n\n{source}", _STEP)


def _merged(lines: Sequence[str]) -> Iterator[str]:
    """Yield the statements with one for all names of a module."""
    names: dict[str, set[str]] = {}
    for line in lines:
        head, _, given = line.partition(" import ")
        names.setdefault(head, set()).update(given.split(", ") if given else ())
    yield from (f"{head} import {', '.join(sorted(given))}" if given else head for head, given in names.items())


def _sections(lines: Sequence[str]) -> str:
    """Return import statements in the order that sorters of imports want, sections one line apart."""
    ranked: dict[int, list[str]] = {}
    for line in _merged(lines):
        name = line.split()[1]
        head = name.partition(".")[0]
        rank = 0 if head in sys.stdlib_module_names else 1 if head == "typing_extensions" else 2 + name.startswith(".")
        ranked.setdefault(rank, []).append(line)
    keyed = (sorted(found, key=lambda line: (line.startswith("from"), line)) for _, found in sorted(ranked.items()))
    return "\n\n".join("\n".join(found) for found in keyed)


def annotation_of(style: Style, name: str, spelling: Spelling = _MODERN) -> str:
    """Return how the parameter that takes a class of this style is annotated."""
    if style is not Style.TYPED_DICT:
        return name
    return f'"Unpack[{name}]"' if spelling.checker_only and spelling.quoted else f"Unpack[{name}]"


def imports_for(style: Style, fields: Sequence[Field], spelling: Spelling = _MODERN) -> tuple[str, ...]:
    """Return the import statements that a class needs besides those of its fields' types."""
    if style is Style.TYPED_DICT:
        if spelling.checker_only:
            return ("from typing import TYPE_CHECKING",)
        package = "typing_extensions" if spelling.backport else "typing"
        return (f"from {package} import {', '.join(_typing(fields, spelling))}",)
    special = any(_is_special(style, field) for field in fields)
    optional = any(_may_be_none(field) for field in fields) and spelling.old_union
    extra = ("from typing import Optional",) if optional else ()
    if style is Style.DATACLASS:
        return ("from dataclasses import dataclass" + ", field" * special, *extra)
    names = ["BaseModel", *["ConfigDict"] * (style is Style.PYDANTIC), *["Field"] * special]
    return (f"from pydantic import {', '.join(names)}", *extra)


def _typing(fields: Sequence[Field], spelling: Spelling) -> list[str]:
    mixed = not _is_partial(fields) and not all(field.required for field in fields)
    return [*["NotRequired"] * mixed, "TypedDict", *["Unpack"] * spelling.unpack]


def _is_partial(fields: Sequence[Field]) -> bool:
    """Say whether no key has to be given."""
    return bool(fields) and not any(field.required for field in fields)


def _line(style: Style, field: Field, spelling: Spelling, *, partial: bool) -> str:
    if style is Style.TYPED_DICT:
        kind = field.type if field.required or partial else f"NotRequired[{field.type}]"
        return f"{field.name}: {kind}"
    value = _value(style, field)
    return f"{field.name}: {_type(field, spelling)}" + (f" = {value}" if value else "")


def _type(field: Field, spelling: Spelling) -> str:
    """Return a field's type, with None where that stands for a key that was not given."""
    if not _may_be_none(field):
        return field.type
    return f"Optional[{field.type}]" if spelling.old_union else f"{field.type} | None"


def _may_be_none(field: Field) -> bool:
    known = re.search(r"\bNone\b|\bOptional\b|^(?:typing\.)?Any$|^object$", field.type)
    return field.default is None and not field.required and not known


def _is_required(field: Field) -> bool:
    return field.required and field.default is None


def _is_special(style: Style, field: Field) -> bool:
    """Say whether a field needs more than a type and a default."""
    bounded = style is not Style.DATACLASS and bool(field.bounds)
    return bounded or (field.default is not None and _factory(field.default) is not None)


def _value(style: Style, field: Field) -> str:
    """Return what stands behind the `=` of a field, nothing where it is required and takes every value of its type."""
    default = field.default if field.default is not None or field.required else "None"
    if not _is_special(style, field):
        return default or ""
    factory = _factory(default) if default is not None else None
    given = f"default={default}" if factory is None else f"default_factory={factory}"
    bounds = field.bounds if style is not Style.DATACLASS else ()
    inside = ", ".join([*([given] if default is not None else []), *bounds])
    return f"{'field' if style is Style.DATACLASS else 'Field'}({inside})"


def _factory(default: str) -> str | None:
    """Return what makes a default anew for each object, None where all objects may share it."""
    match ast.parse(default, mode="eval").body:
        case ast.List(elts=[]):
            return "list"
        case ast.Dict(keys=[]):
            return "dict"
        case ast.Call(func=ast.Name(id="list" | "dict" | "set" as name), args=[], keywords=[]):
            return name
        case ast.List() | ast.Dict() | ast.Set() | ast.Call() | ast.ListComp() | ast.DictComp() | ast.SetComp():
            return f"lambda: {default}"
    return None
