"""Says of which classes the object before a dot is, from everything that binds its name; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from fixbot.analysis.definitions import File
from fixbot.analysis.knowledge.blocking import table
from fixbot.analysis.module import Definition
from fixbot.analysis.module import Function as FunctionNode
from fixbot.analysis.names import Names, dotted, own_nodes
from fixbot.analysis.raises.variables import rebound_elsewhere, scope_bindings
from fixbot.analysis.remembered import remembered

_DEEPEST = 6
_HANDERS = frozenset({"asyncio.to_thread", "anyio.to_thread.run_sync", "trio.to_thread.run_sync"})
_NONE = ast.Constant(value=None)
# The ways of binding a name: its value, its annotation, or one that says nothing.
_Way = tuple[str, ast.expr]
_Ways = Mapping[str, tuple[_Way | None, ...]]


def classes_of(file: File, node: ast.expr, at: ast.AST, depth: int = _DEEPEST) -> frozenset[str] | None:
    """Return the full names of the classes that an object may be of, None left out; None where they are not known.

    A name is understood by all that binds it where it is bound: assignments, annotations, `with X() as name`. An
    attribute of `self` is understood by all that the class assigns to it.

    Args:
        file: the file.
        node: the expression.
        at: the statement that it stands in.
        depth: how many names are followed at most.
    """
    if depth <= 0:
        return None
    match node:
        case ast.Name(id=name):
            return _named(file, name, at, depth)
        case ast.Call():
            return _result(file, node.func, at, depth)
        case ast.Await(value=ast.Call(func=func, args=[first, *_])) if file.names.resolve(func, at) in _HANDERS:
            return _result(file, first, at, depth)
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
            return _attribute(file, attr, at, depth)
    return _derived(file, node, at, depth)


def full_name(names: Names, node: ast.expr, at: ast.AST) -> str | None:
    """Return the full name of an expression; of what the file itself defines, as a neighbour would import it."""
    known = names.resolve(node, at)
    if known is not None or not isinstance(node, ast.Name):
        return known
    scope = next((scope for scope in names.scopes(at) if node.id in names.bound(scope)), None)
    tree = names.module.tree
    if scope is not tree or node.id not in _defined(tree):
        return None
    stem = PurePosixPath(names.module.path).stem.removesuffix("__init__")
    return f".{stem}.{node.id}".replace("..", ".")


@remembered
def _defined(tree: ast.Module) -> frozenset[str]:
    """Return the names of the functions and classes at the top of a file."""
    return frozenset(each.name for each in tree.body if isinstance(each, Definition))


def _derived(file: File, node: ast.expr, at: ast.AST, depth: int) -> frozenset[str] | None:
    match node:
        case ast.Attribute(value=value, attr=attr):
            return _same(classes_of(file, value, at, depth - 1), attr)
        case ast.BinOp(left=value, op=ast.Div()):
            return _same(classes_of(file, value, at, depth - 1), "/")
        case ast.JoinedStr():
            return frozenset({"str"})
        case ast.Constant(value=value) if value is not None and value is not ...:
            return frozenset({type(value).__name__})
    return None


def _result(file: File, func: ast.expr, at: ast.AST, depth: int) -> frozenset[str] | None:
    """Return the classes of what a callable gives: a class makes its own instances."""
    full = full_name(file.names, func, at)
    if full is not None:
        return frozenset({table().returns.get(full) or table().classes.get(full, full)})
    if isinstance(func, ast.Attribute):
        return _same(classes_of(file, func.value, at, depth - 1), func.attr)
    return None


def _same(classes: frozenset[str] | None, word: str) -> frozenset[str] | None:
    """Return the classes of what has the same class as the object it comes from: `path.parent`, `path / name`."""
    if classes is None or len(classes) != 1:
        return None
    return classes if word in table().same.get(next(iter(classes)), ()) else None


def _named(file: File, name: str, at: ast.AST, depth: int) -> frozenset[str] | None:
    scope = next((scope for scope in file.names.scopes(at) if name in file.names.bound(scope)), None)
    if scope is None or isinstance(scope, ast.ClassDef) or name in rebound_elsewhere(file.module.tree):
        return None
    if file.names.bound(scope)[name] != {None}:
        return None
    known = _known(file)
    if (scope, name, depth) not in known:
        within = scope.body[0] if isinstance(scope, FunctionNode) else file.module.tree
        known[scope, name, depth] = _agreed(file, _ways(scope).get(name, (None,)), within, depth) or None
    return known[scope, name, depth]


@remembered
def _known(_: File) -> dict[tuple[ast.AST, str, int], frozenset[str] | None]:
    """Return where is written down of which classes the names of a file are, however often they are bound and read."""
    return {}


def _attribute(file: File, name: str, at: ast.AST, depth: int) -> frozenset[str] | None:
    """Return the classes of `self.name` as the class around a statement assigns it."""
    cls = next((outer for outer in file.module.definitions(at) if isinstance(outer, ast.ClassDef)), None)
    if cls is None:
        return None
    found = [(way, method) for method, ways in _members(cls) for way in ways.get(name, ())]
    if not found:
        return None
    known = [_agreed(file, (way,), within, depth) for way, within in found]
    return None if None in known else frozenset().union(*(each for each in known if each is not None)) or None


@remembered
def _members(cls: ast.ClassDef) -> tuple[tuple[ast.stmt, _Ways], ...]:
    """Return what the methods of a class assign to `self`, and what its body says of such names."""
    own: list[tuple[ast.stmt, _Ways]] = [(cls.body[0], _ways(cls))]
    for node in cls.body:
        if isinstance(node, FunctionNode):
            assigned: dict[str, list[_Way | None]] = {}
            for target, way in _targets(list(ast.walk(node))):
                if isinstance(target, ast.Attribute) and dotted(target.value) in {"self", "cls"}:
                    assigned.setdefault(target.attr, []).append(way)
            own.append((node.body[0], {name: tuple(ways) for name, ways in assigned.items()}))
    return tuple(own)


def _agreed(file: File, ways: tuple[_Way | None, ...], at: ast.AST, depth: int) -> frozenset[str] | None:
    """Return all classes that some bindings of one name give it, None where one of them is unclear."""
    found: set[str] = set()
    for way in ways:
        if way is None:
            return None
        kind, value = way
        if isinstance(value, ast.Constant) and value.value is None:
            continue
        known = annotated(file.names, value, at) if kind == "annotation" else classes_of(file, value, at, depth - 1)
        if known is None:
            return None
        found |= known
    return frozenset(found)


@remembered
def _ways(scope: ast.AST) -> _Ways:
    """Map the names that a scope binds to the ways it does so."""
    found: dict[str, list[_Way | None]] = {}
    for target, way in _targets(list(own_nodes(scope))):
        if isinstance(target, ast.Name):
            found.setdefault(target.id, []).append(way)
    for name, (arg, _) in scope_bindings(scope).parameters.items():
        found.setdefault(name, []).append(("annotation", arg.annotation) if arg.annotation else None)
    for name, values in scope_bindings(scope).values.items():
        if None in values and name not in found:
            found[name] = [None]
    return {name: tuple(ways) for name, ways in found.items()}


def _targets(nodes: list[ast.AST]) -> Iterator[tuple[ast.expr, _Way | None]]:
    """Yield every name and attribute that is bound by some nodes with the way it is, None where that says nothing."""
    understood: set[int] = set()
    for target, way in (pair for node in nodes for pair in _pairs(node)):
        understood.add(id(target))
        yield target, way
    for node in nodes:
        match node:
            case ast.Name(ctx=ctx) | ast.Attribute(ctx=ctx) if not isinstance(ctx, ast.Load):
                if id(node) not in understood:
                    yield node, None


def _pairs(node: ast.AST) -> Iterator[tuple[ast.expr, _Way | None]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _unpacked(target, value)
        case ast.AnnAssign(target=target, annotation=annotation):
            yield target, ("annotation", annotation)
        case ast.NamedExpr(target=target, value=value):
            yield target, ("value", value)
        case ast.With(items=items):
            yield from ((each.optional_vars, ("value", each.context_expr)) for each in items if each.optional_vars)
        case ast.AugAssign(target=target):
            yield target, None


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, _Way | None]]:
    if isinstance(target, ast.Name | ast.Attribute):
        yield target, ("value", value)
    elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        starred = any(isinstance(each, ast.Starred) for each in [*target.elts, *value.elts])
        if not starred and len(target.elts) == len(value.elts):
            for inner, each in zip(target.elts, value.elts, strict=True):
                yield from _unpacked(inner, each)


def annotated(names: Names, node: ast.expr, at: ast.AST) -> frozenset[str] | None:
    """Return the full names of the classes that an annotation speaks of, None left out; None where one is unclear."""
    match node:
        case ast.Constant(value=None):
            return frozenset()
        case ast.Constant(value=str() as text):
            parsed = _parsed(text)
            return annotated(names, parsed, at) if parsed is not None else None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _united(annotated(names, left, at), annotated(names, right, at))
        case ast.Subscript(value=value, slice=inside):
            return _subscripted(names, names.resolve(value, at) or "", inside, at)
        case ast.Name() | ast.Attribute() if (full := full_name(names, node, at)) is not None:
            return frozenset({table().classes.get(full, full)})
    return None


def _subscripted(names: Names, full: str, inside: ast.expr, at: ast.AST) -> frozenset[str] | None:
    word = full.removeprefix("typing.").removeprefix("typing_extensions.")
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if word in {"Optional", "Final", "ClassVar"}:
        return annotated(names, inside, at)
    if word == "Annotated" and parts:
        return annotated(names, parts[0], at)
    if word == "Union":
        found: frozenset[str] | None = frozenset()
        for part in parts:
            found = _united(found, annotated(names, part, at))
        return found
    return frozenset({table().classes.get(full, full)}) if full else None


def _united(left: frozenset[str] | None, right: frozenset[str] | None) -> frozenset[str] | None:
    return None if left is None or right is None else left | right


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
