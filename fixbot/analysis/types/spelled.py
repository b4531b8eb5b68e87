"""Says how a type is written at the top level of a file and which imports that needs; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import commonpath, dirname, join

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, File
from fixbot.analysis.module import statements
from fixbot.analysis.names import imported
from fixbot.analysis.project import Found, Project, Variable
from fixbot.analysis.remembered import remembered
from fixbot.analysis.types.folders import written_module
from fixbot.analysis.types.names import checker_names
from fixbot.analysis.types.older import older
from fixbot.analysis.types.parts import Type, parsed, source_of


@dataclass(frozen=True, slots=True)
class Spelled:
    """How a type is written in a file, and the import statements that this needs there."""

    source: str
    imports: tuple[str, ...] = ()


def spell_type(
    type: Type,  # noqa: A002 - what it is
    file: File,
    at: ast.AST,
    project: Project,
    *,
    pipes: bool = True,
    generics: bool = True,
    for_checker: bool = False,
    corpus: Corpus | None = None,
) -> Spelled | None:
    """Return how a type is written in a file, None where something hides a name that it needs.

    Args:
        type: the type.
        file: the file to write it in.
        at: a statement at the top level of the file, which the type will stand at.
        project: the project of the file.
        pipes: whether `X | None` works where it is written, which is so from Python 3.10 on; else `Optional[X]`.
        generics: whether `list[int]` works there, which is so from Python 3.9 on; else `List[int]`.
        for_checker: nobody looks at the type while the program runs, so that an import for the checker of types will
            do.
        corpus: all files, whose imports say how modules are written that stand in no package; None asks those of
            the file alone.

    Returns:
        The source, with the imports that are not there yet. What the file itself defines is written bare: that it
        stands before is for the caller to see to, and that no import leads back to the file.
    """
    former = older(type, pipes=pipes, generics=generics)
    place = _Place(file, at, project, for_checker, corpus)
    names: dict[str, str] = {}
    imports: list[str] = []
    for local, full in former.origins:
        found = place.defined(full) if ":" in full else place.foreign(full)
        if found is None:
            return None
        names[local] = found.source
        imports += [each for each in found.imports if each not in imports]
    if any(_is_taken(name, place) for name in _builtin_names(former)) or _clash(names, imports):
        return None
    return Spelled(source_of(parsed(former.source), names), tuple(imports))


@dataclass(frozen=True, slots=True)
class _Place:
    file: File
    at: ast.AST
    project: Project
    for_checker: bool
    corpus: Corpus | None = None

    def foreign(self, full: str) -> Spelled | None:
        """Return how a class of the standard library or of a third party is written."""
        module, qualified = _parted(full)
        for name, origin in self._imports():
            if full == origin or full.startswith(f"{origin}."):
                reaches = len(origin) >= len(module) or self._is_imported(module)
                return Spelled(name + full[len(origin) :], () if reaches else (f"import {module}",))
        return self._new(module, qualified)

    def _new(self, module: str, qualified: str) -> Spelled | None:
        head = qualified.partition(".")[0]
        if "*" in self._bound:
            return None
        if head not in self._bound:
            return Spelled(qualified, (f"from {module} import {head}",))
        top = module.partition(".")[0]
        free = top not in self._bound and not module.startswith(".")
        return Spelled(f"{module}.{qualified}", (f"import {module}",)) if free else None

    def defined(self, full: str) -> Spelled | None:
        """Return how what the project defines is written: as it stands, as it is imported, or with a new import."""
        path, _, qualified = full.partition(":")
        head = qualified.partition(".")[0]
        if path == self.file.path:
            return Spelled(qualified) if self._bound.get(head, {None}) == {None} else None
        for name, origin in self._imports():
            if origin.rpartition(".")[2] == head and _is(self._find(origin), path, head):
                return Spelled(name + qualified[len(head) :])
            found = self._find(origin) if path.endswith(_file_ends(origin)) else None
            if isinstance(found, File) and found.path == path:
                return Spelled(f"{name}.{qualified}")
        module = self._module(path)
        if module is not None and self._is_imported(module) and self._is_seen(module.partition(".")[0]):
            return Spelled(f"{module}.{qualified}")
        return self._new(module, qualified) if module is not None and head not in self._bound else None

    def _module(self, path: str) -> str | None:
        """Return the name of the module that a file is, as this file would import it."""
        there, relative = self.project.file(path), self._relative(path)
        if relative is not None or there is None:
            return relative
        written = written_module(path, self.file, self.project, self.corpus)
        if written or (written is None and self.project.file(join(dirname(path), "__init__.py")) is None):
            return written
        anything = Class(there, ast.ClassDef(name="_", bases=[], keywords=[], body=[], decorator_list=[]))
        name = self.project.spelled(anything, self.file).removesuffix("._")
        return name if self.project.module(name, self.file.path) == path else None

    def _relative(self, path: str) -> str | None:
        """Return the name with dots before it, where the file imports its neighbours in this way."""
        body = self.file.module.tree.body
        levels = [node.level for node in body if isinstance(node, ast.ImportFrom) and node.level]
        here = dirname(self.file.path)
        shared = commonpath([here, dirname(path)]) if here and dirname(path) else ""
        up = len([part for part in here[len(shared) :].split("/") if part]) + 1
        package = self.project.file(f"{shared}/__init__.py".lstrip("/")) is not None
        if not levels or not (package or up <= max(levels)):
            return None
        below = path.removesuffix(".py").removesuffix("/__init__")[len(shared) :].strip("/").replace("/", ".")
        fits = bool(below) and self.project.module(below, self.file.path, up) == path
        return "." * up + below if fits else None

    @property
    def _bound(self) -> dict[str, set[str | None]]:
        return self.file.names.bound(self.file.module.tree)

    def _find(self, origin: str) -> Found | None:
        return self.project.find(origin, self.file.path)

    def _imports(self) -> Iterator[tuple[str, str]]:
        """Yield the names that the file imports before the place, with what they stand for; the longest first."""
        found = [(name, next(iter(origins))) for name, origins in self._bound.items() if len(origins) == 1]
        usable = [(name, origin) for name, origin in found if origin is not None and self._is_seen(name)]
        yield from sorted(usable, key=lambda pair: -len(pair[1]))

    def _is_seen(self, name: str) -> bool:
        """Say whether a name of the file can be used at the place."""
        if self.for_checker:
            return True
        line = getattr(self.at, "lineno", None)
        first = _first_lines(self.file).get(name)
        return name not in checker_names(self.file.names) and (first is None or line is None or first < line)

    def _is_imported(self, module: str) -> bool:
        plain = (node for node in self.file.module.tree.body if isinstance(node, ast.Import))
        return any(alias.name == module and alias.asname is None for node in plain for alias in node.names)


def _parted(full: str) -> tuple[str, str]:
    """Return the module of a class and its dotted name there; the class that it is nested in is told by its capital."""
    parts = full.split(".")
    start = len(parts) - 1
    while start > 1 and parts[start - 1].lstrip("_")[:1].isupper():
        start -= 1
    return ".".join(parts[:start]), ".".join(parts[start:])


def _is(found: Found | None, path: str, name: str) -> bool:
    if isinstance(found, Class):
        return found.file.path == path and found.name == name
    return isinstance(found, Variable) and (found.file.path, found.name) == (path, name)


def _file_ends(origin: str) -> tuple[str, str]:
    last = origin.rpartition(".")[2]
    return f"{last}.py", f"{last}/__init__.py"


@remembered
def _first_lines(file: File) -> dict[str, int]:
    """Map what the top level of a file imports or defines to the line where it does so first."""
    found: dict[str, int] = {}
    for node, _ in statements(file.module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and not file.module.definitions(node):
            for name in imported(node):
                found.setdefault(name, node.lineno)
    return found


def _builtin_names(type: Type) -> set[str]:  # noqa: A002 - what it is
    origins = dict(type.origins)
    nodes = ast.walk(parsed(type.source))
    return {node.id for node in nodes if isinstance(node, ast.Name) and node.id not in origins}


def _is_taken(name: str, place: _Place) -> bool:
    return name in place.file.names.bound(place.file.module.tree)


def _clash(names: dict[str, str], imports: list[str]) -> bool:
    """Say whether two new imports bind the same name."""
    bound = [line.rpartition(" import ")[2] for line in imports if line.startswith("from ")]
    return len(set(bound)) < len(bound) or len(set(names.values())) < len(names)
