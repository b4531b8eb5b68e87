"""Follows plain functions that block up to the calls in coroutines, a few calls far; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fixbot.analysis.coroutines.glance import glance_of
from fixbot.analysis.coroutines.mentions import Call, Finder
from fixbot.analysis.coroutines.target import key_of
from fixbot.analysis.definitions import Function

#: So many calls lead from a coroutine at most: the longer the way, the less likely that one ever gets to its end.
MOST_STEPS = 3
# The manners in which a call runs the body before it returns.
_RUNS = frozenset({"call", "read"})
_CACHES = frozenset({"functools.cache", "functools.cached_property", "functools.lru_cache"})


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A call in a coroutine that leads to a function which blocks, with a sentence for each call on the way down.

    `caller` is the coroutine, `first` the plain function that it runs.
    """

    call: Call
    caller: Function
    first: Function
    words: tuple[str, ...]


def _is_cached(function: Function) -> bool:
    written = (each.func if isinstance(each, ast.Call) else each for each in function.node.decorator_list)
    return any(function.file.names.resolve(each, function.node) in _CACHES for each in written)


def dead_end(function: Function) -> str:
    """Say why no call in a coroutine is known to lead to a plain function."""
    name = function.qualname
    if function.manner not in _RUNS:
        return f"nobody can tell on which thread `{name}` runs: it is a generator, or decorated"
    if _is_cached(function):
        return f"`{name}` is cached: it waits once"
    return f"no coroutine calls `{name}`, directly or through {MOST_STEPS - 1} other functions at most"


class Upwards:
    """The calls in one project that lead from coroutines to plain functions.

    What is decorated by something unknown ends the way: its code may well run in a thread. So does a generator, whose
    code runs where it is run through, and what is cached, which waits once.
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._glance = glance_of(finder.corpus)

    def entries(self, function: Function) -> Iterator[Entry]:
        """Yield the calls in coroutines that lead to a plain function, each once, the nearest first."""
        waiting: list[tuple[Function, tuple[str, ...]]] = [(function, ())]
        seen = {key_of(function)}
        for inner, words in waiting:
            for call in self._called(inner, MOST_STEPS - 1 - len(words)):
                says = f"`{call.place}` calls `{inner.qualname}` at {call.at}"
                if call.caller is None:
                    continue
                if isinstance(call.caller.node, ast.AsyncFunctionDef):
                    yield Entry(call, call.caller, inner, (says, *words))
                elif key_of(call.caller) not in seen and len(words) < MOST_STEPS - 1:
                    seen.add(key_of(call.caller))
                    waiting.append((call.caller, (says, *words)))

    def _called(self, function: Function, steps: int) -> Iterable[Call]:
        """Return the calls of a function in what so many calls at most lead to from a coroutine."""
        return self._finder.corpus.project.kept(self._calls, function, steps)

    def _calls(self, function: Function, steps: int) -> tuple[Call, ...]:
        runs = function.manner in _RUNS and not _is_cached(function)
        return self._finder.mentions(function, self._glance.within(steps)).calls if runs else ()
