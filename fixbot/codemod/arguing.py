"""Gives a call keyword arguments, laid out as its other arguments are; it only edits the node it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fixbot.codemod.contract import Declined, Proposal
from fixbot.codemod.lazy import cst


@dataclass(frozen=True, slots=True)
class Given:
    """Give a call these keyword arguments, each a name and the source of its value.

    One that the call has already gets the new value, of whose old words `drops` may be missing then. `imports` are
    what the values need.
    """

    arguments: tuple[tuple[str, str], ...]
    imports: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()


def edit(plan: object, node: cst.CSTNode) -> Proposal | Declined:
    """Return a call with the arguments of a plan."""
    if not isinstance(plan, Given) or not isinstance(node, cst.Call):
        return Declined("it is not the call that was found")
    if len(node.args) == 1 and isinstance(node.args[0].value, cst.GeneratorExp) and not node.args[0].value.lpar:
        return Declined("its only argument is a generator expression")
    for name, source in plan.arguments:
        node = _with(node, name, cst.parse_expression(source))
    return Proposal(node, imports=plan.imports, drops=plan.drops)


def _with(node: cst.Call, name: str, value: cst.BaseExpression) -> cst.Call:
    there = next((arg for arg in node.args if arg.keyword is not None and arg.keyword.value == name), None)
    if there is not None:
        return node.with_deep_changes(there, value=value)
    new = cst.Arg(value, keyword=cst.Name(name), equal=_equal(node.args))
    if not node.args:
        return node.with_changes(args=[new])
    *others, last = node.args
    last, new = _joined(last, new, _separator(node, others))
    return node.with_changes(args=[*others, last, new])


def _equal(args: Sequence[cst.Arg]) -> cst.AssignEqual:
    """Return the `=` of a keyword argument, spaced as the call's other ones are."""
    spaced = next((arg.equal for arg in reversed(args) if isinstance(arg.equal, cst.AssignEqual)), None)
    plain = cst.SimpleWhitespace("")
    return spaced or cst.AssignEqual(whitespace_before=plain, whitespace_after=plain)


def _separator(node: cst.Call, others: Sequence[cst.Arg]) -> cst.BaseParenthesizableWhitespace:
    """Return what stands before the last argument of a call, without comments and blank lines."""
    before = node.whitespace_before_args
    if others and isinstance(others[-1].comma, cst.Comma):
        before = others[-1].comma.whitespace_after
    if isinstance(before, cst.ParenthesizedWhitespace):
        return before.with_changes(first_line=_ended(before), empty_lines=[])
    return cst.SimpleWhitespace(" ")


def _joined(last: cst.Arg, new: cst.Arg, between: cst.BaseParenthesizableWhitespace) -> tuple[cst.Arg, cst.Arg]:
    """Return the last argument and the new one, which takes over what stands before the closing parenthesis.

    A comment on the line of the last argument stays there.
    """
    if isinstance(last.comma, cst.Comma):
        after = last.comma.whitespace_after
        first, rest = _shared(between, after)
        joined = last.with_changes(comma=last.comma.with_changes(whitespace_after=first))
        return joined, new.with_changes(comma=cst.Comma(whitespace_after=rest))
    first, rest = _shared(between, last.whitespace_after_arg)
    empty = cst.SimpleWhitespace("")
    joined = last.with_changes(comma=cst.Comma(whitespace_after=first), whitespace_after_arg=empty)
    return joined, new.with_changes(whitespace_after_arg=rest)


def _shared(
    between: cst.BaseParenthesizableWhitespace, after: cst.BaseParenthesizableWhitespace
) -> tuple[cst.BaseParenthesizableWhitespace, cst.BaseParenthesizableWhitespace]:
    """Return what stands between two arguments and what after the second, where `after` stood after the first."""
    lines = cst.ParenthesizedWhitespace
    if isinstance(after, lines) and after.first_line.comment is not None:
        below = between if isinstance(between, lines) else after.with_changes(empty_lines=[])
        return below.with_changes(first_line=after.first_line), after.with_changes(first_line=_ended(after))
    return between, after


def _ended(white: cst.ParenthesizedWhitespace) -> cst.TrailingWhitespace:
    """Return the end of a line without its comment."""
    return white.first_line.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
