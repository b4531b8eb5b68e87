"""Writes the log call in the place of a print, with LibCST: the same text, its values handed over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fixbot.codemod.contract import Declined, Proposal
from fixbot.codemod.lazy import cst

_WIDTH = 79
_PLAIN_QUOTES = ("'", '"')
_CONVERSIONS = {None: "%s", "s": "%s", "r": "%r", "a": "%a"}
# What a print has and its log call has not.
_DROPS = (
    *("print", "f", "F", "{", "}", "!", "s", "r", "a", '"', "'", "\\", ","),
    *("fr", "rf", "Fr", "rF", "fR", "Rf", "FR", "RF"),
    *("file", "=", "None", "sys", ".", "stdout", "stderr", "__stdout__", "__stderr__"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a print is to be logged: the function, how the logger takes values, and what the module needs for it.

    `style` is `lazy` where values are handed over, `kept` where an f-string stays one, and `plain` for loggers that
    take no values. `column` is that of the call, and `width` the length of its longest line so far.
    """

    function: str
    style: str
    column: int
    width: int
    imports: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A literal with its raw text, or a value with the sign that stands for it."""

    raw: str
    quote: str = ""
    value: cst.BaseExpression | None = None


def logged(node: cst.CSTNode, wanted: Wanted) -> Proposal | Declined:
    """Return what stands in the place of a print."""
    if not isinstance(node, cst.Call):
        return Declined("it is not the call that was found")
    arguments = [argument.value for argument in node.args if argument.keyword is None]
    values = _one(arguments[0], wanted.style) if len(arguments) == 1 else _several(arguments, wanted.style)
    if values is None:
        return Declined("its texts are written in ways that cannot be put into one")
    unused = ("sys",) if len(arguments) < len(node.args) else ()
    return Proposal(_call(node, wanted, values), wanted.imports, wanted.setup, unused=unused, drops=_DROPS)


def _several(arguments: list[cst.BaseExpression], style: str) -> list[cst.BaseExpression] | None:
    return _in_one(arguments) if style == "plain" else _joined(arguments)


def _is_text(value: cst.BaseExpression) -> bool:
    """Say whether an expression is a literal without values."""
    if isinstance(value, cst.ConcatenatedString):
        return _is_text(value.left) and _is_text(value.right)
    return isinstance(value, cst.SimpleString)


def _one(value: cst.BaseExpression, style: str) -> list[cst.BaseExpression] | None:
    """Return a message and its values for one argument, a literal in the layout that it has."""
    if _is_text(value) or _is_made(value):
        return [value]
    if not isinstance(value, cst.FormattedString | cst.ConcatenatedString):
        return _in_one([value]) if style == "plain" else [cst.SimpleString('"%s"'), _given(value)]
    found: list[cst.BaseExpression] = []
    message = _message(value, found) if style == "lazy" else None
    return [value] if message is None or not found else [message, *found]  # what cannot be taken apart stays one


def _is_made(value: cst.BaseExpression) -> bool:
    """Say whether an expression makes a text out of a literal: a message without values is never formatted."""
    if isinstance(value, cst.BinaryOperation):
        return _is_text(value.left) or _is_made(value.left)
    formats = isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and _is_text(value.func.value)
    return formats and value.func.attr.value in {"format", "join"}  # type: ignore[attr-defined]


def _message(value: cst.BaseExpression, found: list[cst.BaseExpression]) -> cst.BaseExpression | None:
    """Return a literal with signs for the values, which are put into `found`; None where one has a format."""
    if isinstance(value, cst.ConcatenatedString):
        left, right = _message(value.left, found), _message(value.right, found)
        if not isinstance(left, cst.SimpleString) or not isinstance(right, cst.SimpleString | cst.ConcatenatedString):
            return None
        return value.with_changes(left=left, right=right)
    pieces = _pieces(value)
    if pieces is None:
        return None
    found += [piece.value for piece in pieces if piece.value is not None]
    raw = "".join(piece.raw for piece in pieces)
    if isinstance(value, cst.FormattedString):
        prefix = value.start.rstrip("'\"").replace("f", "").replace("F", "")
        quote = value.start.lstrip("fFrR")
        return cst.SimpleString(f"{prefix}{quote}{raw}{value.end}", lpar=value.lpar, rpar=value.rpar)
    if not isinstance(value, cst.SimpleString):
        return None
    return value.with_changes(value=f"{value.prefix}{value.quote}{raw}{value.quote}")


def _pieces(value: cst.BaseExpression, *, apart: bool = False) -> list[_Piece] | None:
    """Return the texts and values of one literal; None where it is none.

    Where a value has a format or shows its own code it is a text `apart`, or else the whole is None.
    """
    if isinstance(value, cst.SimpleString):
        return [_Piece(value.raw_value.replace("%", "%%"), value.quote)]
    if not isinstance(value, cst.FormattedString):
        return None
    quote = value.start.lstrip("fFrR")
    found = []
    for part in value.parts:
        if isinstance(part, cst.FormattedStringText):
            found.append(_Piece(part.value.replace("%", "%%").replace("{{", "{").replace("}}", "}"), quote))
        elif isinstance(part, cst.FormattedStringExpression):
            if part.equal is None and not part.format_spec and part.conversion in _CONVERSIONS:
                found.append(_Piece(_CONVERSIONS[part.conversion], quote, _given(part.expression)))
            elif apart:
                found.append(_Piece("%s", value=value.with_changes(parts=[part], lpar=[], rpar=[])))
            else:
                return None
    return found


def _joined(arguments: list[cst.BaseExpression]) -> list[cst.BaseExpression] | None:
    """Return one message for several arguments, with spaces between them, and their values."""
    texts: list[str] = []
    found: list[cst.BaseExpression] = []
    for argument in arguments:
        parts = _flat(argument)
        pieces = [piece for part in parts for piece in _pieces(part, apart=True) or [_Piece("%s", value=_given(part))]]
        if any(piece.quote not in {"", *_PLAIN_QUOTES} for piece in pieces) or any(map(_is_raw, parts)):
            return None
        texts.append("".join(_requoted(piece) for piece in pieces))
        found += [piece.value for piece in pieces if piece.value is not None]
    message = " ".join(texts)
    if not found:  # nothing is formatted where no value is given
        message = message.replace("%%", "%")
    return [cst.SimpleString(f'"{message}"'), *found]


def _in_one(arguments: list[cst.BaseExpression]) -> list[cst.BaseExpression] | None:
    """Return one f-string for several arguments, for loggers that take no values."""
    texts: list[str] = []
    for argument in arguments:
        if isinstance(argument, cst.SimpleString) and argument.quote in _PLAIN_QUOTES and not _is_raw(argument):
            texts.append(_requoted(_Piece(argument.raw_value, argument.quote)).replace("{", "{{").replace("}", "}}"))
            continue
        code = cst.Module([]).code_for_node(_given(argument))
        if re.search(r"[\"'\\{}\n#]", code):  # older versions of Python do not take these inside
            return None
        texts.append(f"{{{code}!s}}")
    return [cst.parse_expression(f'f"{" ".join(texts)}"')]


def _flat(value: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(value, cst.ConcatenatedString):
        return [*_flat(value.left), *_flat(value.right)]
    return [value]


def _is_raw(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.SimpleString):
        return bool(value.prefix)
    return isinstance(value, cst.FormattedString) and "r" in value.start.lower()


def _requoted(piece: _Piece) -> str:
    """Return the raw text of a piece as it stands between double quotes."""
    if piece.quote != "'":
        return piece.raw
    inside = {'"': '\\"', "\\'": "'"}
    return re.sub(r'\\.|"', lambda found: inside.get(found[0], found[0]), piece.raw, flags=re.DOTALL)


def _given(value: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression as it can stand among arguments."""
    if isinstance(value, cst.Tuple | cst.Yield | cst.GeneratorExp) and not value.lpar:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value


