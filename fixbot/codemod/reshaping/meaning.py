"""Says what keeps names of a function from meaning what the schema needs them to; it only reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from fixbot.codemod.lazy import cst
from fixbot.codemod.reshaping.plans import Reshape
from fixbot.codemod.reshaping.scopes import Names

#: The statements that a parameter makes needless, and the names that they set.
Removed = Mapping["cst.BaseSmallStatement", "cst.Name"]


def objection(plan: Reshape, names: Names, removed: Removed) -> str | None:
    """Return why the body cannot be edited, None where it can."""
    return next(_objections(plan, names, removed), None)


def _objections(plan: Reshape, names: Names, removed: Removed) -> Iterator[str]:
    if (seeing := names.sees_all()) is not None:
        yield f"it calls `{seeing}`, which sees every variable"
    for name in (plan.kwargs, *plan.joined):
        if names.stores(name):
            yield f"it gives `{name}` another value"
        if names.is_odd(name):
            yield f"`{name}` means something else in a part of it"
    if not plan.style.is_object:
        yield from chain.from_iterable(_of_parameter(plan, names, removed, field.name) for field in plan.fields)
    elif plan.param not in plan.joined and _is_used(names, plan.param) and not plan.passed:
        yield f"`{plan.param}` already means something else in it"


def _is_used(names: Names, name: str) -> bool:
    return bool(names.loads(name) or names.stores(name) or names.is_odd(name))


def _of_parameter(plan: Reshape, names: Names, removed: Removed, name: str) -> Iterator[str]:
    """Yield why a name cannot be a parameter: it is something else before, or also afterwards."""
    targets = [target for target in removed.values() if target.value == name]
    others = [node for node in names.stores(name) if node not in targets]
    taken = f"`{name}` already means something else in it"
    if not targets:
        if _is_used(names, name):
            yield taken
        return
    first = min(names.place(target) for target in targets)
    if names.is_odd(name) or any(names.place(node) < first for node in (*others, *names.loads(name))):
        yield taken
    if others and (len(targets) > 1 or _is_read_again(plan, names, removed, name)):
        yield f"it asks for `{name}` again where `{name}` has another value"


def _is_read_again(plan: Reshape, names: Names, removed: Removed, name: str) -> bool:
    """Say whether a key is asked for besides in a statement that goes."""
    asks = names.asking(plan.kwargs)
    reads = sum(ask.key == name for ask in asks)
    gone = sum(target.value == name for target in removed.values())
    return reads > gone or any(part.each is None or name in part.each for part in plan.onward)
