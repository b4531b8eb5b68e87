"""Remembers who calls which function, and which keys a `**kwargs` that is handed on may hold; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.calling.arguments import Caller, Mapping
from fixbot.analysis.calling.callers import Callers, callers_of
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.definitions import Function
from fixbot.analysis.flows.onward import Onward, free, inner_flow, own_names
from fixbot.analysis.keywords.uses import Uses, uses_of

_DEEPEST = 4


class Sources:
    """The callers of the functions of one project, each looked for once while there is room."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder

    def callers(self, function: Function) -> Callers:
        """Return who calls a function."""
        return self.finder.corpus.project.kept(callers_of, self.finder, function)

    def onward(self, uses: Uses) -> tuple[Onward, ...]:
        """Return where the keys of a function go on to."""
        return self.finder.corpus.project.kept(_onward, self.finder, uses.function)

    def given(self, caller: Caller, depth: int = _DEEPEST) -> Iterator[tuple[str, ast.expr | None]]:
        """Yield the keys that a call gives, as far as they are known, each with its value where that is written there.

        Those of a mapping that is, or takes in, the `**` parameter of the function around the call are what that
        function reads or hands on, and what its own callers give.
        """
        yield from caller.given.items()
        inside = {name for mapping in caller.mappings for name in self._inside(caller, mapping, depth)}
        yield from ((name, None) for name in sorted(inside - caller.given.keys()))

    def _inside(self, caller: Caller, mapping: Mapping, depth: int) -> frozenset[str]:
        if mapping.keys is not None:
            return mapping.keys
        function = caller.call.caller
        uses = uses_of(function) if function is not None and depth else None
        spreads = [each for each in uses.spreads if each.call is caller.call.node] if uses is not None else []
        if uses is None or not (spreads or _may_take_in(mapping.node.value, uses)):
            return frozenset()
        read = {key for one in uses.reads for key in one.keys}
        taken = {slot.name for one in self.onward(uses) for slot in free(one)}
        calls = self.callers(uses.function).calls
        given = {key for call in calls for key, _ in self.given(call, depth - 1)}
        left = (read | taken | given) - own_names(uses)
        if not spreads:
            return frozenset(left)
        return frozenset(key for each in spreads for key in (left - each.gone) | each.beside)


def _onward(finder: Finder, function: Function) -> tuple[Onward, ...]:
    uses = uses_of(function)
    return inner_flow(finder, [uses])[0] if uses is not None else ()


def _may_take_in(node: ast.expr, uses: Uses) -> bool:
    """Say whether a mapping may be made of a `**` parameter: it is written with it, or by the name of a variable."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    args = uses.function.node.args
    variables = uses.function.file.names.bound(uses.function.node).keys() - {each.arg for each in args.posonlyargs}
    return uses.name in names or (isinstance(node, ast.Name) and node.id in variables - own_names(uses))


def handing(caller: Caller, mapping: Mapping) -> Uses | None:
    """Return the uses of the `**` parameter that a mapping at a call is; None where it is something else."""
    function, value = caller.call.caller, mapping.node.value
    kwarg = function.node.args.kwarg if function is not None else None
    if function is None or kwarg is None or not isinstance(value, ast.Name) or value.id != kwarg.arg:
        return None
    return uses_of(function)
