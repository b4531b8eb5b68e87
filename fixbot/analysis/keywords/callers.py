"""Who calls a function with which keys, and what stands in the way of changing that; it only reads."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from fixbot.analysis.coroutines.mentions import Call


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """A `**mapping` at a call; `keys` are those that it holds where they are written out, None where nobody can tell."""

    node: ast.keyword
    keys: frozenset[str] | None


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """One call of a function, or one `functools.partial` of it.

    `given` maps each keyword that is none of the function's own parameters to its value, in source order. `bound` are
    the own parameters that the call gives, by position or by keyword. `first` is the index of the first positional
    argument that belongs to the function (1 for a partial, else 0).
    """

    call: Call
    given: dict[str, ast.expr]
    mappings: tuple[Mapping, ...]
    bound: frozenset[str]
    first: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Callers:
    """All calls of a function in a project.

    `unseen` says why there may be others, and what else keeps the calls from being changed, in words that follow the
    function's name; a change that leaves callers as they are does not mind those in `tolerable`.
    """

    calls: tuple[Caller, ...]
    unseen: tuple[str, ...] = ()
