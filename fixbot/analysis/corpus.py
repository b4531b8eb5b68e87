"""All Python files of one project: their bytes, which of them mention a word, and the trees of those asked for."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from zlib import crc32

from fixbot.analysis.definitions import File
from fixbot.analysis.module import Module, parse
from fixbot.analysis.project import Project
from fixbot.model import Skipped, SourceFile

#: Characters of source whose trees are kept at a time: some 200 MB.
ROOM = 5_000_000
# A class with its bases.
_CLASS = re.compile(rb"^[ \t]*class[ \t]+\w+[ \t]*\((.*?)\)[ \t]*:", re.MULTILINE | re.DOTALL)
_WORD = re.compile(rb"\w+")


class _Files(Mapping[str, bytes]):
    """The content of files by their paths, in order; where it comes from is left to another mapping."""

    def __init__(self, files: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
        self._files, self._after = files, dict(after)
        self._paths = dict.fromkeys(sorted({*files, *after}))

    def __getitem__(self, path: str) -> bytes:
        return self._after[path] if path in self._after else self._files[path]

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


class Corpus:
    """The files of a project.

    Their content may be on disk: whoever looks through it takes one file at a time and keeps none.

    Args:
        files: the content of every Python file, by its path relative to the root, with `/`.
        fixed: the paths of files that must not be changed, each with the reason; the others may.
        texts: the content of files that say how the project is built, such as `pyproject.toml`, by path.
        unseen: the content of what is not looked at and may be code all the same: what is skipped, stubs, scripts.
        room: how many characters of source are kept as trees at a time, as far as nobody holds more.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        *,
        fixed: Mapping[str, str] | None = None,
        texts: Mapping[str, bytes] | None = None,
        unseen: Mapping[str, bytes] | None = None,
        room: int = ROOM,
    ) -> None:
        self.files: Mapping[str, bytes] = _Files(files, {})
        self.fixed = dict(fixed or {})
        self.texts = dict(texts or {})
        self.unseen = dict(unseen or {})
        self._room = room
        self._mentioning: dict[str, tuple[str, ...]] = {}
        self._skipped: dict[str, Skipped | None] = {}

    @cached_property
    def project(self) -> Project:
        """The same files as definitions that imports lead to."""
        return Project(self.source, self.roots, self._room)

    def roots(self, name: str) -> Collection[str]:
        """Return the folders that a top-level import of a name may start from: no packages, and holding the name."""
        return self._roots.get(name, ())

    @cached_property
    def _roots(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for path in self.files:
            parts = path.removesuffix(".py").split("/")
            for depth, part in enumerate(parts):
                folder = "/".join(parts[:depth])
                if f"{folder}/__init__.py".removeprefix("/") not in self.files:
                    found.setdefault(part, set()).add(folder)
        return found

    def source(self, path: str) -> SourceFile | None:
        """Return a file, None where there is none."""
        content = self.files.get(path)
        return None if content is None else SourceFile(path, content)

    def file(self, path: str) -> File | None:
        """Return a file with its tree and names, None where there is none that can be parsed.

        Those that nobody has asked for in a while may be let go of; see `Project`.
        """
        self.project.ease()
        return self.project.file(path)

    def skipped(self, path: str) -> Skipped | None:
        """Return why a file cannot be parsed, None where it can or there is none."""
        if path not in self._skipped:
            self.module(path)
        return self._skipped[path]

    def module(self, path: str) -> Module | None:
        """Return the tree of a file alone, None where there is none; nothing keeps it, as `file` does."""
        source = self.source(path)
        found = parse(source) if source is not None else None
        self._skipped[path] = found if isinstance(found, Skipped) else None
        return found if isinstance(found, Module) else None

    def mentioning(self, word: str) -> tuple[str, ...]:
        """Return the paths of the files that have a word, as code or in a string or comment, sorted."""
        if word not in self._mentioning:
            plain = re.escape(word.encode(errors="surrogateescape"))
            # The word comes first, because what begins with an assertion is looked for ten times as slowly.
            whole = re.compile(plain + rb"(?<!\w" + plain + rb")(?!\w)")
            found = (
                path for path in self._likely(word.encode(errors="surrogateescape")) if whole.search(self.files[path])
            )
            self._mentioning[word] = tuple(found)
        return self._mentioning[word]

    def _likely(self, word: bytes) -> Iterator[str]:
        """Yield the files that have all parts of a word, and hardly another, in order."""
        marks = {crc32(part) for part in _WORD.findall(word)}
        for path, known in self._marks.items():
            if all((at := bisect_left(known, mark)) < len(known) and known[at] == mark for mark in marks):
                yield path

    @cached_property
    def _marks(self) -> dict[str, array[int]]:
        """The checksums of the words of each file in order: a tenth of its size, and found at once.

        A content that stands in several files in a row is looked through once.
        """
        found: dict[str, array[int]] = {}
        for content, files in groupby(self.files.items(), itemgetter(1)):
            marks = array("I", sorted({crc32(word) for word in {*_WORD.findall(content)}}))
            found.update((path, marks) for path, _ in files)
        return found

    def prepare(self) -> None:
        """Work out what is the same for everybody who asks for words, so that processes which fork share it."""
        self._marks  # noqa: B018 - it is kept

    def elsewhere(self, word: str) -> tuple[str, ...]:
        """Return the paths of what is not looked at and has a word, sorted."""
        whole = re.compile(rb"\b" + re.escape(word.encode(errors="surrogateescape")) + rb"\b")
        return tuple(path for path, content in sorted(self.unseen.items()) if whole.search(content))

    def deriving(self, name: str) -> tuple[str, ...]:
        """Return the paths of the files with a class that may derive from one of some name, sorted."""
        return tuple(self._deriving.get(name.encode(errors="surrogateescape"), ()))

    @cached_property
    def _deriving(self) -> dict[bytes, list[str]]:
        found: dict[bytes, list[str]] = {}
        for path, content in self.files.items():
            words = {word for bases in _CLASS.findall(content) for word in _WORD.findall(bases)}
            for word in words:
                found.setdefault(word, []).append(path)
        return found

    def forget(self) -> None:
        """Let go of all trees; a file that is asked for again is parsed again."""
        self.__dict__.pop("project", None)

    def changed(self, after: Mapping[str, bytes]) -> Corpus:
        """Return the project as it is with other content in some files."""
        return Corpus(
            _Files(self.files, after), fixed=self.fixed, texts=self.texts, unseen=self.unseen, room=self._room
        )
