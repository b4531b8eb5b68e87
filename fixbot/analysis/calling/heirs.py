"""Which classes of a project derive from a class, and what of it comes from outside; it only reads."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator

from fixbot.analysis.coroutines.hurdles import may_derive
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.target import Key, key_of
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, File, Function, FunctionNode
from fixbot.analysis.mro import lineage
from fixbot.analysis.names import dotted, last_name
from fixbot.analysis.project import Project

# Bases that call nothing which a class may define under a name of its own.
_QUIET = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"})
_QUIET_TYPES = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
# A class with type parameters before its bases.
_GENERIC = re.compile(rb"\bclass[ \t]+\w+[ \t]*\[")
# A name that an import gives another one to.
_RENAMED = re.compile(rb"(?:\bimport\b|[,(\s.])[ \t]*(\w+)\s+as\s")
# Letters beyond ASCII are bytes from 128 on.
_LETTER = rb"[\w\x80-\xff]"
_METACLASSES = frozenset({"abc.ABCMeta"})


Heirs = tuple[list[Class], list[Class]]


def descendants(finder: Finder, cls: Class) -> Heirs:
    """Return the classes that derive from a class, directly or not, and those that may, for all that is known."""
    return finder.corpus.project.kept(_below, finder, cls)


class _Lines:
    """The files with classes that have type parameters, and those that give another name to a word."""

    def __init__(self, finder: Finder) -> None:
        self.generic = frozenset(path for path, text in finder.corpus.files.items() if _GENERIC.search(text))
        self.renamed: dict[bytes, set[str]] = {}
        for path, text in finder.corpus.files.items():
            for word in _RENAMED.findall(text):
                self.renamed.setdefault(word, set()).add(path)


def _derived(file: File) -> dict[str, list[Class]]:
    """Return the classes of a file by the last names of their bases."""
    found: dict[str, list[Class]] = {}
    for node in file.module.parents:
        if isinstance(node, ast.ClassDef):
            for base in {last_name(_plain(each)) for each in node.bases}:
                found.setdefault(base, []).append(Class(file, node))
    return found


def _below(finder: Finder, cls: Class) -> Heirs:
    known = finder.once(_Lines)
    corpus, own, name = finder.corpus, key_of(cls), cls.node.name
    heirs: dict[Key, Class] = {}
    doubtful: dict[Key, Class] = {}
    words = [name]
    for word in words:
        renamed = known.renamed.get(word.encode(errors="surrogateescape"), set())
        for path in sorted(known.generic.union(corpus.deriving(word), renamed)):
            file = corpus.file(path)
            if file is None:
                continue
            words += sorted(finder.nesting(file).aliases(word) - {*words}) if path in renamed else []
            for heir in corpus.project.kept(_derived, file).get(word, ()):
                if any(key_of(each) == own for each in corpus.project.ancestry(heir).classes[1:]):
                    heirs[key_of(heir)] = heir
                    words += [heir.node.name] if heir.node.name not in words else []
                elif word == name and key_of(heir) != own and may_derive(heir, cls):
                    doubtful[key_of(heir)] = heir
    return list(heirs.values()), [each for key, each in doubtful.items() if key not in heirs]


def is_near(finder: Finder, path: str, classes: Iterable[Class]) -> bool:
    """Say whether a file mentions one of some classes by its name, or something called like it."""
    words = finder.once(_Words)
    return any(words.has(path, each.node.name) for each in classes)


class _Words:
    """The files that have a word, for those words that somebody asked for."""

    def __init__(self, finder: Finder) -> None:
        self._corpus, self._known = finder.corpus, dict[str, frozenset[str]]()

    def has(self, path: str, name: str) -> bool:
        """Say whether a file has a word."""
        if name not in self._known:
            word = re.escape(name.encode(errors="surrogateescape"))
            whole = re.compile(rb"(?<!" + _LETTER + rb")" + word + rb"(?!" + _LETTER + rb")")
            paths = self._corpus.mentioning(name)
            self._known[name] = frozenset(each for each in paths if whole.search(self._corpus.files[each]))
        return path in self._known[name]


def order(project: Project, cls: Class) -> tuple[Class, ...]:
    """Return a class and those of the project above it as Python looks through them, the nearest first."""
    found = lineage(project, cls)
    return project.ancestry(cls).classes if found is None else tuple(each for each in found if isinstance(each, Class))


def nearest(project: Project, cls: Class, name: str) -> Function | None:
    """Return the method that a class has under a name, be it inherited; None where it has none in the project."""
    return _first(order(project, cls), name)


def above(project: Project, cls: Class, name: str) -> Function | None:
    """Return the method that `super().name` means in a class, for its own objects."""
    return _first(order(project, cls)[1:], name)


def _first(classes: tuple[Class, ...], name: str) -> Function | None:
    for each in classes:
        member = each.member(name)
        if member is not None:
            return Function(each.file, member) if isinstance(member, FunctionNode) else None
    return None


def foreign(corpus: Corpus, cls: Class) -> str | None:
    """Return the base of a class outside of the project that may call its methods, None where there is none."""
    for each in corpus.project.ancestry(cls).classes:
        found = next(_foreign(corpus.project, each), None)
        if found is not None:
            return found
    return None


def _foreign(project: Project, cls: Class) -> Iterator[str]:
    for base in map(_plain, cls.node.bases):
        full = cls.file.names.resolve(base, cls.node)
        if not isinstance(project.lookup(base, cls.file, cls.node), Class) and not _is_quiet(full):
            yield full or dotted(base) or "an unknown base"
    for keyword in cls.node.keywords:
        if keyword.arg == "metaclass" and cls.file.names.resolve(keyword.value, cls.node) not in _METACLASSES:
            yield ast.unparse(keyword.value)


def _is_quiet(full: str | None) -> bool:
    kind = getattr(builtins, full or "", None)
    error = isinstance(kind, type) and issubclass(kind, BaseException)
    return error or full in _QUIET or full in _QUIET_TYPES


def _plain(base: ast.expr) -> ast.expr:
    """Return a base without its type arguments."""
    return base.value if isinstance(base, ast.Subscript) else base
