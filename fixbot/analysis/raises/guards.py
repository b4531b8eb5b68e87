"""What a test that was passed says about the code behind it; compares expressions as they are written, runs none."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

_SAME_EACH_TIME = frozenset({"str", "int", "len", "lower", "upper", "strip", "keys"})
_NATIVE = frozenset({"str", "bytes", "int", "float", "bool", "dict", "list", "tuple", "set"})
_ORDER = {ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.LtE, ast.LtE: ast.GtE}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that holds: `what` is true `of` an expression and of one `more`; `count` items at least.

    The words: `has` (a container, a key), `nonzero`, `filled`, `there` (not None), `is` (a kind), `attribute`
    (a name), `index` (an index that fits). `names` are those that the expressions are made of.
    """

    what: str
    of: str
    more: str = ""
    count: int = 1
    names: frozenset[str] = field(default=frozenset(), compare=False)


def written(node: ast.expr) -> str | None:  # noqa: PLR0911 - one return for each form
    """Return the text of an expression that gives the same value each time, None for any other."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=value):
            return repr(value)
        case ast.Attribute(value=value, attr=attr):
            left = written(value)
            return left and f"{left}.{attr}"
        case ast.Subscript(value=value, slice=index):
            left, right = written(value), written(index)
            return f"{left}[{right}]" if left and right else None
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name) as func, args=args, keywords=[]):
            parts = [written(func), *map(written, args)]
            return f"{parts[0]}({', '.join(map(str, parts[1:]))})" if name in _SAME_EACH_TIME and all(parts) else None
        case ast.Tuple(elts=elements):
            parts = [written(element) for element in elements]
            return f"({', '.join(map(str, parts))})" if all(parts) else None
    return None


def fact(what: str, of: ast.expr, more: ast.expr | None = None, *, word: str = "", count: int = 1) -> list[Fact]:
    """Return the fact about expressions, or none where one of them may give another value the next time."""
    texts = [written(of), written(more) if more is not None else word]
    if texts[0] is None or texts[1] is None:
        return []
    nodes = [of] if more is None else [of, more]
    names = frozenset(inner.id for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Name))
    return [Fact(what, texts[0], texts[1], count, names)]


def facts(test: ast.expr, *, holds: bool) -> list[Fact]:
    """Return what is known where a test came out true (`holds`) or false."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return facts(operand, holds=not holds)
        case ast.BoolOp(op=op, values=values):
            both = isinstance(op, ast.And) is holds
            return [each for value in values for each in facts(value, holds=holds)] if both else []
        case ast.Compare(left=left, ops=ops, comparators=comparators) if holds or len(ops) == 1:
            sides = [left, *comparators]
            return [
                each
                for op, one, other in zip(ops, sides, sides[1:], strict=False)
                for each in _compared(op, one, other, holds=holds)
            ]
    return _truth(test) if holds else []


def _truth(test: ast.expr) -> list[Fact]:  # noqa: PLR0911 - one return for each form
    match test:
        case ast.NamedExpr(target=target, value=value):
            return [*_truth(target), *_truth(value)]
        case ast.Call(func=ast.Name(id="bool"), args=[value], keywords=[]):
            return _truth(value)
        case ast.Call(func=ast.Name(id="len"), args=[value]):
            return [*fact("filled", value), *fact("nonzero", test)]
        case ast.Call(func=ast.Name(id="hasattr"), args=[value, ast.Constant(value=str() as name)]):
            return [*fact("there", value), *fact("attribute", value, word=name)]
        case ast.Call(func=ast.Name(id="isinstance"), args=[value, kind]):
            word = kind.id if isinstance(kind, ast.Name) and kind.id in _NATIVE else ""
            return [*fact("there", value), *(fact("is", value, word=word) if word else [])]
        case ast.Call(func=ast.Name(id="callable"), args=[value]):
            return fact("there", value)
        case ast.Call(func=ast.Attribute(value=holder, attr="get"), args=[key], keywords=[]):
            return fact("has", holder, key)
    return [each for what in ("there", "nonzero", "filled") for each in fact(what, test)]


