"""Whether anybody looks at a value before it is used; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.module import Definition, Function
from fixbot.analysis.names import last_name
from fixbot.analysis.remembered import remembered

# What only changes how the same value is written.
_WRAPS = frozenset({"strip", "rstrip", "lstrip", "encode", "decode", "str", "SecretStr", "bytes", "Secret", "cast"})
_ASKS = frozenset({"bool", "len", "all", "any", "isinstance"})
_Holders = Mapping[ast.AST, ast.AST]


def is_tested(corpus: Corpus, file: File, at: ast.AST, value: ast.expr, around: _Holders) -> bool:
    """Say whether the value of an expression is tested: where it stands, or under the name that it gets.

    Args:
        corpus: the project.
        file: the file.
        at: the statement of the expression.
        value: the expression.
        around: what holds each expression of the statement.
    """
    node: ast.AST = value
    while (holder := around.get(node)) is not None:
        if asks(holder, node):
            return True
        if not _passes(holder):
            break
        node = holder
    holder = holder if holder is not None else at
    if isinstance(holder, ast.keyword):
        call = around.get(holder)
        return isinstance(call, ast.Call) and _callee_tests(corpus, last_name(call.func), holder.arg or "")
    if asks(at, node):
        return True
    return any(_is_tested_name(corpus, file, at, target) for target in _targets(holder))


def _passes(holder: ast.AST) -> bool:
    match holder:
        case ast.Call(func=func):
            return last_name(func) in _WRAPS
        case ast.Attribute() | ast.BoolOp(op=ast.Or()) | ast.Await():
            return True
    return False


def _targets(holder: ast.AST) -> Iterator[ast.expr]:
    match holder:
        case ast.Assign(targets=targets):
            yield from targets
        case ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
            yield target


def asks(holder: ast.AST, node: ast.AST) -> bool:
    """Say whether `holder` directly asks whether `node` is there, is empty, or is a certain text."""
    match holder:
        case ast.If(test=asked) | ast.While(test=asked) | ast.IfExp(test=asked) | ast.Assert(test=asked):
            found = asked is node
        case ast.Match(subject=asked):
            found = asked is node
        case ast.BoolOp(op=op, values=values):
            found = node is not values[-1] or isinstance(op, ast.And)
        case ast.Compare(left=left, comparators=others):
            found = all(part is node or _is_literal(part) for part in (left, *others))
        case ast.Call(func=func):
            found = last_name(func) in _ASKS
        case ast.comprehension(ifs=ifs):
            found = node in ifs
        case _:
            found = isinstance(holder, ast.UnaryOp) and isinstance(holder.op, ast.Not)
    return found


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return all(map(_is_literal, parts))
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
    return False


def _is_tested_name(corpus: Corpus, file: File, at: ast.AST, target: ast.expr) -> bool:
    """Say whether a name or attribute is tested: a local one in its function, others anywhere in the project."""
    name = last_name(target)
    function = file.module.function(at)
    if not name:
        return isinstance(target, ast.Subscript)
    if isinstance(target, ast.Name) and function is not None:
        given = _given_on(function).get(name, ())
        return name in _tested(function) or any(_callee_tests(corpus, *each) for each in given)
    trees = (found.module.tree for path in corpus.mentioning(name) if (found := corpus.file(path)) is not None)
    return any(name in _tested(tree) for tree in trees)


@remembered
def _tested(scope: ast.AST) -> frozenset[str]:
    """Return the last names of all that is tested in a function, class or file."""
    found: set[str] = set()
    for holder in ast.walk(scope):
        found.update(_collected(holder))
        for child in ast.iter_child_nodes(holder):
            plain = child
            while isinstance(plain, ast.Call) and last_name(plain.func) in _WRAPS:
                plain = plain.func.value if isinstance(plain.func, ast.Attribute) else plain.func
            if isinstance(plain, ast.Name | ast.Attribute) and asks(holder, child):
                found.add(last_name(plain))
    return frozenset(found)


def _collected(node: ast.AST) -> Iterator[str]:
    """Yield the names in `all([a, b])` and `for name in (a, b)`: the values of a list are looked at one by one."""
    match node:
        case ast.Call(func=func, args=[ast.List(elts=parts) | ast.Tuple(elts=parts)]) if last_name(func) in _ASKS:
            yield from map(last_name, parts)
        case ast.For(iter=ast.List(elts=parts) | ast.Tuple(elts=parts)):
            yield from map(last_name, parts)


@remembered
def _given_on(function: Function) -> Mapping[str, list[tuple[str, str]]]:
    """Map local values to the callables that get them by keyword or place, with the parameter's name or number."""
    found: dict[str, list[tuple[str, str]]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            named = [(each.value, each.arg) for each in node.keywords if each.arg is not None]
            placed = [(arg, str(place)) for place, arg in enumerate(node.args)]
            for value, parameter in (*named, *placed):
                found.setdefault(last_name(value), []).append((last_name(node.func), parameter))
    return found


def _callee_tests(corpus: Corpus, callee: str, parameter: str) -> bool:
    """Say whether a function or class of the project tests one of its parameters."""
    for node in _defined(corpus, callee) if callee else ():
        names = [parameter]
        if parameter.isdigit():
            names = list(_at_place(node, int(parameter)))
        if not _tested(node).isdisjoint(names):
            return True
    return False


def _at_place(node: Definition, place: int) -> Iterator[str]:
    makers: Iterable[ast.AST] = [node] if isinstance(node, Function) else node.body
    for maker in makers:
        if isinstance(maker, Function) and (isinstance(node, Function) or maker.name == "__init__"):
            named = [arg.arg for arg in (*maker.args.posonlyargs, *maker.args.args) if arg.arg not in {"self", "cls"}]
            yield from named[place : place + 1]


def _defined(corpus: Corpus, name: str) -> Iterator[Definition]:
    for path in corpus.mentioning(name):
        content = corpus.files[path]
        if f"def {name}".encode() in content or f"class {name}".encode() in content:
            file = corpus.file(path)
            yield from _definitions(file.module.tree).get(name, ()) if file is not None else ()


@remembered
def _definitions(tree: ast.Module) -> Mapping[str, list[Definition]]:
    """Map the names of the functions and classes of a file to them, wherever they stand."""
    found: dict[str, list[Definition]] = {}
    for node in ast.walk(tree):
        if isinstance(node, Definition):
            found.setdefault(node.name, []).append(node)
    return found
