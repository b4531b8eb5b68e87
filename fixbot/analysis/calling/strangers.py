"""Finds what may run the `__init__` of a class through an object or a class that nobody names; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.calling.arguments import Shape, Signature, is_misfit
from fixbot.analysis.calling.heirs import is_near
from fixbot.analysis.calling.namespaces import instance_of
from fixbot.analysis.calling.reaching import Reached
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.receivers import receiver
from fixbot.analysis.coroutines.target import Key, key_of
from fixbot.analysis.definitions import Class, File, Function, FunctionNode

# An `__init__` of anything but `super()` and the object of the method around it.
_AGAIN = re.compile(rb"(?<!super\(\))(?<!\bself)\.__init__\(")


@dataclass(frozen=True, slots=True, eq=False)
class _Strange:
    """An expression before `.__subclasses__` or `.__init__(`, with the key of the class that it is or belongs to.

    `called` is what is called, as it is written.
    """

    path: str
    line: int
    cls: Key | None
    called: str = ""
    call: Shape | None = None

    @property
    def at(self) -> str:
        """The path and the line."""
        return f"{self.path}:{self.line}"


def walked(finder: Finder, line: tuple[Class, ...]) -> Iterator[Reached]:
    """Yield where all heirs of a class are asked for: `Booking.__subclasses__()`.

    Where nothing is known of the class, it may be this one in a file that mentions it or one of its line.
    """
    keys = {key_of(each) for each in line}
    for strange in finder.once(_walks):
        known = strange.cls in keys
        if known or (strange.cls is None and is_near(finder, strange.path, line)):
            yield Reached(unseen=f"may be what is found by `__subclasses__` at {strange.at}")


def _walks(finder: Finder) -> list[_Strange]:
    found = []
    for path in finder.corpus.mentioning("__subclasses__"):
        file = finder.corpus.file(path)
        nesting = finder.nesting(file) if file is not None else None
        for node in nesting.named("__subclasses__") if nesting is not None else ():
            if nesting is not None and isinstance(node, ast.Attribute):
                made = instance_of(node.value)
                cls = receiver(finder.corpus.project, nesting.file, made, nesting.statement(node))
                if cls is None or isinstance(cls, Class):
                    found.append(_Strange(path, node.value.lineno, key_of(cls) if cls is not None else None))
    return found


def made_again(finder: Finder, line: tuple[Class, ...], signature: Signature) -> Iterator[Reached]:
    """Yield where the `__init__` of some object is called that may be of one of the classes.

    Where nothing is known of the object, it may be so in a file that mentions one of them, or with keywords.
    """
    keys = {key_of(each) for each in line}
    for strange in finder.once(_agains):
        if strange.call is None or is_misfit(strange.call, signature, firsts=(0, 1)):
            continue
        known = strange.cls in keys
        near = strange.call.names or is_near(finder, strange.path, line)
        if known or (strange.cls is None and near):
            yield Reached(unseen=f"may be what is meant by `{strange.called}` at {strange.at}")


def _agains(finder: Finder) -> list[_Strange]:
    found, project = [], finder.corpus.project
    for path in finder.corpus.mentioning("__init__"):
        file = finder.corpus.file(path) if _AGAIN.search(finder.corpus.files[path]) else None
        nesting = finder.nesting(file) if file is not None else None
        for node in nesting.named("__init__") if nesting is not None else ():
            call = nesting.parents.get(node) if nesting is not None else None
            if nesting is None or not isinstance(node, ast.Attribute) or not isinstance(call, ast.Call):
                continue
            at = nesting.statement(node)
            named = project.lookup(node.value, nesting.file, at)
            known = isinstance(named, Class | File | Function) or nesting.file.names.resolve(node.value, at) is not None
            if call.func is node and not known and not _is_own(node.value, nesting):
                cls = receiver(project, nesting.file, node.value, at)
                if cls is None or isinstance(cls, Class):
                    own = key_of(cls) if cls is not None else None
                    shape = Shape.of(call, nesting)
                    found.append(_Strange(path, node.value.lineno, own, ast.unparse(call.func), shape))
    return found


def _is_own(thing: ast.expr, nesting: Nesting) -> bool:
    """Say whether an object is that of the method around it, or `super()` of it: these are looked at elsewhere."""
    match thing:
        case ast.Call(func=ast.Name(id="super")):
            return True
        case ast.Name(id=name):
            scope = next((each for each in nesting.around(thing) if isinstance(each, FunctionNode)), None)
            if scope is not None and Function(nesting.file, scope).bound_to == "instance":
                return [arg.arg for arg in (*scope.args.posonlyargs, *scope.args.args)[:1]] == [name]
    return False
