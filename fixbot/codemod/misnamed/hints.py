"""Says of a name that is nothing where a name like that is something: what to import or to write; it only reads."""

from __future__ import annotations

import ast
import re
import sys
import typing
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from posixpath import dirname

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.undefined.scopes import DECLARED, DELETED, OVER
from fixbot.codemod.misnamed.uses import Lost, parameters
from fixbot.model import Evidence

_OLD = {
    "basestring": "str",
    "cmp": "(a > b) - (a < b)",
    "execfile": "exec",
    "file": "open",
    "long": "int",
    "raw_input": "input",
    "reduce": "functools.reduce",
    "reload": "importlib.reload",
    "unichr": "chr",
    "unicode": "str",
    "xrange": "range",
}
_LOST = {
    DELETED: "it is deleted before",
    OVER: "its `except` clause is over, and takes its name along",
    DECLARED: "it is declared and gets no value",
}
_TYPING = frozenset(typing.__all__)
_MOST = 2
_FUNCTIONS = 2  # one of them may be the one that lacks the name
_SHORTEST = 3  # shorter names are everybody's
# Packages of the standard library that do not bring their modules along.
_FOLDERS = frozenset({"concurrent", "email", "http", "multiprocessing", "unittest", "urllib", "wsgiref", "xml"})


def hints(corpus: Corpus, lost: Lost) -> list[Evidence]:
    """Return what is known of a name that is nothing, the most telling first."""
    found = [
        *_state(lost),
        *_old(lost),
        *_attribute(lost),
        *_module(lost),
        *_in_class(lost),
        *_typed(lost),
        *_imported(corpus, lost),
        *_defined(corpus, lost),
        *_in_other_functions(lost),
    ]
    return found[:_MOST]


def _state(lost: Lost) -> Iterator[Evidence]:
    says = _LOST.get(lost.first.state)
    if says is not None:
        yield Evidence(lost.first.node.lineno, says)
        return
    top = lost.first.chain[0].names
    if lost.name in top and top[lost.name][:1] != "<" and not lost.first.later:
        node = _binding(lost.module.tree).get(lost.name)
        if node is not None and node.lineno > lost.first.node.lineno:
            yield Evidence(node.lineno, f"`{lost.name}` gets its value only here, when this has run")


def _old(lost: Lost) -> Iterator[Evidence]:
    if lost.name in _OLD:
        yield Evidence(lost.first.node.lineno, f"Python 2 had `{lost.name}`; in Python 3 it is `{_OLD[lost.name]}`")


def _attribute(lost: Lost) -> Iterator[Evidence]:
    """Yield what `_dt.datetime` may be where `datetime` itself is imported."""
    for place in lost.places:
        holder = lost.parents.get(place.node)
        if isinstance(holder, ast.Attribute):
            origin = next((scope.names[holder.attr] for scope in lost.first.chain if holder.attr in scope.names), "")
            if origin.endswith(f".{holder.attr}"):
                says = f"`{holder.attr}` itself is imported here, as `{origin}`: `{lost.name}.` is one word too many"
                yield Evidence(place.node.lineno, says)
                return


def _module(lost: Lost) -> Iterator[Evidence]:
    if lost.name in sys.stdlib_module_names and lost.kinds() == {"attribute"}:
        holder = lost.parents.get(lost.first.node)
        inner = f".{holder.attr}" if lost.name in _FOLDERS and isinstance(holder, ast.Attribute) else ""
        yield Evidence(lost.first.node.lineno, f"`import {lost.name}{inner}` is missing")


def _in_class(lost: Lost) -> Iterator[Evidence]:
    """Yield where the class around a method has the name."""
    node = lost.first.chain[-1].node
    owner = next((scope.node for scope in reversed(lost.first.chain) if scope.kind == "class"), None)
    if not isinstance(owner, ast.ClassDef) or lost.scope.kind != "function":
        return
    first = next((arg.arg for arg in parameters(lost.scope.node)), "")
    line = _given_to_self(owner).get(lost.name)
    if line is not None:
        yield Evidence(line, f"objects of `{owner.name}` have it: `{first or 'self'}.{lost.name}`")
        return
    found = _in_body(owner).get(lost.name)
    if found is not None and found is not node:
        yield Evidence(found.lineno, f"`{owner.name}` has it, and a method reads it by `{first or owner.name}.`")


def _typed(lost: Lost) -> Iterator[Evidence]:
    if lost.name in _TYPING and lost.name[:1].isupper():
        yield Evidence(lost.first.node.lineno, f"`from typing import {lost.name}` is missing")


