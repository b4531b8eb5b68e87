"""Decides how the keys go on at each `**kwargs` of a body once there is a schema; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from fixbot.analysis.accepting.accepts import Accepted, Slot
from fixbot.analysis.flows.flow import Flow
from fixbot.analysis.flows.onward import Onward as Place
from fixbot.analysis.flows.sources import Sources
from fixbot.codemod.reshaping.plans import Onward, Style
from fixbot.codemod.schemas.doubts import in_doubt, is_shared
from fixbot.codemod.schemas.entries import Entry, Unfit


def handed_on(
    place: Place, flow: Flow, entries: Sequence[Entry], style: Style, joined: Sequence[str], sources: Sources
) -> Onward | Unfit:
    """Return how the keys are written out where the body hands on all that are left, or why they cannot be."""
    left = [entry for entry in entries if entry.name not in place.spread.gone and entry.name not in joined]
    shared = is_shared(place, flow.members, sources) and not place.spread.beside
    if shared and not any(entry.differs for entry in left):
        return Onward(each=tuple(entry.name for entry in left))
    objections = [because for entry in left if (because := _objection(place, entry)) is not None]
    if not objections and not all(entry.required for entry in left):
        objections = list(filter(None, [in_doubt(place, sources)]))
    if not objections:
        shown = (entry.name for entry in left if not _is_overridden(place, entry.name))
        return Onward(each=tuple(shown))
    if style in {Style.PYDANTIC, Style.PYDANTIC1}:
        return Onward(without=(*sorted(place.spread.gone), *joined))
    return Unfit(objections[0])


def _is_overridden(place: Place, name: str) -> bool:
    """Say whether a display gives a key after the stars, so that what the caller gives is never seen."""
    spread = place.spread
    return isinstance(spread.node, ast.Dict) and name in spread.beside and name not in spread.before


def _objection(place: Place, entry: Entry) -> str | None:
    """Say why a key cannot be handed on by name."""
    spread, at = place.spread, f"{place.uses.function.file.path}:{place.spread.value.lineno}"
    if _is_overridden(place, entry.name):
        return None
    if entry.name in spread.beside and not (entry.required and entry.name in spread.before):
        return f"gives `{entry.name}` beside `**{place.uses.name}` itself ({at})"
    slot = _slot(place, entry.name)
    if slot is None:
        tolerant = isinstance(place.into, Accepted) and not place.into.strict and entry.required
        return None if tolerant else f"hands `{entry.name}` on to what does not take it ({at})"
    if entry.required:
        return None
    if spread.mixed:
        return f"puts `**{place.uses.name}` together with another mapping ({at})"
    return None if _is_same(slot, entry) else f"hands `{entry.name}` on only where it was given ({at})"


def _slot(place: Place, name: str) -> Slot | None:
    slots = place.into.slots if isinstance(place.into, Accepted) else ()
    return next((slot for slot in slots if slot.name == name), None)


def _is_same(slot: Slot, entry: Entry) -> bool:
    """Say whether a callee does the same where it is given the default as where it is given nothing."""
    if entry.default is None or slot.default is None or slot.required:
        return False
    shared = isinstance(slot.default, ast.List | ast.Dict)
    return ast.dump(slot.default) == ast.dump(entry.default) and not shared
