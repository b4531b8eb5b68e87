"""Keeps the content of files in one temporary file, so that a project takes no memory that nobody looks at."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import IO
from weakref import finalize

from fixbot.model import SourceFile


class Spool(Mapping[str, bytes]):
    """The content of files by their paths, as it was when they were read; a process that forks may read it too.

    Where it cannot be written to a temporary file, it stays in memory.

    Args:
        sources: the files; each is let go of before the next is asked for.
    """

    def __init__(self, sources: Iterable[SourceFile]) -> None:
        self._places: dict[str, tuple[int, int]] = {}
        self._kept: dict[str, bytes] = {}
        self._file: IO[bytes] | None = None
        if hasattr(os, "pread"):
            with suppress(OSError):
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it is open as long as this is
                finalize(self, self._file.close)
        at = 0
        for source in sources:
            if self._written(source.content):
                self._places[source.path] = at, len(source.content)
                at += len(source.content)
            else:
                self._kept[source.path] = source.content

    def _written(self, content: bytes) -> bool:
        """Write some content behind the rest; say whether that could be done."""
        if self._file is None:
            return False
        before = self._file.tell()
        try:
            left = memoryview(content)
            while left:
                left = left[self._file.write(left) :]
        except OSError:
            self._file.seek(before)
            return False
        return True

    def __getitem__(self, path: str) -> bytes:
        if path in self._kept or self._file is None:
            return self._kept[path]
        start, size = self._places[path]
        return os.pread(self._file.fileno(), size, start)

    def __contains__(self, path: object) -> bool:
        return path in self._places or path in self._kept

    def __iter__(self) -> Iterator[str]:
        yield from self._places
        yield from self._kept

    def __len__(self) -> int:
        return len(self._places) + len(self._kept)

    def __reduce__(self) -> tuple[type[dict[str, bytes]], tuple[dict[str, bytes]]]:
        """Travel to a process that was not forked as what is in it."""
        return dict, (dict(self.items()),)
