"""Says which settings of a project nothing reads; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.configured.settings import Setting
from fixbot.analysis.corpus import Corpus


def is_read(corpus: Corpus, setting: Setting) -> bool:
    """Say whether any file reads something by a setting's name, or has it in a string that may be one for `getattr`.

    What the environment is asked for by the same name is no reading of the setting.
    """
    for path in corpus.mentioning(setting.name):
        file = corpus.file(path)
        if file is None or any(_reads(node, setting.name) for node in ast.walk(file.module.tree)):
            return True
    return any(corpus.elsewhere(setting.name))


def asked_for(corpus: Corpus, name: str) -> Iterator[tuple[str, int]]:
    """Yield the paths and lines where code has a name as a string, as one of the environment."""
    for path in corpus.mentioning(name):
        file = corpus.file(path)
        for node in ast.walk(file.module.tree) if file is not None else ():
            if isinstance(node, ast.Constant) and node.value == name:
                yield path, node.lineno


def _reads(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Attribute(attr=attr, ctx=ast.Load()):
            return attr == name
        case ast.Name(id=known, ctx=ast.Load()) | ast.alias(name=known):
            return known == name
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=known), *_]):
            return known == name
    return False
