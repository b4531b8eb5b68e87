"""Says where a schema is going to stand: beside its function, or among the project's other schemas; it only reads."""

from __future__ import annotations

import ast
from posixpath import dirname, join

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, Function
from fixbot.analysis.flows.cycles import Imports
from fixbot.analysis.requirements import Requirements
from fixbot.codemod.reshaping.plans import Style
from fixbot.codemod.schemas.typed import Home

_MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})


def home_of(
    corpus: Corpus, imports: Imports, function: Function, style: Style, required: Requirements, *, beside: bool
) -> Home:
    """Return the home of a function's schema; `beside` the function where it needs something of that module.

    A model goes to the end of the nearest `schemas.py` in the function's folder or above it that has models and that
    can be imported from there without going in a circle; everything else stands before the function, or its class.
    """
    shared = _schemas(corpus, function.file) if not beside and style in {Style.PYDANTIC, Style.PYDANTIC1} else None
    if shared is not None and not imports.reaches(shared.path, function.file.path):
        return Home(shared, shared.module.tree.body[-1], required.python, behind=True)
    checker = style is Style.TYPED_DICT and not is_new(required.python)
    return Home(function.file, outermost(function), required.python, checker=checker)


def is_new(python: tuple[int, int] | None) -> bool:
    """Say whether the oldest Python of a project has what PEP 692 needs; where nobody says which, it may not."""
    return python is not None and python >= (3, 11)


def outermost(function: Function) -> ast.stmt:
    """Return the statement of the module that a function stands in, or is."""
    found = [function.node, *function.file.module.ancestors(function.node)]
    return next(node for node in reversed(found) if isinstance(node, ast.stmt))


def is_annotated(function: Function) -> bool:
    """Say whether a function says types of anything: one that does not stays as it is."""
    args = function.node.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))]
    return function.node.returns is not None or any(arg.annotation is not None for arg in every)


def _schemas(corpus: Corpus, file: File) -> File | None:
    folder = dirname(file.path)
    while True:
        path = join(folder, "schemas.py")
        found = corpus.file(path) if path not in corpus.fixed and path != file.path else None
        if found is not None and _has_models(found):
            return found
        if not folder:
            return None
        folder = dirname(folder)


def _has_models(file: File) -> bool:
    """Say whether a module ends with definitions, some of which are models."""
    body = file.module.tree.body
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    bases = (base for node in classes for base in node.bases)
    return body[-1:] == classes[-1:] != [] and any(file.names.resolve(base, body[-1]) in _MODELS for base in bases)
