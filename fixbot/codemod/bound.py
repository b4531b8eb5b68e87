"""Writes placeholders into the text of a statement, and the values beside it; it only edits the node it is given."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixbot.analysis.sql.grammar import holes_in, mark, marked
from fixbot.analysis.sql.pieces import pieces
from fixbot.codemod.contract import Declined, Proposal
from fixbot.codemod.lazy import cst

# A literal in quotes, or what a quote in it does not count in: a comment, a name.
_QUOTED = re.compile(r"--[^\n]*|/\*.*?\*/|\"[^\"]*\"|`[^`]*`|'(?:[^']|'')*'", re.DOTALL)
_FIELD = re.compile(r"%%|%(?:\(\w+\))?[sdi]")
_BRACES = re.compile(r"\{\{|\}\}|\{\w*\}")
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """How a text changes: for each hole its placeholder, None where it stays.

    `sql` is what is to come of it, with a mark for each hole that stays. `doubled` says that each `%` which stands
    there is written twice.
    """

    placeholders: tuple[str | None, ...]
    sql: str
    doubled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bind:
    """How a call changes that runs a statement.

    `text` is how its statement changes, None where that stands elsewhere; `nested` says that it stands in `text()`.
    `values` are names and source texts; `how` says in which form they go along: `tuple`, `arguments`, `mapping` or
    `bindparams`. `before` counts for each value those that are given already and come before it.
    """

    text: Text | None
    nested: bool
    how: str
    values: tuple[tuple[str, str], ...]
    before: tuple[int, ...] = ()


def literals(text: str) -> list[str]:
    """Return the literals in quotes of a statement."""
    return [found[0] for found in _QUOTED.finditer(text) if found[0].startswith("'")]


def with_values(text: str, placeholders: Sequence[str | None], *, doubled: bool) -> str:
    """Return a marked text with placeholders for its holes; quotes around them go."""
    text = text.replace("%", "%%") if doubled else text

    def literal(found: re.Match[str]) -> str:
        inside = [placeholders[number] for number in holes_in(found[0])] if found[0].startswith("'") else []
        return next((placeholder for placeholder in inside if placeholder is not None), found[0])

    text = _QUOTED.sub(literal, text)
    for number, placeholder in enumerate(placeholders):
        text = text.replace(mark(number), mark(number) if placeholder is None else placeholder)
    return text


def alike(text: str) -> str:
    """Return a marked text with the same mark for every hole, so that two can be compared."""
    return "".join(mark(0) if holes_in(sign) else sign for sign in text)


def edit(plan: Text | Bind, node: cst.CSTNode) -> Proposal | Declined:
    """Write the placeholders, and the values where the node is the call."""
    if isinstance(plan, Text):
        new = _retold(node, plan) if isinstance(node, cst.BaseExpression) else None
    else:
        new = _called(node, plan) if isinstance(node, cst.Call) else None
    if new is None:
        return Declined("the text is written in a way that a person has to change")
    return Proposal(new, drops=_lost(node, new))


def _lost(before: cst.CSTNode, after: cst.CSTNode) -> tuple[str, ...]:
    """Return the words that only said how the text was put together."""
    old, new = (Counter(_WORD.findall(_code(node))) for node in (before, after))
    return tuple((old - new).elements())


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def _called(node: cst.Call, plan: Bind) -> cst.BaseExpression | None:
    args = list(node.args)
    if plan.text is not None:
        first = _first(args[0], plan)
        if first is None:
            return None
        args[0] = first
    if plan.how == "bindparams":
        given = [cst.Arg(_read(source), keyword=cst.Name(name), equal=_EQUAL()) for name, source in plan.values]
        return cst.Call(cst.Attribute(node.with_changes(args=args), cst.Name("bindparams")), given)
    with_them = _given(node, args, plan)
    return None if with_them is None else node.with_changes(args=with_them)


def _EQUAL() -> cst.AssignEqual:  # noqa: N802 - a constant that is made late
    return cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _first(arg: cst.Arg, plan: Bind) -> cst.Arg | None:
    """Return the argument with the statement as it is to be."""
    if plan.text is None:
        return arg
    if not plan.nested:
        new = _retold(arg.value, plan.text)
        return None if new is None else arg.with_changes(value=new)
    if not isinstance(arg.value, cst.Call):
        return None
    inner = arg.value.args[0]
    new = _retold(inner.value, plan.text)
    if new is None:
        return None
    told = arg.value.with_changes(args=[inner.with_changes(value=new), *arg.value.args[1:]])
    return arg.with_changes(value=told)


def _given(node: cst.Call, args: list[cst.Arg], plan: Bind) -> list[cst.Arg] | None:
    """Return the arguments with the values."""
    sources = [source for _, source in plan.values]
    if plan.how == "arguments":
        return _behind(node, args, [_read(source) for source in sources])
    if len(args) == 1:
        return _behind(node, args, [_read(_display(plan))])
    value = args[1].value
    if plan.how == "mapping" and isinstance(value, cst.Dict):
        more = [cst.DictElement(_read(f'"{name}"'), _read(source)) for name, source in plan.values]
        return [args[0], args[1].with_changes(value=value.with_changes(elements=_more(value.elements, more)))]
    if plan.how == "tuple" and isinstance(value, cst.Tuple | cst.List):
        elements = list(value.elements)
        for added, (source, before) in enumerate(zip(sources, plan.before, strict=True)):
            elements.insert(before + added, cst.Element(_read(source)))
        spaced = [each.with_changes(comma=_COMMA()) for each in elements[:-1]]
        last = elements[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return [args[0], args[1].with_changes(value=value.with_changes(elements=[*spaced, last])), *args[2:]]
    return None


def _COMMA() -> cst.Comma:  # noqa: N802 - a constant that is made late
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _more(elements: Sequence[cst.BaseDictElement], more: list[cst.DictElement]) -> list[cst.BaseDictElement]:
    """Return the elements of a mapping with more behind them, which keep the last one's comma."""
    if not elements:
        return [*more]
    last = elements[-1]
    comma = last.comma if isinstance(last.comma, cst.Comma) else cst.MaybeSentinel.DEFAULT
    lead = elements[-2].comma if len(elements) > 1 else _COMMA()
    head = [*elements[:-1], last.with_changes(comma=lead)]
    return [*head, *(each.with_changes(comma=lead) for each in more[:-1]), more[-1].with_changes(comma=comma)]


