"""A function that is looked for in a project, and the ways in which its name is written; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, File, Function, FunctionNode
from fixbot.analysis.project import Found, Variable

#: A definition, told by its file and by where it begins; it stays the same when the file is parsed again.
Key = tuple[str, int, int]

_MADE_BY = frozenset({"__init__", "__post_init__"})
_ENTERED_BY = frozenset({"__enter__", "__exit__"})


def key_of(definition: Function | Class) -> Key:
    """Return what tells a definition from every other one."""
    return definition.file.path, definition.node.lineno, definition.node.col_offset


def module_name(path: str) -> str:
    """Return the last name of the module that a file is."""
    file = PurePosixPath(path)
    return file.parent.name if file.stem == "__init__" else file.stem


@dataclass(frozen=True, slots=True)
class Target:
    """A function, or the class whose making runs it.

    `owner` is the class of a method, `home` the function that it is defined in, if any. It is `read` where a property's
    reader is meant, and `entered` where a `with` runs it that the class is made in.
    """

    function: Function
    name: str
    key: Key
    owner: Class | None
    home: FunctionNode | None
    read: bool
    entered: bool = False

    @classmethod
    def of(cls, function: Function) -> Target:
        """Return what has to be looked for to find the calls of a function."""
        owner = function.file.owner(function.node)
        home = function.file.module.function(owner.node if owner is not None else function.node)
        if owner is not None and function.node.name in _MADE_BY | _ENTERED_BY:
            entered = function.node.name in _ENTERED_BY
            return cls(function, owner.node.name, key_of(owner), None, home, read=False, entered=entered)
        return cls(function, function.node.name, key_of(function), owner, home, read=function.manner == "read")

    @property
    def holder(self) -> str:
        """The name that stands before the target's in a dotted name: of its class, its module or its package."""
        if self.owner is not None:
            return self.owner.node.name
        return module_name(self.function.file.path)

    @property
    def mangled(self) -> str | None:
        """How Python writes the name of a private method outside of its class, None where it is no such name."""
        if self.owner is None or not self.name.startswith("__") or self.name.endswith("__"):
            return None
        return f"_{self.owner.node.name.lstrip('_')}{self.name}"

    def may_be(self, origin: str) -> bool:
        """Say whether a full name that leads nowhere may mean the target."""
        before, _, last = origin.rpartition(".")
        return last == self.name and before.rpartition(".")[2] == self.holder

    def is_module(self, name: str) -> bool:
        """Say whether a name is that of the target's module."""
        return self.owner is None and name == self.holder

    def is_among(self, found: Found | None) -> bool:
        """Say whether the target is one of several things that its module binds to the name that was found."""
        whole = self.owner is None and self.home is None
        return whole and isinstance(found, Variable) and (found.file.path, found.name) == (self.key[0], self.name)

    def is_bound_again(self, node: ast.expr, file: File, at: ast.AST) -> bool:
        """Say whether a name is bound where the target is defined, so that it may be the target or something else."""
        if not isinstance(node, ast.Name) or node.id != self.name or file.path != self.key[0] or self.owner is not None:
            return False
        scope = next((scope for scope in file.names.scopes(at) if node.id in file.names.bound(scope)), None)
        home = self.home if self.home is not None else self.function.file.module.tree
        return scope is not None and _start(scope) == _start(home)

    def is_named(self, text: str) -> bool:
        """Say whether a string is a dotted name of the target, such as `pkg.mod:name` or `command = pkg.mod:name`."""
        name = text.rpartition("=")[2].strip()
        return re.fullmatch(r"[\w.:]+", name) is not None and self.may_be(name.replace(":", "."))

    def entry_points(self, corpus: Corpus) -> Iterator[str]:
        """Yield the paths of the files about building that name the target, in its module or a package around that."""
        name = re.escape(self.name)
        pattern = rf"\b{re.escape(self.holder)}\s*[:.]\s*{name}\b"
        packages = "|".join(map(re.escape, PurePosixPath(self.function.file.path).parts[:-1]))
        if self.owner is None and packages:
            pattern += rf"|\b(?:{packages})\s*:\s*{name}\b"
        setups = (path for path in corpus.mentioning(self.name) if PurePosixPath(path).name == "setup.py")
        texts = corpus.texts | {path: corpus.files[path] for path in setups}
        for path, content in texts.items():
            if path != self.function.file.path and re.search(pattern, content.decode("utf-8", "replace")):
                yield path


def _start(scope: ast.AST) -> tuple[int, int]:
    return getattr(scope, "lineno", 0), getattr(scope, "col_offset", 0)
