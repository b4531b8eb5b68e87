"""Says what the keys of a `**` parameter are as its own body and its callees ask for them; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from fixbot.analysis.accepting.slots import Slot
from fixbot.analysis.keywords.uses import Manner, Uses
from fixbot.analysis.project import Project
from fixbot.analysis.types import NONE, keyword_type, plain_type

_ASKING = frozenset({Manner.ITEM, Manner.GET, Manner.POP})


def read_slots(project: Project, uses: Uses) -> Iterator[Slot]:
    """Yield a slot for each key that a body reads; one that is only tested for may be left out."""
    function = uses.function
    given = {key for read in uses.reads if read.manner is Manner.SET for key in read.keys}
    annotated = keyword_type(function, project)
    for read in uses.reads:
        if read.manner is Manner.SET:
            continue
        asked = read.manner in _ASKING
        found = plain_type(read.default, function.file, function.node, project) if read.default is not None else None
        for key in read.keys:
            says = f'`{function.qualname}` reads `{uses.name}["{key}"]`'
            required = asked and read.always and read.default is None and key not in given
            typed = found is not None and found != NONE and not read.computed
            guess = replace(found, value=False) if found is not None and typed else None
            yield Slot(key, annotated or guess, required, read.default, says)


def merged(slots: Iterable[Slot]) -> Iterator[Slot]:
    """Yield each key once: required where one place requires it, with a default where all have the same."""
    found: dict[str, list[Slot]] = {}
    for slot in slots:
        found.setdefault(slot.name, []).append(slot)
    for name, same in found.items():
        typed = next((each.type for each in reversed(same) if each.type is not None), None)
        defaults = {ast.dump(each.default) if each.default is not None else "" for each in same}
        default = same[0].default if len(defaults) == 1 else None
        required = any(each.required for each in same)
        opaque = any(each.opaque for each in same)
        typed = None if opaque else typed
        yield Slot(name, typed, required, None if required else default, same[0].says, opaque)
