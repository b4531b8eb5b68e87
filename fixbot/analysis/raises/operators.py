"""What operators, comparisons and subscripts on known kinds raise and give; looks at kinds, not at scopes."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from fixbot.analysis.raises import literals
from fixbot.analysis.raises.kinds import (
    NUMBERS,
    SEQUENCES,
    SIZES,
    base,
    certain,
    holding,
    inner,
    join,
    may_be_none,
    operation,
    plain,
)

_HOLDERS = ("list", "tuple", "set", "str", "bytes", "range")
_TEXT = ("str", "bytes")
_ORDERINGS = ast.Lt | ast.LtE | ast.Gt | ast.GtE


@dataclass(frozen=True, slots=True)
class Effect:
    """What one step of an expression gives and raises; it is not understood where `known` is false.

    What is `doubted` may come out as well, where an argument is other than most are.
    """

    kind: str | None = None
    raises: tuple[str, ...] = ()
    known: bool = True
    source: str = "operation"
    doubted: tuple[str, ...] = ()


FOREIGN = Effect(known=False)


def binary(node: ast.operator, left: str | None, right: str | None, operand: ast.expr) -> Effect:
    """Return the effect of `left op right`; `operand` is the right side, for its constants."""
    if may_be_none(left) or may_be_none(right):
        sides = certain(left), certain(right)
        harmless = isinstance(node, ast.Add | ast.Sub) and all(side is not None and plain(side) for side in sides)
        return Effect("json", ("TypeError",)) if harmless else FOREIGN
    if left in NUMBERS and right in NUMBERS:
        return _arithmetic(node, "float" if "float" in {left, right} else "int", operand)
    if isinstance(node, ast.Mod) and left in {"str", "bytes"} and plain(right):
        return Effect(left, ("TypeError", "ValueError"))
    effect = _other(node, left, right)
    divides = isinstance(node, ast.Div | ast.FloorDiv | ast.Mod) and left not in _TEXT and right not in _TEXT
    constant = literals.constant(operand)
    return effect if effect.known or not divides or constant else replace(FOREIGN, raises=("ZeroDivisionError",))


def _arithmetic(  # noqa: PLR0911 - one return for each operator
    node: ast.operator, kind: str, operand: ast.expr
) -> Effect:
    constant = literals.constant(operand)
    match node:
        case ast.Add() | ast.Sub() | ast.Mult():
            return Effect(kind)
        case ast.Div() | ast.FloorDiv() | ast.Mod():
            kind = "float" if isinstance(node, ast.Div) else kind
            return Effect(kind, () if constant else ("ZeroDivisionError",))
        case ast.BitAnd() | ast.BitOr() | ast.BitXor() if kind == "int":
            return Effect("int")
        case ast.LShift() | ast.RShift() if kind == "int":
            return Effect("int", () if constant is not None else ("ValueError",))
        case ast.Pow() if kind == "int" and constant is not None:
            return Effect("int")
        case ast.Pow():
            return Effect(None, ("ZeroDivisionError", "OverflowError"))
    return FOREIGN


def _other(node: ast.operator, left: str | None, right: str | None) -> Effect:
    word, other = base(left), base(right)
    if isinstance(node, ast.Add) and word == other and word in SEQUENCES:
        return Effect(left if left == right else word)
    if isinstance(node, ast.Mult) and (word in SEQUENCES and right == "int"):
        return Effect(left)
    if isinstance(node, ast.Mult) and (other in SEQUENCES and left == "int"):
        return Effect(right)
    if isinstance(node, ast.Div) and word == "path" and other in {"path", "str"}:
        return Effect("path")
    if word == other == "set" and isinstance(node, ast.BitAnd | ast.BitOr | ast.Sub | ast.BitXor):
        return Effect(join(left, right))
    return FOREIGN


def either(op: ast.boolop, values: list[str | None]) -> str | None:
    """Return the kind of `a or b`, `a and b`; what `or` passes on from the left is not None."""
    joined = values[0]
    for kind in values[1:]:
        joined = join(certain(joined) if isinstance(op, ast.Or) else joined, kind)
    return joined


def unary(node: ast.unaryop, kind: str | None) -> Effect:
    """Return the effect of `-x`, `+x`, `~x` and `not x`."""
    if isinstance(node, ast.Not):
        return Effect("bool")
    if kind in NUMBERS and not (isinstance(node, ast.Invert) and kind == "float"):
        return Effect("float" if kind == "float" else "int")
    return FOREIGN


def comparison(node: ast.cmpop, left: tuple[ast.expr, str | None], right: tuple[ast.expr, str | None]) -> Effect:
    """Return the effect of one comparison; each side comes as written and with its kind.

    A plain name of unknown kind may be compared with a value known to be plain: that runs foreign code only
    where somebody overloaded the operator, which a comparison with a constant does not ask for.
    """
    if isinstance(node, ast.Is | ast.IsNot):
        return Effect("bool")
    if isinstance(node, ast.In | ast.NotIn):
        return _membership(left, right)
    sides = left, right
    if not any(plain(kind) for _, kind in sides):
        return FOREIGN
    if not all(plain(kind) or (isinstance(side, ast.Name) and base(kind) is None) for side, kind in sides):
        return FOREIGN
    mixed = isinstance(node, _ORDERINGS) and any(may_be_none(kind) for _, kind in sides)
    return Effect("bool", ("TypeError",) if mixed else ())


def _membership(left: tuple[ast.expr, str | None], right: tuple[ast.expr, str | None]) -> Effect:
    holder = right[1]
    word = base(holder)
    if not (plain(left[1]) or isinstance(left[0], ast.Name)):
        return FOREIGN
    if word in {"dict", "environ"} or (word in _HOLDERS and plain(holder)):
        text = word in {*_TEXT, "environ"} and may_be_none(left[1])
        unhashable = word in {"dict", "set"} and left[1] == "json"
        return Effect("bool", ("TypeError",) if text or unhashable or may_be_none(holder) else ())
    return Effect("bool", ("TypeError",)) if word == "json" else FOREIGN


def subscript(kind: str | None, index: ast.expr, index_kind: str | None = None) -> Effect:
    """Return the effect of reading `value[index]`, a value of this kind and an index that was understood."""
    absent = ("TypeError",) if kind is not None and kind.endswith("?") else ()
    if isinstance(index, ast.Slice):
        if base(kind) in SEQUENCES | {"output"}:
            return Effect(certain(kind), absent)
        if base(kind) in SIZES:
            return Effect(holding("tuple", inner(kind)), absent)
        return Effect("json", ("TypeError", "KeyError")) if kind == "json" else FOREIGN
    if index_kind == "json" or (may_be_none(index_kind) and base(kind) not in {"dict", "defaulting", None}):
        absent = ("TypeError",)  # a list is no key, and None no place
    fact = operation(kind, "<item>")
    if base(kind) == "defaulting":
        return FOREIGN
    if fact is None:
        effect = absent_item(index_kind)
        return replace(effect, raises=(*effect.raises, *absent))
    result = inner(kind) if fact.returns == "element" else fact.returns
    raises = fact.raises
    if kind == "json" and isinstance(index, ast.Constant) and isinstance(index.value, str):
        raises = ("KeyError", "TypeError")
    if base(kind) == "match" and isinstance(index, ast.Constant):
        raises = ()  # a literal group is there on every run or on none
    if (size := SIZES.get(base(kind) or "")) is not None and literals.number(index) in range(-size, size):
        raises = ()
    return Effect(result, (*raises, *absent))


def absent_item(index_kind: str | None) -> Effect:
    """Return the effect of reading an item of a value of which nothing is known: the index says what it is."""
    return replace(FOREIGN, raises=("IndexError",) if index_kind == "int" else ("KeyError",))


def store(kind: str | None, operation_name: str) -> Effect:
    """Return the effect of assigning to (`<stores>`) or deleting (`<deletes>`) an item of such a value."""
    fact = None if kind is None or kind.endswith("?") else operation(kind, operation_name)
    return FOREIGN if fact is None else Effect("none", fact.raises)


def running_through(kind: str | None) -> Effect:
    """Return the effect of iterating over a value of this kind; the effect's kind is that of the elements."""
    fact = None if kind is None or kind.endswith("?") else operation(kind, "<iterates>")
    if fact is None:
        return FOREIGN
    return Effect(inner(kind) if fact.returns == "element" else fact.returns, fact.raises)


