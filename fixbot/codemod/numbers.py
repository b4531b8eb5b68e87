"""What a number in a guard seems to be, and the name that it could have; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.names import last_name, own

_MINUTE, _HOUR, _DAY, _KIB, _MILLI = 60, 3600, 86400, 1024, 1000
_SECONDS = ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"))
_BYTES = ((_KIB**3, "GiB"), (_KIB**2, "MiB"), (_KIB, "KiB"))
_TIME_UNITS = frozenset({24, _MINUTE, _HOUR, _DAY})
_UNITS = _TIME_UNITS | {_KIB, _MILLI}
_LARGER = (ast.Gt, ast.GtE)
_ORDERED = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)
# Bounds of a calendar, a circle, a byte or a port: they never change, and everybody knows them.
_KNOWN = frozenset(
    {12, 23, 24, 28, 29, 30, 31, 53, 59, 60, 90, 100, 127, 128, 180, 255, 256, 360, 365, 366, 65535, 65536}
)
_SMALLEST = 8
_TIMES = re.compile(
    r"sec|time|age|delay|ttl|duration|interval|period|wait|expir|elapsed|delta|timeout|old|now|created|since|start",
    re.IGNORECASE,
)
_SIZES = re.compile(r"size|bytes|length|len|content|memory|body|buffer|upload|payload", re.IGNORECASE)
_ENDS_WITH = frozenset({"abort", "error", "exit", "_exit", "fail", "die", "bail", "skip"})
_REFUSES, _LAST_REPLY = 400, 600
_REPLIES = frozenset({"status", "status_code", "code"})


@dataclass(frozen=True, slots=True)
class Guarding:
    """A number that a guard compares with.

    `means` says what it seems to be, `name` how it could be called, `line` where the error says it, None where it is
    known by what it is made of.
    """

    node: ast.expr
    written: str
    means: str
    name: str
    line: int | None


def guarding(node: ast.If) -> list[Guarding]:
    """Return the numbers of a guard that have a meaning which the code does not tell, in source order.

    A guard is an `if` that ends in an error. A number counts where it is a product of units, such as `30 * 24 * 3600`,
    or where the text of the error has it as well.
    """
    if not _refuses(node.body):
        return []
    texts = list(_texts(node.body))
    found = (_guarding(compared, texts) for compared in _comparisons(node.test, upper=True))
    return [one for one in found if one is not None]


@dataclass(frozen=True, slots=True)
class _Compared:
    subject: ast.expr
    number: ast.expr
    upper: bool


def _comparisons(node: ast.expr, *, upper: bool) -> Iterator[_Compared]:
    """Yield each order between something and a number, with whether the guard refuses what is above."""
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _comparisons(value, upper=upper)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _comparisons(operand, upper=not upper)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for one, op, other in zip([left, *comparators], ops, comparators, strict=False):
                if isinstance(op, _ORDERED):
                    larger = isinstance(op, _LARGER)
                    if _value(other) is not None and _value(one) is None:
                        yield _Compared(one, other, larger == upper)
                    elif _value(one) is not None and _value(other) is None:
                        yield _Compared(other, one, larger != upper)


def _value(node: ast.expr) -> float | None:
    """Return what a number, or a product or sum of numbers, is."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.BinOp(left=left, op=ast.Mult() | ast.Add() as op, right=right):
            one, other = _value(left), _value(right)
            if one is not None and other is not None:
                return one * other if isinstance(op, ast.Mult) else one + other
    return None


def _factors(node: ast.expr) -> list[float]:
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return [*_factors(left), *_factors(right)]
        case ast.Constant(value=int() | float() as value):
            return [value]
    return []


def _guarding(compared: _Compared, texts: list[tuple[int, str]]) -> Guarding | None:
    value = _value(compared.number)
    if value is None:
        return None
    written, subject = ast.unparse(compared.number), _words(compared.subject)
    unit = _unit(compared.number, value, subject)
    line = next((line for line, text in texts if _says(text, value, unit)), None)
    told = line is not None and abs(value) >= _SMALLEST and value not in _KNOWN and len(subject) > 1
    if unit is None and not told:
        return None
    asked = ast.unparse(compared.subject)
    means = unit or f"the {'most' if compared.upper else 'least'} that `{asked}` may be"
    return Guarding(compared.number, written, means, _name(compared, subject, unit), line)