def _call(node: cst.Call, wanted: Wanted, values: list[cst.BaseExpression]) -> cst.Call:
    """Return the call with these arguments, laid out as it was, or one a line where they would not fit."""
    last = node.args[-1]
    own_lines = isinstance(node.whitespace_before_args, cst.ParenthesizedWhitespace)
    gap = node.whitespace_before_args if own_lines else cst.SimpleWhitespace(" ")
    *before, final = [cst.Arg(value) for value in values]
    before = [argument.with_changes(comma=cst.Comma(whitespace_after=gap)) for argument in before]
    final = final.with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    changed = node.with_changes(func=cst.parse_expression(wanted.function), args=[*before, final])
    if not own_lines:
        changed = _aligned(changed, len(wanted.function) - len("print"))
    code = cst.Module([]).code_for_node(changed)
    if "\n" in code or wanted.column + len(code) <= max(_WIDTH, wanted.width):
        return changed
    step = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace("    "))
    end = cst.Comma(whitespace_after=cst.ParenthesizedWhitespace(indent=True))
    *before, final = [argument.with_changes(comma=cst.Comma(whitespace_after=step)) for argument in changed.args]
    return changed.with_changes(whitespace_before_args=step, args=[*before, final.with_changes(comma=end)])


def _aligned(call: cst.Call, further: int) -> cst.Call:
    """Return a call with the lines that go on from its first one as far behind the bracket as they were."""

    class Shift(cst.CSTTransformer):
        def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
            if not isinstance(original_node, cst.ParenthesizedWhitespace):
                return updated_node
            value = original_node.last_line.value
            moved = cst.SimpleWhitespace(f"{value}{' ' * further}" if value.isspace() else value)
            return updated_node.with_changes(last_line=moved)

    shifted = call.visit(Shift())
    return shifted if isinstance(shifted, cst.Call) else call
