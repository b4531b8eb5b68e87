"""Says which imports of a module other files reach through it; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from posixpath import dirname

from fixbot.analysis.definitions import File
from fixbot.analysis.module import statements
from fixbot.analysis.patches.exercised import Exercised, own_expressions
from fixbot.analysis.patches.fakes import Edit

_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


def wanted(exercised: Exercised, path: str, names: Collection[str], edits: Collection[Edit]) -> frozenset[str]:
    """Return those names of a module that other files use through it, as code or in strings, apart from the edits."""
    whole = path.removesuffix("/__init__.py").removesuffix(".py")
    corpus = exercised.corpus
    about = set(corpus.mentioning(whole.rpartition("/")[2])) | {
        other
        for other in corpus.files
        if dirname(other) == dirname(path)  # `from . import name`
    }
    found: set[str] = set()
    for name in set(names):
        for other in sorted(about & set(corpus.mentioning(name)) - {path}):
            file = corpus.file(other)
            if file is not None and any(_means(full, name, path, file, exercised) for full in _fulls(file, edits)):
                found.add(name)
    return frozenset(found)


def _means(full: str, name: str, path: str, file: File, exercised: Exercised) -> bool:
    """Say whether a full name is that of a module's name, or of something in it."""
    if name not in full.lstrip(".").split(".") and not full.endswith(".*"):
        return False
    home, rest = exercised.split(full, file.path)
    return home == path and rest[:1] in ([name], ["*"])


def _fulls(file: File, edits: Collection[Edit]) -> Iterator[str]:
    """Yield the full names that a file uses, with what it imports and what its strings say."""
    for at, _ in statements(file.module.tree):
        if isinstance(at, ast.ImportFrom):
            origin = "." * at.level + (at.module or "")
            yield from (f"{origin}{'' if origin.endswith('.') else '.'}{alias.name}" for alias in at.names)
        for node in own_expressions(at):
            if _is_edited(node, file, edits):
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DOTTED.fullmatch(node.value):
                yield node.value
            elif isinstance(node, ast.Attribute) and (full := file.names.resolve(node, at)) is not None:
                yield full


def _is_edited(node: ast.expr, file: File, edits: Collection[Edit]) -> bool:
    start, end = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
    own = (each for each in edits if each.path == file.path)
    return any((each.line, each.column) <= start and end <= (each.end_line, each.end_column) for each in own)
