"""Follows calls from what blocks up to the coroutines that reach it, and says what can be done; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from fixbot.analysis.coroutines.glance import Glance, glance_of
from fixbot.analysis.coroutines.hurdles import own_hurdles
from fixbot.analysis.coroutines.mentions import Call, Finder, Hurdle, Key, Mentions, key_of
from fixbot.analysis.coroutines.places import place_of
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
    """A plain function that blocks, itself or through others, with everything that is known of it."""

    function: Function
    mentions: Mentions
    hurdles: list[Hurdle] = field(default_factory=list)
    above: set[Key] = field(default_factory=set)

    @property
    def hard(self) -> list[Hurdle]:
        return [hurdle for hurdle in self.hurdles if not hurdle.soft]

    @property
    def awaiting(self) -> list[Call]:
        """The calls in coroutines."""
        return [call for call in self.mentions.calls if is_coroutine(call.caller)]


def is_coroutine(caller: Function | None) -> bool:
    """Say whether a caller is an `async def`."""
    return caller is not None and isinstance(caller.node, ast.AsyncFunctionDef)


def may_be_reached(corpus: Corpus, function: Function) -> bool:
    """Say whether something that a coroutine may get to calls a function's name; where not, nothing else is asked."""
    return bool(glance_of(corpus).paths(Target.of(function).name))


def unreached(function: Function) -> Unreached:
    """Return what there is to say of a function that no coroutine gets to."""
    name = function.node.name
    if name.startswith("__") and name.endswith("__"):
        return Unreached(f"Python itself calls `{function.qualname}`, and no coroutine is seen to lead there")
    return Unreached(f"no coroutine is seen to call `{function.qualname}`, directly or through other functions")