def entering(kind: str | None) -> Effect:
    """Return the effect of `with value as x`, its end included; the effect's kind is that of `x`."""
    fact = None if kind is None or kind.endswith("?") else operation(kind, "<enters>")
    if fact is None:
        return FOREIGN
    return Effect(kind if fact.returns == "same" else fact.returns, fact.raises, source=fact.source)


def unpacking(kind: str | None, display: ast.expr | None, targets: list[ast.expr]) -> Effect:
    """Return the effect of `a, b = value`; the effect's kind is that of each part.

    `display` is the value where it is written out as a tuple or list, whose length is then known.
    """
    starred = any(isinstance(target, ast.Starred) for target in targets)
    if isinstance(display, ast.Tuple | ast.List) and not any(isinstance(part, ast.Starred) for part in display.elts):
        count = len(display.elts)
        fits = count >= len(targets) - 1 if starred else count == len(targets)
        return Effect(inner(kind), () if fits else ("ValueError",))
    if kind is not None and not kind.endswith("?") and SIZES.get(base(kind) or "") == len(targets) and not starred:
        return Effect(inner(kind))
    parts = running_through(kind)
    return replace(parts, raises=(*parts.raises, "ValueError"))


def display(word: str, elements: list[str | None]) -> str:
    """Return the kind of a list, tuple or set that is written out."""
    joined = elements[0] if elements else None
    for kind in elements[1:]:
        joined = join(joined, kind)
    return holding(word, joined)
