"""Which bounds a body itself puts on the values of its keys, by checks that raise; it only reads."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fixbot.analysis.definitions import Function
from fixbot.analysis.keywords.uses import Manner, Uses, uses_of
from fixbot.analysis.logs import is_log_call
from fixbot.analysis.names import own

_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}
# What holds of a value for which a comparison that raises is false, and of a length, with what is added to it.
_VALUE: dict[type[ast.cmpop], str] = {ast.Lt: "ge", ast.LtE: "gt", ast.Gt: "le", ast.GtE: "lt"}
_LENGTH: dict[type[ast.cmpop], tuple[tuple[str, int], ...]] = {
    ast.Lt: (("min_length", 0),),
    ast.LtE: (("min_length", 1),),
    ast.Gt: (("max_length", 0),),
    ast.GtE: (("max_length", -1),),
    ast.NotEq: (("min_length", 0), ("max_length", 0)),
}
_LOWER = frozenset({"ge", "gt", "min_length"})

Number = int | float


@dataclass(frozen=True, slots=True)
class _Bound:
    key: str
    kind: str
    value: Number


def bounds_of(function: Function, names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Find the bounds that a body puts on keys, by an `if` that every call passes and that does nothing but raise.

    `if size < 1 or size > 50: raise ValueError` gives `ge=1` and `le=50`. A value that is None may be let through.

    Args:
        function: any function; one without a `**` parameter has only the `names`.
        names: the key that a parameter, or a local name that is bound once before the check, stands for.

    Returns:
        The constraints of each key that has some, as pydantic's `Field` spells them, the tightest of each kind:
        `ge`, `gt`, `le`, `lt` for numbers, `min_length` and `max_length` for what has a length.
    """
    view = _View(function, {name: key for name, key in names.items() if name and key}, uses_of(function))
    tightest: dict[str, dict[str, Number]] = {}
    for check in _checks(function):
        for bound in _raising(check.test, view.before(check), negated=False):
            kinds = tightest.setdefault(bound.key, {})
            known = kinds.get(bound.kind, bound.value)
            kinds[bound.kind] = (max if bound.kind in _LOWER else min)(known, bound.value)
    return {key: tuple(f"{kind}={value!r}" for kind, value in kinds.items()) for key, kinds in tightest.items()}


@dataclass(frozen=True, slots=True)
class _View:
    """What stands for a key in the statements of a body."""

    function: Function
    names: Mapping[str, str]
    uses: Uses | None

    def before(self, check: ast.If) -> _View:
        """Return the same without the names that are bound anew before a check."""
        args = self.function.node.args
        given = {each.arg for each in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
        body = self.function.node.body
        nodes = (node for each in body[: body.index(check)] for node in ast.walk(each))
        stored = [node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)]
        kept = {name: key for name, key in self.names.items() if stored.count(name) <= (name not in given)}
        return _View(self.function, kept, self.uses)

    def key(self, node: ast.expr) -> str | None:
        """Return the key that an expression is the value of, None where it is something else."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if self.uses is None or self.uses.opaque:
            return None
        found = [each for each in self.uses.reads if each.node is node and each.manner in {Manner.ITEM, Manner.GET}]
        key = found[0].keys[0] if found and not found[0].computed else None
        changed = (each for each in self.uses.reads if key in each.keys and each.manner is Manner.SET)
        return None if any(changed) else key

    def asks(self, node: ast.Compare, key: str) -> bool:
        """Say whether a comparison is `"x" in kwargs` for a key."""
        reads = self.uses.reads if self.uses is not None else ()
        asked = any(each.node is node and each.keys == (key,) for each in reads)
        return asked and isinstance(node.ops[0], ast.In)


def _checks(function: Function) -> Iterator[ast.If]:
    """Yield the statements of a body that only raise on a condition, down to where it may return."""
    for statement in function.node.body:
        if isinstance(statement, ast.If) and not statement.orelse and _only_raises(statement.body):
            yield statement
        elif any(isinstance(node, ast.Return) for node in own([statement])):
            return


def _only_raises(body: Sequence[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Raise) and all(_logs(each) for each in body[:-1])


def _logs(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr):
        return False
    match statement.value:
        case ast.Call(func=ast.Name(id="print")):
            return True
    return is_log_call(statement.value)


def _raising(test: ast.expr, view: _View, *, negated: bool) -> Iterator[_Bound]:
    """Yield what holds of every value that does not make a test true, or false where it is negated."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield from _raising(inner, view, negated=not negated)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is negated:
            for each in values:
                yield from _raising(each, view, negated=negated)
        case ast.BoolOp(values=[*guards, last]):
            found = list(_raising(last, view, negated=negated))
            keys = {bound.key for bound in found}
            if len(keys) == 1 and all(_lets_none_pass(each, view, keys.copy().pop(), negated) for each in guards):
                yield from found
        case ast.Compare(ops=ops) if negated or len(ops) == 1:
            for left, sign, right in zip([test.left, *test.comparators], ops, test.comparators, strict=False):
                yield from _compared(left, _OPPOSITE.get(type(sign)) if negated else type(sign), right, view)


def _lets_none_pass(guard: ast.expr, view: _View, key: str, negated: bool) -> bool:  # noqa: FBT001 - handed through
    """Say whether a condition only keeps None, or a key that is not there, from a check."""
    match guard:
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]):
            return view.key(left) == key and isinstance(op, ast.Is) is negated
        case ast.Compare():
            return not negated and view.asks(guard, key)
    return False


def _compared(left: ast.expr, op: type[ast.cmpop] | None, right: ast.expr, view: _View) -> Iterator[_Bound]:
    """Yield what holds of a key where a comparison is false."""
    if op is None:
        return
    if (number := _number(right)) is not None:
        yield from _bounded(left, op, number, view)
    elif (number := _number(left)) is not None:
        yield from _bounded(right, _MIRRORED.get(op, op), number, view)


def _bounded(node: ast.expr, op: type[ast.cmpop], number: Number, view: _View) -> Iterator[_Bound]:
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[measured], keywords=[]):
            key = view.key(measured)
            if key is not None and isinstance(number, int):
                yield from (_Bound(key, kind, number + more) for kind, more in _length(op, number))
        case _:
            key = view.key(node)
            if key is not None and op in _VALUE:
                yield _Bound(key, _VALUE[op], number)


def _length(op: type[ast.cmpop], number: int) -> tuple[tuple[str, int], ...]:
    """Return the bounds of a length for which a comparison with a number is false; none where they are no lengths."""
    found = (("min_length", 1),) if op is ast.Eq and number == 0 else _LENGTH.get(op, ())
    return found if all(number + more >= 0 for _, more in found) else ()


def _number(node: ast.expr) -> Number | None:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            found: Number = -value
        case ast.Constant(value=int() | float() as value):
            found = value
        case _:
            return None
    return None if isinstance(value, bool) or not math.isfinite(found) else found
