"""Follows calls from what blocks up to the coroutines that reach it, and says what can be done; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from fixbot.analysis.coroutines.glance import Glance, glance_of
from fixbot.analysis.coroutines.hurdles import own_hurdles
from fixbot.analysis.coroutines.mentions import Call, Finder, Hurdle, Key, key_of
from fixbot.analysis.coroutines.places import place_of
from fixbot.analysis.coroutines.spots import Spot, call_of, function_of, spot_of
from fixbot.analysis.coroutines.target import Target
from fixbot.analysis.coroutines.verdicts import (
    Chain,
    Conversion,
    Convertible,
    Entry,
    Stuck,
    Threadable,
    Unreached,
    Verdict,
)
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function

_MOST_FUNCTIONS = 1000
_MOST_REASONS = 4


@dataclass(slots=True)
class _Node:
    """A plain function that blocks, itself or through others, with everything that is known of it, but no tree.

    `loops` says how the event loop itself calls it.
    """

    key: Key
    qualname: str
    calls: tuple[Spot, ...]
    loops: tuple[str, ...] = ()
    hurdles: list[Hurdle] = field(default_factory=list)
    above: set[Key] = field(default_factory=set)

    @property
    def hard(self) -> list[Hurdle]:
        return [hurdle for hurdle in self.hurdles if not hurdle.soft]

    @property
    def awaiting(self) -> list[Spot]:
        """The calls in coroutines."""
        return [call for call in self.calls if call.in_coroutine]


def is_coroutine(caller: Function | None) -> bool:
    """Say whether a caller is an `async def`."""
    return caller is not None and isinstance(caller.node, ast.AsyncFunctionDef)


def may_be_reached(corpus: Corpus, function: Function) -> bool:
    """Say whether something that a coroutine may get to calls a function's name; where not, nothing else is asked."""
    return bool(glance_of(corpus).paths(Target.of(function).name))


def unreached(qualname: str) -> Unreached:
    """Return what there is to say of a function that no coroutine gets to, by its dotted name."""
    name = qualname.rpartition(".")[2]
    if name.startswith("__") and name.endswith("__"):
        return Unreached(f"Python itself calls `{qualname}`, and no coroutine is seen to lead there")
    return Unreached(f"no coroutine is seen to call `{qualname}`, directly or through other functions")


