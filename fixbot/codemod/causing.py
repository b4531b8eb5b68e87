"""Which errors a handler raises without a cause, and the edit that names it; it reads with `ast`."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fixbot.analysis.module import Definition, Function, Module, blocks
from fixbot.analysis.names import bindings, last_name, own, own_nodes
from fixbot.codemod.caught_names import is_free, uses_in
from fixbot.codemod.lazy import cst

# These end a program, a loop or a test: nobody is shown a traceback of them.
_SIGNALS = frozenset(
    {
        *("SystemExit", "KeyboardInterrupt", "GeneratorExit", "StopIteration", "StopAsyncIteration"),
        *("Exit", "Abort", "SkipTest", "Skipped", "Return"),
    }
)
_CAUGHT_NAMES = ("exc", "error", "caught", "exc_")
# Names for whatever was caught; another one, such as `ude`, may tell of one type of error.
_GENERAL = re.compile(r"_?(?:e|ex|exc|exn|err|error|exception|caught|cause)\d?_?")
_NAMED = re.compile(r"\bexcept\b([^\n#:]*)\bas[ \t]+([A-Za-z_]\w*)[ \t]*:")
# Calls that see all names of the function, and how many arguments keep them from it.
_SEES_NAMES = {"locals": 1, "vars": 1, "dir": 1, "exec": 2, "eval": 2}


@dataclass(frozen=True, slots=True)
class Raised:
    """A `raise` of something that names no cause, and its place among the raises of its handler.

    `because` says why nobody can tell that it is a new error, None where it is one.
    """

    node: ast.Raise
    place: int
    because: str | None = None


def raised_in(module: Module, handler: ast.ExceptHandler) -> list[Raised]:
    """Return what a handler raises without a cause, in source order.

    What an inner handler raises has the inner error for its cause. What is raised inside of an inner `try` that
    catches something may not leave it, and what is raised in a `finally` may have another cause.
    """
    looked = {id(node) for node in _straight(handler.body)}
    caught = {each.name for each in (handler, *_around(module, handler)) if each.name is not None}
    found = []
    for place, node in enumerate(_all(handler.body)):
        if node.exc is None or node.cause is not None or id(node) not in looked:
            continue
        if not _is_known(node.exc, caught):
            found.append(Raised(node, place, _doubt(node.exc, handler)))
    return found


def _all(body: Collection[ast.AST]) -> Iterator[ast.Raise]:
    """Yield every `raise` that runs when a body runs, in source order."""
    for node in body:
        if isinstance(node, ast.Raise):
            yield node
        elif not isinstance(node, Definition):
            yield from _all(blocks(node))


def _straight(body: Collection[ast.AST]) -> Iterator[ast.Raise]:
    for node in body:
        match node:
            case ast.Raise():
                yield node
            case ast.Try(body=inner, handlers=[], orelse=after) | ast.TryStar(body=inner, handlers=[], orelse=after):
                yield from _straight([*inner, *after])
            case ast.Try() | ast.TryStar() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
            case _:
                yield from _straight(blocks(node))


def _is_known(raised: ast.expr, caught: Collection[str]) -> bool:
    """Say whether what is raised is what was caught, here or further out, or a part of it, or a mere signal."""
    made = raised.func if isinstance(raised, ast.Call) else raised
    if last_name(made).lstrip("_") in _SIGNALS:
        return True
    if isinstance(raised, ast.Call) and last_name(made) != "with_traceback":
        return False
    return any(_begins_with(made, name) for name in caught)


def _begins_with(node: ast.expr, name: str) -> bool:
    """Say whether `node` is the name, or an attribute, an item or the result of a method of what has it."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id == name


def _doubt(raised: ast.expr, handler: ast.ExceptHandler) -> str | None:
    """Return why what is raised may be no new error, None where it is one."""
    if isinstance(raised, ast.IfExp):
        return _doubt(raised.body, handler) or _doubt(raised.orelse, handler)
    if isinstance(raised, ast.Call):
        func = raised.func
        if _is_class(last_name(func)) or _makes_same_type(func) or not _is_given(raised, handler.name):
            return None
        return f"`{_short(func)}` is given the error, and may hand it back or have named its cause"
    if _is_class(last_name(raised)) or (isinstance(raised, ast.Name) and _is_made_here(raised.id, handler)):
        return None
    return f"`{_short(raised)}` may be an error that was raised before"


def _is_class(name: str) -> bool:
    return name.lstrip("_")[:1].isupper()


def _makes_same_type(func: ast.expr) -> bool:
    match func:
        case ast.Call(func=ast.Name(id="type"), args=[_]) | ast.Attribute(attr="__class__"):
            return True
    return False