def _unit(node: ast.expr, value: float, subject: str) -> str | None:
    """Return "30 days in seconds" for `30 * 24 * 3600`, None where a number tells nothing."""
    factors = set(_factors(node))
    product = isinstance(node, ast.BinOp) and bool(factors & _UNITS)
    if (product and _KIB in factors) or (value >= _KIB**2 and value % _KIB == 0 and _SIZES.search(subject)):
        return _in(value, _BYTES, "bytes")
    timed = product and bool(factors & _TIME_UNITS)
    if timed and _MILLI in factors:
        return _in(value / _MILLI, _SECONDS, "milliseconds")
    bare = isinstance(node, ast.Constant) and value >= _HOUR and value % _HOUR == 0 and _TIMES.search(subject)
    return _in(value, _SECONDS, "seconds") if timed or bare else None


def _in(value: float, units: tuple[tuple[int, str], ...], base: str) -> str | None:
    for size, unit in units:
        if value >= size and value % size == 0:
            count = int(value // size)
            plural = "s" if count > 1 and units is _SECONDS else ""
            return f"{count} {unit}{plural} in {base}"
    return None


def _says(text: str, value: float, unit: str | None) -> bool:
    """Say whether the text of an error has the number, or what it is in larger units."""
    shown = {f"{value:g}", str(value), *([f"{int(value):,}", f"{int(value)}"] if value == int(value) else [])}
    if unit is not None:
        shown.add(unit.split()[0])
    return any(re.search(rf"(?<![\w.]){re.escape(number)}(?![\w]|\.\d)", text) for number in shown)


def _name(compared: _Compared, subject: str, unit: str | None) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", subject).upper().strip("_")
    bound = "MAX" if compared.upper else "MIN"
    base = unit.rpartition(" ")[2].upper() if unit is not None else ""
    said = "" if not base or base in words or (base == "BYTES" and "SIZE" in words) else f"_{base}"
    plain = words.removeprefix(f"{bound}_").removeprefix("TOTAL_") or "VALUE"
    return f"{bound}_{plain}{said}"


def _words(node: ast.expr) -> str:
    """Return what a compared thing is called: `name_length` for `len(self.name)`."""
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[arg]):
            return f"{_words(arg)}_length".strip("_")
        case ast.Call(func=ast.Name(id="int" | "float" | "abs" | "round" | "sum"), args=[arg, *_]):
            found = _words(arg)
        case ast.Call(func=ast.Attribute(value=held, attr="total_seconds")):
            found = f"{_words(held)}_seconds"
        case ast.Call(func=func):
            found = re.sub(r"^(?:get|count|compute|calculate)_", "", last_name(func))
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            found = re.sub(r"\W+", "_", key)
        case ast.Await(value=held):
            found = _words(held)
        case ast.BinOp(op=ast.Sub()):
            found = "age" if _TIMES.search(ast.unparse(node)) else "difference"
        case _:
            found = last_name(node)
    return found.strip("_")


def _refuses(body: list[ast.stmt]) -> bool:
    """Say whether a block ends in an error: it raises, ends the process, or answers with one."""
    match body[-1]:
        case ast.Raise():
            return True
        case ast.Expr(value=ast.Call(func=func)):
            return last_name(func) in _ENDS_WITH
        case ast.Return(value=ast.Tuple(elts=[_, *_, ast.Constant(value=int() as code)])):
            return _REFUSES <= code < _LAST_REPLY
        case ast.Return(
            value=ast.Tuple(elts=[ast.Constant(value=False | None), ast.Constant(value=str()) | ast.JoinedStr()])
        ):
            return True
        case ast.Return(value=ast.Call(keywords=keywords, func=func)):
            codes = [word.value for word in keywords if word.arg in _REPLIES and isinstance(word.value, ast.Constant)]
            failed = any(isinstance(code.value, int) and code.value >= _REFUSES for code in codes)
            return failed or re.search(r"Error|Invalid|Failure|BadRequest", last_name(func)) is not None
    return False


def _texts(body: list[ast.stmt]) -> Iterator[tuple[int, str]]:
    """Yield the texts of a block with their lines."""
    for node in own(body):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
