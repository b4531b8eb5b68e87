"""Finds where the class of an object is called, so that its `__init__` runs: `cls()`, `type(self)()`; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.calling.arguments import Shape, Signature, is_misfit
from fixbot.analysis.calling.heirs import is_near, nearest
from fixbot.analysis.calling.reaching import Reached, mention_of
from fixbot.analysis.coroutines.mentions import Finder, call_at
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.receivers import receiver
from fixbot.analysis.coroutines.target import Key, key_of
from fixbot.analysis.definitions import Class, Function, FunctionNode

_INIT = "__init__"
_BY_TYPE = re.compile(rb"\btype\([^()\n]*\)\(|\.__class__\(")


def made_inside(finder: Finder, cls: Class, heirs: list[Class], key: Key) -> Iterator[Reached]:
    """Yield what the methods of a class do with `cls`, `type(self)`, `self.__class__` and `self.__init__`."""
    project = finder.corpus.project
    meant = {key_of(found): found for heir in (cls, *heirs) if (found := nearest(project, heir, _INIT)) is not None}
    if key not in meant:
        return
    others = [found.qualname for each, found in meant.items() if each != key]
    nesting = finder.nesting(cls.file)
    for node in _selves(cls, nesting):
        for reached in _again(node, nesting) if _is_init(node) else mention_of(node, nesting):
            yield reached
            if others and reached.call is not None:
                yield Reached(fixed=f"is called at {reached.call.at}, where `{others[0]}` may be meant too")


def _is_init(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == _INIT


def _again(node: ast.expr, nesting: Nesting) -> Iterator[Reached]:
    """Yield what `self.__init__` is."""
    call = nesting.parents.get(node)
    if isinstance(call, ast.Call) and call.func is node:
        yield Reached(call_at(call, nesting))
    else:
        yield Reached(unseen=f"is used as a value at {nesting.file.path}:{node.lineno}")


def _selves(cls: Class, nesting: Nesting) -> Iterator[ast.expr]:
    """Yield the expressions that stand for the class of the object in its methods, and `self.__init__`."""
    for method in cls.node.body:
        if not isinstance(method, FunctionNode):
            continue
        bound = Function(cls.file, method).bound_to
        first = [*method.args.posonlyargs, *method.args.args][:1]
        if bound is None or not first:
            continue
        own = first[0].arg
        for node in ast.walk(method):
            match node:
                case ast.Name(id=name, ctx=ast.Load()) if bound == "class" and name == own:
                    if nesting.scope(node) is not cls.node:
                        yield node
                case ast.Call(func=ast.Name(id="type"), args=[ast.Name(id=name)]) if name == own:
                    yield node
                case ast.Attribute(value=ast.Name(id=name), attr="__class__") if name == own:
                    yield node
                case ast.Attribute(value=ast.Name(id=name), attr="__init__") if name == own and bound == "instance":
                    yield node


def made_by_type(finder: Finder, line: tuple[Class, ...], signature: Signature) -> Iterator[Reached]:
    """Yield where the class of some object is called that may be this one: `type(other)(...)`.

    Where nothing is known of the object, it may be so in a file that knows one of the classes, or with keywords: others
    make a container like the one they have.
    """
    for made in finder.once(_made):
        unknown = made.cls is None and (bool(made.call.names) or is_near(finder, made.path, line))
        known = made.cls is not None and any(key_of(each) == made.cls for each in line)
        if (unknown or known) and not is_misfit(made.call, signature):
            yield Reached(unseen=f"may be what is made by the type of `{made.thing}` at {made.path}:{made.line}")


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """A call of the class of some object, where it stands, and the key of that class as far as it is known."""

    thing: str
    call: Shape
    path: str
    line: int
    cls: Key | None


def _made(finder: Finder) -> list[_Made]:
    """Return all such calls in a project but those of the object around."""
    corpus, found = finder.corpus, list[_Made]()
    for path in sorted({*corpus.mentioning("type"), *corpus.mentioning("__class__")}):
        file = corpus.file(path) if _BY_TYPE.search(corpus.files[path]) else None
        nesting = finder.nesting(file) if file is not None else None
        for node in (*nesting.named("type"), *nesting.named("__class__")) if nesting is not None else ():
            made = _made_of(node, nesting) if nesting is not None else None
            if nesting is not None and made is not None and not _is_own(made[0], nesting):
                cls = receiver(corpus.project, nesting.file, made[0], nesting.statement(node))
                if cls is None or isinstance(cls, Class):
                    thing, call = made
                    known = key_of(cls) if cls is not None else None
                    found.append(_Made(ast.unparse(thing), Shape.of(call, nesting), path, call.lineno, known))
    return found


def _made_of(node: ast.expr, nesting: Nesting) -> tuple[ast.expr, ast.Call] | None:
    """Return the object whose type is called and the call, None where a node is something else."""
    outer = nesting.parents.get(node)
    match node, outer:
        case ast.Name(), ast.Call(args=[made]) if outer.func is node:
            call = nesting.parents.get(outer)
            return (made, call) if isinstance(call, ast.Call) and call.func is outer else None
        case ast.Attribute(value=made), ast.Call(func=func) if func is node:
            return made, outer
    return None


def _is_own(made: ast.expr, nesting: Nesting) -> bool:
    """Say whether an object is the one that the method around it belongs to: its class is looked at elsewhere."""
    for outer in nesting.around(made):
        if isinstance(outer, FunctionNode) and Function(nesting.file, outer).bound_to is not None:
            first = [*outer.args.posonlyargs, *outer.args.args][:1]
            return isinstance(made, ast.Name) and [arg.arg for arg in first] == [made.id]
    return False