def _compared(op: ast.cmpop, left: ast.expr, right: ast.expr, *, holds: bool) -> list[Fact]:
    if isinstance(left, ast.NamedExpr):
        left = left.target
    match op, right:
        case ((ast.In() | ast.NotIn()), _):
            return fact("has", _container(right), left) if isinstance(op, ast.In) is holds else []
        case ((ast.Is() | ast.Eq()), ast.Constant(value=None)):
            return [] if holds else fact("there", left)
        case ((ast.IsNot() | ast.NotEq()), ast.Constant(value=None)):
            return fact("there", left) if holds else []
    if isinstance(left, ast.Constant):
        left, right, turned = right, left, _TURNED.get(type(op), type(op))
    else:
        turned = type(op)
    kind = turned if holds else _ORDER.get(turned, turned)
    bound = right.value if isinstance(right, ast.Constant) else None
    return _bounded(kind, left, bound) if isinstance(bound, int | float) else []


def _container(node: ast.expr) -> ast.expr:
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr="keys"), args=[]):
            return value
    return node


def _bounded(op: type[ast.cmpop], left: ast.expr, bound: float) -> list[Fact]:
    above = (op is ast.Gt and bound >= 0) or (op is ast.GtE and bound > 0) or (op is ast.Eq and bound != 0)
    below = (op is ast.Lt and bound <= 0) or (op is ast.LtE and bound < 0) or (op is ast.NotEq and bound == 0)
    found = fact("nonzero", left) if above or below else []
    match left:
        case ast.Call(func=ast.Name(id="len"), args=[items]) if above or below:
            count = int(bound) + (op is ast.Gt)
            found += fact("filled", items, count=max(count, 1))
    return found


def never_zero(node: ast.expr) -> bool:
    """Say whether a number is written so that it cannot be zero: `3`, `max(1, n)`, `n or 1`."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return value != 0
        case ast.Call(func=ast.Name(id="max"), args=args):
            return any(isinstance(arg, ast.Constant) and isinstance(arg.value, int) and arg.value > 0 for arg in args)
        case ast.BoolOp(op=ast.Or(), values=values):
            return never_zero(values[-1])
    return False


def following(node: ast.stmt) -> list[Fact]:
    """Return what holds behind a statement that is no branch: `d[k] = v`, `n = max(1, n)`, `assert n`."""
    match node:
        case ast.Assert(test=test):
            return facts(test, holds=True)
        case ast.Assign(targets=[ast.Subscript(value=holder, slice=key)]) if not isinstance(key, ast.Slice):
            return fact("has", holder, key)
        case ast.Assign(targets=[ast.Name() as name], value=value) if never_zero(value):
            return fact("nonzero", name)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=holder, attr="setdefault"), args=[key, *_])):
            return fact("has", holder, key)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=holder, attr="append"))):
            return fact("filled", holder)
    return []


def each_time(target: ast.expr, iterable: ast.expr) -> list[Fact]:
    """Return what holds in `for target in iterable`: a key that is there, an index that fits."""
    match target, iterable:
        case ast.Name(), ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"), args=[items])]):
            return fact("index", items, target)
        case ast.Tuple(elts=[ast.Name() as index, _]), ast.Call(
            func=ast.Name(id="enumerate"), args=[items], keywords=[]
        ):
            return fact("index", items, index)
        case ast.Tuple(elts=[ast.Name() as key, _]), ast.Call(func=ast.Attribute(value=items, attr="items")):
            return fact("has", items, key)
        case ast.Name(), ast.Call(func=ast.Name(id="list" | "sorted" | "set" | "tuple"), args=[items]):
            return each_time(target, items)
        case ast.Name(), _:
            return fact("has", _container(iterable), target)
    return []
