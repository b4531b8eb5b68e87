"""The numbers that a project gives a name: constants of modules and fields of its settings; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, File
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.module import Function, blocks
from fixbot.analysis.names import last_name

_HOLDS_SETTINGS = re.compile(r"(?:\w*?)(?:Settings|Config|Configuration)", re.IGNORECASE)
_NUMBERS = frozenset({"int", "float", "PositiveInt", "PositiveFloat", "NonNegativeInt", "NonNegativeFloat"})


@dataclass(frozen=True, slots=True)
class Setting:
    """A number with a name: a constant of a module, or a field of the class `owner` where that is given.

    `node` is the statement that says so. `value` is None where it is worked out when the program runs.
    """

    file: File
    owner: Class | None
    name: str
    node: ast.stmt
    value: float | None

    @property
    def shown(self) -> str:
        """The name as people say it, with that of its class."""
        return f"{self.owner.name}.{self.name}" if self.owner is not None else self.name


def settings_named(corpus: Corpus, name: str, *words: bytes) -> list[Setting]:
    """Return the settings of a project by their names, tests left out.

    Args:
        corpus: the project.
        name: a regular expression for the whole name, in any case.
        words: every such name has one of these, in small letters: most files have none.
    """
    whole = re.compile(name, re.IGNORECASE)
    likely = re.compile(rb"\b(?:" + name.encode() + rb")[ \t]*(?::[^\n=]{1,60})?=(?!=)", re.IGNORECASE)
    found = []
    for path, content in corpus.files.items():
        lower = content.lower()
        if not any(word in lower for word in words) or is_test_file(path) or not likely.search(content):
            continue
        file = corpus.file(path)
        found += [one for one in _settings(file) if whole.fullmatch(one.name)] if file is not None else []
    return found


def _settings(file: File) -> Iterator[Setting]:
    for node in file.module.tree.body:
        if isinstance(node, ast.ClassDef) and _is_about_settings(node):
            yield from _fields(file, Class(file, node))
        for name, value in _named(node):
            number = _number(value)
            if number is not None and file.names.bound(file.module.tree).get(name) == {None}:
                yield Setting(file, None, name, node, number[0])


def _is_about_settings(node: ast.ClassDef) -> bool:
    return any(_HOLDS_SETTINGS.fullmatch(name) for name in (node.name, *map(last_name, node.bases)))


def _fields(file: File, owner: Class) -> Iterator[Setting]:
    """Yield the numbers of a class, be they in its body or what `__init__` gives to `self`."""
    for node in owner.node.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            number = _number(node.value) if node.value is not None else (None,)
            if number is not None and last_name(node.annotation) in _NUMBERS:
                yield Setting(file, owner, node.target.id, node, number[0])
        elif isinstance(node, ast.Assign):
            yield from _given(file, owner, node)
        elif isinstance(node, Function) and node.name == "__init__":
            for inner in blocks(node):
                yield from _given(file, owner, inner)


def _given(file: File, owner: Class, node: ast.AST) -> Iterator[Setting]:
    for name, value in _named(node):
        number = _number(value)
        if number is not None and isinstance(node, ast.stmt):
            yield Setting(file, owner, name, node, number[0])


def _named(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the name that a statement gives a value, be it one of `self`."""
    match node:
        case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
            of_self = isinstance(target, ast.Attribute) and last_name(target.value) == "self"
            if isinstance(target, ast.Name) or of_self:
                yield last_name(target), value


def _number(node: ast.expr) -> tuple[float | None] | None:
    """Return the number from 0 on that an expression is, None inside where it is one that nobody knows yet."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return (float(value),) if value >= 0 else None
        case ast.Call(func=ast.Name(id="int" | "float")):
            return (None,)
        case ast.Call(func=func, args=args, keywords=keywords) if last_name(func) == "Field":
            given = [*args[:1], *(each.value for each in keywords if each.arg == "default")]
            return _number(given[0]) if given and not _is_open(given[0]) else (None,)
    return None


def _is_open(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
