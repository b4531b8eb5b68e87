"""Finds the calls of `time.sleep` in a project and which function runs each; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.clauses import caught
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.places import CallPlace, place_of
from fixbot.analysis.definitions import Function, FunctionNode
from fixbot.analysis.raises.variables import rebound_elsewhere

_SLEEP = "time.sleep"
_OWN_ERRORS = frozenset({"ValueError", "OverflowError"})


@dataclass(frozen=True, slots=True, eq=False)
class Sleep:
    """A call of `time.sleep`, the function that runs it, and a handler around it that waits for its own errors."""

    function: Function
    place: CallPlace
    caught: ast.ExceptHandler | None = None

    @property
    def in_coroutine(self) -> bool:
        """Whether an `async def` runs it."""
        return isinstance(self.function.node, ast.AsyncFunctionDef)

    @property
    def head(self) -> str:
        """The first name of the callable as it is written: `time`, or `nap` for `from time import sleep as nap`."""
        func = self.place.call.func
        while isinstance(func, ast.Attribute):
            func = func.value
        return func.id if isinstance(func, ast.Name) else ""

    @property
    def objection(self) -> str | None:
        """Why `asyncio.sleep` cannot take its arguments, None where it can."""
        call = self.place.call
        plain = len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)
        if self.caught is not None:
            return f"the handler on line {self.caught.lineno} catches what `time.sleep` raises and the other does not"
        return None if plain else "its arguments are not a single number of seconds"


def sleeps(finder: Finder) -> Iterator[Sleep]:
    """Yield every call of `time.sleep` that a function runs itself, in the order of paths and code.

    A call that is awaited or handed over to a thread as it stands means something else and is left out.
    """
    for path in finder.corpus.mentioning("sleep"):
        yield from sleeps_in(finder, path)


def sleeps_in(finder: Finder, path: str) -> list[Sleep]:
    """Return those of one file, in the order of code."""
    file = finder.corpus.file(path)
    found = _in_file(finder.nesting(file)) if file is not None else ()
    return sorted(found, key=lambda sleep: (sleep.place.call.lineno, sleep.place.call.col_offset))


def _in_file(nesting: Nesting) -> Iterator[Sleep]:
    for node in nesting.named("sleep"):
        call, scope = nesting.parents.get(node), nesting.scope(node)
        while isinstance(scope, ast.ClassDef):
            scope = nesting.scope(scope)  # the body of a class runs where the class is defined
        if not isinstance(call, ast.Call) or call.func is not node or not isinstance(scope, FunctionNode):
            continue
        if nesting.file.names.resolve(node, nesting.statement(node)) != _SLEEP or _is_hidden(nesting, node):
            continue
        if not rebound_elsewhere(nesting.file.module.tree).isdisjoint(_names(node)):
            continue
        place = place_of(nesting, call)
        if not place.awaited and not place.handed_over:
            yield Sleep(Function(nesting.file, scope), place, _caught(nesting, place))


def _names(node: ast.expr) -> Iterator[str]:
    yield from (part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def _is_hidden(nesting: Nesting, node: ast.expr) -> bool:
    return any(nesting.hidden(part) for part in ast.walk(node) if isinstance(part, ast.Name))


def _caught(nesting: Nesting, place: CallPlace) -> ast.ExceptHandler | None:
    """Return the handler of a `try` that holds little more than the sleep and that its own errors come to."""
    for outer in nesting.around(place.call):
        if isinstance(outer, FunctionNode):
            return None
        if isinstance(outer, ast.Try) and outer.body == [place.statement]:
            for handler in outer.handlers:
                if not _OWN_ERRORS.isdisjoint(caught(nesting.file.names, handler, outer)):
                    return handler
        if isinstance(outer, ast.Try):
            for handler in outer.handlers:
                if "KeyboardInterrupt" in caught(nesting.file.names, handler, outer):
                    return handler
    return None