class Reach:
    """The plain functions that block and all that call them, in one project.

    Args:
        finder: finds who calls a function in the project.
        blocking: the plain functions that block themselves.
    """

    def __init__(self, finder: Finder, blocking: Iterable[Function]) -> None:
        self.finder = finder
        self._nodes: dict[Key, _Node] = {}
        functions = list(blocking)
        self._glance = glance_of(finder.corpus) if functions else Glance({})
        self._explore([*functions])
        self._live = self._reached()
        for key in self._live:
            self._complete(self._nodes[key])
        self._willing = self._fixed_point()
        blocked = {key_of(function) for function in functions} & self._willing
        self._becoming = frozenset(each for key in blocked for each in self._upwards(key))

    def _explore(self, waiting: list[Function]) -> None:
        """Follow calls upwards, in those files alone where a coroutine may be behind them."""
        while waiting:
            function = waiting.pop()
            paths = self._glance.paths(Target.of(function).name)
            if not paths or key_of(function) in self._nodes:
                continue
            node = self._nodes[key_of(function)] = _Node(function, self.finder.mentions(function, self._glance))
            if len(self._nodes) > _MOST_FUNCTIONS:
                node.hurdles.append(Hurdle("has too many callers to follow"))
                continue
            for call in node.mentions.calls:
                if call.caller is not None and not is_coroutine(call.caller):
                    node.above.add(key_of(call.caller))
                    waiting.append(call.caller)

    def _complete(self, node: _Node) -> None:
        """Find all the rest that has to do with a function that coroutines get to, as long as that may matter."""
        node.hurdles += own_hurdles(self.finder.corpus, node.function)
        if node.hard:
            return
        known = {call.key: call for call in node.mentions.calls}
        every = self.finder.mentions(node.function)
        known |= {call.key: call for call in every.calls}
        node.mentions = replace(every, calls=tuple(known[place] for place in sorted(known)))
        node.above |= {key_of(call.caller) for call in node.mentions.calls if call.caller is not None}
        node.hurdles += node.mentions.hurdles
        node.hurdles += self._where_called(node.mentions)

    def _where_called(self, mentions: Mentions) -> Iterator[Hurdle]:
        """Yield the calls of a function that no `await` may stand before."""
        for call in mentions.calls:
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
        return all(
            is_coroutine(call.caller) or (call.caller is not None and key_of(call.caller) in willing)
            for call in node.mentions.calls
        )

    def verdict(self, function: Function) -> Verdict:
        """Return what can be done about a plain function that blocks."""
        key = key_of(function)
        if key not in self._live:
            mentions = self._nodes[key].mentions.hurdles if key in self._nodes else ()
            called_back = [hurdle for hurdle in mentions if hurdle.loop]
            if called_back:
                words = tuple(f"`{function.qualname}` {hurdle.says}" for hurdle in called_back)
                return Stuck(words, Chain(words))
            return unreached(function)
        chain = Chain(tuple(self._chain(key)))
        if key in self._willing:
            return Convertible(self._conversion(key), chain)
        between = [self._nodes[each] for each in self._upwards(key, self._becoming) if each in self._live]
        hard = [f"`{node.function.qualname}` {node.hard[0].says}" for node in between if node.hard]
        if hard:
            return Stuck(_shortened(hard), chain)
        entries = tuple(entry for node in between for entry in self._entries(node, key))
        return Threadable(entries, self._plain(between), chain)

    def _conversion(self, key: Key) -> Conversion:
        nodes = [self._nodes[each] for each in self._upwards(key)]
        calls = tuple(call for node in nodes for call in node.mentions.calls)
        roots = {key_of(call.caller): call.caller for call in calls if call.caller and is_coroutine(call.caller)}
        return Conversion(tuple(node.function for node in nodes), calls, tuple(roots.values()))

    def _entries(self, node: _Node, key: Key) -> Iterator[Entry]:
        """Yield the calls of a function in coroutines, and in functions that are going to be some."""
        below = tuple(self._down(key_of(node.function), key))
        for call in node.mentions.calls:
            said = f"`{call.place}` calls `{node.function.qualname}` at {call.at}"
            if is_coroutine(call.caller) and call.caller is not None:
                chain = Chain((f"the coroutine {said}", *below))
                yield Entry(call, node.function, Conversion(roots=(call.caller,)), chain)
            elif call.caller is not None and key_of(call.caller) in self._becoming:
                yield Entry(call, node.function, self._conversion(key_of(call.caller)), Chain((said, *below)))

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
            for call in node.mentions.calls:
                outside = call.caller is None or key_of(call.caller) not in self._live
                if outside and not is_coroutine(call.caller):
                    yield f"`{node.function.qualname}` is also called from plain code: `{call.place}` at {call.at}"
            yield from (f"`{node.function.qualname}` {hurdle.says}" for hurdle in node.hurdles if hurdle.soft)

    def _chain(self, key: Key) -> Iterator[str]:
        """Yield the shortest way from a coroutine down to a function, a sentence for each call."""
        top = next(each for each in self._upwards(key) if self._nodes[each].awaiting)
        first = self._nodes[top].awaiting[0]
        yield f"the coroutine `{first.place}` calls `{_name(top, self._nodes)}` at {first.at}"
        yield from self._down(top, key)

    def _down(self, top: Key, bottom: Key) -> Iterator[str]:
        steps: dict[Key, tuple[Key, Call]] = {}
        waiting = [bottom]
        for each in waiting:
            for call in self._nodes[each].mentions.calls:
                above = key_of(call.caller) if call.caller is not None else None
                if above in self._nodes and above not in steps and above != bottom:
                    steps[above] = each, call
                    waiting.append(above)
        while top != bottom:
            below, call = steps[top]
            yield f"`{call.place}` calls `{_name(below, self._nodes)}` at {call.at}"
            top = below


def _shortened(because: list[str]) -> tuple[str, ...]:
    more = len(because) - _MOST_REASONS
    return (*because[:_MOST_REASONS], *([f"{more} functions more have such reasons"] if more > 0 else []))


def _name(key: Key, nodes: dict[Key, _Node]) -> str:
    return nodes[key].function.qualname
