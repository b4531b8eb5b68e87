"""Which keywords a call of the project takes: parameters, fields of dataclasses and models, columns; it only reads."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from fixbot.analysis.keywords.types import Type


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One keyword that a callee takes.

    `default` is what the callee uses where it is not given, None where it must be given or where leaving it out is
    different from every value. `says` is the evidence in Markdown code style: "`Booking.contact_phone` is a column".
    """

    name: str
    type: Type | None
    required: bool
    default: ast.expr | None
    says: str


@dataclass(frozen=True, slots=True, eq=False)
class Accepted:
    """What a callee takes by keyword besides what its call gives it already.

    It is `closed` where nothing else can be passed; else `because` says why not, in words that follow the callee's name.
    """

    slots: tuple[Slot, ...]
    closed: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell what a callee takes, and why."""

    because: str
