"""Says which settings of a project nothing reads; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from fixbot.analysis.configured.settings import Setting
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.remembered import remembered


def is_read(corpus: Corpus, setting: Setting) -> bool:
    """Say whether any file reads something by a setting's name, or has it in a string that may be one for `getattr`.

    What the environment is asked for by the same name is no reading of the setting.
    """
    for path in corpus.mentioning(setting.name):
        file = corpus.file(path)
        if file is None or setting.name in _read(file.module.tree):
            return True
    return any(corpus.elsewhere(setting.name))


def asked_for(corpus: Corpus, name: str) -> Iterator[tuple[str, int]]:
    """Yield the paths and lines where code has a name as a string, as one of the environment."""
    for path in corpus.mentioning(name):
        file = corpus.file(path)
        yield from ((path, line) for line in (_texts(file.module.tree).get(name, ()) if file is not None else ()))


@remembered
def _texts(tree: ast.Module) -> Mapping[str, list[int]]:
    """Map the strings of a file to the lines that they stand in."""
    found: dict[str, list[int]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.setdefault(node.value, []).append(node.lineno)
    return found


@remembered
def _read(tree: ast.Module) -> frozenset[object]:
    """Return the names that a file reads."""
    return frozenset(name for node in ast.walk(tree) if (name := _read_by(node)) is not None)


def _read_by(node: ast.AST) -> object:
    match node:
        case ast.Attribute(attr=name, ctx=ast.Load()) | ast.Name(id=name, ctx=ast.Load()) | ast.alias(name=name):
            return name
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=known), *_]):
            return known
    return None
