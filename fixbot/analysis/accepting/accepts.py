"""Which keywords a call of the project takes: parameters, fields of dataclasses and models, columns; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from fixbot.analysis.accepting.callees import Called, Making, callee
from fixbot.analysis.accepting.models import Maker, made
from fixbot.analysis.accepting.onward import merged, read_slots
from fixbot.analysis.accepting.signatures import decorated_by, parameters_of
from fixbot.analysis.accepting.slots import Accepted, Parameters, Slot, Unknown, left_at
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.target import Key, key_of
from fixbot.analysis.definitions import File, Function
from fixbot.analysis.keywords.harmless import is_check
from fixbot.analysis.keywords.order import mentions
from fixbot.analysis.keywords.uses import Manner, Spread, Uses, uses_of
from fixbot.analysis.names import own_nodes
from fixbot.analysis.project import Project

_ONWARD = "hands its keywords on"
# What may leave out what stands in it, or run it later.
_MAYBE = (
    *(ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.ExceptHandler, ast.Match, ast.match_case),
    *(ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)

__all__ = ["Accepted", "Slot", "Unknown", "accepted"]


def accepted(project: Project, file: File, call: ast.Call, at: ast.AST, *, depth: int = 3) -> Accepted | Unknown:
    """Return what the callee of a call takes by keyword besides what the call gives it already.

    Args:
        project: the project of the file.
        file: the file of the call.
        call: the call.
        at: the statement that it stands in.
        depth: how many callees are followed that only hand their own `**` parameter on.

    Returns:
        The keywords; Unknown where the callee is not of the project, is not found, or may be changed by a decorator.
    """
    return _Reader(project, depth, frozenset()).accepted(file, call, at)


# What takes the keys at each place where they are handed on; None where the function calls itself.
Found = list[tuple[Spread, Accepted | Unknown | None]]


@dataclass(frozen=True, slots=True)
class _Reader:
    project: Project
    depth: int
    seen: frozenset[Key]

    def accepted(self, file: File, call: ast.Call, at: ast.AST) -> Accepted | Unknown:
        called = callee(self.project, file, call.func, at)
        if isinstance(called, Making):
            found = self._made(called)
        elif isinstance(called, Called):
            found = self._taken(called.function, called.skipped)
        else:
            found = called
        return found if isinstance(found, Unknown) else left_at(call, found)

    def _made(self, making: Making) -> Parameters | Unknown:
        found = made(self.project, making.cls, making.after)
        if isinstance(found, Maker):
            found = self._taken(found.function, 1)
        if making.heirs and isinstance(found, Parameters) and found.closed:
            return replace(found, closed=False, because="may make an object of a class below, which takes more")
        return found

    def _taken(self, function: Function, skipped: int) -> Parameters | Unknown:
        """Return what a function takes, with what its `**` parameter is for."""
        strange = decorated_by(self.project, function)
        if strange is not None:
            return Unknown(f"`{function.qualname}` is decorated with `{strange}`")
        own = parameters_of(self.project, function, skipped)
        if function.node.args.kwarg is None:
            return own
        uses = uses_of(function)
        key = key_of(function)
        if key in self.seen:
            return own  # what it hands to itself adds nothing
        if uses is None or not self.depth:
            return replace(own, closed=False, because=f"{_ONWARD} further than one looks")
        inner = _Reader(self.project, self.depth - 1, self.seen | {key})
        return inner._with_keys(own, uses)

    def _with_keys(self, own: Parameters, uses: Uses) -> Parameters:
        found = [(spread, self._spread(uses, spread)) for spread in uses.spreads]
        names = {arg.arg for arg in (*uses.function.node.args.args, *uses.function.node.args.kwonlyargs)}
        keys = [
            *read_slots(self.project, uses),
            *(slot for spread, into in found for slot in _handed(uses, spread, into)),
        ]
        kept = (slot for slot in merged(keys) if slot.name not in names)
        others = [(spread, None if self._is_again(uses, spread) else into) for spread, into in found]
        inner = (slot if _is_same(uses, others, slot) else replace(slot, default=None) for slot in kept)
        because = "" if uses.checks else next(_open(uses, [into for _, into in found]), "")
        # What a body refuses itself it refuses in its own words: whoever waits for those hears no TypeError.
        strict = any(_refuses(uses, spread, into) for spread, into in found)
        doubts = (own.doubtful, *(into.doubtful for _, into in found if isinstance(into, Accepted)))
        return replace(
            own,
            slots=(*own.slots, *inner),
            closed=not because,
            because=because,
            strict=strict,
            doubtful=next(filter(None, doubts), ""),
        )

    def _is_again(self, uses: Uses, spread: Spread) -> bool:
        """Say whether keys go back to a function that is being looked at, so that the same is true of them there."""
        if spread.call is None:
            return False
        file = uses.function.file
        called = callee(self.project, file, spread.call.func, _nesting(file).statement(spread.call))
        return isinstance(called, Called) and key_of(called.function) in self.seen

    def _spread(self, uses: Uses, spread: Spread) -> Accepted | Unknown:
        if spread.call is None:
            return Unknown("keeps its keywords in a dictionary")
        file = uses.function.file
        return self.accepted(file, spread.call, _nesting(file).statement(spread.call))


def _is_same(uses: Uses, found: Found, slot: Slot) -> bool:
    """Say whether giving the default of a key does the same as leaving the key out, wherever the keys go."""
    changed = any(read.manner is Manner.SET and slot.name in read.keys for read in uses.reads)
    if slot.default is None or changed or uses.opaque or _is_counted(uses):
        return False
    return all(_is_same_at(spread, into, slot) for spread, into in found)


def _is_same_at(spread: Spread, into: Accepted | Unknown | None, slot: Slot) -> bool:
    """Say whether a key does not get to where the others are handed on, or has the same default there."""
    overridden = isinstance(spread.node, ast.Dict) and slot.name in spread.beside - spread.before
    if slot.name in spread.gone or overridden:
        return True
    if isinstance(into, Unknown) or spread.mixed or slot.name in spread.beside or slot.default is None:
        return False
    if into is None:
        return True
    defaults = (each.default for each in into.slots if each.name == slot.name)
    return any(each is not None and ast.dump(each) == ast.dump(slot.default) for each in defaults)


def _is_counted(uses: Uses) -> bool:
    """Say whether a body looks at whether there are any keys, or shows them, but to refuse those it does not know."""
    harmless = (each for each in mentions(uses.function.node, uses.name) if each.node in uses.harmless)
    return any(not (is_check(each) or isinstance(each.statement, ast.Raise)) for each in harmless)


def _refuses(uses: Uses, spread: Spread, into: Accepted | Unknown) -> bool:
    """Say whether keys that nobody knows come to something that refuses them, whichever way a call takes."""
    return isinstance(into, Accepted) and into.closed and into.strict and _is_always(uses.function, spread)


def _open(uses: Uses, into: list[Accepted | Unknown]) -> Iterator[str]:
    """Yield why a function takes more than what is known of its `**` parameter."""
    yield from (f"has a `{uses.name}` that {each.because}" for each in uses.opaque)
    for each in into:
        if isinstance(each, Unknown):
            yield f"{_ONWARD}: {each.because}"
        elif not each.closed:
            yield each.because if each.because.startswith(_ONWARD) else f"{_ONWARD} to something that {each.because}"


def _handed(uses: Uses, spread: Spread, into: Accepted | Unknown) -> Iterator[Slot]:
    """Yield what a callee takes of the keys that are left; what the body may leave out is not required."""
    if isinstance(into, Unknown):
        return
    given = {key for read in uses.reads if read.manner.value == "set" for key in read.keys} | spread.before
    always = _is_always(uses.function, spread)
    for slot in into.slots:
        if slot.name not in spread.gone | (spread.beside - spread.before):
            yield replace(slot, required=slot.required and always and not spread.mixed and slot.name not in given)


def _is_always(function: Function, spread: Spread) -> bool:
    """Say whether every call of a function comes to a place, but for those that end with an exception."""
    around = takewhile(lambda outer: outer is not function.node, _nesting(function.file).around(spread.node))
    returns = (node for node in own_nodes(function.node) if isinstance(node, ast.Return))
    early = any(node.lineno < spread.node.lineno for node in returns)
    return not early and not any(isinstance(outer, _MAYBE) for outer in around)


@lru_cache(maxsize=8)
def _nesting(file: File) -> Nesting:
    return Nesting(file)
