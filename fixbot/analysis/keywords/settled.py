"""Which places of a body every call passes, and whether a popped key is gone at another place; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from enum import Enum, auto

from fixbot.analysis.definitions import Function, FunctionNode
from fixbot.analysis.keywords.literal import Loop
from fixbot.analysis.keywords.order import Comprehension, Mention, Step
from fixbot.analysis.keywords.reading import Asked
from fixbot.analysis.keywords.records import Manner, Opaque
from fixbot.analysis.names import last_name, own, own_nodes

_NEVER = ast.Try | ast.TryStar | ast.ExceptHandler | ast.match_case | ast.Assert
# What of a node is run in any case, where other parts are not.
_FIRST: dict[type[ast.AST], str] = {
    ast.If: "test",
    ast.IfExp: "test",
    ast.While: "test",
    ast.For: "iter",
    ast.AsyncFor: "iter",
    ast.comprehension: "iter",
    ast.Match: "subject",
    ast.BoolOp: "",
    ast.Compare: "left",
}
_STOPS = ast.Return | ast.Break | ast.Continue
_ALTERNATIVES = frozenset({"body", "orelse"})
# What goes on behind a `with` that was left by an exception.
_SWALLOWERS = frozenset({"suppress", "raises", "assertRaises", "assertRaisesRegex", "warns"})


class Order(Enum):
    """How the passing of one place relates to the passing of another."""

    BEFORE = auto()  # whoever passes the second has passed the first
    APART = auto()  # whoever has passed the first does not pass the second any more
    UNSURE = auto()


def always(function: Function, mention: Mention, loop: Loop | None = None) -> bool:
    """Say whether every call that ends without an exception has passed a mention, which `loop` makes a read of all."""
    steps = mention.steps[1:]
    if function.file.generates(function.node) or not all(_sure(step, loop, frozenset()) for step in steps):
        return False
    at = mention.statement
    around = {step.node for step in steps}
    returns = (node for node in own_nodes(function.node) if isinstance(node, ast.Return) and node not in around)
    return not any((node.lineno, node.col_offset) < (at.lineno, at.col_offset) for node in returns)


def gone(reads: Sequence[Asked], place: Mention) -> frozenset[str]:
    """Return the keys that have been popped wherever a place is passed, and not been put back in between."""
    pops = [each for each in reads if each.read.manner is Manner.POP and not repeated(each)]
    passed = [each for each in pops if _order(each, place, _guards(each, reads)) is Order.BEFORE]
    return frozenset(key for each in passed for key in each.read.keys if not _is_put_back(key, each, place, reads))


def _is_put_back(key: str, pop: Asked, place: Mention, reads: Sequence[Asked]) -> bool:
    stores = (each for each in reads if each.read.manner is Manner.SET and key in each.read.keys)
    return any(pop.mention.rank < each.mention.rank < place.rank for each in stores)


def unsettled(reads: Sequence[Asked], others: Sequence[Mention]) -> dict[Mention, Opaque]:
    """Return the pops after which it depends on the path whether a key is still there for what comes later.

    Args:
        reads: all reads of a body.
        others: all other places that depend on which keys there are.
    """
    found = {}
    for each in reads:
        if each.read.manner is Manner.POP and (repeated(each) or _matters(each, reads, others)):
            found[each.mention] = Opaque(each.read.node, "is changed on some paths only")
    return found


def _matters(pop: Asked, reads: Sequence[Asked], others: Sequence[Mention]) -> bool:
    guards = _guards(pop, reads)
    same = (each for each in reads if each is not pop and set(each.read.keys) & set(pop.read.keys))
    if any(_order(pop, each.mention, guards, each.loop) is not Order.APART for each in same):
        return True
    return any(_order(pop, other, guards) is Order.UNSURE for other in others)


def repeated(asked: Asked) -> bool:
    """Say whether a place may be passed several times in one call, or after it, and not just once for each key."""
    loop = asked.loop
    if isinstance(loop, Comprehension) and len(loop.generators) != 1:
        return True
    return any(_again(step) and not _is_of(loop, step) for step in asked.mention.steps[1:])


def _again(step: Step) -> bool:
    match step.node:
        case ast.While():
            return step.field != "orelse"
        case ast.For() | ast.AsyncFor():
            return step.field in {"body", "target"}
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return step.field != "generators" or step.index > 0
        case ast.comprehension():
            return step.field != "iter"
    return _nested(step)


def _nested(step: Step) -> bool:
    return isinstance(step.node, FunctionNode | ast.Lambda | ast.ClassDef) and step.field == "body"


def _is_of(loop: ast.AST | None, step: Step) -> bool:
    return loop is not None and (step.node is loop or step.node in getattr(loop, "generators", ()))


def _order(first: Asked, second: Mention, guards: frozenset[ast.AST], loop: ast.AST | None = None) -> Order:
    """Say how a pop that is not repeated relates to another place, whose key comes from `loop`."""
    inside = any(_again(step) and _is_of(first.loop, step) for step in second.steps[1:])
    if inside and loop is not first.loop:
        return Order.UNSURE
    depth = next(i for i, step in enumerate(first.mention.steps) if not _same(step, second.steps[i]))
    mine, yours = first.mention.steps[depth], second.steps[depth]
    if _exclusive(mine, yours):
        return Order.APART
    if _comes_first(mine, yours, written=first.mention.rank < second.rank):
        return _onward(mine, yours, first, first.mention.steps[depth + 1 :], guards)
    return Order.UNSURE if any(map(_nested, second.steps[max(depth, 1) :])) else Order.APART


def _onward(mine: Step, yours: Step, pop: Asked, below: Sequence[Step], guards: frozenset[ast.AST]) -> Order:
    """Say whether a place is passed before another that stands behind it, `below` leading to it from both."""
    if mine.field != yours.field and not _leads(mine, yours):
        return Order.UNSURE
    if all(_sure(step, pop.loop, guards) for step in below):
        return Order.BEFORE
    caught = any(isinstance(step.node, ast.Try | ast.TryStar) or _swallows(step) for step in below)
    return Order.APART if not caught and any(map(_ends, below)) else Order.UNSURE


def _same(one: Step, other: Step) -> bool:
    return one.node is other.node and one.field == other.field and one.index == other.index


def _exclusive(mine: Step, yours: Step) -> bool:
    match mine.node:
        case ast.If() | ast.IfExp():
            return {mine.field, yours.field} == _ALTERNATIVES
        case ast.Match():
            return mine.field == yours.field == "cases"
        case ast.Try() | ast.TryStar():
            return mine.field == yours.field == "handlers"
    return False


def _comes_first(mine: Step, yours: Step, *, written: bool) -> bool:
    """Say whether a part of a node is run before another one; `written` says that it stands before it."""
    if mine.field == yours.field:
        return written
    match mine.node:
        case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
            return mine.field == "value"
        case ast.IfExp():
            return mine.field == "test"
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return mine.field == "generators" or (yours.field != "generators" and written)
    return written


def _leads(mine: Step, yours: Step) -> bool:
    """Say whether who is in one part of a node has run another part to its end."""
    match mine.node:
        case ast.Try() | ast.TryStar():
            return (mine.field, yours.field) == ("body", "orelse")
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            return mine.field == "iter"
    return True


def _guards(asked: Asked, reads: Iterable[Asked]) -> frozenset[ast.AST]:
    """Return what runs a part only where the keys of a read are there: where it is left out, they are not."""
    found = (each for each in reads if each.asks and each.read.keys == asked.read.keys and each.loop is asked.loop)
    return frozenset(node for each in found if (node := _guarded(each.mention.steps)) is not None)


def _guarded(steps: Sequence[Step]) -> ast.AST | None:
    if not isinstance(steps[-1].node, ast.Compare):
        return None
    match steps[-2]:
        case Step(node=ast.If() | ast.IfExp() as node, field="test"):
            return node
        case Step(node=ast.BoolOp(op=ast.And(), values=[_, _]) as node, index=0):
            return node
        case Step(node=ast.comprehension(ifs=[_]), field="ifs"):
            return steps[-3].node
    return None


def _sure(step: Step, loop: Loop | None, guards: frozenset[ast.AST]) -> bool:
    """Say whether who runs a node runs this part of it, all of it where the part is the body of the read's own loop."""
    node = step.node
    match node:
        case ast.BoolOp() | ast.Compare() if step.index == 0:
            return True
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return not _again(step) or (node is loop and _is_full(node, guards))
        case ast.For() if step.field == "body":
            return node is loop and _is_whole(node)
    if type(node) in _FIRST:
        return step.field == _FIRST[type(node)] or (step.field != "orelse" and node in guards)
    return not (isinstance(node, _NEVER) or _nested(step) or _swallows(step))


def _is_whole(loop: ast.For) -> bool:
    return not any(isinstance(node, _STOPS) for node in own(loop.body))


def _is_full(node: Comprehension, guards: frozenset[ast.AST]) -> bool:
    one = len(node.generators) == 1 and (not node.generators[0].ifs or node in guards)
    return one and not isinstance(node, ast.GeneratorExp)


def _swallows(step: Step) -> bool:
    if not isinstance(step.node, ast.With | ast.AsyncWith) or step.field == "items":
        return False
    managers = (item.context_expr for item in step.node.items)
    return any(last_name(each.func if isinstance(each, ast.Call) else each) in _SWALLOWERS for each in managers)


def _ends(step: Step) -> bool:
    """Say whether a part of a node is a block that ends with leaving the function."""
    block = getattr(step.node, step.field)
    return isinstance(block, list) and isinstance(block[-1], ast.Return | ast.Raise)
