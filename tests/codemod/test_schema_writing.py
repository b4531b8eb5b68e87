from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fixbot.codemod.reshaping.plans import Field, Style
from fixbot.codemod.schemas.writing import Spelling, annotation_of, imports_for, schema_source
from tests.codemod.schema_editing import executed, for_pydantic, key, plain

DOC = "What `create_booking` takes by keyword."
FIELDS = (
    key("name", None, "str"),
    key("size", "2", "int", "ge=1", "le=50"),
    key("tags", "[]", "list"),
    Field("note", "str", required=False),
    key("at", None, "int", "ge=0"),
)
OLD = Spelling(old_dataclass=True, old_union=True)


PLAIN = Spelling()


def made(style: Style, fields: tuple[Field, ...] = FIELDS, spelling: Spelling = PLAIN, more: str = "") -> Any:  # noqa: ANN401 - a class
    """Give the class that is written."""
    top = for_pydantic(style, "\n".join(imports_for(style, fields, spelling)))
    return executed("\n".join([top, more, schema_source(style, "P", fields, DOC, spelling)]))["P"]


def test_a_model_of_pydantic_2() -> None:
    assert schema_source(Style.PYDANTIC, "P", FIELDS, DOC) == plain(
        '''
        class P(BaseModel):
            """What `create_booking` takes by keyword."""

            model_config = ConfigDict(extra="forbid")

            name: str
            size: int = Field(default=2, ge=1, le=50)
            tags: list = Field(default_factory=list)
            note: str | None = None
            at: int = Field(ge=0)'''
    )
    assert imports_for(Style.PYDANTIC, FIELDS) == ("from pydantic import BaseModel, ConfigDict, Field",)
    assert imports_for(Style.PYDANTIC, FIELDS[:1]) == ("from pydantic import BaseModel, ConfigDict",)


def test_a_model_of_pydantic_1() -> None:
    assert schema_source(Style.PYDANTIC1, "P", FIELDS[:1], DOC) == plain(
        '''
        class P(BaseModel):
            """What `create_booking` takes by keyword."""

            class Config:
                extra = "forbid"

            name: str'''
    )
    assert imports_for(Style.PYDANTIC1, FIELDS, OLD) == (
        "from pydantic import BaseModel, Field",
        "from typing import Optional",
    )


def test_a_dataclass() -> None:
    assert schema_source(Style.DATACLASS, "P", FIELDS, DOC) == plain(
        '''
        @dataclass(frozen=True, kw_only=True, slots=True)
        class P:
            """What `create_booking` takes by keyword."""

            name: str
            size: int = 2
            tags: list = field(default_factory=list)
            note: str | None = None
            at: int'''
    )
    assert imports_for(Style.DATACLASS, FIELDS) == ("from dataclasses import dataclass, field",)
    assert imports_for(Style.DATACLASS, FIELDS[:2]) == ("from dataclasses import dataclass",)


def test_an_old_dataclass_has_required_fields_first() -> None:
    assert schema_source(Style.DATACLASS, "P", FIELDS, DOC, OLD) == plain(
        '''
        @dataclass(frozen=True)
        class P:
            """What `create_booking` takes by keyword."""

            name: str
            at: int
            size: int = 2
            tags: list = field(default_factory=list)
            note: Optional[str] = None'''
    )


def test_a_typed_dict() -> None:
    assert schema_source(Style.TYPED_DICT, "P", FIELDS[:2], DOC) == plain(
        '''
        class P(TypedDict):
            """What `create_booking` takes by keyword."""

            name: str
            size: NotRequired[int]'''
    )
    assert schema_source(Style.TYPED_DICT, "P", FIELDS[1:2], DOC) == plain(
        '''
        class P(TypedDict, total=False):
            """What `create_booking` takes by keyword."""

            size: int'''
    )


TYPED = [
    (FIELDS, Spelling(unpack=True), "from typing import NotRequired, TypedDict, Unpack"),
    (FIELDS, Spelling(backport=True), "from typing_extensions import NotRequired, TypedDict"),
    (FIELDS[:1], Spelling(unpack=True), "from typing import TypedDict, Unpack"),
    (FIELDS[1:2], Spelling(), "from typing import TypedDict"),
    ((), Spelling(), "from typing import TypedDict"),
    (FIELDS, Spelling(checker_only=True, unpack=True), "from typing import TYPE_CHECKING"),
]


