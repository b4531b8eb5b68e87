"""Edits an `except` clause in LibCST: its types, its name, a log call, the cause of what it raises."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, TypeVar, cast

from fixbot.codemod.lazy import cst

if TYPE_CHECKING:
    _Node = TypeVar("_Node", bound=cst.CSTNode)

_WIDTH = 79


def with_types(handler: cst.ExceptHandler, types: str, name: str | None) -> cst.ExceptHandler:
    """Return the handler catching `types`, an expression in source form, bound to `name` where there is one.

    A name that is there already stays. A line that is continued between a bare `except` and its colon stays
    continued.
    """
    written = cst.parse_expression(types)
    bound = handler.name or (cst.AsName(cst.Name(name)) if name else None)
    if handler.type is not None:
        gap = handler.whitespace_after_except
        return handler.with_changes(
            type=written, name=bound, whitespace_after_except=gap if gap.value else cst.SimpleWhitespace(" ")
        )
    between = handler.whitespace_after_except.value + handler.whitespace_before_colon.value
    return handler.with_changes(
        type=written,
        name=bound,
        whitespace_after_except=cst.SimpleWhitespace(" "),
        whitespace_before_colon=cst.SimpleWhitespace(between if "\\" in between else ""),
    )


def without_types(handler: cst.ExceptHandler, redundant: Collection[int]) -> cst.ExceptHandler | None:
    """Return the handler without some types of its tuple, given by their places; None where it has no tuple."""
    if not isinstance(handler.type, cst.Tuple):
        return None
    kept = [element for place, element in enumerate(handler.type.elements) if place not in redundant]
    last = handler.type.elements[-1]
    if len(kept) == 1:
        return handler.with_changes(type=kept[0].value)
    kept[-1] = kept[-1].with_changes(comma=last.comma)
    return handler.with_changes(type=handler.type.with_changes(elements=kept))


def with_rest(handler: cst.ExceptHandler, call: str) -> cst.CSTNode:
    """Return the handler followed by one that logs all else, by the statement `call`, and raises it again."""
    body = cst.IndentedBlock(body=[cst.parse_statement(call), cst.parse_statement("raise")])
    rest = cst.ExceptHandler(body=body, type=cst.Name("Exception"))
    # LibCST puts both in the place of one, though its types do not count the pair as a node.
    return cast("cst.CSTNode", cst.FlattenSentinel([handler, rest]))


def with_first(handler: cst.ExceptHandler, call: str, indent: int) -> cst.ExceptHandler:
    """Return the handler with a statement before its body, in the place of a lone `pass` or `...`; comments stay.

    `indent` is the column of the body: a comment that would pass column 79 beside the statement stands above it.
    """
    statement = cst.parse_statement(call)
    if not isinstance(statement, cst.SimpleStatementLine):
        message = f"not a simple statement: {call}"
        raise TypeError(message)
    body = handler.body
    if isinstance(body, cst.SimpleStatementSuite):
        rest = [] if _is_pass(body.body) else [cst.SimpleStatementLine(body=body.body)]
        block = cst.IndentedBlock(body=[statement, *rest], header=body.trailing_whitespace)
        return handler.with_changes(body=block)
    first = body.body[0]
    if isinstance(first, cst.SimpleStatementLine) and _is_pass(first.body):
        replaced = _beside(first.with_changes(body=statement.body), indent + len(call))
        return handler.with_changes(body=body.with_changes(body=[replaced, *body.body[1:]]))
    return handler.with_changes(body=body.with_changes(body=[statement, *body.body]))


def _beside(line: cst.SimpleStatementLine, width: int) -> cst.SimpleStatementLine:
    """Move the comment at the end of a line above it where both do not fit; `width` is that of the statement."""
    comment = line.trailing_whitespace.comment
    if comment is None or width + 2 + len(comment.value) <= _WIDTH:
        return line
    above = cst.EmptyLine(comment=comment, newline=line.trailing_whitespace.newline)
    bare = line.trailing_whitespace.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
    return line.with_changes(leading_lines=[*line.leading_lines, above], trailing_whitespace=bare)


def _is_pass(body: object) -> bool:
    """Say whether a line is `pass` or `...`."""
    if not isinstance(body, list | tuple) or len(body) != 1:
        return False
    only = body[0]
    return isinstance(only, cst.Pass) or (isinstance(only, cst.Expr) and isinstance(only.value, cst.Ellipsis))


def with_cause(handler: cst.ExceptHandler, name: str) -> cst.ExceptHandler:
    """Return the handler with `from name` on each `raise` of a new error that names no cause yet."""

    def add(raised: cst.Raise) -> cst.Raise:
        if raised.exc is None or raised.cause is not None or not _makes_error(raised.exc):
            return raised
        return raised.with_changes(cause=cst.From(cst.Name(name)))

    return _edit_body(handler, cst.Raise, add)


_CARRIES = frozenset({"debug", "info", "warn", "warning", "error", "critical", "fatal"})


def with_traceback(handler: cst.ExceptHandler, indent: int) -> cst.ExceptHandler:
    """Return the handler with the traceback carried by the first call in it that logs.

    `indent` is the column of its body; a call that would pass column 79 gets one argument a line.
    """
    done: list[cst.Call] = []

    def carry(call: cst.Call) -> cst.Call:
        if done or not isinstance(call.func, cst.Attribute) or not _logs(call.func) or not call.args:
            return call
        done.append(call)
        if call.func.attr.value == "error":
            return call.with_changes(func=call.func.with_changes(attr=cst.Name("exception")))
        longer = call.with_changes(args=_with_exc_info(call))
        written = cst.Module([]).code_for_node(longer)
        return longer if "\n" in written or indent + len(written) <= _WIDTH else _spread(longer)

    return _edit_body(handler, cst.Call, carry)


def _spread(call: cst.Call) -> cst.Call:
    """Put each argument on a line of its own, as formatters do with a trailing comma."""
    step = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace("    "))
    end = cst.ParenthesizedWhitespace(indent=True)
    *before, last = call.args
    args = [arg.with_changes(comma=cst.Comma(whitespace_after=step)) for arg in before]
    return call.with_changes(
        whitespace_before_args=step, args=[*args, last.with_changes(comma=cst.Comma(whitespace_after=end))]
    )


def _logs(function: cst.Attribute) -> bool:
    receiver = cst.Module([]).code_for_node(function.value)
    return function.attr.value in _CARRIES and "log" in receiver.lower()


def _with_exc_info(call: cst.Call) -> list[cst.Arg]:
    """Add the argument the way the call writes its own: on a line of its own where the others stand so."""
    *before, last = call.args
    added = cst.Arg(
        keyword=cst.Name("exc_info"),
        value=cst.Name("True"),
        equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
        comma=last.comma,
        whitespace_after_arg=last.whitespace_after_arg,
    )
    own_lines = isinstance(call.whitespace_before_args, cst.ParenthesizedWhitespace)
    gap = call.whitespace_before_args if own_lines else cst.SimpleWhitespace(" ")
    first = last.with_changes(comma=cst.Comma(whitespace_after=gap), whitespace_after_arg=cst.SimpleWhitespace(""))
    return [*before, first, added]


def _makes_error(raised: cst.BaseExpression) -> bool:
    if isinstance(raised, cst.Attribute):
        raised = raised.attr
    return isinstance(raised, cst.Call) or (isinstance(raised, cst.Name) and raised.value[:1].isupper())


def _edit_body(handler: cst.ExceptHandler, kind: type[_Node], edit: Callable[[_Node], _Node]) -> cst.ExceptHandler:
    """Apply an edit to the nodes of one kind in a handler, outside what is only defined or handled inside it."""

    class Editor(cst.CSTTransformer):
        def on_visit(self, node: cst.CSTNode) -> bool:
            return not isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Lambda | cst.ExceptHandler)

        def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
            return edit(updated_node) if isinstance(original_node, kind) else updated_node  # type: ignore[return-value,arg-type]

    return handler.with_changes(body=handler.body.visit(Editor()))
