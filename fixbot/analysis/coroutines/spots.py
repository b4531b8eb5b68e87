"""Remembers calls and functions by where they stand, and finds them again in trees that were let go of meanwhile."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from fixbot.analysis.coroutines.mentions import Call, Finder
from fixbot.analysis.coroutines.target import Key, key_of
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, Function, FunctionNode


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that runs a function, without its tree; `caller`, if any, and `place` are those of the `Call`.

    `kind` is the name of the node's class in `ast`, and `end` the line and column where it ends.
    """

    path: str
    line: int
    column: int
    kind: str
    end: tuple[int, int]
    caller: Key | None
    place: str
    in_coroutine: bool

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells a call from every other one."""
        return self.path, self.line, self.column

    @property
    def at(self) -> str:
        """The path and the line."""
        return f"{self.path}:{self.line}"


def spot_of(call: Call) -> Spot:
    """Return what is to be remembered of a call."""
    node, caller = call.node, call.caller
    return Spot(
        call.file.path,
        node.lineno,
        node.col_offset,
        type(node).__name__,
        _end(node),
        key_of(caller) if caller is not None else None,
        call.place,
        in_coroutine=caller is not None and isinstance(caller.node, ast.AsyncFunctionDef),
    )


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def call_of(finder: Finder, spot: Spot) -> Call:
    """Return a call that was remembered.

    Raises:
        LookupError: the project has changed since.
    """
    file = _file(finder.corpus, spot.path)
    caller = _function_in(file, spot.caller) if spot.caller is not None else None
    wanted = spot.line, spot.column, spot.kind, spot.end
    for piece in finder.nesting(file).parents.at(spot.line):
        for node in ast.walk(piece.root):
            if not isinstance(node, ast.expr):
                continue
            if (node.lineno, node.col_offset, type(node).__name__, _end(node)) == wanted:
                return Call(file, node, caller, spot.place)
    raise LookupError(spot.at)


def function_of(corpus: Corpus, key: Key) -> Function:
    """Return the function that a key stands for.

    Raises:
        LookupError: the project has changed since.
    """
    return _function_in(_file(corpus, key[0]), key)


def _file(corpus: Corpus, path: str) -> File:
    file = corpus.file(path)
    if file is None:
        raise LookupError(path)
    return file


def _function_in(file: File, key: Key) -> Function:
    for node in file.module.parents:
        if isinstance(node, FunctionNode) and (file.path, node.lineno, node.col_offset) == key:
            return Function(file, node)
    raise LookupError(key)
