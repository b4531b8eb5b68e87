"""Decides for each key whether it must be given and what stands for it where it is not; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixbot.analysis.accepting.accepts import Accepted
from fixbot.analysis.calling.arguments import Caller
from fixbot.analysis.calling.mocks import replaced
from fixbot.analysis.calling.stores import assigned
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.flows.flow import Asked, Flow, Key
from fixbot.analysis.keywords.uses import Manner, Uses
from fixbot.codemod.schemas.guards import is_guarded


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One key of a schema.

    `default` is a literal, None where there is none. `differs` says that leaving the key out is not the same as
    giving its default: the code asks whether it is there, or hands it on only where it was given.
    """

    key: Key
    required: bool
    default: ast.expr | None = None
    differs: bool = False

    @property
    def name(self) -> str:
        """The key."""
        return self.key.name


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a function gets no schema, in words that follow its name."""

    because: str


def entry_of(flow: Flow, key: Key, finder: Finder) -> Entry | Unfit:
    """Return what has to be written for a key, or why that cannot be told."""
    changed = next((asked for asked in key.reads if asked.read.manner is Manner.SET), None)
    if changed is not None:
        return Unfit(f"changes `{key.name}` in its `{changed.uses.name}` ({_at(changed)})")
    for asked in key.reads:
        if isinstance(finder.nesting(asked.uses.function.file).parents.get(asked.read.node), ast.Expr):
            return Unfit(f"takes `{key.name}` out and does nothing with it ({_at(asked)})")
    demands = list(_demands(key, flow, finder))
    if any(not demand.guarded for demand in demands):
        return _required(flow, key, demands)
    return _optional(key, finder)


@dataclass(frozen=True, slots=True, eq=False)
class _Demand:
    """Something that fails without a key: `always`, or on some paths alone; `guarded` where it asks first."""

    uses: Uses
    always: bool
    guarded: bool = False


def _demands(key: Key, flow: Flow, finder: Finder) -> Iterator[_Demand]:
    for asked in key.reads:
        if asked.read.default is None and asked.read.manner in {Manner.ITEM, Manner.POP}:
            yield _Demand(asked.uses, asked.read.always, is_guarded(asked, key.name, finder))
    for onward in flow.onward:
        slots = onward.into.slots if isinstance(onward.into, Accepted) else ()
        taken = any(slot.required and slot.name == key.name for slot in slots)
        if taken and key.name not in onward.spread.gone | onward.spread.beside:
            yield _Demand(onward.uses, onward.spread.always)


def _required(flow: Flow, key: Key, demands: Sequence[_Demand]) -> Entry | Unfit:
    for caller in flow.callers.calls:
        if _leaves_out(caller, key.name):
            return Unfit(f"is called without `{key.name}` at {caller.call.at}, which it reads without a default")
    unclear = next((caller for caller in flow.callers.calls if _may_leave_out(caller, key.name)), None)
    surely = {demand.uses for demand in demands if demand.always}
    if unclear is not None and not surely.issuperset(flow.members):
        at = unclear.call.at
        return Unfit(f"reads `{key.name}` without a default on some paths only, and may be called without it at {at}")
    return Entry(key, required=True)


def _leaves_out(caller: Caller, name: str) -> bool:
    return not _gives(caller, name) and all(mapping.keys is not None for mapping in caller.mappings)


def _may_leave_out(caller: Caller, name: str) -> bool:
    return not _gives(caller, name)


def _gives(caller: Caller, name: str) -> bool:
    return name in caller.given or any(name in (mapping.keys or ()) for mapping in caller.mappings)


def _optional(key: Key, finder: Finder) -> Entry | Unfit:
    if not key.reads and not key.slots:  # nobody looks at it
        return Entry(key, required=False, default=ast.Constant(value=None))
    defaults = {ast.dump(asked.read.default): asked for asked in key.reads if asked.read.default is not None}
    if len(defaults) > 1:
        return Unfit(f"reads `{key.name}` with different defaults ({', '.join(map(_at, defaults.values()))})")
    asked = next(iter(defaults.values()), None)
    own = asked.read.default if asked is not None else None
    if own is not None and asked is not None and not (is_literal(own) or _is_constant(own, asked, finder)):
        return Unfit(f"works out the default of `{key.name}` when it reads it ({_at(asked)})")
    if isinstance(own, ast.List | ast.Dict) and len([each for each in key.reads if each.read.default]) > 1:
        return Unfit(f"reads `{key.name}` in several places with a default that can be changed")
    taken = {ast.dump(slot.default) if slot.default is not None else "" for slot in key.slots}
    default = own if own is not None or len(taken) != 1 else key.slots[0].default
    shared = own is None and isinstance(default, ast.List | ast.Dict)  # all calls of the callee have the same one
    differs = (
        shared
        or any(asked.read.manner is Manner.ASK for asked in key.reads)
        or (default is None and bool(key.slots))
        or any(text != ast.dump(default) for text in taken if default is not None)
        or (default is not None and own is None and not is_literal(default))
    )
    kept = default is None or own is not None or is_literal(default)
    return Entry(key, required=False, default=default if kept else None, differs=differs)


def _is_constant(node: ast.expr, asked: Asked, finder: Finder) -> bool:
    """Say whether a default is a constant of the module, made once before the function that reads with it.

    What somebody puts another value in the place of is none.
    """
    function = asked.uses.function
    file, scopes = function.file, (function.node, *function.file.module.ancestors(function.node))
    inner = [each for each in scopes if isinstance(each, FunctionNode)]
    if not isinstance(node, ast.Name) or any(node.id in file.names.bound(each) for each in inner):
        return False
    if replaced(finder.corpus, node.id) or assigned(finder.corpus, node.id):
        return False
    names = (each for each in ast.walk(file.module.tree) if isinstance(each, ast.Name) and each.id == node.id)
    made = [each for each in names if not isinstance(each.ctx, ast.Load)]
    bodies = [each for each in file.module.tree.body if isinstance(each, ast.Assign) and each.targets == made]
    early = [each.value for each in bodies if each.lineno < min(each.lineno for each in inner)]
    return any(is_literal(each) and not isinstance(each, ast.List | ast.Dict) for each in early)


def is_none(node: ast.expr | None) -> bool:
    """Say whether an expression is `None`."""
    return isinstance(node, ast.Constant) and node.value is None


def is_literal(node: ast.expr) -> bool:
    """Say whether an expression is a literal that means the same everywhere; of lists and dicts the empty one."""
    match node:
        case ast.Constant(value=value):
            return value is not ...  # which has a meaning of its own as the default of a model's field
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return isinstance(operand, ast.Constant)
        case ast.BinOp(left=left, right=right):
            return all(isinstance(each, ast.Constant) and isinstance(each.value, int) for each in (left, right))
        case ast.Tuple(elts=elements):
            return all(map(is_literal, elements))
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
    return False


def _at(asked: Asked) -> str:
    return f"{asked.uses.function.file.path}:{asked.read.node.lineno}"