def _imported(corpus: Corpus, lost: Lost) -> Iterator[Evidence]:
    """Yield how another file imports the name."""
    pattern = _importing(lost.name)
    if len(lost.name) < _SHORTEST:
        return
    for path in corpus.mentioning(lost.name):
        found = pattern.search(corpus.files[path])
        source = found["module"].decode(errors="replace") if found is not None else ""
        is_near = dirname(path) == dirname(lost.module.path)
        if found is not None and path != lost.module.path and (is_near or not source.startswith(".")):
            written = f"from {source} import {lost.name}"
            line = corpus.files[path].count(b"\n", 0, found.start()) + 1
            yield Evidence(lost.first.node.lineno, f"another file has `{written}` ({path}:{line})")
            return


@lru_cache(maxsize=64)
def _importing(name: str) -> re.Pattern[bytes]:
    word = re.escape(name.encode())
    names = rb"(?:[\w ,]*\b" + word + rb"\b(?!\s+as)|\((?:[^()]*[\s,(])?" + word + rb"\b(?!\s+as))"
    return re.compile(rb"^(?:\xef\xbb\xbf)?from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]*" + names, re.MULTILINE)


def _defined(corpus: Corpus, lost: Lost) -> Iterator[Evidence]:
    """Yield which file of the project defines the name at its margin."""
    word = re.escape(lost.name.encode())
    pattern = re.compile(
        rb"^(?:\xef\xbb\xbf)?(?:(?:async[ \t]+)?def|class)[ \t]+" + word + rb"\b|^" + word + rb"[ \t]*[:=]",
        re.MULTILINE,
    )
    for path in corpus.mentioning(lost.name):
        found = pattern.search(corpus.files[path])
        if found is not None and path != lost.module.path:
            line = corpus.files[path].count(b"\n", 0, found.start()) + 1
            yield Evidence(lost.first.node.lineno, f"another file defines one ({path}:{line})")
            return


@lru_cache(maxsize=4)
def _given_to_self(owner: ast.ClassDef) -> Mapping[str, int]:
    """Return the line that first gives `self` each attribute in a class."""
    found: dict[str, int] = {}
    for inner in ast.walk(owner):
        match inner:
            case ast.Attribute(value=ast.Name(id="self"), attr=attr, ctx=ast.Store()):
                found.setdefault(attr, inner.lineno)
    return found


@lru_cache(maxsize=4)
def _in_body(owner: ast.ClassDef) -> Mapping[str, ast.stmt]:
    """Return the first statement of a class itself that binds each name."""
    return {name: node for node in reversed(owner.body) for name in _bound_by(node)}


def _in_other_functions(lost: Lost) -> Iterator[Evidence]:
    """Yield which other function of the file has the name."""
    for node, line, takes in _in_functions(lost.module.tree).get(lost.name, ()):
        if node is not lost.scope.node:
            taken = f"`{node.name}` takes a `{lost.name}`, `{lost.within}` does not"
            yield Evidence(line, taken if takes else f"only `{node.name}` gives `{lost.name}` a value")
            return


@lru_cache(maxsize=4)
def _in_functions(tree: ast.Module) -> Mapping[str, Sequence[tuple[FunctionNode, int, bool]]]:
    """Return the first two functions that have each name: the line that has it, and whether it is a parameter's."""
    found: dict[str, list[tuple[FunctionNode, int, bool]]] = {}
    for node in ast.walk(tree):
        if isinstance(node, FunctionNode):
            lines = {name: (bound.lineno, False) for name, bound in _binding(node).items()}
            lines |= {arg.arg: (arg.lineno, True) for arg in reversed(parameters(node))}
            for name, (line, takes) in lines.items():
                several = found.setdefault(name, [])
                if len(several) < _FUNCTIONS:
                    several.append((node, line, takes))
    return found


@lru_cache(maxsize=4)
def _binding(scope: ast.AST) -> Mapping[str, ast.stmt]:
    """Return the first statement in a scope, or in what is defined there, that binds each name."""
    found: dict[str, ast.stmt] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.stmt):
            for name in _bound_by(node):
                found.setdefault(name, node)
    return found


def _bound_by(node: ast.stmt) -> set[str]:
    """Return the names that a statement itself gives values."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.For(target=ast.Name(id=name)):
            return {name}
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return {alias.asname or alias.name for alias in aliases}
    return set()
