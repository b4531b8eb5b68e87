"""What runs between two statements of one suite, found out once however many pairs are asked about; it only reads."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from fixbot.analysis.module import Module
from fixbot.analysis.names import bindings
from fixbot.codemod import twice


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Where the statements of a suite do what; a place is the index of a statement, and all are in order.

    `bound` has for each name what it is bound to, as `bindings` says it; `read` the names that are read; `anything`
    the statements after which each name may stand for something else; `calls` the places of `called`.
    """

    bound: dict[str, dict[str | None, list[int]]] = field(default_factory=dict)
    read: dict[str, list[int]] = field(default_factory=dict)
    anything: list[int] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    called: list[str] = field(default_factory=list)

    def matters(self, name: str, origin: str, first: int, last: int) -> bool:
        """Say whether a name may be read, deleted or bound to something else between two places.

        Args:
            name: the name.
            origin: the full name that it stands for; an import that binds the name to it does no harm.
            first: the place before.
            last: the place after.
        """
        bound = (places for each, places in self.bound.get(name, {}).items() if each != origin)
        harmful = (self.anything, self.read.get(name, []), *bound)
        return any(_next(places, first, last) is not None for places in harmful)

    def call(self, first: int, last: int) -> str | None:
        """Return the first call between two places as it is written, None where there is none."""
        found = _next(self.calls, first, last)
        return None if found is None else self.called[found]


def _next(places: Sequence[int], first: int, last: int) -> int | None:
    """Return the index of the first place that lies between two, None where none does."""
    at = bisect_right(places, first)
    return at if at < len(places) and places[at] < last else None


def looked_through(module: Module, suite: Sequence[ast.stmt], meddles: re.Pattern[str]) -> Meanwhile:
    """Look through a suite once.

    Args:
        module: the file.
        suite: statements of it that run one after the other.
        meddles: finds the calls after which each name may stand for something else, by what they are called.
    """
    found = Meanwhile()
    deferred = twice.keeps_annotations(module)
    for place, node in enumerate(suite):
        calls = twice.calls([node])
        found.calls.extend(place for _ in calls)
        found.called.extend(calls)
        bound = bindings(ast.Module([node], []))
        for name, origin in ((name, origin) for name, origins in bound.items() for origin in origins):
            found.bound.setdefault(name, {}).setdefault(origin, []).append(place)
        read = {part.id for part in twice.running([node], annotations=not deferred) if isinstance(part, ast.Name)}
        for name in read:
            found.read.setdefault(name, []).append(place)
        if "*" in bound or _stores(node) or not twice.REFLECTS.isdisjoint(calls) or any(map(meddles.search, calls)):
            found.anything.append(place)
    return found


def _stores(node: ast.stmt) -> bool:
    """Say whether a statement stores or deletes an attribute or an item while it runs."""
    parts = (part for part in twice.running([node]) if isinstance(part, ast.Attribute | ast.Subscript))
    return any(not isinstance(part.ctx, ast.Load) for part in parts)
