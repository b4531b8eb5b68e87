"""Says in words what a body does with the whole of its `**` parameter, where no key can be told; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.definitions import Function
from fixbot.analysis.keywords.order import WATCHERS, Mention
from fixbot.analysis.keywords.reading import METHODS, is_method, question_of

_AT_RUN_TIME = "is read by a key that is worked out at run time"
_ONE_BY_ONE = "is gone through key by key"
_VIEWS = frozenset({"items", "keys", "values", "__iter__"})
_CHANGES = frozenset({"update", "clear", "popitem", "pop", "setdefault", "__setitem__", "__delitem__"})
_BY: dict[type[ast.AST], str] = {
    ast.Return: "is returned",
    ast.Lambda: "is returned",
    ast.Yield: "is yielded",
    ast.YieldFrom: _ONE_BY_ONE,
    ast.For: _ONE_BY_ONE,
    ast.AsyncFor: _ONE_BY_ONE,
    ast.comprehension: _ONE_BY_ONE,
    ast.Starred: _ONE_BY_ONE,
    ast.Dict: "is kept in a dictionary",
    ast.DictComp: "is kept in a dictionary",
    ast.List: "is kept in a list",
    ast.ListComp: "is kept in a list",
    ast.GeneratorExp: "is kept in a list",
    ast.Tuple: "is kept in a tuple",
    ast.BinOp: "is merged with something else",
    ast.Compare: "is compared with something else",
    ast.FormattedValue: "is written into a text",
    ast.Match: "is matched against patterns",
}
_LONGEST = 40  # of an expression that is quoted


def is_other_name(function: Function, mention: Mention, name: str) -> bool:
    """Say whether a mention is that of a function that reads all names, and yet is none: not called, or not it."""
    node = mention.node
    if not isinstance(node, ast.Name) or node.id == name:
        return False
    call = mention.holder()
    asks = isinstance(call, ast.Call) and call.func is node and not (node.id == "vars" and call.args)
    return not asks or function.file.names.resolve(node, mention.statement) not in WATCHERS


def reason(mention: Mention, name: str) -> str:
    """Say what becomes of the whole at a mention, in words that follow "`kwargs` …"."""
    node = mention.node
    if not isinstance(node, ast.Name):
        return "is bound anew"
    if node.id != name:
        return f"may be read by `{node.id}()`"
    if not isinstance(node.ctx, ast.Load):
        return "is bound anew"
    if question_of(mention) is not None:
        return _AT_RUN_TIME
    return _method(mention) or _held(mention)


def _method(mention: Mention) -> str:
    holder = mention.holder()
    if not isinstance(holder, ast.Attribute):
        return ""
    if not is_method(mention):
        return f"gives away its `{holder.attr}`"
    if holder.attr in _VIEWS:
        return _ONE_BY_ONE
    if holder.attr == "copy":
        return "is copied"
    if holder.attr in _CHANGES:
        return f"is changed by `{holder.attr}`"
    return _AT_RUN_TIME if holder.attr in METHODS else f"is asked for its `{holder.attr}`"


def _held(mention: Mention) -> str:
    """Say what the first node around a mention does with it that does not merely choose between values."""
    choosing = ast.BoolOp | ast.IfExp | ast.Await | ast.NamedExpr
    step = next(step for step in reversed(mention.steps) if not isinstance(step.node, choosing))
    return _by(step.node, step.field, mention)


def _by(node: ast.AST, field: str, mention: Mention) -> str:
    match node:
        case ast.Call():
            return _handed(node)
        case ast.keyword():
            return _handed_in_call(mention)
        case ast.Assign(targets=[target, *_]) | ast.AnnAssign(target=target) if field == "value":
            return f"is kept in {_quoted(target)}"
        case ast.AugAssign(target=target):
            return f"is merged into {_quoted(target)}"
    return _BY.get(type(node), "is used whole")


def _handed(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name) and call.func.id in {"dict", "copy", "deepcopy"}:
        return "is copied"
    return f"is handed on whole to {_quoted(call.func)}"


def _handed_in_call(mention: Mention) -> str:
    around = next(step.node for step in reversed(mention.steps) if isinstance(step.node, ast.Call | ast.ClassDef))
    return _handed(around) if isinstance(around, ast.Call) else "is handed on whole to a class statement"


def _quoted(node: ast.expr) -> str:
    text = ast.unparse(node)
    return f"`{text}`" if len(text) <= _LONGEST and "`" not in text and "\n" not in text else "something else"
