"""Says which expressions can only be what the program's own text says, whoever calls it; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.definitions import File
from fixbot.analysis.module import Function
from fixbot.analysis.names import last_name, own_nodes
from fixbot.analysis.remembered import remembered

_DEEPEST = 8
_NUMBERS = frozenset({"int", "len", "float", "round", "ord"})
_KEEPING = frozenset({"str", "list", "tuple", "sorted", "set", "frozenset", "reversed", "dict", "enumerate", "zip"})
_METHODS = frozenset({"strip", "lstrip", "rstrip", "upper", "lower", "items", "keys", "values", "copy", "get", "title"})
_GROWING = frozenset({"append", "extend", "insert", "add", "update"})
_HARMLESS = frozenset({*_GROWING, "pop", "clear", "sort", "reverse", "remove", "join", *_METHODS})


def is_own(  # noqa: PLR0911 - one return for each form
    file: File, node: ast.expr, at: ast.AST, depth: int = _DEEPEST
) -> bool:
    """Say whether a value is made of literals of the program and of numbers alone.

    Args:
        file: the file.
        node: the expression.
        at: the statement that it stands in.
        depth: how many names are followed at most.
    """
    if depth <= 0:
        return False
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return _name(file, name, at, depth)
        case ast.Attribute():
            return _attribute(file, node, at, depth)
        case ast.Call():
            return _call(file, node, at, depth)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return is_own(file, left, at, depth - 1) or is_own(file, right, at, depth - 1)
        case ast.Subscript(value=value):
            return is_own(file, value, at, depth - 1)
        case ast.IfExp(body=body, orelse=orelse):
            return is_own(file, body, at, depth - 1) and is_own(file, orelse, at, depth - 1)
        case ast.ListComp(elt=elt, generators=loops) | ast.GeneratorExp(elt=elt, generators=loops):
            return _looped(file, elt, loops, at, depth)
    parts = _parts(node)
    return parts is not None and all(is_own(file, part, at, depth - 1) for part in parts)


def own_text(file: File, node: ast.expr, at: ast.AST) -> str | None:
    """Return the text that a name stands for by its one assignment of a literal, None where that is not certain."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name):
            found = assigned(file, name, at)
            one = found[0] if found is not None and len(found) == 1 else None
            return one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else None
    return None


def _parts(node: ast.expr) -> list[ast.expr] | None:
    match node:
        case ast.JoinedStr(values=values) | ast.BoolOp(values=values):
            return values
        case ast.FormattedValue(value=value) | ast.Starred(value=value) | ast.NamedExpr(value=value):
            return [value]
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return [left, right]
        case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
            return elts
        case ast.Dict(keys=keys, values=values):
            return [*(key for key in keys if key is not None), *values]
    return None


def _call(file: File, node: ast.Call, at: ast.AST, depth: int) -> bool:
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    match node.func:
        case ast.Name(id=name) if name in _NUMBERS and file.names.origin(name, at) == name:
            return True
        case ast.Name(id=name) if name in _KEEPING and file.names.origin(name, at) == name:
            return all(is_own(file, each, at, depth - 1) for each in given)
        case ast.Attribute(value=value, attr="get"):
            return all(is_own(file, each, at, depth - 1) for each in [value, *node.args[1:]])
        case ast.Attribute(value=value, attr="join" | "format"):
            return all(is_own(file, each, at, depth - 1) for each in [value, *given])
        case ast.Attribute(value=value, attr=attr) if attr in _METHODS:
            return is_own(file, value, at, depth - 1)
    return False


