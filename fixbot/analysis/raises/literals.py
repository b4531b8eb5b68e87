"""Says what literals rule out: an item that is always there, a format that fits; reads syntax only."""

from __future__ import annotations

import ast
import re
import string

# https://docs.python.org/3/library/codecs.html#error-handlers
_FORGIVING = frozenset({"ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace"})
# How many arguments these methods have with `timeout`.
_TIMED = {"wait": 1, "communicate": 2}
_CODERS = frozenset({"encode", "decode"})
_ERRORS = 1  # the place of `errors` among the arguments of `encode` and `decode`
# Each byte has a character: https://docs.python.org/3/library/codecs.html#text-encodings
_WHOLE = re.compile(r"(iso[-_]?8859[-_]?1|latin[-_]?1|l1)", re.IGNORECASE)
_SPLITTERS = frozenset({"split", "rsplit"})
_ENDS = (0, -1)
_POWERS, _ROOTS = 16, 10_000  # what is worked out beyond that would only cost time
_PERCENT = re.compile(r"%(.?)", re.DOTALL)
_CODEC_ERRORS = frozenset({"UnicodeDecodeError", "UnicodeEncodeError"})
_LATE = frozenset({"subprocess.TimeoutExpired"})


def number(index: ast.expr) -> int | None:
    """Return the value of a literal index, None where it is none."""
    match index:
        case ast.Constant(value=int() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
            return -number
    return None


def constant(node: ast.expr) -> object:
    """Return the value of a literal, or of a product or power of literal numbers such as `1024 ** 2`; else None."""
    match node:
        case ast.Constant(value=int() | float() | complex() | str() | bytes() as value):
            return value
        case ast.BinOp(left=left, op=ast.Mult() | ast.Pow() as op, right=right):
            first, second = constant(left), constant(right)
            if not isinstance(first, int | float) or not isinstance(second, int | float):
                return None
            if isinstance(op, ast.Mult):
                return first * second
            fits = isinstance(first, int) and second in range(_POWERS) and abs(first) < _ROOTS
            return first**second if fits else None
    return None


def is_there(node: ast.Subscript) -> bool:
    """Say whether an item exists whatever the text is: the first and last part of a text split at a literal."""
    match node.value:
        case ast.Call(func=ast.Attribute(attr=name), args=[ast.Constant(value=str() | bytes() as separator), *_]):
            return name in _SPLITTERS and bool(separator) and number(node.slice) in _ENDS
    return False


def ruled_out(call: ast.Call) -> frozenset[str]:
    """Return the exceptions that the literal arguments of a call of a known callable rule out."""
    if any(isinstance(arg, ast.Starred) for arg in call.args):
        return frozenset()
    found = {*(() if _is_timed(call) else _LATE), *(_CODEC_ERRORS if is_forgiving(call) else ())}
    match call:
        case ast.Call(func=ast.Name(id="zip"), keywords=[]):
            found |= {"ValueError"}
        case ast.Call(func=ast.Attribute(attr="update"), args=[ast.Dict()]):
            found |= {"TypeError", "ValueError"}
        case ast.Call(func=ast.Attribute(attr="decode"), args=[ast.Constant(value=str() as encoding), *_]):
            found |= _CODEC_ERRORS if _WHOLE.fullmatch(encoding) else set()
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str() as text))):
            found |= {"IndexError", "KeyError", "ValueError"} if _braces_fit(text, call) else set()
    return frozenset(found)


def _is_timed(call: ast.Call) -> bool:
    """Say whether a call of `subprocess` may be given a time: `run` and its like take it by its name only."""
    places = _TIMED.get(call.func.attr if isinstance(call.func, ast.Attribute) else "", len(call.args) + 1)
    return len(call.args) >= places or any(keyword.arg in {"timeout", None} for keyword in call.keywords)


def is_forgiving(call: ast.Call) -> bool:
    """Say whether a call names a way to go on where text cannot be decoded or encoded."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "errors"]
    if isinstance(call.func, ast.Attribute) and call.func.attr in _CODERS:
        given += call.args[_ERRORS:]
    return any(isinstance(value, ast.Constant) and value.value in _FORGIVING for value in given)


def percent_fits(text: ast.expr, values: ast.expr, kind: str | None) -> bool:
    """Say whether `text % values` has a place that takes anything (`%s`, `%r`) for each of some values of a kind."""
    if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
        return False
    places = [place for place in _PERCENT.findall(text.value) if place != "%"]
    if not set(places) <= {"s", "r"}:
        return False
    if isinstance(values, ast.Tuple):
        return len(values.elts) == len(places) and not any(isinstance(each, ast.Starred) for each in values.elts)
    return len(places) == 1 and kind in {"str", "int", "float", "bool"}


def _braces_fit(text: str, call: ast.Call) -> bool:
    try:
        places = [place for place in string.Formatter().parse(text) if place[1] is not None]
    except ValueError:
        return False
    if any(spec or conversion not in {None, "s", "r"} for _, _, spec, conversion in places):
        return False
    names = [name or "" for _, name, _, _ in places]
    if not any(names):
        return len(names) <= len(call.args)
    known = {*map(str, range(len(call.args))), *(keyword.arg or "" for keyword in call.keywords)} - {""}
    return known.issuperset(names)
