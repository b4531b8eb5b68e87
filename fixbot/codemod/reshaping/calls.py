"""The edit of a call that passes a schema instead of keywords; it only edits the call it is given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fixbot.codemod.contract import Declined, Proposal
from fixbot.codemod.lazy import cst
from fixbot.codemod.reshaping.loss import code_of, lost
from fixbot.codemod.reshaping.order import is_reordered
from fixbot.codemod.reshaping.plans import Pass
from fixbot.codemod.reshaping.rows import STEP, Entry, Row, laid_out, row_of

_WIDTH = 66  # what is left of a line of 79 where a call stands in a method, behind `name = `


def passed(plan: Pass, node: cst.Call) -> Proposal | Declined:
    """Return a call that passes the schema."""
    moved = _moved(plan, node)
    if isinstance(moved, Declined):
        return moved
    kept = [at for at in range(len(node.args)) if at not in moved]
    place = _place(plan, node, moved, kept)
    if is_reordered(node.args, moved, kept[:place], by_position=not plan.param):
        return Declined("its arguments would be computed in another order")
    row = _enclosed(row_of(node.args, node.whitespace_before_args))
    loose = _loosened(row)
    inner, around = _parted(loose, moved)
    outer = _inserted(row, [loose.entries[at] for at in kept], place, replace(around, node=_argument(plan, inner)))
    call = _laid(node, outer)
    if "\n" not in code_of(node) and len(code_of(call)) > _WIDTH:
        call = _wide(plan, node, outer, inner, place)
    gone = lost(code_of(node), code_of(call))
    drops = gone if plan.whole else gone & {","}
    return Proposal(call, imports=plan.imports, drops=tuple(sorted(drops)))


def _moved(plan: Pass, node: cst.Call) -> dict[int, str] | Declined:
    """Return the arguments that move, in their new order, and the names that they get where they had none."""
    names = dict(sorted(plan.joined))
    stars = [at for at, arg in enumerate(node.args) if arg.star == "*"]
    for at in names:
        if at >= len(node.args) or node.args[at].keyword or node.args[at].star or any(star < at for star in stars):
            return Declined("an argument is not where it was found")
    written = {arg.keyword.value: at for at, arg in enumerate(node.args) if arg.keyword is not None}
    missing = [key for key in plan.keys if key not in written]
    if missing:
        return Declined(f"the call does not give `{missing[0]}`")
    keys = {written[key] for key in plan.keys}
    return names | {at: "" for at, arg in enumerate(node.args) if at in keys or arg.star == "**"}


def _place(plan: Pass, node: cst.Call, moved: dict[int, str], kept: list[int]) -> int:
    """Return how many of the arguments that stay the schema stands behind."""
    first = min(moved, default=len(node.args))
    positional = [at for at in kept if node.args[at].keyword is None and (node.args[at].star == "" or not plan.param)]
    least = max(positional, default=-1)
    return sum(at < max(first, least) or at == least for at in kept)


def _enclosed(row: Row) -> Row:
    """Give a generator expression that is the only argument the parentheses that it needs among others."""
    if len(row.entries) != 1 or not isinstance(row.entries[0].node.value, cst.GeneratorExp):
        return row
    arg = row.entries[0].node
    return replace(row, entries=(replace(row.entries[0], node=arg.with_changes(value=_in_brackets(arg.value))),))


def _in_brackets(value: cst.BaseExpression) -> cst.BaseExpression:
    bare = isinstance(value, cst.GeneratorExp | cst.NamedExpr) and not value.lpar
    return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]) if bare else value


def _keyword(arg: cst.Arg, name: str) -> cst.Arg:
    """Pass an argument by keyword, unless the name is empty."""
    if not name:
        return arg
    nothing = cst.SimpleWhitespace("")
    equal = cst.AssignEqual(whitespace_before=nothing, whitespace_after=nothing)
    return arg.with_changes(keyword=cst.Name(name), equal=equal, value=_in_brackets(arg.value))


def _parted(row: Row, moved: dict[int, str]) -> tuple[Row, Entry]:
    """Return what stands in the brackets of the schema, and an entry laid out as that of the schema is to be."""
    entries = [replace(row.entries[at], node=_keyword(row.entries[at].node, name)) for at, name in moved.items()]
    if not entries:
        return Row(()), row.entry(cst.Arg(cst.Name("_")))
    first, last = entries[0], entries[-1]
    if row.is_vertical and len(entries) > 1:
        deeper = tuple(_deepened(entry, _step(row)) for entry in entries)
        closing = row.indent if row.closes_apart else ""
        inside = Row(deeper, closing=closing, closes_apart=row.closes_apart, comma=row.closes_apart)
        return inside, replace(first, lead=(), trail=None, gap=None)
    entries[-1] = replace(last, trail=None, gap=None)
    entries[0] = replace(entries[0], own_line=False, indent="", lead=())
    return Row(tuple(entries)), replace(first, trail=last.trail, gap=last.gap)


def _step(row: Row) -> str:
    """Return how much further right the arguments stand than the line of the last bracket."""
    return (row.indent.removeprefix(row.closing) if row.closes_apart else row.indent) or STEP


def _deepened(entry: Entry, step: str) -> Entry:
    deeper = _Deeper(step)
    lead: Any = tuple(line.visit(deeper) for line in entry.lead)
    return replace(entry, node=entry.node.visit(deeper), indent=step + entry.indent, lead=lead)


class _Deeper(cst.CSTTransformer):
    """Moves the lines inside a value to the right."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self._step = step

    def leave_ParenthesizedWhitespace(  # noqa: N802 - LibCST's name
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        last = cst.SimpleWhitespace(self._step + original_node.last_line.value)
        return updated_node.with_changes(last_line=last)

    def leave_EmptyLine(  # noqa: N802 - LibCST's name
        self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine
    ) -> cst.EmptyLine:
        if original_node.comment is None:
            return updated_node
        return updated_node.with_changes(whitespace=cst.SimpleWhitespace(self._step + original_node.whitespace.value))


def _argument(plan: Pass, inner: Row) -> cst.Arg:
    """Return the argument that makes the schema."""
    if plan.whole:
        return _keyword(cst.Arg(cst.Name(plan.schema)), plan.param)
    laid = laid_out(inner)
    made = cst.Call(cst.parse_expression(plan.schema), args=laid.elements, whitespace_before_args=laid.opening)
    return _keyword(cst.Arg(made), plan.param)


def _loosened(row: Row) -> Row:
    """Return the row with its first entry ready to stand behind another one."""
    entries = row.entries
    if not entries or entries[0].own_line:
        return row
    return replace(row, entries=(replace(entries[0], indent=" "), *entries[1:]))


def _inserted(row: Row, kept: list[Entry], place: int, schema: Entry) -> Row:
    """Return the row of the arguments that stay, and of the schema."""
    entries = [*kept[:place], schema, *kept[place:]]
    if not row.is_vertical:
        first = row.entries[0] if row.entries else Entry(schema.node, indent="")
        entries[0] = replace(entries[0], own_line=first.own_line, indent=first.indent)
    return replace(row, entries=tuple(entries))


def _laid(node: cst.Call, row: Row) -> cst.Call:
    laid = laid_out(row)
    return node.with_changes(args=laid.elements, whitespace_before_args=laid.opening)


def _wide(plan: Pass, node: cst.Call, outer: Row, inner: Row, place: int) -> cst.Call:
    """Return the call with a line for each argument, and where the schema is too long for one, for each of its own."""
    rows = outer.exploded(plan.hang)
    if len(code_of(outer.entries[place].node)) > _WIDTH and inner.entries:
        entries = list(rows.entries)
        entries[place] = replace(entries[place], node=_argument(plan, inner.exploded(plan.hang + STEP)))
        rows = replace(rows, entries=tuple(entries))
    return _laid(node, rows)