def _behind(node: cst.Call, args: list[cst.Arg], more: list[cst.BaseExpression]) -> list[cst.Arg]:
    """Return arguments with more behind them, laid out as those are that stand there."""
    last, opening = args[-1], node.whitespace_before_args
    between: cst.Comma | cst.MaybeSentinel = _COMMA()
    if len(args) > 1:
        between = args[-2].comma
    elif isinstance(opening, cst.ParenthesizedWhitespace):
        between = cst.Comma(whitespace_after=opening)
    head = last.with_changes(comma=between, whitespace_after_arg=cst.SimpleWhitespace(""))
    end = cst.Arg(more[-1], comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    return [*args[:-1], head, *(cst.Arg(each, comma=between) for each in more[:-1]), end]


def _display(plan: Bind) -> str:
    if plan.how == "mapping":
        return "{" + ", ".join(f'"{name}": {source}' for name, source in plan.values) + "}"
    sources = [source for _, source in plan.values]
    return f"({sources[0]},)" if len(sources) == 1 else f"({', '.join(sources)})"


def _read(source: str) -> cst.BaseExpression:
    return cst.parse_expression(source)


def _retold(node: cst.BaseExpression, plan: Text) -> cst.BaseExpression | None:
    """Return a text with its placeholders; None where what comes of it is not what it should be."""
    numbers = iter(range(len(plan.placeholders)))
    try:
        new = _written(node, plan, numbers)
    except (StopIteration, ValueError):
        return None
    if new is None:
        return None
    told = pieces(ast.parse(f"({_code(new)})", mode="eval").body)
    complete = told is not None and next(numbers, None) is None
    return new if complete and told is not None and alike(marked(told)) == alike(plan.sql) else None


def _written(  # noqa: PLR0911 - one return for each form
    node: cst.BaseExpression, plan: Text, numbers: Iterator[int]
) -> cst.BaseExpression | None:
    match node:
        case cst.SimpleString():
            return _leaf(node, node.prefix, node.quote, node.raw_value, {}, plan)
        case cst.FormattedString():
            raw, kept = _formatted(node, numbers)
            return _leaf(node, node.prefix, node.end, raw, kept, plan)
        case cst.ConcatenatedString(left=left, right=right):
            first = _written(left, plan, numbers)
            second = _written(right, plan, numbers)
            return None if first is None or second is None else node.with_changes(left=first, right=second)
        case cst.BinaryOperation(operator=cst.Modulo(), left=cst.SimpleString() as left):
            raw = _FIELD.sub(lambda found: "%" if found[0] == "%%" else mark(next(numbers)), left.raw_value)
            return _with(left, raw, plan, node)
        case cst.Call(func=cst.Attribute(value=cst.SimpleString() as left)):
            raw = _BRACES.sub(lambda f: f[0][0] if len(set(f[0])) == 1 else mark(next(numbers)), left.raw_value)
            return _with(left, raw, plan, node)
        case cst.BinaryOperation(operator=cst.Add()):
            return _added(node, plan, numbers)
    return None


def _with(left: cst.SimpleString, raw: str, plan: Text, node: cst.BaseExpression) -> cst.BaseExpression | None:
    new = _leaf(left, left.prefix, left.quote, raw, {}, plan)
    return new if new is None or "\n" not in _code(node).replace(left.value, "") else None


def _formatted(node: cst.FormattedString, numbers: Iterator[int]) -> tuple[str, dict[int, str]]:
    """Return the raw text of an f-string with a mark for each expression, and the code of these."""
    raw, codes = "", {}
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            raw += part.value.replace("{{", "{").replace("}}", "}")
        else:
            number = next(numbers)
            codes[number] = _code(part)
            raw += mark(number)
    return raw, codes


def _leaf(
    node: cst.SimpleString | cst.FormattedString, prefix: str, quote: str, raw: str, codes: dict[int, str], plan: Text
) -> cst.SimpleString | cst.FormattedString | None:
    """Return one literal with its placeholders; it stays an f-string where a hole stays."""
    new = with_values(raw, plan.placeholders, doubled=plan.doubled)
    left = holes_in(new)
    if any(number not in codes for number in left):
        return None
    plain = prefix if left else prefix.replace("f", "").replace("F", "")
    if left:
        new = new.replace("{", "{{").replace("}", "}}")
        for number in left:
            new = new.replace(mark(number), codes[number])
    written = cst.parse_expression(f"{plain}{quote}{new}{quote}")
    if not isinstance(written, cst.SimpleString | cst.FormattedString):
        return None
    return written.with_changes(lpar=node.lpar, rpar=node.rpar)


def _operands(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    match node:
        case cst.BinaryOperation(operator=cst.Add(), left=left, right=right):
            return [*_operands(left), *_operands(right)]
    return [node]


def _added(node: cst.BinaryOperation, plan: Text, numbers: Iterator[int]) -> cst.BaseExpression | None:
    """Return a sum of texts on one line as one text."""
    operands = _operands(node)
    literals = [each for each in operands if isinstance(each, cst.SimpleString)]
    one_way = {(each.prefix, each.quote) for each in literals}
    if len(one_way) != 1 or "\n" in _code(node):
        return None
    first = literals[0]
    raw = "".join(each.raw_value if isinstance(each, cst.SimpleString) else mark(next(numbers)) for each in operands)
    return _leaf(first, first.prefix, first.quote, raw, {}, plan)