@pytest.mark.parametrize(("fields", "spelling", "line"), TYPED)
def test_a_typed_dict_imports_what_it_needs(fields: tuple[Field, ...], spelling: Spelling, line: str) -> None:
    assert imports_for(Style.TYPED_DICT, fields, spelling) == (line,)


def test_a_typed_dict_for_type_checkers_alone_is_one_block() -> None:
    spelling = Spelling(checker_only=True, unpack=True)
    assert schema_source(Style.TYPED_DICT, "P", FIELDS[:2], DOC, spelling) == plain(
        '''
        if TYPE_CHECKING:
            from typing_extensions import NotRequired, TypedDict, Unpack

            class P(TypedDict):
                """What `create_booking` takes by keyword."""

                name: str
                size: NotRequired[int]'''
    )


def test_annotations_are_quoted_where_the_class_is_for_type_checkers_alone() -> None:
    assert annotation_of(Style.PYDANTIC, "P") == "P"
    assert annotation_of(Style.TYPED_DICT, "P") == "Unpack[P]"
    assert annotation_of(Style.TYPED_DICT, "P", Spelling(checker_only=True)) == '"Unpack[P]"'


def test_a_class_without_keys_is_a_class() -> None:
    for style in (Style.PYDANTIC, Style.PYDANTIC1, Style.DATACLASS, Style.TYPED_DICT):
        made(style, ())()


def fails(call: Callable[[], object]) -> bool:
    with pytest.raises((TypeError, ValueError)):
        call()
    return True


@pytest.mark.parametrize("spelling", [PLAIN, OLD, Spelling(arbitrary=True)])
@pytest.mark.parametrize("style", [Style.PYDANTIC, Style.PYDANTIC1, Style.DATACLASS])
def test_what_is_made_takes_its_keys_and_no_others(style: Style, spelling: Spelling) -> None:
    schema = made(style, FIELDS, spelling)
    given = schema(name="Ann", at=3)
    assert (given.name, given.size, given.tags, given.note, given.at) == ("Ann", 2, [], None, 3)
    assert given.tags is not schema(name="Ann", at=3).tags
    assert fails(lambda: schema(name="Ann"))
    assert fails(lambda: schema(name="Ann", at=3, sise=4))


@pytest.mark.parametrize("style", [Style.PYDANTIC, Style.PYDANTIC1])
def test_a_model_keeps_its_bounds(style: Style) -> None:
    schema = made(style)
    assert schema(name="Ann", at=0, size=50).size == 50
    assert fails(lambda: schema(name="Ann", at=0, size=51))
    assert fails(lambda: schema(name="Ann", at=-1))


def test_a_frozen_dataclass_can_be_told_apart_from_a_dict() -> None:
    given = made(Style.DATACLASS)(name="Ann", at=3)
    assert not isinstance(given, Mapping)
    with pytest.raises(AttributeError):
        given.name = "Bob"


@pytest.mark.parametrize("style", [Style.PYDANTIC, Style.PYDANTIC1])
def test_a_model_can_hold_what_pydantic_knows_nothing_of(style: Style) -> None:
    schema = made(style, (key("made", None, "Opaque"),), Spelling(arbitrary=True), more="class Opaque: ...")
    opaque = schema.__annotations__["made"]()
    assert schema(made=opaque).made is opaque


DEFAULTS = {
    "{}": "Field(default_factory=dict)",
    "set()": "Field(default_factory=set)",
    "list()": "Field(default_factory=list)",
    "[1, 2]": "Field(default_factory=lambda: [1, 2])",
    "now()": "Field(default_factory=lambda: now())",
    "(1, 2)": "(1, 2)",
    "None": "None",
    "Kind.A": "Kind.A",
}


@pytest.mark.parametrize("default", DEFAULTS)
def test_a_default_that_can_be_changed_is_made_for_each_object(default: str) -> None:
    source = schema_source(Style.PYDANTIC, "P", (key("x", default, "Any"),), DOC)
    assert source.endswith(f"    x: Any = {DEFAULTS[default]}")


@pytest.mark.parametrize("kind", ["Any", "object", "int | None", "Optional[int]", "None"])
def test_a_type_that_has_none_already_stays_as_it_is(kind: str) -> None:
    source = schema_source(Style.PYDANTIC, "P", (Field("x", kind, required=False),), DOC)
    assert source.endswith(f"    x: {kind} = None")
