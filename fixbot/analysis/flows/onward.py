"""Where the keys of a function go on to, and what is known of what takes them there; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fixbot.analysis.accepting.accepts import Accepted, Slot, Unknown, accepted
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.keywords.uses import Spread, Uses


@dataclass(frozen=True, slots=True, eq=False)
class Onward:
    """A place where the keys go on, and what is known of what takes them there."""

    uses: Uses
    spread: Spread
    into: Accepted | Unknown


def inner_flow(finder: Finder, members: Iterable[Uses]) -> tuple[tuple[Onward, ...], tuple[str, ...]]:
    """Return where the keys of some functions go on to, and why that may be others than one can tell."""
    found = tuple(onward for uses in members for onward in _onward(finder, uses))
    return found, tuple(dict.fromkeys(because for uses in members for because in _unclear(uses, found)))


def _onward(finder: Finder, uses: Uses) -> Iterator[Onward]:
    file = uses.function.file
    for spread in uses.spreads:
        if spread.call is None:
            yield Onward(uses, spread, Unknown("they are kept in a dictionary"))
        else:
            at = finder.nesting(file).statement(spread.call)
            yield Onward(uses, spread, accepted(finder.corpus.project, file, spread.call, at))


def _unclear(uses: Uses, onward: Iterable[Onward]) -> Iterator[str]:
    path = uses.function.file.path
    for opaque in uses.opaque:
        line = getattr(opaque.node, "lineno", uses.function.node.lineno)
        yield f"has a `{uses.name}` that {opaque.because} ({path}:{line})"
    for one in onward:
        if one.uses is not uses:
            continue
        callee = ast.unparse(one.spread.call.func) if one.spread.call is not None else "a dictionary"
        if isinstance(one.into, Unknown):
            yield f"hands `**{uses.name}` on to `{callee}`: {one.into.because} ({path}:{one.spread.value.lineno})"
        elif not one.into.closed:
            yield f"hands `**{uses.name}` on to `{callee}`, which {one.into.because} ({path}:{one.spread.value.lineno})"


def own_names(uses: Uses) -> set[str]:
    """Return the names of a function's other parameters that may be given by keyword."""
    args = uses.function.node.args
    return {arg.arg for arg in (*args.args, *args.kwonlyargs)}


def free(onward: Onward) -> Iterator[Slot]:
    """Yield what a callee takes and the keys may give: nothing that the body took out, or gives there itself."""
    if isinstance(onward.into, Accepted):
        taken = onward.spread.gone | onward.spread.beside | own_names(onward.uses)
        yield from (slot for slot in onward.into.slots if slot.name not in taken)
