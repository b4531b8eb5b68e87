"""Finds the files, functions and classes of a project by what its imports say; reads through the caller alone."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import Any, TypeVar, cast

from fixbot.analysis.definitions import Class, File, Function
from fixbot.analysis.module import Module, parse, statements
from fixbot.analysis.names import Names, dotted
from fixbot.analysis.trees import Trees
from fixbot.analysis.upwards import shared, upwards
from fixbot.model import Skipped, SourceFile

Reader = Callable[[str], SourceFile | Skipped | None]
Roots = Callable[[str], Collection[str]]
_Result = TypeVar("_Result")
#: Characters of source whose trees are kept at a time: some 300 MB.
MOST_TEXT = 8_000_000
_MOST_REEXPORTS = 8
_GENERIC = frozenset({"object", "typing.Generic", "typing.Protocol", "abc.ABC", "typing_extensions.Protocol"})


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that a module binds to a value."""

    file: File
    name: str


Found = File | Class | Function | Variable


@dataclass(frozen=True, slots=True)
class Ancestry:
    """A class and those of the project above it, nearest first, and the full names of its other bases.

    Not `whole` where a base is not understood.
    """

    classes: tuple[Class, ...]
    others: tuple[str, ...]
    whole: bool


class Project:
    """The files of one project, each read and parsed when it is first asked for, and kept as far as there is room.

    Where there is no more room, those trees go that nobody has asked for in the longest time, and with them all that
    was worked out about more than one file. Whoever still holds a file gets that same one when it asks for it again, so
    that a node has one parent and a class is equal to itself; a file that nobody holds is parsed again. So what is
    remembered for long holds no file and no node.
    """

    def __init__(self, read: Reader | None = None, roots: Roots | None = None, most: int = MOST_TEXT) -> None:
        """Take what reads a file by its path relative to the root, None for a project of single files.

        `roots` gives the folders anywhere in the project that hold a top-level module or package of a name, `most` is
        how many characters of source there is room for.
        """
        self._read = read
        self._roots = roots or (lambda _: ())
        self._trees = Trees(most)
        self._readable: dict[str, bool] = {}
        self.generation = 0
        self._clear()

    def _clear(self) -> None:
        self.generation += 1
        self._modules: dict[tuple[str, str, int], str | None] = {}
        self._missing: set[str] = set()
        self._kept: dict[object, Any] = {}
        self._found: dict[tuple[str, str], Found | None] = {}
        self._ancestries: dict[Class, Ancestry] = {}
        self.classes: dict[str, Class] = {}

    def ease(self) -> None:
        """Let go of the oldest third of the trees where there are more than there is room for.

        Whoever goes through many files does this before each, where no search is under way.
        """
        if self._trees.is_full:
            self._clear()
            self._trees.drop()

    def kept(self, what: Callable[..., _Result], *about: object) -> _Result:
        """Return what something comes to; it is worked out once, and once more where it went with the trees.

        Args:
            what: a function or class; where it is called with nothing but a file, its result is about that one alone.
            about: what it is called with; the same again gets the same result.
        """
        kept = self._trees.about(about[0]) if len(about) == 1 and isinstance(about[0], File) else None
        key = what, *about
        if key in (self._kept if kept is None else kept):
            return cast("_Result", (self._kept if kept is None else kept)[key])
        found = what(*about)
        (self._kept if kept is None else kept)[key] = found  # what was kept before may be gone by now
        return found

    def adopt(self, names: Names) -> File:
        """Take a file as the caller has parsed it; imports of its path find this one from then on."""
        module = names.module
        self.ease()
        return self._trees.of(module.tree) or self._keep(File(module, names))

    def _keep(self, file: File) -> File:
        self._missing.discard(file.path)
        self._readable[file.path] = True
        return self._trees.keep(file)

    def file(self, path: str) -> File | None:
        """Return the file at a path relative to the root; None where there is none that can be parsed."""
        if path in self._missing or not self._readable.get(path, True):
            return None
        return self._trees.at(path) or self._parsed(path)

    def _parsed(self, path: str) -> File | None:
        source = self._read(path) if self._read is not None else None
        module = parse(source) if isinstance(source, SourceFile) else None
        if source is None:
            self._missing.add(path)
        else:
            self._readable[path] = isinstance(module, Module)
        return self._keep(File(module, Names(module))) if isinstance(module, Module) else None

    def _is_readable(self, path: str) -> bool:
        """Say whether there is a file at a path that can be parsed; to know that later takes no tree."""
        return self._readable[path] if path in self._readable else self.file(path) is not None

    def module(self, name: str, importer: str, level: int = 0) -> str | None:
        """Return the path of the file that an import means: `name` is dotted, `level` the dots before it.

        An absolute name is looked for below each folder around the importing file, the nearest first, packages
        last: only what is no package stands on Python's path, and which of those do is not known. Where there is
        none, it may stand below another root (`src`), if it does so below one only.
        """
        key = name, dirname(importer), level
        if key not in self._modules:
            stems = (join(folder, name.replace(".", "/")) for folder in self._folders(dirname(importer), level))
            files = (normpath(path) for stem in stems for path in (f"{stem}.py", join(stem, "__init__.py")))
            around = next((path for path in files if self._is_readable(path)), None)
            self._modules[key] = around if around is not None or level else self._elsewhere(name)
        return self._modules[key]

    def _elsewhere(self, name: str) -> str | None:
        """Return the one file below any root that an absolute name means; None where there are several or none."""
        stems = {join(folder, name.replace(".", "/")) for folder in self._roots(name.partition(".")[0])}
        files = {normpath(path) for stem in stems for path in (f"{stem}.py", join(stem, "__init__.py"))}
        found = [path for path in files if self._is_readable(path)]
        return found[0] if len(found) == 1 else None

    def may_hold(self, full: str) -> bool:
        """Say whether some folder of the project has the top-level module or package of a full name."""
        return bool(self._roots(full.partition(".")[0]))

    def _folders(self, folder: str, level: int) -> list[str]:
        around = upwards(folder)
        if level:
            return around[level - 1 : level]
        return sorted(around, key=self._is_package)

    def _is_package(self, folder: str) -> bool:
        return self._is_readable(join(folder, "__init__.py"))

    def find(self, full: str, importer: str, steps: int = _MOST_REEXPORTS) -> Found | None:
        """Return what a full name stands for in a file that imports it; leading dots as an import has them."""
        key = full, importer
        if key not in self._found:
            self._found[key] = None  # what comes back to itself ends here
            self._found[key] = self._search(full, importer, steps)
        return self._found[key]

    def _search(self, full: str, importer: str, steps: int) -> Found | None:
        parts = full.lstrip(".").split(".")
        level = len(full) - len(full.lstrip("."))
        for count in range(len(parts), -1 if level else 0, -1):
            path = self.module(".".join(parts[:count]), importer, level)
            file = self.file(path) if path is not None else None
            if file is not None and steps:
                named = self._instead(parts[:count], importer, level, steps) if count == len(parts) else None
                return named or self._within(file, parts[count:], steps - 1)
        return None

    def _instead(self, parts: list[str], importer: str, level: int, steps: int) -> Class | Function | None:
        """Return what a package gives the name of one of its modules to: `from .wait import wait`."""
        path = self.module(".".join(parts[:-1]), importer, level) if len(parts) > 1 or level else None
        package = self.file(path) if path is not None and path.endswith("__init__.py") else None
        if package is None or parts[-1] not in package.names.bound(package.module.tree):
            return None
        found = self._within(package, parts[-1:], steps - 1)
        return found if isinstance(found, Class | Function) else None

    def _within(self, file: File, names: list[str], steps: int) -> Found | None:
        if not names:
            return file
        name, *rest = names
        found: Found | None = file.definition(file.module.tree, name)
        origins = file.names.bound(file.module.tree).get(name, set())
        origin = next(iter(origins)) if len(origins) == 1 else None
        if found is None and origin is not None:
            return self.find(".".join([origin, *rest]), file.path, steps)
        if found is None and origins == {None}:
            found = Variable(file, name)
        if found is None and not origins:
            starred = [self.find(f"{source}{name}", file.path, steps) for source in _starred(file)]
            found = next((each for each in reversed(starred) if each is not None), None)
        for inner in rest:
            found = file.definition(found.node, inner) if isinstance(found, Class) else None
        return found

    def lookup(self, node: ast.expr, file: File, at: ast.AST) -> Found | None:
        """Return the definition or module of the project that an expression names, as seen from a statement."""
        written = dotted(node)
        if written is None:
            return None
        head, *rest = written.split(".")
        for scope in file.names.scopes(at):
            origins = file.names.bound(scope).get(head)
            if origins is None:
                continue
            if origins != {None}:
                origin = next(iter(origins)) if len(origins) == 1 else None
                return self.find(".".join([origin, *rest]), file.path) if origin else None
            found = file.definition(scope, head)
            for name in rest:
                found = file.definition(found.node, name) if isinstance(found, Class) else None
            return found
        starred = "*" in file.names.bound(file.module.tree)
        return self._within(file, [head, *rest], _MOST_REEXPORTS) if starred else None

    def ancestry(self, cls: Class) -> Ancestry:
        """Return what a class derives from, depth first and left to right."""
        if cls not in self._ancestries:
            self._ancestries[cls] = Ancestry((), (), whole=False)  # a class below itself ends here
            self._ancestries[cls] = self._above(cls)
        return self._ancestries[cls]

    def _above(self, cls: Class) -> Ancestry:
        classes, whole = [cls], not cls.node.keywords
        others: list[str] = []
        for base in cls.node.bases:
            written = base.value if isinstance(base, ast.Subscript) else base
            full = cls.file.names.resolve(written, cls.node)
            found = self.lookup(written, cls.file, cls.node)
            if isinstance(found, Class):
                above = self.ancestry(found)
                classes += [each for each in above.classes if each not in classes]
                others += above.others
                whole = whole and above.whole
            elif full not in _GENERIC:
                others.append(full or "")
                whole = whole and full is not None
        return Ancestry(tuple(classes), tuple(dict.fromkeys(others)), whole)

    def spelled(self, cls: Class, file: File) -> str:
        """Return the name of a class as an importer in `file` writes it; bare where the class stands there."""
        if cls.file.path == file.path:
            return cls.name
        return f"{self._dotted(cls.file.path, file)}.{cls.name}"

    def _dotted(self, path: str, file: File) -> str:
        for origins in file.names.bound(file.module.tree).values():
            for origin in sorted(filter(None, origins)):
                for name in (origin, origin.rpartition(".")[0]):
                    if name and not name.startswith(".") and self.module(name, file.path) == path:
                        return name
        folder = dirname(path)
        if self._is_package(folder):
            while folder and self._is_package(folder):
                folder = dirname(folder)
        else:
            folder = shared(folder, dirname(file.path))
        stem = path.removesuffix(".py").removesuffix("/__init__")
        return stem[len(folder) :].strip("/").replace("/", ".")


def _starred(file: File) -> Iterator[str]:
    for node, _ in statements(file.module.tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            origin = "." * node.level + (node.module or "")
            yield origin if origin.endswith(".") else f"{origin}."


@lru_cache(maxsize=4)
def alone(names: Names) -> Project:
    """Return the project of a file that stands for itself."""
    project = Project()
    project.adopt(names)
    return project
