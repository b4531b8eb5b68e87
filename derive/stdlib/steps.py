"""Records what a function does as far as exceptions go: the steps that the flow of exceptions runs through."""

from __future__ import annotations

from dataclasses import dataclass
from types import FunctionType


@dataclass(frozen=True, slots=True)
class Source:
    """A Python function of the standard library, run for an object of the class `owner`."""

    function: FunctionType
    owner: type | None


@dataclass(frozen=True, slots=True)
class Native:
    """A callable written in C, by name; `method` where it belongs to a builtin container or string."""

    name: str
    method: bool = False


Target = Source | Native


@dataclass(frozen=True, slots=True)
class Raise:
    """An exception raised right here; `misuse` where only a wrong call leads to it."""

    type: type[BaseException]
    misuse: bool


@dataclass(frozen=True, slots=True)
class Again:
    """The handler's own exceptions raised again."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not understood and may raise anything."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of any of `targets`.

    `given` where an argument comes straight from the caller, `constant` where all of them are literals; `never` are
    the types that these very arguments rule out.
    """

    targets: tuple[Target, ...]
    given: bool
    constant: bool
    never: tuple[type[BaseException], ...] = ()


@dataclass(frozen=True, slots=True)
class Handler:
    """An except clause; `types` is None where they are not known."""

    types: tuple[type[BaseException], ...] | None
    body: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Try:
    """A try statement, or a `with` block that suppresses."""

    body: tuple[Step, ...]
    handlers: tuple[Handler, ...]
    otherwise: tuple[Step, ...]
    final: tuple[Step, ...]


Step = Raise | Again | Gap | Call | Try
