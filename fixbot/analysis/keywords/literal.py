"""Which literal names an expression stands for: a text, a constant, the variable of a loop; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixbot.analysis.definitions import File, Function
from fixbot.analysis.keywords.order import Comprehension, Mention, Scope, binds, stores
from fixbot.analysis.names import own_nodes

Loop = ast.For | Comprehension
_ROWS = ast.Tuple | ast.List | ast.Set
_CHANGEABLE = ast.List | ast.Set | ast.Dict
_READING = frozenset(
    {"copy", "count", "get", "index", "items", "keys", "values", "union", "difference", "intersection"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """The names that an expression stands for, and the loop that goes through them where it is the loop's variable."""

    names: tuple[str, ...]
    loop: Loop | None = None


def key_at(function: Function, mention: Mention, node: ast.expr) -> Key | None:
    """Return what an expression beside a mention stands for, None where that is worked out at run time."""
    if isinstance(node, ast.Constant):
        return Key((node.value,)) if isinstance(node.value, str) else None
    if not isinstance(node, ast.Name):
        return None
    inner = mention.node
    for step in reversed(mention.steps):
        if isinstance(step.node, Loop) and (rows := _loop_rows(step.node, inner, node.id)) is not None:
            target, iterated = rows
            return _key(step.node, _column(function.file, mention.statement, iterated, _place(target, node.id)))
        if isinstance(step.node, Scope) and step.field == "body" and binds(step.node, node.id):
            if isinstance(step.node, ast.Lambda):
                return None
            break
        inner = step.node
    value = constant(function.file, node.id, mention.statement)
    return Key((value.value,)) if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _key(loop: Loop, names: tuple[str, ...]) -> Key | None:
    return Key(names, loop) if names and len(set(names)) == len(names) else None


def _loop_rows(loop: Loop, inner: ast.AST, name: str) -> tuple[ast.expr, ast.expr | None] | None:
    """Return the target that gives a name its value in a part of a loop, and what the loop goes through.

    None where the loop has no such variable, no iterable where the variable is bound anew in the body.
    """
    if isinstance(loop, ast.For):
        if inner not in loop.body or not _has(loop.target, name):
            return None
        anew = any(stores(node, name) for part in loop.body for node in ast.walk(part))
        return loop.target, None if anew else loop.iter
    for index, generator in enumerate(loop.generators):
        if _has(generator.target, name) and inner not in loop.generators[:index]:
            return generator.target, generator.iter
    return None


def _has(target: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target))


def _place(target: ast.expr, name: str) -> int | None:
    """Return which item of each row a variable gets, None for the row itself, -1 where it is neither."""
    if isinstance(target, ast.Name):
        return None
    items = target.elts if isinstance(target, ast.Tuple | ast.List) else []
    return next((i for i, item in enumerate(items) if isinstance(item, ast.Name) and item.id == name), -1)


def _column(file: File, at: ast.stmt, iterated: ast.expr | None, place: int | None) -> tuple[str, ...]:
    """Return the texts that one variable of a loop gets, nothing where one of them is no literal text."""
    if isinstance(iterated, ast.Call):
        match iterated:
            case ast.Call(func=ast.Attribute(value=held, attr="items"), args=[], keywords=[]) if place in {0, 1}:
                mapping = _resolved(file, at, held)
                given = mapping if isinstance(mapping, ast.Dict) else None
                return _texts([] if given is None else (given.keys, given.values)[place or 0])
            case ast.Call(func=ast.Attribute(value=held, attr="keys"), args=[], keywords=[]):
                mapping = _resolved(file, at, held)
                return _texts(mapping.keys) if isinstance(mapping, ast.Dict) and place is None else ()
        return ()
    rows = _resolved(file, at, iterated)
    if isinstance(rows, ast.Dict):
        return _texts(rows.keys) if place is None else ()
    if not isinstance(rows, _ROWS):
        return ()
    return _texts(rows.elts if place is None else [_item(row, place) for row in rows.elts])


def _item(row: ast.expr, place: int) -> ast.expr | None:
    items = row.elts if isinstance(row, ast.Tuple | ast.List) else []
    return items[place] if 0 <= place < len(items) else None


def _texts(nodes: Sequence[ast.expr | None]) -> tuple[str, ...]:
    found = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return tuple(found) if len(found) == len(nodes) else ()


def _resolved(file: File, at: ast.stmt, node: ast.expr | None) -> ast.expr | None:
    return constant(file, node.id, at) if isinstance(node, ast.Name) else node


def constant(file: File, name: str, at: ast.stmt) -> ast.expr | None:
    """Return the one value that a file ever gives a name as it is seen from a statement, None where nobody can tell."""
    scope = next((each for each in file.names.scopes(at) if name in file.names.bound(each)), None)
    if scope is None or re.search(rf"\b(global|nonlocal)\b[^\n]*\b{re.escape(name)}\b", file.module.text):
        return None
    values = list(_assigned(scope, name))
    if len(values) != 1 or sum(stores(node, name) for node in own_nodes(scope)) != 1:
        return None
    changed = isinstance(values[0], _CHANGEABLE) and any(_changes(node, name) for node in ast.walk(file.module.tree))
    return None if changed else values[0]


def _assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in own_nodes(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=own)], value=value) if own == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=own), value=ast.expr() as value) if own == name:
                yield value


def _changes(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=own), attr=attr) if own == name:
            return attr not in _READING
        case ast.Subscript(value=ast.Name(id=own), ctx=ast.Store() | ast.Del()) if own == name:
            return True
    return False