class Reach:
    """The plain functions that block and all that call them, in one project.

    Args:
        finder: finds who calls a function in the project.
        blocking: the plain functions that block themselves, each with the name that it is called by.
    """

    def __init__(self, finder: Finder, blocking: Mapping[Key, str]) -> None:
        self.finder = finder
        self._nodes: dict[Key, _Node] = {}
        self._glance = glance_of(finder.corpus) if blocking else Glance({})
        self._explore([*blocking.items()])
        self._live = self._reached()
        for key in sorted(self._live):
            self._complete(self._nodes[key])
        self._willing = self._fixed_point()
        blocked = blocking.keys() & self._willing
        self._becoming = frozenset(each for key in blocked for each in self._upwards(key))

    def _explore(self, waiting: list[tuple[Key, str]]) -> None:
        """Follow calls upwards, in those files alone where a coroutine may be behind them.

        Args:
            waiting: the functions to begin with, and the names that they are called by.
        """
        while waiting:
            key, name = waiting.pop()
            if key in self._nodes or not self._glance.paths(name):
                continue
            function = function_of(self.finder.corpus, key)
            mentions = self.finder.mentions(function, self._glance)
            node = self._nodes[key] = _Node(key, function.qualname, tuple(map(spot_of, mentions.calls)))
            node.loops = tuple(hurdle.says for hurdle in mentions.hurdles if hurdle.loop)
            if len(self._nodes) > _MOST_FUNCTIONS:
                node.hurdles.append(Hurdle("has too many callers to follow"))
                continue
            for call in mentions.calls:
                if call.caller is not None and not is_coroutine(call.caller):
                    node.above.add(key_of(call.caller))
                    waiting.append((key_of(call.caller), Target.of(call.caller).name))

    def _complete(self, node: _Node) -> None:
        """Find all the rest that has to do with a function that coroutines get to, as long as that may matter."""
        function = function_of(self.finder.corpus, node.key)
        node.hurdles += own_hurdles(self.finder.corpus, function)
        if node.hard:
            return
        mentions = self.finder.mentions(function)
        every = {call.key: call for call in mentions.calls}
        known = {call.key: call for call in node.calls} | {key: spot_of(call) for key, call in every.items()}
        node.calls = tuple(known[place] for place in sorted(known))
        node.above |= {call.caller for call in node.calls if call.caller is not None}
        node.loops = tuple(hurdle.says for hurdle in mentions.hurdles if hurdle.loop)
        node.hurdles += map(_said, mentions.hurdles)
        node.hurdles += self._where_called(every.get(call.key) or self._call(call) for call in node.calls)

    def _call(self, spot: Spot) -> Call:
        return call_of(self.finder, spot)

    def _where_called(self, calls: Iterable[Call]) -> Iterator[Hurdle]:
        """Yield the calls of a function that no `await` may stand before."""
        for call in calls:
            if call.caller is not None and isinstance(call.node, ast.Call):
                because = place_of(self.finder.nesting(call.file), call.node).hindrance
                if because is not None:
                    yield Hurdle(f"is called at {call.at}, where {because}", soft=not is_coroutine(call.caller))

    def _reached(self) -> set[Key]:
        """Return the functions that a coroutine calls, directly or through others."""
        live = {key for key, node in self._nodes.items() if node.awaiting}
        while more := {key for key, node in self._nodes.items() if key not in live and node.above & live}:
            live |= more
        return live

    def _fixed_point(self) -> set[Key]:
        """Return the functions of which every caller is a coroutine, or can become one by the same rule."""
        willing = {key for key in self._live if not self._nodes[key].hurdles}
        while unwilling := {key for key in willing if not self._all_await(self._nodes[key], willing)}:
            willing -= unwilling
        return willing

    def _all_await(self, node: _Node, willing: set[Key]) -> bool:
        return all(call.in_coroutine or (call.caller is not None and call.caller in willing) for call in node.calls)

    def verdict(self, key: Key, qualname: str) -> Verdict:
        """Return what can be done about a plain function that blocks, told by its key and its dotted name."""
        if key not in self._live:
            called_back = self._nodes[key].loops if key in self._nodes else ()
            if called_back:
                words = tuple(f"`{qualname}` {says}" for says in called_back)
                return Stuck(words, Chain(words))
            return unreached(qualname)
        chain = Chain(tuple(self._chain(key)))
        if key in self._willing:
            return Convertible(self._conversion(key), chain)
        between = [self._nodes[each] for each in self._upwards(key, self._becoming) if each in self._live]
        hard = [f"`{node.qualname}` {node.hard[0].says}" for node in between if node.hard]
        if hard:
            return Stuck(_shortened(hard), chain)
        entries = tuple(entry for node in between for entry in self._entries(node, key))
        return Threadable(entries, self._plain(between), chain)

    def _conversion(self, key: Key) -> Conversion:
        nodes = [self._nodes[each] for each in self._upwards(key)]
        calls = tuple(self._call(call) for node in nodes for call in node.calls)
        roots = {key_of(call.caller): call.caller for call in calls if call.caller and is_coroutine(call.caller)}
        return Conversion(tuple(map(self._function, nodes)), calls, tuple(roots.values()))

    def _function(self, node: _Node) -> Function:
        return function_of(self.finder.corpus, node.key)

    def _entries(self, node: _Node, key: Key) -> Iterator[Entry]:
        """Yield the calls of a function in coroutines, and in functions that are going to be some."""
        below = tuple(self._down(node.key, key))
        for spot in node.calls:
            said = f"`{spot.place}` calls `{node.qualname}` at {spot.at}"
            if spot.in_coroutine:
                chain = Chain((f"the coroutine {said}", *below))
                yield Entry((node.key, spot.key), chain, partial(self._found, node, spot))
            elif spot.caller is not None and spot.caller in self._becoming:
                yield Entry((node.key, spot.key), Chain((said, *below)), partial(self._found, node, spot))

    def _found(self, node: _Node, spot: Spot) -> tuple[Call, Function, Conversion]:
        """Look up a call of a function, with the coroutine that it stands in or what becomes one with its caller."""
        call = self._call(spot)
        if not spot.in_coroutine and spot.caller is not None:
            return call, self._function(node), self._conversion(spot.caller)
        roots = (call.caller,) if call.caller is not None else ()
        return call, self._function(node), Conversion(roots=roots)

    def _upwards(self, key: Key, beyond: Collection[Key] = ()) -> list[Key]:
        """Return a function and all plain ones that call it, through others but `beyond` none, nearest first."""
        found = [key]
        for each in found:
            found += [
                one
                for one in sorted(self._nodes[each].above & self._nodes.keys())
                if one not in found and one not in beyond
            ]
        return found

    def _plain(self, nodes: Iterable[_Node]) -> str:
        """Say which plain code stands in the way of making coroutines of some functions."""
        return next(self._plain_calls(nodes), "plain code calls it too")

    def _plain_calls(self, nodes: Iterable[_Node]) -> Iterator[str]:
        for node in nodes:
            for call in node.calls:
                outside = call.caller is None or call.caller not in self._live
                if outside and not call.in_coroutine:
                    yield f"`{node.qualname}` is also called from plain code: `{call.place}` at {call.at}"
            yield from (f"`{node.qualname}` {hurdle.says}" for hurdle in node.hurdles if hurdle.soft)

    def _chain(self, key: Key) -> Iterator[str]:
        """Yield the shortest way from a coroutine down to a function, a sentence for each call."""
        top = next(each for each in self._upwards(key) if self._nodes[each].awaiting)
        first = self._nodes[top].awaiting[0]
        yield f"the coroutine `{first.place}` calls `{_name(top, self._nodes)}` at {first.at}"
        yield from self._down(top, key)

    def _down(self, top: Key, bottom: Key) -> Iterator[str]:
        steps: dict[Key, tuple[Key, Spot]] = {}
        waiting = [bottom]
        for each in waiting:
            for call in self._nodes[each].calls:
                above = call.caller
                if above is not None and above in self._nodes and above not in steps and above != bottom:
                    steps[above] = each, call
                    waiting.append(above)
        while top != bottom:
            below, call = steps[top]
            yield f"`{call.place}` calls `{_name(below, self._nodes)}` at {call.at}"
            top = below


def _said(hurdle: Hurdle) -> Hurdle:
    """Return what stands in the way without its tree."""
    return Hurdle(hurdle.says, soft=hurdle.soft, loop=hurdle.loop)


def _shortened(because: list[str]) -> tuple[str, ...]:
    more = len(because) - _MOST_REASONS
    return (*because[:_MOST_REASONS], *([f"{more} functions more have such reasons"] if more > 0 else []))


def _name(key: Key, nodes: dict[Key, _Node]) -> str:
    return nodes[key].qualname
