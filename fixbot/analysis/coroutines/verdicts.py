"""What can be done about a plain function that blocks: records, which decide nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fixbot.analysis.coroutines.mentions import Call, Key
from fixbot.analysis.definitions import Function


@dataclass(frozen=True, slots=True)
class Chain:
    """The calls from a coroutine down to a function that blocks; `words` has one sentence for each."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreached:
    """No coroutine gets to the function, so that it blocks no event loop."""

    because: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """Functions that become coroutines together, every call of them, and the coroutines that these calls end in."""

    functions: tuple[Function, ...] = ()
    calls: tuple[Call, ...] = ()
    roots: tuple[Function, ...] = ()


@dataclass(frozen=True, slots=True)
class Convertible:
    """The function can become a coroutine together with others."""

    conversion: Conversion
    chain: Chain


@dataclass(frozen=True, slots=True)
class Entry:
    """A call of a function in a coroutine, or in a function that becomes one.

    `key` tells it from every other entry without its tree; `found` looks up the call, the function, and the others that
    change along with it.
    """

    key: tuple[Key, Key]
    chain: Chain
    found: Callable[[], tuple[Call, Function, Conversion]]


@dataclass(frozen=True, slots=True)
class Threadable:
    """Plain code calls the function too, but each coroutine can hand its call over to a thread."""

    entries: tuple[Entry, ...]
    because: str
    chain: Chain


@dataclass(frozen=True, slots=True)
class Stuck:
    """A coroutine reaches the function, and a person has to find the way out."""

    because: tuple[str, ...]
    chain: Chain


Verdict = Unreached | Convertible | Threadable | Stuck
