"""The plans of the edits that give a function a schema; they hold text alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """What a schema is written as."""

    PYDANTIC = "pydantic"
    PYDANTIC1 = "pydantic-1"
    DATACLASS = "dataclass"
    TYPED_DICT = "typed-dict"
    PARAMS = "params"

    @property
    def is_object(self) -> bool:
        """Whether callers pass one object."""
        return self in {Style.PYDANTIC, Style.PYDANTIC1, Style.DATACLASS}


@dataclass(frozen=True, slots=True)
class Field:
    """One key, or one parameter that joins: `type` and `default` are source text where the schema stands.

    `default` is None where the key must be given, or, in a model, where leaving it out is different from every value:
    then it is not `required`. `bounds` are constraints such as `ge=1`.
    """

    name: str
    type: str
    required: bool
    default: str | None = None
    bounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Onward:
    """How the keys go on at one `**kwargs` of the body, the first one in source order first.

    Either `each` key is written out by name, in this order, or where that is None, the model gives those that were set
    but for the keys `without`.
    """

    each: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reshape:
    """Give a function its schema in the place of its `**` parameter: signature and body. For a FunctionDef.

    Args of the edit: `kwargs` is the name of the `**` parameter; `param` that of the one in its place where callers
    pass an object; `annotation` the type of either as it is written in the signature. `fields` are the keys, without
    those that join; in style `params` they become keyword-only parameters. `joined` are the parameters that leave the
    signature for the schema. `onward` has one entry for each `**kwargs` of the body. `plain` says that all fields are
    plain values, so that `model_dump` gives them back as they are. `schema` is the source of the class that is to
    stand before the outermost definition around the function, empty where it stands elsewhere. `imports` are whole
    import statements. The object is `passed` on where calls inside take it as it is, which other edits see to.
    """

    style: Style
    kwargs: str
    param: str = "params"
    annotation: str = ""
    fields: tuple[Field, ...] = ()
    joined: tuple[str, ...] = ()
    onward: tuple[Onward, ...] = ()
    plain: bool = True
    schema: str = ""
    imports: tuple[str, ...] = ()
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Pass:
    """Pass the schema at a call, or at a `functools.partial`. For a Call.

    `schema` is how the class is written there, `keys` are the keywords that move into it, and every `**mapping` moves
    too. `joined` maps each positional argument that moves, by its index, to its name. The schema is passed by the
    keyword `param`, or by position where that is empty. Where it is `whole`, `schema` is the name of an object that
    the caller has itself, and takes the place of the one `**mapping`. `hang` is how much further right the call's
    first line starts than its statement.
    """

    schema: str
    keys: tuple[str, ...] = ()
    joined: tuple[tuple[int, str], ...] = ()
    param: str = ""
    imports: tuple[str, ...] = ()
    hang: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Append:
    """Put a class behind a statement, two lines apart; for the last statement of a module of schemas."""

    schema: str
    imports: tuple[str, ...] = ()


Plan = Reshape | Pass | Append
