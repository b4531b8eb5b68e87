"""Says whether other files of a project want a name of a file; where there is any doubt they do."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from fixbot.codemod import Corpus

_STAR = re.compile(rb"\bimport[ \t]+\*")


class Wanted:
    """Knows who names what.

    Args:
        corpus: the project.
        texts: the files that are about to change, by path, as they will be.
    """

    def __init__(self, corpus: Corpus, texts: Mapping[str, str]) -> None:
        self.corpus, self.texts = corpus, texts
        self._imports: dict[str, list[ast.ImportFrom]] = {}

    def by_others(self, path: str, name: str) -> bool:
        """Say whether another file names what a file imports or defines: imports it from there, or writes it."""
        stem = path.rpartition("/")[2].removesuffix(".py")
        if self._is_starred(path, stem):
            return True
        for other in set(self.corpus.mentioning(name)) & set(self.corpus.mentioning(stem)) - {path}:
            text = self.texts.get(other) or self.corpus.files[other].decode("utf-8", "replace")
            if _is_written(stem, name, text) or self._is_imported(path, name, other):
                return True
        return False

    def _is_starred(self, path: str, stem: str) -> bool:
        """Say whether another file imports all that a file has, which hands it on to whoever imports that."""
        if b"__all__" in self.corpus.files[path]:
            return False
        stars = (other for other in self.corpus.mentioning(stem) if _STAR.search(self.corpus.files[other]))
        return any(other != path and self._is_imported(path, "*", other) for other in stars)

    def _is_imported(self, path: str, name: str, other: str) -> bool:
        return any(
            any(alias.name in {name, "*"} for alias in node.names)
            and self.corpus.project.module(node.module or "", other, node.level) == path
            for node in self._imports_of(other)
        )

    def _imports_of(self, path: str) -> list[ast.ImportFrom]:
        if path not in self._imports:
            file = self.corpus.file(path)
            nodes = ast.walk(file.module.tree) if file is not None else ()
            self._imports[path] = [node for node in nodes if isinstance(node, ast.ImportFrom)]
        return self._imports[path]


def _is_written(stem: str, name: str, text: str) -> bool:
    """Say whether a text has a name of a module: `module.name`, `module, "name"`, or with another name for it."""
    known = [stem, *re.findall(rf"\b{re.escape(stem)}\s+as\s+(\w+)", text)]
    module = "|".join(map(re.escape, known))
    return re.search(rf"\b(?:{module})(?:\.|,\s*[\"']){re.escape(name)}\b", text) is not None
