"""Says which files run when one of a project is imported, so that no new import goes in a circle; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from posixpath import dirname, join

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.module import Function, blocks


class Imports:
    """The imports between the files of one project, each file looked at once."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._direct: dict[str, frozenset[str]] = {}

    def reaches(self, start: str, end: str) -> bool:
        """Say whether importing the file at path `start` runs the one at `end`, the file itself left out."""
        seen, waiting = {start}, [start]
        while waiting:
            for path in self._of(waiting.pop()) - seen:
                if path == end:
                    return True
                seen.add(path)
                waiting.append(path)
        return False

    def _of(self, path: str) -> frozenset[str]:
        if path not in self._direct:
            self._direct[path] = frozenset(self._found(path))
        return self._direct[path]

    def _found(self, path: str) -> Iterator[str]:
        file, project = self._corpus.file(path), self._corpus.project
        for name, level in _imported(file.module.tree) if file is not None else ():
            found = project.module(name, path, level)
            if found is not None:
                yield found
                yield from self._packages(found)

    def _packages(self, path: str) -> Iterator[str]:
        """Yield the packages around a file, which run before it does."""
        folder = dirname(path)
        while (package := join(folder, "__init__.py")) in self._corpus.files:
            yield package
            if not folder:
                return
            folder = dirname(folder)


def _imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield each module that may run while a module is imported: its name and the dots before it."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level
            joint = "." if node.module else ""
            yield from ((f"{node.module or ''}{joint}{alias.name}", node.level) for alias in node.names)
        elif not isinstance(node, Function) and not _is_for_types(node):
            stack += blocks(node)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
