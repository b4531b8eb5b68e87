"""Says which modules of the project a piece of code names, and where they sleep; it only reads."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import dirname, join

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, File, Function
from fixbot.analysis.module import Statement, statements
from fixbot.analysis.names import dotted, imported
from fixbot.analysis.project import Variable

_FARTHEST = 3  # imports from a test to a module that sleeps: beyond that too much is in reach
_STATEMENTS = (ast.stmt, ast.ExceptHandler, ast.match_case)
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


@dataclass(frozen=True, slots=True)
class Sleep:
    """One use of a sleeping function: where it stands, and which name of the module it goes by.

    `bare` where the function itself was imported; `early` where that happened when the module was imported.
    """

    line: int
    column: int
    local: str
    bare: bool
    early: bool


def own_expressions(node: ast.AST) -> Iterator[ast.expr]:
    """Yield every expression that belongs to a statement, and not to a statement inside it, in no order."""
    stack: list[ast.AST] = [node]
    while stack:
        for value in vars(stack.pop()).values():
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, ast.AST) and not isinstance(child, _STATEMENTS):
                    stack.append(child)
                    if isinstance(child, ast.expr):
                        yield child


def between(file: File, first: int, last: int) -> Iterator[Statement]:
    """Yield the statements of a file that have something in some of its lines."""
    for at, _ in statements(file.module.tree):
        if isinstance(at, ast.match_case):
            yield at
        elif (at.end_lineno or at.lineno) >= first:
            start = min([at.lineno, *(each.lineno for each in getattr(at, "decorator_list", ()))])
            if start <= last:
                yield at


class Exercised:
    """Looks up what code names, in one project; what it has found out it remembers as text."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._stems: dict[str, list[str]] = {}
        for path in corpus.files:
            self._stems.setdefault(_stem(path), []).append(path)
        self._paths: dict[tuple[str, str], tuple[str, ...]] = {}
        self._imports: dict[str, frozenset[str]] = {}
        self._sleeps: dict[tuple[str, str], tuple[Sleep, ...]] = {}

    def module(self, name: str, importer: str) -> str | None:
        """Return the file that a module's name means in another; below whichever folder it is found once."""
        plain = name.lstrip(".")
        found = self.corpus.project.module(plain, importer, len(name) - len(plain))
        if found is not None or plain != name or name.partition(".")[0] in sys.stdlib_module_names:
            return found
        tail = name.replace(".", "/")
        paths = [path for path in self._stems.get(_stem(f"{tail}.py"), []) if self._roots(path, tail)]
        return paths[0] if len(paths) == 1 else None

    def _roots(self, path: str, tail: str) -> bool:
        whole = path.removesuffix(".py").removesuffix("/__init__")
        folder = whole.removesuffix(tail)
        return whole != folder and folder.endswith("/") and join(folder, "__init__.py") not in self.corpus.files

    def split(self, full: str, importer: str) -> tuple[str | None, list[str]]:
        """Return the module that the longest beginning of a full name means, and the names that are left."""
        plain = full.lstrip(".")
        dots, parts = full[: len(full) - len(plain)], plain.split(".")
        for count in range(len(parts), -1 if dots else 0, -1):
            path = self.module(dots + ".".join(parts[:count]), importer)
            if path is not None:
                return path, parts[count:]
        return None, parts

    def paths(self, full: str, importer: str) -> tuple[str, ...]:
        """Return the module that a full name begins with, and the one that defines what it ends in."""
        key = full, dirname(importer)
        if key not in self._paths:
            self._paths[key] = tuple(self._led_to(full, importer))
        return self._paths[key]

    def _led_to(self, full: str, importer: str) -> Iterator[str]:
        path, rest = self.split(full, importer)
        if path is None:
            return
        yield path
        while rest:
            found = self.corpus.project.find(f".{_stem(path)}.{'.'.join(rest)}", _inside(path))
            if isinstance(found, Class | Function | Variable):
                yield found.file.path
            elif isinstance(found, File):
                yield found.path
            rest = [] if found is not None else rest[:-1]

    def named(self, file: File, roots: Iterable[ast.AST]) -> frozenset[str]:
        """Return the paths of the modules that code below some nodes of a file names, also in strings."""
        bound = _imported_anywhere(file)
        found: set[str] = set()
        for node in (node for root in roots for node in ast.walk(root)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DOTTED.fullmatch(node.value):
                found.update(self.paths(node.value, file.path))
            elif isinstance(node, ast.Name | ast.Attribute) and (written := dotted(node)) is not None:
                head, _, rest = written.partition(".")
                for origin in bound.get(head, ()):
                    found.update(self.paths(f"{origin}.{rest}" if rest else origin, file.path))
        return frozenset(found)

    def imports(self, path: str) -> frozenset[str]:
        """Return the paths of the modules that a file imports, or names in strings."""
        if path not in self._imports:
            file = self.corpus.file(path)
            self._imports[path] = frozenset(self._imported(file)) if file is not None else frozenset()
        return self._imports[path]

    def _imported(self, file: File) -> Iterator[str]:
        for node, _ in statements(file.module.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self.paths(alias.name, file.path)
            elif isinstance(node, ast.ImportFrom):
                origin = "." * node.level + (node.module or "")
                joint = "" if origin.endswith(".") else "."
                for alias in node.names:
                    full = origin if alias.name == "*" else f"{origin}{joint}{alias.name}"
                    yield from self.paths(full, file.path)

    def nearest_sleeping(self, paths: Iterable[str]) -> frozenset[str]:
        """Return those modules with a `time.sleep` to which the fewest imports lead from any of some files."""
        seen = set(paths)
        ring = frozenset(seen)
        for _ in range(_FARTHEST):
            ring = frozenset(path for each in ring for path in self.imports(each)) - seen
            seen |= ring
            found = frozenset(path for path in ring if self.sleeps(path))
            if found:
                return found
        return frozenset()

    def sleeps(self, path: str, library: str = "time") -> tuple[Sleep, ...]:
        """Return where a file uses `sleep` of a library, as a call or as a value, in source order."""
        if (path, library) not in self._sleeps:
            found: tuple[Sleep, ...] = ()
            if path in self.corpus.mentioning("sleep") and path in self.corpus.mentioning(library):
                file = self.corpus.file(path)
                found = tuple(_sleeps(file, f"{library}.sleep")) if file is not None else ()
            self._sleeps[path, library] = found
        return self._sleeps[path, library]


def _sleeps(file: File, full: str) -> Iterator[Sleep]:
    outer = file.names.bound(file.module.tree)
    bare = {local for local, origins in _imported_anywhere(file).items() if full in origins}
    found = []
    for at, _ in statements(file.module.tree):
        nodes = list(own_expressions(at))
        asked = {node.value for node in nodes if isinstance(node, ast.Attribute)}  # a mock is asked for its calls
        for node in nodes:
            if _may_sleep(node, bare) and node not in asked and full in _origins(node, file, at):
                head = (dotted(node) or "").partition(".")[0]
                early = head in outer and not _is_local(head, file, at)
                found.append(Sleep(node.lineno, node.col_offset, head, isinstance(node, ast.Name), early))
    yield from sorted(found, key=lambda sleep: (sleep.line, sleep.column))


def _may_sleep(node: ast.expr, bare: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in bare and isinstance(node.ctx, ast.Load)
    return isinstance(node, ast.Attribute) and node.attr == "sleep" and isinstance(node.ctx, ast.Load)


def _origins(node: ast.expr, file: File, at: ast.AST) -> set[str]:
    """Return every full name that an expression may have, also where several imports compete."""
    head, _, rest = (dotted(node) or "").partition(".")
    for scope in file.names.scopes(at):
        if head in (bound := file.names.bound(scope)):
            return {f"{origin}.{rest}" if rest else origin for origin in bound[head] if origin is not None}
    return set()


def _is_local(name: str, file: File, at: ast.AST) -> bool:
    return any(name in file.names.bound(scope) for scope in file.names.scopes(at)[:-1])


def _imported_anywhere(file: File) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for node, _ in statements(file.module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for local, origin in imported(node).items():
                found.setdefault(local, set()).add(origin)
    return found


def _stem(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]


def _inside(path: str) -> str:
    """Return a file beside a module, or beside a package's folder: relative names are told from there."""
    return path if not path.endswith("/__init__.py") else join(dirname(dirname(path)), "x.py")
