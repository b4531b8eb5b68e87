"""What is resolved before an endpoint answers, by its parameters, its route, its router or its application."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, FunctionNode
from fixbot.analysis.module import statements
from fixbot.analysis.names import dotted, last_name
from fixbot.analysis.project import Variable

_RESOLVED = frozenset({"Depends", "Security"})
# How people call a type that stands for a dependency, where its definition is not to be seen.
_BY_NAME = re.compile(r"\w+(?:Dep|Deps|Depends|Dependency)")


def depends(call: ast.Call) -> bool:
    """Say whether a route, router or application is given `dependencies` of its own."""
    return any(word.arg == "dependencies" and not _is_empty(word.value) for word in call.keywords)


def _is_empty(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=None) | ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            return True
    return False


def depending(file: File) -> Iterator[str]:
    """Yield the names of the routers and applications that a file makes with dependencies."""
    for name, value in _bound(file):
        if isinstance(value, ast.Call) and depends(value):
            yield name


def _bound(file: File) -> Iterator[tuple[str, ast.expr]]:
    for node, _ in statements(file.module.tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((name, value) for target in targets if (name := dotted(target)) is not None)
            case ast.AnnAssign(target=target, value=ast.expr() as value) if (name := dotted(target)) is not None:
                yield name, value


def in_parameters(corpus: Corpus, file: File, node: FunctionNode) -> str | None:
    """Return a dependency among the parameters of a function, as code; None where there is none.

    It may be a default, stand in `Annotated`, or behind the name of a type that does.
    """
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    kinds = [argument.annotation for argument in arguments if argument.annotation is not None]
    values = (*node.args.defaults, *node.args.kw_defaults, *(said for kind in kinds for said in _annotated(kind)))
    found = next((value for value in values if _is_resolved(value)), None)
    found = found or next((kind for kind in kinds if _stands_for_one(corpus, file, kind, node)), None)
    return None if found is None else ast.unparse(found)


def _is_resolved(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func) in _RESOLVED


def _annotated(kind: ast.expr) -> list[ast.expr]:
    """Return what `Annotated` says of a type."""
    match kind:
        case ast.Subscript(slice=ast.Tuple(elts=[_, *said])):
            return said
    return []


def _stands_for_one(corpus: Corpus, file: File, kind: ast.expr, at: FunctionNode) -> bool:
    name = dotted(kind)
    if name is None:
        return False
    found = corpus.project.lookup(kind, file, at)
    where, known = (found.file, found.name) if isinstance(found, Variable) else (file, name)
    values = [value for bound, value in _bound(where) if bound == known]
    if values or found is not None:
        return any(_is_resolved(said) for value in values for said in _annotated(value))
    full = file.names.resolve(kind, at) or name
    return _BY_NAME.fullmatch(full.rpartition(".")[2]) is not None
