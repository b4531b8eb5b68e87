"""Says how a setting of the project is written at one place, and which import that needs; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import PurePosixPath

from fixbot.analysis.configured.settings import Setting
from fixbot.analysis.coroutines.receivers import receiver
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, File
from fixbot.analysis.flows.cycles import Imports
from fixbot.analysis.module import Function
from fixbot.analysis.names import dotted
from fixbot.analysis.project import Variable

_SETTINGS = re.compile(r"\w*(?:settings|config|conf|cfg)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """The source of an expression, and the imports that it needs."""

    source: str
    imports: tuple[str, ...] = ()


class Reach:
    """Finds the way from places of a project to its settings."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._held: dict[ast.Call, Mapping[Class, ast.expr] | None] = {}
        self._made: dict[File, Mapping[Class, list[str]]] = {}
        self._named: dict[ast.AST, list[str]] = {}

    @cached_property
    def _imports(self) -> Imports:
        return Imports(self._corpus)

    def written(self, setting: Setting, file: File, call: ast.Call, at: ast.AST) -> Written | None:
        """Return how a setting is written among the arguments of a call; None where it cannot be reached for sure.

        Args:
            setting: the setting.
            file: the file of the call.
            call: the call.
            at: the statement that it stands in.
        """
        if setting.owner is not None:
            return self._field(setting, setting.owner, file, call, at)
        if setting.file.path == file.path:
            early = file.module.function(at) is not None or setting.node.lineno < call.lineno
            return Written(setting.name) if early and _is_global(file, setting.name, at) else None
        return self._imported(setting, file, at) or self._importing(setting.file, setting.name, file, at)

    def _imported(self, setting: Setting, file: File, at: ast.AST) -> Written | None:
        """Return how a constant of another file is written that this one imports."""
        for local, found in self._known(file, at):
            if found == Variable(setting.file, setting.name):
                return Written(local)
            if isinstance(found, File) and found.path == setting.file.path:
                return Written(f"{local}.{setting.name}")
        return None

    def _known(self, file: File, at: ast.AST) -> Iterator[tuple[str, object]]:
        """Yield the names that a file imports of the project, each with what it stands for."""
        for local, origins in file.names.bound(file.module.tree).items():
            origin = next(iter(origins)) if len(origins) == 1 else None
            if origin is not None and file.names.origin(local, at) == origin:
                found = self._corpus.project.find(origin, file.path)
                if found is not None:
                    yield local, found

    def _importing(self, home: File, name: str, file: File, at: ast.AST) -> Written | None:
        """Return a name of another module with the import that brings it, where nothing stands in the way of it."""
        bound = any(name in file.names.bound(scope) for scope in file.names.scopes(at))
        if name.startswith("_") or bound or self._imports.reaches(home.path, file.path):
            return None
        module = next(self._modules(home, file), None)
        return Written(name, (f"from {module} import {name}",)) if module is not None else None

    def _modules(self, home: File, file: File) -> Iterator[str]:
        """Yield the names of a module as the imports of a file are written that it has already."""
        origins = {each for some in file.names.bound(file.module.tree).values() for each in some if each}
        tops = {origin.partition(".")[0] for origin in origins}
        parts = PurePosixPath(home.path).with_suffix("").parts
        for start, top in enumerate(parts):
            name = ".".join(parts[start:]).removesuffix(".__init__")
            if top in tops and self._corpus.project.module(name, file.path) == home.path:
                yield name
        dots = max((len(origin) - len(origin.lstrip(".")) for origin in origins), default=0)
        folder = PurePosixPath(file.path).parts[:-1]
        for level in range(1, dots + 1):
            around = folder[: len(folder) - level + 1]
            if parts[: len(around)] == around and parts[-1] != "__init__":
                yield "." * level + ".".join(parts[len(around) :])

    def _field(self, setting: Setting, owner: Class, file: File, call: ast.Call, at: ast.AST) -> Written | None:
        held = self._holding(file, call, at)
        if held is not None:  # there may be others, so that this one is not meant
            return Written(f"{ast.unparse(held[owner])}.{setting.name}") if owner in held else None
        made = self._instance(owner)
        found = self._importing(made.file, made.name, file, at) if made is not None else None
        return Written(f"{found.source}.{setting.name}", found.imports) if found is not None else None

    def _holding(self, file: File, call: ast.Call, at: ast.AST) -> Mapping[Class, ast.expr] | None:
        """Return the first holder of each class where a call stands, None where there is no holder at all."""
        if call not in self._held:
            holders = list(self.holders(file, call, at))
            found: dict[Class, ast.expr] = {}
            for node in holders:
                for cls in self._classes(file, node, at):
                    found.setdefault(cls, node)
            self._held[call] = found if holders else None
        return self._held[call]

    def holders(self, file: File, call: ast.Call, at: ast.AST) -> Iterator[ast.expr]:
        """Yield what may hold settings where a call stands: of what it takes its other arguments, and names."""
        for node in ast.walk(call):
            if isinstance(node, ast.Attribute) and _SETTINGS.fullmatch(_last(node.value)):
                yield node.value
        for scope in file.names.scopes(at):
            for name in self._likely(file, scope):
                if _is_there(file, scope, name, call):
                    yield ast.Name(id=name, ctx=ast.Load())

    def _likely(self, file: File, scope: ast.AST) -> list[str]:
        """Return the names of a scope that are like those of settings."""
        if scope not in self._named:
            names = file.names.bound(scope)
            self._named[scope] = [each for each in names if _SETTINGS.fullmatch(each) and not each[:1].isupper()]
        return self._named[scope]

    def _classes(self, file: File, node: ast.expr, at: ast.AST) -> tuple[Class, ...]:
        """Return the class that an expression is an object of, and those that it derives from."""
        found = receiver(self._corpus.project, file, node, at)
        if not isinstance(found, Class) and isinstance(node, ast.Name):
            other = self._corpus.project.lookup(node, file, at)
            if isinstance(other, Variable):
                there = ast.Name(id=other.name, ctx=ast.Load())
                found = receiver(self._corpus.project, other.file, there, other.file.module.tree.body[-1])
        return self._corpus.project.ancestry(found).classes if isinstance(found, Class) else ()

    def _instance(self, owner: Class) -> Variable | None:
        """Return the one object of a class that a module of the project makes; None where there are several or none."""
        found = []
        for path in self._corpus.mentioning(owner.node.name):
            file = self._corpus.file(path)
            if file is not None:
                found += [Variable(file, name) for name in self._instances(file).get(owner, ())]
        return found[0] if len(found) == 1 else None

    def _instances(self, file: File) -> Mapping[Class, list[str]]:
        """Return the names that a module gives at its top to objects that it makes, by their classes."""
        if file not in self._made:
            found: dict[Class, list[str]] = {}
            for node in file.module.tree.body:
                match node:
                    case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as made):
                        for cls in self._classes(file, made, node):
                            found.setdefault(cls, []).append(name)
            self._made[file] = found
        return self._made[file]


