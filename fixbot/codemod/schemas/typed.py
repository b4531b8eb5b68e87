"""Decides which type each field of a schema has, and writes it where the schema stands; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.definitions import File
from fixbot.analysis.flows.cycles import Imports
from fixbot.analysis.types import Spelled, Type, plain_type, spell_type, union
from fixbot.codemod.schemas.entries import Entry, is_none
from fixbot.codemod.schemas.plans import Style

_ANY = Type("Any", (("Any", "typing.Any"),))
_NONE = Type("None", value=True)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a schema stands: before a statement of a file, or `behind` it; on which Python at least."""

    file: File
    anchor: ast.stmt
    python: tuple[int, int] | None = None
    behind: bool = False

    @property
    def pipes(self) -> bool:
        """Whether `int | None` may be written."""
        return self.python is None or self.python >= (3, 10)

    @property
    def generics(self) -> bool:
        """Whether `list[int]` may be written."""
        return self.python is None or self.python >= (3, 9)


class Typing:
    """Finds the types of keys in one project."""

    def __init__(self, finder: Finder, imports: Imports) -> None:
        self._finder, self._imports = finder, imports
        self._project = finder.corpus.project

    def type_of(self, entry: Entry, style: Style) -> Type | None:
        """Return the type of a key: what takes it says so, else its default and the values that callers give."""
        declared = [slot.type for slot in entry.key.slots if slot.type is not None]
        values = [self._value(given) for given in self._values(entry)]
        known = [value for value in values if value is not None]
        if declared and len(declared) == len(entry.key.slots):
            found = union([*declared, *known, *self._default(entry, style)])
        elif len(known) == len(values) and (known or self._defaults_to_more(entry, style)):
            found = union([*known, *self._default(entry, style)])
        else:
            return None
        if found.source == "None" or (style in {Style.PYDANTIC, Style.PYDANTIC1} and not found.value):
            return None
        return found

    def _values(self, entry: Entry) -> Iterator[tuple[ast.expr, File, ast.AST] | None]:
        for caller, value in entry.key.given:
            nesting = self._finder.nesting(caller.call.file)
            yield None if value is None else (value, caller.call.file, nesting.statement(value))

    def _value(self, given: tuple[ast.expr, File, ast.AST] | None) -> Type | None:
        return None if given is None else plain_type(*given, self._project)

    def _default(self, entry: Entry, style: Style) -> Iterator[Type]:
        """Yield the types of what stands for a key that is not given; a TypedDict has nothing in its place."""
        if style is Style.TYPED_DICT:
            defaults = [(each.read.default, each.uses.function) for each in entry.key.reads if each.read.default]
        elif entry.required:
            return
        elif entry.default is None:
            yield _NONE
            return
        else:
            defaults = [(entry.default, entry.key.reads[0].uses.function)] if entry.key.reads else []
            yield from () if defaults or not is_none(entry.default) else (_NONE,)
        for default, function in defaults:
            found = plain_type(default, function.file, function.node, self._project)
            if found is not None:
                yield found

    def _defaults_to_more(self, entry: Entry, style: Style) -> bool:
        """Say whether the default alone tells a type."""
        return any(found.source != "None" for found in self._default(entry, style))

    def spelled(self, found: Type | None, home: Home, *, checked: bool = True) -> Spelled:
        """Return how a type is written in a schema, as `Any` where it cannot be."""
        for each in (found, _ANY):
            written = self._spelled(each, home) if each is not None else None
            if written is not None and (checked or each is not None):
                return written
        return Spelled("object", ())

    def _spelled(self, found: Type, home: Home) -> Spelled | None:
        for _, origin in found.origins:
            path, colon, name = origin.partition(":")
            if colon and not self._may_name(path, name, home):
                return None
        project, pipes, generics = self._project, home.pipes, home.generics
        return spell_type(found, home.file, home.anchor, project, pipes=pipes, generics=generics)

    def _may_name(self, path: str, name: str, home: Home) -> bool:
        """Say whether a definition of the project is there by the time that the schema is made."""
        if path != home.file.path:
            return not self._imports.reaches(path, home.file.path)
        head = name.partition(".")[0]
        nodes = (node for node in home.file.module.tree.body if isinstance(node, ast.ClassDef) and node.name == head)
        return any(node.lineno < home.anchor.lineno or home.behind for node in nodes)