def _is_given(call: ast.Call, name: str | None) -> bool:
    """Say whether a call gets what was caught itself, or may ask for it."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if isinstance(call.func, ast.Attribute) and name is not None and _begins_with(call.func, name):
        return True
    plain = [part.value if isinstance(part, ast.Starred) else part for part in given]
    return any(isinstance(part, ast.Name) and part.id == name for part in plain if name is not None) or any(
        last_name(part) == "exc_info" for each in given for part in ast.walk(each)
    )


def _is_made_here(name: str, handler: ast.ExceptHandler) -> bool:
    """Say whether a name is only ever given what a class makes, in this handler."""
    stored = [node for node in own(handler.body) if isinstance(node, ast.Name) and node.id == name]
    stores = [node for node in stored if not isinstance(node.ctx, ast.Load)]
    made = [
        target
        for node in own(handler.body)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _is_class(last_name(node.value.func))
        for target in node.targets
        if isinstance(target, ast.Name) and target.id == name
    ]
    always = any(isinstance(node, ast.Assign) and set(node.targets) & set(made) for node in handler.body)
    return bool(made) and always and len(stores) == len(made)


def _short(node: ast.expr) -> str:
    return " ".join(ast.unparse(node).split()).replace("`", "'")[:60]


def hindrance(module: Module, handler: ast.ExceptHandler, raised: Collection[Raised]) -> str | None:
    """Return why the cause cannot be named though new errors are raised, None where it can."""
    if is_for_python_2(module):
        return "the file is written for Python 2 as well, which has no `from`"
    if handler.name is not None and _is_rebound(handler):
        return f"the handler gives the name `{handler.name}` to something else"
    if handler.name is None and name_for(module, handler) is None:
        return "no name for what was caught is free there"
    generates = _generates(module, handler)
    if generates and any(_class_of(one.node.exc) == "RuntimeError" for one in raised):
        return "a generator's `RuntimeError` with a cause may be taken for one that Python makes of a `StopIteration`"
    return None


def _class_of(raised: ast.expr | None) -> str:
    made = raised.func if isinstance(raised, ast.Call) else raised
    return "" if made is None else last_name(made)


@lru_cache(maxsize=4)
def is_for_python_2(module: Module) -> bool:
    """Say whether a file takes care to run under Python 2 too: it imports from `__future__`, or `six`."""
    for node in module.tree.body:
        match node:
            case ast.ImportFrom(module="__future__", names=names):
                if any(alias.name != "annotations" for alias in names):
                    return True
            case ast.Import(names=names) if any(alias.name.partition(".")[0] == "six" for alias in names):
                return True
            case ast.ImportFrom(module=str() as name) if name.split(".")[0] == "six":
                return True
    return False


def _is_rebound(handler: ast.ExceptHandler) -> bool:
    named = (node.names for node in ast.walk(handler) if isinstance(node, ast.Nonlocal | ast.Global))
    return handler.name in bindings(handler) or any(handler.name in names for names in named)


def _generates(module: Module, handler: ast.ExceptHandler) -> bool:
    function = module.function(handler)
    return function is not None and _yields(function)


@lru_cache(maxsize=16)
def _yields(function: Function) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function))


def name_for(module: Module, handler: ast.ExceptHandler) -> str | None:
    """Return a name for what a handler catches: the one that the file uses for it most, if it is free there.

    A name that could tell of one type of error must have been given at least twice, to errors of different types.
    A name is free where the function has it nowhere, or only in handlers beside this one, which bind it themselves.
    Nameless handlers around this one may need a name too, and get the first ones.
    """
    scope = module.function(handler)
    if _sees_names(scope or module.tree) or (scope is None and module.mentions("import *")):
        return None
    preferred = _customary(module)
    around = [outer for outer in _around(module, handler) if outer.name is None]
    names = dict.fromkeys([*preferred, *_CAUGHT_NAMES])
    uses = uses_in(module, scope or module.tree)
    free = [name for name in names if is_free(module, handler, name, uses)]
    return free[len(around)] if len(around) < len(free) else None


@lru_cache(maxsize=4)
def _customary(module: Module) -> Sequence[str]:
    """Return the names that a file has for what it catches, the most frequent first."""
    named = _NAMED.findall(module.text)
    types: dict[str, set[str]] = {}
    for said, name in named:
        types.setdefault(name, set()).add(said)
    frequent = (name for name, _ in Counter(name for _, name in named).most_common())
    return [name for name in frequent if _GENERAL.fullmatch(name) or (name.strip("_") and len(types[name]) > 1)]


def _around(module: Module, handler: ast.ExceptHandler) -> list[ast.ExceptHandler]:
    found = []
    for outer in module.ancestors(handler):
        if isinstance(outer, Function):
            break
        if isinstance(outer, ast.ExceptHandler):
            found.append(outer)
    return found


@lru_cache(maxsize=16)
def _sees_names(scope: ast.AST) -> bool:
    calls = (node for node in own_nodes(scope) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return any(len(call.args) < _SEES_NAMES.get(last_name(call.func), 0) for call in calls)


def with_causes(
    handler: cst.ExceptHandler | cst.ExceptStarHandler, name: str, places: Collection[int]
) -> cst.ExceptHandler | cst.ExceptStarHandler:
    """Return the handler bound to a name, with `from name` on some of its raises, given by their places."""

    class Editor(cst.CSTTransformer):
        def __init__(self) -> None:
            super().__init__()
            self.seen = 0
            self.places: dict[cst.CSTNode, int] = {}

        def on_visit(self, node: cst.CSTNode) -> bool:
            if isinstance(node, cst.Raise):
                self.places[node] = self.seen
                self.seen += 1
            return not isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Lambda)

        def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
            if isinstance(updated_node, cst.Raise) and self.places[original_node] in places:
                return updated_node.with_changes(cause=cst.From(cst.Name(name)))
            return updated_node

    bound = handler.name or cst.AsName(cst.Name(name))
    return handler.with_changes(name=bound, body=handler.body.visit(Editor()))
