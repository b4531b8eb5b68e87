"""Says which named parameters of a function belong with its keys and join the schema; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.accepting.accepts import Slot
from fixbot.analysis.calling.arguments import Caller
from fixbot.analysis.definitions import File, Function
from fixbot.analysis.flows.flow import Flow, Key
from fixbot.analysis.project import Project
from fixbot.analysis.types import Type, annotated_type
from fixbot.codemod.schemas.entries import Entry, is_literal


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """A named parameter that joins, as an entry of the schema; `index` is where a call gives it, None by name alone."""

    entry: Entry
    index: int | None


def joined(flow: Flow, project: Project) -> tuple[Joined, ...]:
    """Return the parameters that the body hands on beside the keys; where it hands on none, those with plain types."""
    function = flow.function
    if any(caller.first for caller in flow.callers.calls):
        return ()  # a partial gives some parameters, and its calls the others
    if len(flow.members) > 1 or function.node.args.vararg is not None or function.node.args.posonlyargs:
        return ()
    beside = {name for onward in flow.onward for name in _beside(onward.spread.node)}
    own = list(_own(function))
    types = {arg.arg: _type(arg, function, project) for arg, *_ in own}
    found = []
    for arg, default, index in own:
        kind = types[arg.arg]
        wanted = arg.arg in beside if flow.onward else kind is not None and kind.value
        if wanted and not _is_stored(function, arg.arg) and (default is None or is_literal(default)):
            says = f"`{arg.arg}` is a parameter of `{function.qualname}`"
            slot = Slot(arg.arg, kind, required=default is None, default=default, says=says)
            given = [(caller, _value(caller, arg.arg, index)) for caller in flow.callers.calls]
            key = Key(arg.arg, slots=[slot], given=[pair for pair in given if pair[1] is not None])
            entry = Entry(key, required=default is None, default=default)
            found.append(Joined(entry, index))
    return tuple(found)


def _value(caller: Caller, name: str, index: int | None) -> ast.expr | None:
    """Return what a call gives to a parameter, None where it does not say."""
    node = caller.call.node
    if not isinstance(node, ast.Call):
        return None
    at = None if index is None else index + caller.first
    if at is not None and at < len(node.args):
        return node.args[at]
    return next((each.value for each in node.keywords if each.arg == name), None)


def _own(function: Function) -> Iterator[tuple[ast.arg, ast.expr | None, int | None]]:
    """Yield the parameters with their defaults, and their index among the positional arguments of a call."""
    args = function.node.args
    skipped = 0 if function.bound_to is None else 1
    defaults = [None] * (len(args.args) - len(args.defaults)) + list(args.defaults)
    for index, (arg, default) in enumerate(zip(args.args, defaults, strict=True)):
        if index >= skipped:
            yield arg, default, index - skipped
    for arg, other in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield arg, other, None


def _beside(node: ast.Call | ast.Dict) -> Iterator[str]:
    """Yield the names that stand as values beside the keys."""
    values = [each.value for each in node.keywords] if isinstance(node, ast.Call) else node.values
    yield from (value.id for value in values if isinstance(value, ast.Name))


def _type(arg: ast.arg, function: Function, project: Project) -> Type | None:
    file: File = function.file
    return annotated_type(arg.annotation, file, function.node, project) if arg.annotation is not None else None


def _is_stored(function: Function, name: str) -> bool:
    stored = (node for node in ast.walk(function.node) if isinstance(node, ast.Name) and node.id == name)
    return any(not isinstance(node.ctx, ast.Load) for node in stored)
