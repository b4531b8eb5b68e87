"""Tells apart the places that may run a function: calls, `super()`, uses of a class; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.calling.heirs import above
from fixbot.analysis.calling.naming import is_idle
from fixbot.analysis.coroutines.mentions import Call, Finder, call_at
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.target import key_of
from fixbot.analysis.definitions import Class, Function


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """A call with the number of positional arguments that are not the function's, or a mention that is no call.

    `value` is the mention of a function or class as a value in the file of `nesting`. `unseen` says why there may be
    other calls, `fixed` why this one cannot be changed. `after` are the calls of a partial.
    """

    call: Call | None = None
    first: int = 0
    value: ast.expr | None = None
    nesting: Nesting | None = None
    unseen: str = ""
    fixed: str = ""
    after: tuple[ast.Call, ...] | None = None


def mention_of(node: ast.expr, nesting: Nesting) -> Iterator[Reached]:
    """Yield what a mention of a class runs: nothing where the class is only asked for."""
    outer = nesting.parents.get(node)
    at = f"{nesting.file.path}:{node.lineno}"
    match outer:
        case ast.Call(func=func) if func is node:
            yield Reached(call_at(outer, nesting))
        case ast.Attribute(attr="__init__"):
            call = nesting.parents.get(outer)
            if isinstance(call, ast.Call) and call.func is outer:
                yield Reached(call_at(call, nesting), first=1)
            else:
                yield Reached(unseen=f"is used as a value at {at}")
        case ast.Attribute(attr=attr) if attr != "__call__":
            return
        case ast.Subscript(value=value) if value is node:
            yield from mention_of(outer, nesting)
        case ast.Raise():
            yield Reached(unseen=f"is raised without a call at {at}")
        case _ if not is_idle(node, nesting):
            yield Reached(value=node, nesting=nesting, unseen=f"is used as a value at {at}")


def supers(finder: Finder, function: Function, below: list[Class]) -> Iterator[Reached]:
    """Yield the `super().name(...)` in classes below that of a method which mean it, and nothing else."""
    name = function.node.name
    inside = {key_of(each) for each in below}
    for file in {each.file.path: each.file for each in below}.values():
        nesting = finder.nesting(file)
        for node in nesting.named(name):
            cls = class_of_super(node, nesting, finder)
            if cls is None or key_of(cls) not in inside:
                continue
            meant = above(finder.corpus.project, cls, name)
            if meant is not None and key_of(meant) == key_of(function):
                call = nesting.parents.get(node)
                if isinstance(call, ast.Call) and call.func is node:
                    yield Reached(call_at(call, nesting))
                else:
                    yield Reached(unseen=f"is used as a value at {file.path}:{node.lineno}")


def class_of_super(node: ast.AST, nesting: Nesting, finder: Finder) -> Class | None:
    """Return the class below which `super().name` looks, None where a node is something else."""
    match node:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super"), args=args)):
            at, file = nesting.statement(node), nesting.file
            if args:
                found = finder.corpus.project.lookup(args[0], file, at)
                return found if isinstance(found, Class) else None
            around = file.module.definitions(at)
            return next((Class(file, each) for each in around if isinstance(each, ast.ClassDef)), None)
    return None