def _last(node: ast.expr) -> str:
    """Return the last name of a chain of names, of a call without arguments that of what is called."""
    if isinstance(node, ast.Call) and not node.args and not node.keywords:
        node = node.func
    return (dotted(node) or "").rpartition(".")[2]


def _is_global(file: File, name: str, at: ast.AST) -> bool:
    """Say whether a name means the module's own where a statement stands."""
    scope = next((scope for scope in file.names.scopes(at) if name in file.names.bound(scope)), None)
    return scope is file.module.tree


def _is_there(file: File, scope: ast.AST, name: str, call: ast.Call) -> bool:
    """Say whether a scope has surely given a name its value before a call, as far as lines tell."""
    if isinstance(scope, Function) and name in {arg.arg for arg in ast.walk(scope.args) if isinstance(arg, ast.arg)}:
        return True
    if scope is file.module.tree and file.names.bound(scope)[name] != {None}:
        return True  # it is imported
    first = _first_stores(scope).get(name)
    return first is not None and first < call.lineno


@lru_cache(maxsize=16)
def _first_stores(scope: ast.AST) -> Mapping[str, int]:
    """Return the first line in which a scope, or what is defined in it, binds or deletes each name."""
    found: dict[str, int] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found[node.id] = min(node.lineno, found.get(node.id, node.lineno))
    return found
