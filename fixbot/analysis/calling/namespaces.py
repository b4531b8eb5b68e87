"""Finds where the names of a module or class are gone through, so that a function may be got at; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.receivers import receiver
from fixbot.analysis.coroutines.target import Key, Target, key_of
from fixbot.analysis.definitions import Class, File, Function, FunctionNode

# What gives all names of an object, and whether those count that it has from its class.
_LISTS = {"vars": False, "__dict__": False, "dir": True, "getmembers": True, "getmembers_static": True}
_LISTED = re.compile(rb"\b(?:vars|dir|getmembers|getmembers_static)\(\s*[\w(]|\.__dict__\b")
# An index of the module's own names, with what it begins with where that is a text.
_INDEXED = re.compile(
    rb"\b(?:globals|locals|vars)\(\)\s*(?:\[\s*|\.get\(\s*)(?:f?[\"'](?P<start>\w*)(?P<end>[\"']?\s*[\])+,%{.]?)|[A-Za-z_])"
)
# The module's own names handed on as a whole.
_HANDED = re.compile(rb"\bglobals\(\)(?!\s*(?:\[|\.(?:get|update|setdefault|pop|__setitem__)\())")
#: How a module is written in itself.
THIS = "sys.modules[__name__]"


def through_namespace(finder: Finder, target: Target, line: tuple[Class, ...]) -> Iterator[str]:
    """Yield, in words that follow its name, where a function may be found among the names of what holds it.

    Args:
        finder: what finds mentions in the project.
        target: the function.
        line: the classes whose objects may have it as a method.
    """
    if target.home is not None:
        return
    path = target.function.file.path
    if target.owner is None and _is_own(finder.corpus.files[path], target.name.encode(errors="surrogateescape")):
        yield f"may be called by a name that is not known before, in {path}"
    keys = {key_of(each) for each in line} if target.owner is not None else set[Key]()
    for thing, at in finder.once(_listed):
        if thing in keys or (isinstance(thing, str) and target.owner is None and _has(finder, thing, target)):
            yield f"is among the names that are gone through at {at}"


def _has(finder: Finder, path: str, target: Target) -> bool:
    """Say whether a module has the target under its name."""
    file = finder.corpus.file(path)
    bound = file.names.bound(file.module.tree) if file is not None else {}
    return path == target.function.file.path or (target.name in bound and bound[target.name] != {None}) or "*" in bound


def _is_own(content: bytes, name: bytes) -> bool:
    """Say whether a module asks for one of its own names that may be this one; names that are written out do not."""
    if b"()" not in content:
        return False
    for found in _INDEXED.finditer(content):
        start, end = found["start"], found["end"] or b""
        if start is None or start == name:
            return True
        if end and not end.endswith((b"]", b")", b",")) and name.startswith(start):
            return True
    return _HANDED.search(content) is not None


def _listed(finder: Finder) -> list[tuple[Key | str, str]]:
    """Return all classes and modules of the project whose names are listed somewhere, each with where that is."""
    found: list[tuple[Key | str, str]] = []
    corpus = finder.corpus
    for path, content in corpus.files.items():
        file = corpus.file(path) if _LISTED.search(content) else None
        nesting = finder.nesting(file) if file is not None else None
        for word, inherited in _LISTS.items() if nesting is not None else ():
            for node in nesting.named(word) if nesting is not None and word.encode() in content else ():
                thing = _object(node, nesting) if nesting is not None else None
                if thing is not None and nesting is not None and not _asks_for_one(node, nesting):
                    held = _held(thing, nesting, finder, inherited=inherited)
                    found += [(each, f"{path}:{node.lineno}") for each in held]
    return found


def _object(node: ast.expr, nesting: Nesting) -> ast.expr | None:
    """Return the object whose names are listed."""
    outer = nesting.parents.get(node)
    match node, outer:
        case ast.Attribute(value=thing, attr="__dict__"), _:
            return thing
        case ((ast.Name() | ast.Attribute()), ast.Call(func=func, args=[thing, *_])) if func is node:
            return thing
    return None


def _asks_for_one(node: ast.expr, nesting: Nesting) -> bool:
    """Say whether a name that is written out is asked for, or whether there is one: that is looked at elsewhere."""
    inner: ast.AST | None = node if isinstance(node, ast.Attribute) else nesting.parents.get(node)
    outer = nesting.parents.get(inner) if inner is not None else None
    match outer:
        case ast.Compare():
            return True
        case ast.Subscript(slice=ast.Constant()):
            return outer.value is inner
        case ast.Attribute(attr="update" | "setdefault"):
            return True
        case ast.Attribute(attr="get" | "pop"):
            call = nesting.parents.get(outer)
            return isinstance(call, ast.Call) and isinstance(next(iter(call.args), None), ast.Constant)
    return False


def _held(thing: ast.expr, nesting: Nesting, finder: Finder, *, inherited: bool) -> list[Key | str]:
    """Return the key of the class whose names are listed, or the path of the module; an object has those of its class.

    Args:
        thing: the expression.
        nesting: its file.
        finder: what knows the project.
        inherited: whether names count that an object has from its class.
    """
    project, at = finder.corpus.project, nesting.statement(thing)
    if ast.unparse(thing) == THIS:
        return [nesting.file.path]
    found = project.lookup(thing, nesting.file, at)
    if isinstance(found, File):
        return [found.path]
    made = instance_of(thing)
    cls = found if isinstance(found, Class) else None
    if cls is None and (inherited or made is not thing or _is_class(thing, nesting)):
        known = receiver(project, nesting.file, made, at)
        cls = known if isinstance(known, Class) else None
    return [key_of(cls)] if cls is not None else []


def instance_of(thing: ast.expr) -> ast.expr:
    """Return the object whose class an expression is, the expression itself where it is no such thing."""
    match thing:
        case ast.Call(func=ast.Name(id="type"), args=[made]) | ast.Attribute(value=made, attr="__class__"):
            return made
    return thing


def _is_class(thing: ast.expr, nesting: Nesting) -> bool:
    """Say whether a name is the first parameter of a class method."""
    around = (each for each in nesting.around(thing) if isinstance(each, FunctionNode))
    scope = next(around, None)
    if not isinstance(thing, ast.Name) or scope is None or Function(nesting.file, scope).bound_to != "class":
        return False
    return [arg.arg for arg in (*scope.args.posonlyargs, *scope.args.args)[:1]] == [thing.id]
