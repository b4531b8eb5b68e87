"""Which uses of the whole `**` parameter depend on no key: a test, a text that is shown, a refusal; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from fixbot.analysis.keywords.order import Mention, Step
from fixbot.analysis.logs import is_log_call

_MEASURES = frozenset({"bool", "len", "isinstance", "callable"})
# What makes a text, or what is put into one, of whatever it gets.
_TEXTS = frozenset(
    {"str", "repr", "list", "sorted", "tuple", "set", "iter", "next", "len", "format", "dict", "pformat"}
)
_VIEWS = frozenset({"keys", "items", "values", "copy", "popitem", "join", "format"})
_SETS = frozenset({"set", "frozenset", "list", "sorted", "tuple"})
_SHOWS = frozenset({"print", "pprint", "warn", "warns"})
_PARTS = (
    *(ast.JoinedStr, ast.FormattedValue, ast.Tuple, ast.List, ast.BinOp, ast.Subscript, ast.Starred, ast.UnaryOp),
    *(ast.ListComp, ast.SetComp, ast.GeneratorExp),
)


def is_tested(mention: Mention) -> bool:
    """Say whether it is only asked whether there are any keys, or how many."""
    level = next(i for i, step in enumerate(mention.steps[::-1]) if not _is_keys(step))
    return _tests(mention.steps[-1 - level], mention.holder(level - 1) if level else mention.node)


def _is_keys(step: Step) -> bool:
    """Say whether a node gives nothing but the mention itself, its keys, or another value in its place."""
    match step.node:
        case ast.BoolOp():
            return True
        case ast.Attribute(attr="keys"):
            return True
        case ast.Call(func=ast.Attribute(attr="keys")):
            return step.field == "func"
    return False


def _tests(step: Step, held: ast.AST) -> bool:
    match step.node:
        case ast.If() | ast.While() | ast.IfExp() | ast.Assert():
            return step.field == "test"
        case ast.comprehension():
            return step.field == "ifs"
        case ast.Call(func=ast.Name(id=name)):
            return step.field == "args" and name in _MEASURES
        case ast.Compare(left=left, comparators=[ast.Dict(keys=[]) | ast.Constant(value=None)]):
            return left is held
    return isinstance(step.node, ast.Expr | ast.Delete) or (
        isinstance(step.node, ast.UnaryOp) and isinstance(step.node.op, ast.Not)
    )


def is_shown(mention: Mention) -> bool:
    """Say whether a person is all who gets to see the keys: in a log line, or in the message of an exception."""
    inwards = mention.steps[::-1]
    end = next(step for i, step in enumerate(inwards) if _shows(step.node) or not _is_part(step, mention.holder(i + 1)))
    return isinstance(end.node, ast.Raise) or (_shows(end.node) and end.field == "args")


def _is_part(step: Step, outer: ast.AST) -> bool:
    """Say whether a node makes a text, or a part of one, of what a step leads to."""
    match step.node:
        case ast.Call(func=ast.Attribute(attr=name)) if name in _VIEWS:
            return step.field != "keywords"
        case ast.Call(func=ast.Name(id=name)) if name in _TEXTS:
            return step.field == "args"
        case ast.Call():
            return step.field == "args" and isinstance(outer, ast.Raise)
        case ast.Attribute(attr=name):
            return name in _VIEWS
        case ast.comprehension():
            return step.field == "iter"
    return isinstance(step.node, _PARTS)


def _shows(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in _SHOWS or is_log_call(node)


def is_check(mention: Mention) -> bool:
    """Say whether a use refuses keys that the function does not know."""
    depth = next(i for i, step in enumerate(reversed(mention.steps)) if isinstance(step.node, ast.stmt))
    statement, field = mention.holder(depth), mention.steps[-1 - depth].field
    match statement:
        case ast.If(test=test) if field == "test":
            return _refuses(statement.body) and _is_more(mention, test)
        case ast.Assert(test=ast.UnaryOp(op=ast.Not(), operand=test)):
            return _is_more(mention, test)
        case ast.Assert(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
            return _is_nothing(right) and _is_more(mention, left)
        case ast.For(body=body) if field == "iter":
            return _refuses_some(body) and _is_view(mention, statement.iter)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return _is_difference(mention, value) and _is_refused(mention, depth, name)
    return False


def _refuses(body: Sequence[ast.stmt]) -> bool:
    """Say whether a block does nothing but raise, perhaps after some plain statements."""
    return isinstance(body[-1], ast.Raise) and all(isinstance(each, ast.Expr | ast.Assign) for each in body[:-1])


def _refuses_some(body: Sequence[ast.stmt]) -> bool:
    match body:
        case [ast.If(body=inner, orelse=[])]:
            return _refuses(inner)
    return _refuses(body)


def _is_more(mention: Mention, test: ast.expr) -> bool:
    """Say whether a test is true where there are keys, or keys other than some."""
    match test:
        case ast.Call(func=ast.Name(id="bool" | "len"), args=[inner]):
            return _is_view(mention, inner)
        case ast.Compare(left=left, ops=[ast.Gt() | ast.NotEq()], comparators=[right]) if _is_nothing(right):
            return _is_more(mention, left)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[ast.LtE()])):
            return _is_view(mention, left)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Attribute(value=left, attr="issubset"))):
            return _is_view(mention, left)
    return _is_view(mention, test) or _is_difference(mention, test)


def _is_nothing(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=0) | ast.Dict(keys=[]):
            return True
    return False


def _is_difference(mention: Mention, node: ast.expr) -> bool:
    match node:
        case ast.BinOp(left=left, op=ast.Sub()) | ast.Call(func=ast.Attribute(value=left, attr="difference")):
            return _is_view(mention, left)
        case ast.Call(func=ast.Name(id="set" | "list" | "sorted" | "tuple"), args=[inner]):
            return _is_difference(mention, inner)
        case ast.ListComp(generators=[generator]) | ast.SetComp(generators=[generator]):
            return bool(generator.ifs) and _is_view(mention, generator.iter)
    return False


def _is_view(mention: Mention, node: ast.expr) -> bool:
    """Say whether an expression is the mention itself, or its keys."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="keys" | "items"), args=[]):
            return inner is mention.node
        case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _SETS:
            return _is_view(mention, inner)
    return node is mention.node


def _is_refused(mention: Mention, depth: int, name: str) -> bool:
    """Say whether what stands behind an assignment raises where the name assigned is not empty."""
    holder = mention.steps[-2 - depth]
    block = getattr(holder.node, holder.field)
    for each in block[holder.index + 1 :]:
        match each:
            case ast.If(test=ast.Name(id=own), body=body) if own == name and _refuses(body):
                return True
            case ast.If(test=ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=own)]), body=body) if own == name:
                return _refuses(body)
    return False
