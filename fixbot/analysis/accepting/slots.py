"""The records of what a callee takes by keyword, and what is left of that at a call; they only hold."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from fixbot.analysis.types import Type


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One keyword that a callee takes.

    `default` is what the callee uses where it is not given, None where it must be given or where leaving it out is
    different from every value. `says` is the evidence in Markdown code style: "`Booking.contact_phone` is a column".
    It is `opaque` where an annotation is there that is not understood, or where callers may give what is turned into
    the type first: no other source may say the type then.
    """

    name: str
    type: Type | None
    required: bool
    default: ast.expr | None
    says: str
    opaque: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Accepted:
    """What a callee takes by keyword besides what its call gives it already.

    It is `closed` where nothing else can be passed; else `because` says why not, in words that follow the name of the
    callee. It is `strict` where any other keyword is an error, else others may be given and nothing comes of them.
    `doubtful` says why giving a default may differ from leaving it out, in words that follow the name of the callee
    too: "is cached". It is empty where nothing speaks against that.
    """

    slots: tuple[Slot, ...]
    closed: bool
    because: str = ""
    strict: bool = True
    doubtful: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell what a callee takes, and why."""

    because: str


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """What a callee takes, whoever calls it: `positional` are the names of what may be given by position, in order.

    `closed`, `because`, `strict` and `doubtful` are those of `Accepted`.
    """

    slots: tuple[Slot, ...]
    positional: tuple[str, ...] = ()
    closed: bool = True
    because: str = ""
    strict: bool = True
    doubtful: str = ""


def left_at(call: ast.Call, parameters: Parameters) -> Accepted | Unknown:
    """Return what a call may still give by keyword."""
    plain = next((i for i, arg in enumerate(call.args) if isinstance(arg, ast.Starred)), len(call.args))
    keywords = {each.name for each in parameters.slots}
    if plain < len(call.args) and any(name in keywords for name in parameters.positional[plain:]):
        return Unknown("a `*` argument there may fill any of its parameters")
    taken = {*parameters.positional[:plain], *(each.arg for each in call.keywords)}
    several = sum(each.arg is None for each in call.keywords) > 1
    left = (each for each in parameters.slots if each.name not in taken)
    slots = tuple(replace(each, required=False) if several else each for each in left)
    return Accepted(slots, parameters.closed, parameters.because, parameters.strict, parameters.doubtful)
