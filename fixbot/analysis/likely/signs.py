"""What a block of code looks like, in short words that other code can be compared with; reads and keeps nothing."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator, Sequence

from fixbot.analysis.likely.shapes import shape, words
from fixbot.analysis.names import Names, dotted
from fixbot.analysis.raises.origins import Origins

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_BUILTINS = frozenset(dir(builtins))
_TELLING = (
    ast.Await,
    ast.Yield,
    ast.YieldFrom,
    ast.With,
    ast.AsyncWith,
    ast.Assert,
    ast.Delete,
    ast.If,
    ast.While,
    ast.Return,
)
_BROAD = frozenset({None, "Exception", "BaseException"})
#: An expression or statement with the signs it gives.
Sign = tuple[ast.AST, tuple[str, ...]]


def running(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Yield what runs when `nodes` run, in the order of the code, without what an inner broad handler swallows."""
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, _DEFINITIONS):
            continue
        if isinstance(node, ast.Try) and any(_is_broad(handler) for handler in node.handlers):
            stack += reversed([*node.orelse, *node.finalbody])
        else:
            stack += reversed(list(ast.iter_child_nodes(node)))


def raised_name(exc: ast.expr) -> str:
    """Return the last part of the name of what `raise` raises, empty where it has none."""
    return (dotted(exc.func if isinstance(exc, ast.Call) else exc) or "").rpartition(".")[2]


def _is_broad(handler: ast.ExceptHandler) -> bool:
    return (dotted(handler.type) if handler.type is not None else None) in _BROAD


class Signs:
    """Reads the signs of code as seen from one statement."""

    def __init__(self, names: Names, at: ast.AST) -> None:
        self.names = names
        self.at = at
        self.origins = Origins(names, at)
        self._parameters = frozenset(_parameters(names.scopes(at)))

    def of(self, body: Sequence[ast.stmt]) -> list[Sign]:
        """Return every node of a block that says something about what may go wrong, with its signs."""
        return [(node, tuple(signs)) for node in running(body) if (signs := list(self._signs(node)))]

    def _signs(self, node: ast.AST) -> Iterator[str]:
        match node:
            case ast.Call():
                yield from self._call(node)
            case ast.Attribute():
                yield from self._attribute(node)
            case ast.Subscript():
                yield from self._subscript(node)
            case ast.Assign(targets=[target, *_], value=value):
                yield from _unpacking(target, value)
            case ast.For(target=target, iter=iterable):
                yield from ("for", f"for {shape(iterable)}")
                yield from _unpacking(target, None)
            case ast.comprehension(target=target):
                yield "comprehension"
                yield from _unpacking(target, None)
            case ast.Import() | ast.ImportFrom():
                yield "import"
                if isinstance(node, ast.ImportFrom):
                    yield "from . import" if node.level else "from import"
            case _:
                yield from self._statement(node)

    def _shape(self, node: ast.expr) -> str:
        unknown = isinstance(node, ast.Name) and node.id in self._parameters
        return "parameter" if unknown else shape(node)

    def _statement(self, node: ast.AST) -> Iterator[str]:
        match node:
            case ast.Raise(exc=exc):
                yield "raise"
                if exc is not None and (name := raised_name(exc)):
                    yield f"raise {name}"
            case ast.BinOp() | ast.AugAssign() | ast.Compare():
                yield from _operation(node)
            case ast.Expr(value=ast.Name(id=name)):
                yield from ("alone name", f"alone {name}")
            case ast.Expr(value=ast.Attribute() | ast.Subscript() as value):
                yield f"alone {shape(value)}"
            case ast.Name(id=name, ctx=ast.Load()):
                if name not in _BUILTINS and all(name not in self.names.bound(s) for s in self.names.scopes(self.at)):
                    yield from ("unbound", f"unbound {name}")
            case _ if isinstance(node, _TELLING):
                yield type(node).__name__

    def _call(self, node: ast.Call) -> Iterator[str]:
        full = self.names.resolve(node.func, self.at)
        count = len(node.args) + len(node.keywords)
        if full is not None:
            yield from _known_call(full, [self._shape(arg) for arg in node.args] or ["nothing"], count)
        elif isinstance(node.func, ast.Attribute):
            yield from self._method(node.func, count)
        elif isinstance(node.func, ast.Name):
            yield from (f"function {node.func.id}", "function", *_spoken(node.func.id))
        else:
            yield "call"

    def _method(self, func: ast.Attribute, count: int) -> Iterator[str]:
        yield from (f".{func.attr}()", f".{func.attr}()/{count}", "method", *_spoken(func.attr))
        owner = self.origins.made_by(func.value)
        if owner is not None:
            yield f"{owner}.{func.attr}()"
            yield f"of {owner.partition('.')[0]}"
        if (receiver := dotted(func.value)) is not None:
            last = receiver.rpartition(".")[2]
            yield from (f"{last.lower()}.{func.attr}()", *(f"on {word}" for word in words(last)))
        yield "method of self" if receiver == "self" else f"method of {shape(func.value)}"

    def _attribute(self, node: ast.Attribute) -> Iterator[str]:
        if isinstance(node.ctx, ast.Store):
            yield from ("attribute=", "self.attribute=" if dotted(node.value) == "self" else "other.attribute=")
        elif isinstance(node.ctx, ast.Del):
            yield "del attribute"
        elif (full := self.names.resolve(node, self.at)) is None:
            yield from ("attribute", f".{node.attr}", f"attribute of {self._shape(node.value)}")
        elif full.partition(".")[0] in sys.stdlib_module_names:
            yield from ("known attribute", f"attribute {full}")
        else:
            yield "attribute of import"

    def _subscript(self, node: ast.Subscript) -> Iterator[str]:
        verb, key = type(node.ctx).__name__.lower(), shape(node.slice)
        yield from (f"{verb} item", f"{verb} item {key}", f"{verb} item {key} of {self._shape(node.value)}")
        if key == "name":
            yield f"{verb} item {self._shape(node.slice)}"
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
            yield f"{verb} item {node.slice.value}"
        if (owner := self.origins.made_by(node.value) or self.names.resolve(node.value, self.at)) is not None:
            yield from (f"{verb} item of {owner}", f"{verb} item {key} of {owner}")
        if (receiver := dotted(node.value)) is not None:
            last = receiver.rpartition(".")[2]
            yield from (f"{verb} {last.lower()}[]", *(f"item on {word}" for word in words(last)))
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
            yield f"{verb} item {key} of .{node.value.func.attr}()"


