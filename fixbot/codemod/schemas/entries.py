"""Decides for each key whether it must be given and what stands for it where it is not; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixbot.analysis.accepting.accepts import Accepted
from fixbot.analysis.calling.arguments import Caller
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.flows.flow import Asked, Flow, Key
from fixbot.analysis.keywords.uses import Manner, Uses


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
    demands = list(_demands(key, flow, finder))
    if any(not demand.guarded for demand in demands):
        return _required(flow, key, demands)
    return _optional(key, guarded=bool(demands))


@dataclass(frozen=True, slots=True, eq=False)
class _Demand:
    """Something that fails without a key: `always`, or on some paths alone; `guarded` where it asks first."""

    uses: Uses
    always: bool
    guarded: bool = False


def _demands(key: Key, flow: Flow, finder: Finder) -> Iterator[_Demand]:
    for asked in key.reads:
        if asked.read.default is None and asked.read.manner in {Manner.ITEM, Manner.POP}:
            yield _Demand(asked.uses, asked.read.always, _guarded(asked, key.name, finder))
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


def _guarded(asked: Asked, name: str, finder: Finder) -> bool:
    """Say whether a read stands where the code has made sure that the key is there: `if "x" in kwargs:`."""
    nesting = finder.nesting(asked.uses.function.file)
    inner: ast.AST = asked.read.node
    for outer in nesting.around(asked.read.node):
        match outer:
            case ast.If(test=test, body=body) if inner in body and _makes_sure(test, name, asked.uses.name):
                return True
            case ast.IfExp(test=test, body=body) if inner is body and _makes_sure(test, name, asked.uses.name):
                return True
            case ast.BoolOp(op=ast.And(), values=values):
                before = values[: values.index(inner)] if inner in values else []
                if any(_makes_sure(value, name, asked.uses.name) for value in before):
                    return True
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                return False
        inner = outer
    return False


def _makes_sure(test: ast.AST, name: str, kwargs: str) -> bool:
    match test:
        case ast.Compare(left=ast.Constant(value=key), ops=[ast.In()], comparators=[ast.Name(id=whole)]):
            return key == name and whole == kwargs
        case ast.BoolOp(op=ast.And(), values=values):
            return any(_makes_sure(value, name, kwargs) for value in values)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=whole), attr="get"), args=[ast.Constant(value=key)]):
            return key == name and whole == kwargs
    return False


def _optional(key: Key, *, guarded: bool) -> Entry | Unfit:
    if not key.reads and not key.slots:  # nobody looks at it
        return Entry(key, required=False, default=ast.Constant(value=None))
    defaults = {ast.dump(asked.read.default): asked for asked in key.reads if asked.read.default is not None}
    if len(defaults) > 1:
        return Unfit(f"reads `{key.name}` with different defaults ({', '.join(map(_at, defaults.values()))})")
    asked = next(iter(defaults.values()), None)
    own = asked.read.default if asked is not None else None
    if own is not None and asked is not None and not is_literal(own):
        return Unfit(f"works out the default of `{key.name}` when it reads it ({_at(asked)})")
    if isinstance(own, ast.List | ast.Dict) and len([each for each in key.reads if each.read.default]) > 1:
        return Unfit(f"reads `{key.name}` in several places with a default that can be changed")
    taken = {ast.dump(slot.default) if slot.default is not None else "" for slot in key.slots}
    default = own if own is not None or len(taken) != 1 else key.slots[0].default
    shared = own is None and isinstance(default, ast.List | ast.Dict)  # all calls of the callee have the same one
    differs = (
        guarded
        or shared
        or any(asked.read.manner is Manner.ASK for asked in key.reads)
        or (default is None and bool(key.slots))
        or any(text != ast.dump(default) for text in taken if default is not None)
        or (default is not None and not is_literal(default))
    )
    return Entry(
        key, required=False, default=default if default is None or is_literal(default) else None, differs=differs
    )


def is_none(node: ast.expr | None) -> bool:
    """Say whether an expression is `None`."""
    return isinstance(node, ast.Constant) and node.value is None


def is_literal(node: ast.expr) -> bool:
    """Say whether an expression is a literal that means the same everywhere; of lists and dicts the empty one."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=elements):
            return all(map(is_literal, elements))
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
    return False


def _at(asked: Asked) -> str:
    return f"{asked.uses.function.file.path}:{asked.read.node.lineno}"