def _looped(file: File, elt: ast.expr, loops: list[ast.comprehension], at: ast.AST, depth: int) -> bool:
    if all(is_own(file, loop.iter, at, depth - 1) for loop in loops):
        targets = {node.id for loop in loops for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
        names = {node.id for node in ast.walk(elt) if isinstance(node, ast.Name)}
        return all(name in targets or _name(file, name, at, depth - 1) for name in names)
    return not any(isinstance(node, ast.Name) for node in ast.walk(elt)) and is_own(file, elt, at, depth - 1)


def _attribute(file: File, node: ast.Attribute, at: ast.AST, depth: int) -> bool:
    """Say whether `self.TABLE` or `Class.TABLE` is a constant of a class of this file."""
    if not node.attr.isupper() or not isinstance(node.value, ast.Name):
        return False
    around = [outer for outer in file.module.definitions(at) if isinstance(outer, ast.ClassDef)]
    named = [each for each in file.module.tree.body if isinstance(each, ast.ClassDef) and each.name == node.value.id]
    for cls in around[:1] if node.value.id in {"self", "cls"} else named:
        values = [value for name, value in _plain(cls) if name == node.attr]
        return bool(values) and all(value is not None and is_own(file, value, cls, depth - 1) for value in values)
    return False


def _name(file: File, name: str, at: ast.AST, depth: int) -> bool:
    found = assigned(file, name, at)
    return bool(found) and all(is_own(file, value, at, depth - 1) for value in found or ())


def assigned(file: File, name: str, at: ast.AST) -> list[ast.expr] | None:
    """Return all values that a name of a function or module gets, what a loop goes through and a list takes included.

    None where something else binds it, or where it may change elsewhere.
    """
    scope = next((scope for scope in file.names.scopes(at) if name in file.names.bound(scope)), None)
    if scope is None:
        return None
    ways = _ways(scope).get(name, [None])
    known = [value for value in ways if value is not None]
    return known if len(known) == len(ways) else None


@remembered
def _ways(scope: ast.AST) -> dict[str, list[ast.expr | None]]:
    """Map the names that a scope binds to their values, None for what cannot be followed."""
    found: dict[str, list[ast.expr | None]] = {}
    if isinstance(scope, Function):
        for arg in ast.walk(scope.args):
            if isinstance(arg, ast.arg):
                found.setdefault(arg.arg, []).append(arg.annotation if _is_choice(arg.annotation) else None)
    for name, value in (*_plain(scope), *_grown(scope)):
        found.setdefault(name, []).append(value)
    seen = {id(node) for node in _targets(scope)}
    for node in own_nodes(scope):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if id(node) not in seen:
                found.setdefault(name, []).append(None)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    found.setdefault(name, []).append(None)
    return found


def _is_choice(node: ast.expr | None) -> bool:
    """Say whether an annotation is `Literal[...]`."""
    return isinstance(node, ast.Subscript) and last_name(node.value) == "Literal"


def _plain(scope: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    for node in own_nodes(scope):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _bound(target, value)
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                yield name, value
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                yield name, value
            case ast.For(
                target=ast.Tuple(elts=[ast.Name(id=name), target]),
                iter=ast.Call(func=ast.Name(id="enumerate"), args=[iterated, *_]),
            ):
                yield name, ast.Constant(value=0)
                yield from ((each.id, iterated) for each in ast.walk(target) if isinstance(each, ast.Name))
            case ast.For(target=target, iter=iterated) | ast.AsyncFor(target=target, iter=iterated):
                yield from ((each.id, iterated) for each in ast.walk(target) if isinstance(each, ast.Name))


def _bound(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    match target:
        case ast.Name(id=name):
            yield name, value
        case ast.Subscript(value=ast.Name(id=name)):
            yield name, value
        case ast.Tuple(elts=elts) if isinstance(value, ast.Tuple) and len(value.elts) == len(elts):
            for each, given in zip(elts, value.elts, strict=True):
                yield from _bound(each, given)


def _targets(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the names that `_plain` understands where they are bound."""
    for node in own_nodes(scope):
        match node:
            case ast.Assign(targets=targets):
                yield from (each for each in targets if isinstance(each, ast.Name))
                pairs = (each for each in targets if isinstance(each, ast.Tuple) and isinstance(node.value, ast.Tuple))
                yield from (each for pair in pairs for each in pair.elts)
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                yield target
            case ast.For(target=target) | ast.AsyncFor(target=target):
                yield from ast.walk(target)


def _grown(scope: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield what is put into a list by its methods; a list that goes elsewhere may get anything there."""
    for node in own_nodes(scope):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=args) if attr in _GROWING:
                yield from ((name, arg) for arg in args)
            case ast.Call(func=func, args=args) if last_name(func) not in _harmless(func):
                lists = {each for each, value in _plain(scope) if isinstance(value, ast.List | ast.Dict)}
                yield from ((arg.id, None) for arg in args if isinstance(arg, ast.Name) and arg.id in lists)


def _harmless(func: ast.expr) -> frozenset[str]:
    """Return the names of callables of one kind that leave a list as it is."""
    return _HARMLESS if isinstance(func, ast.Attribute) else _KEEPING | _NUMBERS