def _parameters(scopes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the parameters of the innermost function that say nothing of their type."""
    if scopes and isinstance(scopes[0], ast.FunctionDef | ast.AsyncFunctionDef):
        args = scopes[0].args
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
            if arg.annotation is None and arg.arg not in {"self", "cls"}:
                yield arg.arg


def _known_call(full: str, shapes: Sequence[str], count: int) -> Iterator[str]:
    head, _, _ = full.partition(".")
    last, first = full.rpartition(".")[2], shapes[0]
    if head in _BUILTINS:
        yield from (full, f"{full}({first})", f"{full}/{count}", f"{full}({', '.join(shapes)})")
    elif head in sys.stdlib_module_names:
        yield from (full, f"{full}({first})", f"from {head}", f"any {last}", *_spoken(last))
    else:
        yield from (full, f"function {last}", "imported function", *_spoken(last))
        yield "from here" if not head else f"from {head}"


def _spoken(name: str) -> Iterator[str]:
    yield from (f"says {word}" for word in words(name))
    if name[:1].isupper():
        yield "makes"


def _operation(node: ast.BinOp | ast.AugAssign | ast.Compare) -> Iterator[str]:
    match node:
        case ast.BinOp(left=left, op=op):
            yield from (type(op).__name__, f"{type(op).__name__} {shape(left)}")
        case ast.AugAssign(op=op):
            yield f"{type(op).__name__}="
        case ast.Compare(ops=ops):
            yield from (type(comparison).__name__ for comparison in ops)


def _unpacking(target: ast.expr, value: ast.expr | None) -> Iterator[str]:
    if not isinstance(target, ast.Tuple | ast.List) or isinstance(value, ast.Tuple | ast.List):
        return
    yield from ("unpack", f"unpack {len(target.elts)}")
    if value is not None:
        yield f"unpack {shape(value)}"
        if isinstance(value, ast.Call) and (name := dotted(value.func)):
            yield f"unpack {name.rpartition('.')[2]}()"
