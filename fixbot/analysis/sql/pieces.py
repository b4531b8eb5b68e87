"""Takes expressions that put a text together apart: what stands there, and what is put in; it only reads."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

_FIELD = re.compile(r"%(?:\((?P<name>[^)]*)\))?(?P<flags>[#0\- +]*)(?P<size>[\d.*]*)[hlL]?(?P<kind>[a-zA-Z%])")


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """An expression whose value is put into a text; `odd` says what is done to it beside that, empty for nothing."""

    node: ast.expr
    odd: str = ""

    @property
    def source(self) -> str:
        """The expression as source text."""
        return ast.unparse(self.node)


#: What is odd about the right side of `%` where it may be a tuple.
SEVERAL = "what may be several values"
#: Either text that stands there, or a hole.
Piece = str | Hole


def pieces(node: ast.expr) -> list[Piece] | None:  # noqa: PLR0911 - one return for each form
    """Return what a text is put together from: an f-string, `+`, `%` or `.format`; None for anything else."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=values):
            return joined([piece for value in values for piece in _formatted(value)])
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = pieces(left), pieces(right)
            if first is None and second is None:
                return None
            return joined([*(first or [Hole(left)]), *(second or [Hole(right)])])
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            return _filled(left, right)
        case ast.Call(func=ast.Attribute(value=value, attr="format"), args=args, keywords=keywords):
            return _of_format(value, args, keywords)
    return None


def joined(parts: Sequence[Piece]) -> list[Piece]:
    """Return pieces with texts that stand beside each other as one."""
    found: list[Piece] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    return found


def holes(parts: Sequence[Piece]) -> list[Hole]:
    """Return the holes of pieces, in order."""
    return [part for part in parts if isinstance(part, Hole)]


def _formatted(node: ast.expr) -> list[Piece]:
    match node:
        case ast.Constant(value=value):
            return [str(value)]
        case ast.FormattedValue(value=ast.Constant(value=str() | int() as value), conversion=-1, format_spec=None):
            return [str(value)]
        case ast.FormattedValue(value=value, conversion=conversion, format_spec=spec):
            odd = "a format" if spec is not None else "a conversion" if conversion != -1 else ""
            return [Hole(value, odd)]
    return [Hole(node)]


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _filled(left: ast.expr, right: ast.expr) -> list[Piece] | None:
    """Return the pieces of `"..." % values`."""
    text = _literal(left)
    if text is None:
        return None
    given: list[ast.expr] = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    named = _named(right)
    found: list[Piece] = []
    end = 0
    for field in _FIELD.finditer(text):
        found.append(text[end : field.start()])
        end = field.end()
        if field["kind"] == "%":
            found.append("%")
            continue
        value = named.get(field["name"]) if field["name"] is not None else (given.pop(0) if given else None)
        odd = "" if field["kind"] in "sdi" and not field["flags"] + field["size"] else f"`{field[0]}`"
        if value is None or isinstance(value, ast.Starred):
            value, odd = right, "values that stand elsewhere"
        elif value is right and not isinstance(right, ast.Tuple):
            odd = odd or ("" if _is_one(right) else SEVERAL)
        found.append(Hole(value, odd))
    return joined([*found, text[end:]])


def _named(node: ast.expr) -> dict[str, ast.expr]:
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: value for key, value in pairs if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def _is_one(node: ast.expr) -> bool:
    """Say whether a value is certainly no tuple."""
    match node:
        case ast.Constant() | ast.JoinedStr():
            return True
        case ast.Call(func=ast.Name(id="str" | "int" | "float" | "len" | "repr")):
            return True
    return False


def _of_format(value: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]) -> list[Piece] | None:
    """Return the pieces of `"...".format(values)`."""
    text = _literal(value)
    if text is None:
        return None
    named = {keyword.arg: keyword.value for keyword in keywords if keyword.arg is not None}
    found: list[Piece] = []
    at = 0
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return None
    for before, field, spec, conversion in fields:
        found.append(before)
        if field is None:
            continue
        place, at = (str(at), at + 1) if not field else (field, at)
        filler = args[int(place)] if place.isdigit() and int(place) < len(args) else named.get(place)
        odd = "a format" if spec else "a conversion" if conversion else ""
        if filler is None or isinstance(filler, ast.Starred) or any(isinstance(arg, ast.Starred) for arg in args):
            filler, odd = ast.Name(place.partition(".")[0].partition("[")[0] or "it", ast.Load()), "a part of a value"
        found.append(Hole(filler, odd))
    return joined(found)
