"""Where a body hands on all keys that are left: a call, or a display and the call it ends up in; it only reads."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from fixbot.analysis.definitions import Function, FunctionNode
from fixbot.analysis.keywords.order import Mention, Scope, mentions
from fixbot.analysis.keywords.records import Opaque, Spread
from fixbot.analysis.names import own_nodes

_STORE_AND_USE = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Beside:
    """The keys that stand beside a spread; `mixed` where others do that nobody can tell."""

    keys: frozenset[str]
    before: frozenset[str] = frozenset()
    mixed: bool = False


def spread(function: Function, mention: Mention) -> Spread | Opaque | None:
    """Return how a mention hands on all keys, what keeps from telling, or None where it does not spread them."""
    node, value = mention.holder(), mention.node
    if not isinstance(value, ast.Name):
        return None
    if isinstance(node, ast.Dict) and mention.steps[-1].field == "values":
        return _of_display(mention, node, value) if node.keys[mention.steps[-1].index] is None else None
    if not isinstance(node, ast.keyword) or node.arg is not None:
        return None
    call = mention.holder(1)
    if not isinstance(call, ast.Call):
        return Opaque(value, "is handed on whole to a class statement")
    return _of_call(function, mention, call, value)


def _of_call(function: Function, mention: Mention, call: ast.Call, value: ast.Name) -> Spread | Opaque:
    if sum(_is_spread_of(each, value.id) for each in call.keywords) > 1:
        return Opaque(value, "is unpacked twice in one call")
    beside = _beside_in_call(call)
    if isinstance(call.func, ast.Name) and function.file.names.resolve(call.func, mention.statement) == "dict":
        return _joined(call, value, _Beside(beside.keys, mixed=beside.mixed or bool(call.args)), _end(mention, 2))
    return Spread(call, value, beside.keys, call=call, mixed=beside.mixed)


def _of_display(mention: Mention, node: ast.Dict, value: ast.Name) -> Spread | Opaque:
    place = mention.steps[-1].index
    stars = [each for key, each in zip(node.keys, node.values, strict=True) if key is None]
    if sum(isinstance(each, ast.Name) and each.id == value.id for each in stars) > 1:
        return Opaque(value, "is unpacked twice in one dictionary")
    texts = [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    before = (key.value for key in node.keys[:place] if isinstance(key, ast.Constant) and isinstance(key.value, str))
    beside = _Beside(frozenset(texts), frozenset(before), mixed=len(texts) + 1 < len(node.keys))
    return _joined(node, value, beside, _end(mention, 1))


def _joined(node: ast.Call | ast.Dict, value: ast.Name, beside: _Beside, call: ast.Call | None) -> Spread:
    around = _beside_in_call(call) if call is not None else _Beside(frozenset())
    mixed = beside.mixed or around.mixed
    return Spread(node, value, beside.keys | around.keys, beside.before, call=call, mixed=mixed)


def _beside_in_call(call: ast.Call) -> _Beside:
    """Return the keywords of a call that unpacks one mapping of which is spoken."""
    keys = frozenset(each.arg for each in call.keywords if each.arg is not None)
    return _Beside(keys, mixed=sum(each.arg is None for each in call.keywords) > 1)


def _is_spread_of(keyword: ast.keyword, name: str) -> bool:
    return keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == name


def _end(mention: Mention, level: int) -> ast.Call | None:
    """Return the one call that a display is unpacked into, which is held `level` levels further out."""
    holder, display = mention.holder(level), mention.holder(level - 1)
    match holder:
        case ast.keyword(arg=None):
            call = mention.holder(level + 1)
            return call if isinstance(call, ast.Call) else None
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return _used_once(mention, name, holder) if holder.value is display else None
    return None


def _used_once(mention: Mention, name: str, assigned: ast.AST) -> ast.Call | None:
    """Return the one call that a local name is unpacked into, where it has one value and no other use."""
    scope = next(step.node for step in reversed(mention.steps) if isinstance(step.node, Scope | ast.ClassDef))
    if not isinstance(scope, FunctionNode) or _is_declared(scope, name):
        return None
    found = [each for each in mentions(scope, name) if not _is_other(each.node, name)]
    if len(found) != _STORE_AND_USE or found[0].holder() is not assigned:
        return None
    use = found[1]
    unpacked = isinstance(use.holder(), ast.keyword) and getattr(use.holder(), "arg", "") is None
    nested = any(isinstance(step.node, Scope | ast.ClassDef) for step in use.steps[1:])
    call = use.holder(1)
    return call if unpacked and not nested and isinstance(call, ast.Call) else None


def _is_other(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id != name


def _is_declared(scope: FunctionNode, name: str) -> bool:
    """Say whether a name is a parameter of a function, or that of another scope."""
    if any(node.arg == name for node in ast.walk(scope.args) if isinstance(node, ast.arg)):
        return True
    return any(isinstance(node, ast.Global | ast.Nonlocal) and name in node.names for node in own_nodes(scope))
