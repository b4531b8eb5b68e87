"""Decides which type each field of a schema has, and writes it where the schema stands; it only reads."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.definitions import File
from fixbot.analysis.flows.cycles import Imports
from fixbot.analysis.types import ANY, NONE, Spelled, Type, keyword_type, members, plain_type, spell_type, union
from fixbot.codemod.reshaping.plans import Style
from fixbot.codemod.schemas.entries import Entry, is_none

_COPIED = frozenset({"list", "dict", "set", "defaultdict", "deque"})  # a model makes its own of these
_FRESH = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp | ast.Constant | None
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a schema stands: before a statement of a file, or `behind` it; on which Python at least.

    It is for a `checker` where nothing looks at it while the program runs.
    """

    file: File
    anchor: ast.stmt
    python: tuple[int, int] | None = None
    behind: bool = False
    checker: bool = False

    @property
    def pipes(self) -> bool:
        """Whether `int | None` may be written."""
        return self.checker or self.python is None or self.python >= (3, 10)

    @property
    def generics(self) -> bool:
        """Whether `list[int]` may be written."""
        return self.checker or self.python is None or self.python >= (3, 9)


class Typing:
    """Finds the types of keys in one project."""

    def __init__(self, finder: Finder, imports: Imports) -> None:
        self._finder, self._imports = finder, imports
        self._project = finder.corpus.project

    def type_of(self, entry: Entry, style: Style) -> Type | None:
        """Return the type of a key: what takes it says so, else its default and the values that callers give."""
        found = None if any(slot.opaque for slot in entry.key.slots) else self._found(entry, style)
        return None if found is None or found == NONE or not self._is_kept(found, entry, style) else found

    def _found(self, entry: Entry, style: Style) -> Type | None:
        declared = [slot.type for slot in entry.key.slots if slot.type is not None]
        values = [self._value(given) for given in self._values(entry)]
        known = [value for value in values if value is not None]
        if declared and len(declared) == len(entry.key.slots):
            return union([*declared, *self._beside(declared, known, entry, style)])
        if len(known) == len(values) and (known or self._defaults_to_more(entry, style)):
            defaults = [
                found for found in self._default(entry, style) if found != NONE or style is not Style.TYPED_DICT
            ]
            return union([*known, *defaults])
        return self._annotated(entry)

    def _beside(self, declared: list[Type], known: list[Type], entry: Entry, style: Style) -> Iterator[Type]:
        """Yield what else than what is declared a field may hold; type checkers hold callers to what is declared."""
        if style is not Style.TYPED_DICT:
            yield from _beyond(declared, known)
            yield from _beyond(declared, list(self._default(entry, style)))

    def _annotated(self, entry: Entry) -> Type | None:
        """Return what the annotation of the `**` parameter says of every key."""
        functions = [asked.uses.function for asked in entry.key.reads]
        found = keyword_type(functions[0], self._project) if functions else None
        none = not entry.required and (entry.default is None or is_none(entry.default))
        return union([found, NONE]) if found is not None and none else found

    def _is_kept(self, found: Type, entry: Entry, style: Style) -> bool:
        """Say whether values of a type come out of a schema as they went in."""
        if style not in {Style.PYDANTIC, Style.PYDANTIC1}:
            return True
        parts = [part for part in members(found) if part.source != "None"]
        if not found.value or (style is Style.PYDANTIC1 and len(parts) > 1):
            return False
        copied = any(part.source.partition("[")[0].lower() in _COPIED for part in parts)
        return not copied or all(isinstance(value, _FRESH) for _, value in entry.key.given)

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
            yield NONE
            return
        else:
            defaults = [(entry.default, entry.key.reads[0].uses.function)] if entry.key.reads else []
            yield from () if defaults or not is_none(entry.default) else (NONE,)
        for default, function in defaults:
            found = plain_type(default, function.file, function.node, self._project)
            if found is not None:
                yield found

    def _defaults_to_more(self, entry: Entry, style: Style) -> bool:
        """Say whether the default alone tells a type."""
        return any(found.source != "None" for found in self._default(entry, style))

    def spelled(self, found: Type | None, home: Home, hidden: Collection[str] = ()) -> Spelled:
        """Return how a type is written in a schema, as `Any` where it cannot be.

        Args:
            found: the type.
            home: where the schema stands.
            hidden: names that mean something else inside of the schema: those of its fields.
        """
        written = self._spelled(found, home) if found is not None else None
        if written is None or not {*_WORD.findall(written.source)}.isdisjoint(hidden):
            written = self._spelled(ANY, home)
        return written if written is not None else Spelled("object", ())

    def _spelled(self, found: Type, home: Home) -> Spelled | None:
        if not home.checker and not all(self._is_there(origin, home) for _, origin in found.origins):
            return None
        return spell_type(
            found,
            home.file,
            home.anchor,
            self._project,
            pipes=home.pipes,
            generics=home.generics,
            for_checker=home.checker,
            corpus=self._finder.corpus,
        )

    def _is_there(self, origin: str, home: Home) -> bool:
        """Say whether a name can be used by the time that the schema is made, without running anything else for it."""
        path, colon, name = origin.partition(":")
        if not colon:
            head = origin.partition(".")[0]
            return head in sys.stdlib_module_names or head in _imported_heads(home.file)
        if path != home.file.path:
            return self._imports.reaches(home.file.path, path) and not self._imports.reaches(path, home.file.path)
        head = name.partition(".")[0]
        nodes = (node for node in home.file.module.tree.body if isinstance(node, ast.ClassDef) and node.name == head)
        return any(node.lineno < home.anchor.lineno or home.behind for node in nodes)


def _beyond(declared: list[Type], known: list[Type]) -> Iterator[Type]:
    """Yield the types of values that what takes them does not declare, plain ones of another kind alone."""
    heads = {part.source.partition("[")[0] for each in declared for part in members(each)}
    yield from (each for each in known if not {part.source.partition("[")[0] for part in members(each)} <= heads)


def _imported_heads(file: File) -> set[str]:
    """Return the top-level packages that a module imports in any case."""
    found = set()
    for node in file.module.tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found
