"""Puts together what the body, the callees and the callers of a function say of each key; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from fixbot.analysis.accepting.accepts import Slot
from fixbot.analysis.calling.arguments import Caller
from fixbot.analysis.calling.callers import Callers
from fixbot.analysis.definitions import Function
from fixbot.analysis.flows.onward import Onward, free, own_names
from fixbot.analysis.flows.sources import Sources
from fixbot.analysis.keywords.uses import Read, Uses


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A read of a key, and the function that has it."""

    uses: Uses
    read: Read


@dataclass(slots=True, eq=False)
class Key:
    """One key with everything that speaks of it: where it is read, what takes it, who gives it."""

    name: str
    reads: list[Asked] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    given: list[tuple[Caller, ast.expr | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The keys of some functions that share one schema; those that are overridden by one another, or just one.

    `unknown` says why there may be other keys, in words that follow the function's name.
    """

    members: tuple[Uses, ...]
    onward: tuple[Onward, ...]
    callers: Callers
    keys: dict[str, Key]
    unknown: tuple[str, ...]

    @property
    def function(self) -> Function:
        """The function, or the first of them."""
        return self.members[0].function


def flow(
    members: tuple[Uses, ...], onward: tuple[Onward, ...], unknown: tuple[str, ...], callers: Callers, sources: Sources
) -> Flow:
    """Put the keys together, in the order in which the body, the callees and the callers name them."""
    keys: dict[str, Key] = {}
    for uses in members:
        for read, name in ((each, name) for each in uses.reads for name in each.keys):
            keys.setdefault(name, Key(name)).reads.append(Asked(uses, read))
    for slot in (slot for one in onward for slot in free(one)):
        keys.setdefault(slot.name, Key(slot.name)).slots.append(slot)
    own = own_names(members[0])
    for caller in callers.calls:
        for name, value in sources.given(caller):
            if name not in own and not (value is None and _is_inside(caller, members)):
                keys.setdefault(name, Key(name)).given.append((caller, value))
    return Flow(members, onward, callers, keys, unknown)


def _is_inside(caller: Caller, members: Iterable[Uses]) -> bool:
    """Say whether a call stands in one of the functions, so that what it hands on came from other calls."""
    return caller.call.caller is not None and any(uses.function.node is caller.call.caller.node for uses in members)


def together(several: Iterable[Callers]) -> Callers:
    """Return the callers of functions that share one schema, each call once."""
    every = list(several)
    calls = {caller.call.key: caller for callers in every for caller in callers.calls}
    refused = {caller.call.key: caller for callers in every for caller in callers.refused}
    return Callers(
        tuple(calls[key] for key in sorted(calls)),
        tuple(dict.fromkeys(why for callers in every for why in callers.unseen)),
        tuple(dict.fromkeys(why for callers in every for why in callers.fixed)),
        tuple(refused[key] for key in sorted(refused)),
    )
