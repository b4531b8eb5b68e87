"""A function that is looked for in a project, and the ways in which its name is written; it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, Function, FunctionNode

#: A definition, told by its file and by where it begins; it stays the same when the file is parsed again.
Key = tuple[str, int, int]

_MADE_BY = frozenset({"__init__", "__post_init__"})


def key_of(definition: Function | Class) -> Key:
    """Return what tells a definition from every other one."""
    return definition.file.path, definition.node.lineno, definition.node.col_offset


@dataclass(frozen=True, slots=True)
class Target:
    """A function, or the class whose making runs it.

    `owner` is the class of a method, `home` the function that it is defined in, if any; it `reads` where a property's
    reader is meant.
    """

    function: Function
    name: str
    key: Key
    owner: Class | None
    home: FunctionNode | None
    reads: bool

    @classmethod
    def of(cls, function: Function) -> Target:
        """Return what has to be looked for to find the calls of a function."""
        owner = function.file.owner(function.node)
        home = function.file.module.function(owner.node if owner is not None else function.node)
        if owner is not None and function.node.name in _MADE_BY:
            return cls(function, owner.node.name, key_of(owner), None, home, reads=False)
        return cls(function, function.node.name, key_of(function), owner, home, reads=function.manner == "read")

    @property
    def _holder(self) -> str:
        """The name that stands before the target's in a dotted name: of its class, its module or its package."""
        if self.owner is not None:
            return self.owner.node.name
        path = PurePosixPath(self.function.file.path)
        return path.parent.name if path.stem == "__init__" else path.stem

    def may_be(self, origin: str) -> bool:
        """Say whether a full name that leads nowhere may mean the target."""
        before, _, last = origin.rpartition(".")
        return last == self.name and before.rpartition(".")[2] == self._holder

    def is_named(self, text: str) -> bool:
        """Say whether a string is a dotted name of the target, such as `pkg.mod:name`."""
        return re.fullmatch(r"[\w.:]+", text) is not None and self.may_be(text.replace(":", "."))

    def entry_points(self, corpus: Corpus) -> Iterator[str]:
        """Yield the paths of the files about building that name the target."""
        pattern = re.compile(rf"\b{re.escape(self._holder)}\s*[:.]\s*{re.escape(self.name)}\b")
        for path, content in corpus.texts.items():
            if pattern.search(content.decode("utf-8", "replace")):
                yield path
