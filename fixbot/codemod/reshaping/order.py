"""Tells whether arguments of a call can change places; it only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

from fixbot.codemod.lazy import cst

_PLAIN, _READS, _ACTS = range(3)


def is_reordered(args: Sequence[cst.Arg], moved: Iterable[int], ahead: Collection[int], *, by_position: bool) -> bool:
    """Say whether a call that passes some arguments inside another one computes them in an order that may matter.

    Python computes the positional arguments first (the language reference, "Calls"), then those with a keyword.

    Args:
        args: the arguments of the call.
        moved: the indices of those that go into the new argument, in the order that they have there.
        ahead: the indices of those that stay and are written before the new argument.
        by_position: whether the new argument is passed by position.
    """
    inside = list(moved)
    order = _computed(args, range(len(args)))
    stay = [at for at in order if at not in inside]
    if by_position:
        first = [at for at in stay if at in ahead and args[at].keyword is None]
    else:
        first = [at for at in stay if at in ahead or _is_positional(args[at])]
    after = [*first, *inside, *(at for at in stay if at not in first)]
    was = {at: place for place, at in enumerate(order)}
    weights = [_weight(arg.value) for arg in args]
    return any(was[one] > was[two] and _minds(weights[one], weights[two]) for one, two in combinations(after, 2))


def _computed(args: Sequence[cst.Arg], places: Iterable[int]) -> list[int]:
    return sorted(places, key=lambda at: (not _is_positional(args[at]), at))


def _is_positional(arg: cst.Arg) -> bool:
    return arg.keyword is None and arg.star != "**"


def _minds(one: int, other: int) -> bool:
    return max(one, other) == _ACTS and min(one, other) > _PLAIN


def _weight(value: cst.BaseExpression) -> int:
    """Say whether a value is a constant, reads something, or does something."""
    found = _Deeds()
    value.visit(found)
    return found.weight


class _Deeds(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.weight = _PLAIN

    def visit_Lambda(self, _node: cst.Lambda) -> bool:  # noqa: N802 - LibCST's name
        return False

    def on_visit(self, node: cst.CSTNode) -> bool:
        # The places of a body where the keys go on are told apart by their order: those in displays keep it too.
        if isinstance(node, cst.Call | cst.Await | cst.Yield | cst.NamedExpr | cst.BaseComp | cst.StarredDictElement):
            self.weight = _ACTS
        if isinstance(node, cst.Name) and node.value not in {"None", "True", "False"}:
            self.weight = max(self.weight, _READS)
        return super().on_visit(node)
