"""Keeps the trees of those files that somebody asked for last, as many as there is room for."""

from __future__ import annotations

import ast
from typing import Any
from weakref import WeakValueDictionary

from fixbot.analysis.definitions import File


class Trees:
    """Some files with their trees, and what was worked out about each alone.

    Args:
        most: how many characters of source there is room for.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._held: WeakValueDictionary[str, File] = WeakValueDictionary()
        self._files: dict[str, File] = {}
        self._by_tree: dict[ast.AST, File] = {}  # the one that was asked for last is the last
        self._about: dict[File, dict[object, Any]] = {}

    @property
    def is_full(self) -> bool:
        """Whether there are more than there is room for."""
        return self._size > self._most

    def drop(self) -> None:
        """Let go of the oldest third."""
        for tree in list(self._by_tree):
            if self._size <= self._most * 2 // 3:
                return
            file = self._by_tree.pop(tree)
            self._size -= len(file.module.text)
            self._about.pop(file, None)
            if self._files.get(file.path) is file:
                del self._files[file.path]

    def keep(self, file: File) -> File:
        """Keep a file, and return it."""
        self._size += len(file.module.text)
        self._files[file.path] = self._by_tree[file.module.tree] = self._held[file.path] = file
        return file

    def at(self, path: str) -> File | None:
        """Return the file of a path, be it that somebody else still holds it; None where nobody does."""
        file = self._files.get(path)
        if file is not None:
            self._by_tree[file.module.tree] = self._by_tree.pop(file.module.tree)
            return file
        held = self._held.get(path)
        return None if held is None else self.keep(held)

    def of(self, tree: ast.AST) -> File | None:
        """Return the file of a tree, None where it is not kept."""
        return self._by_tree.get(tree)

    def about(self, file: File) -> dict[object, Any] | None:
        """Return what is known about a file alone, to be read and written; None where the file is not kept."""
        return self._about.setdefault(file, {}) if file.module.tree in self._by_tree else None
