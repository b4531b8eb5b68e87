"""Finds the calls in a project that block, and which function runs each; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.coroutines.glance import glance_of
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.places import CallPlace, place_of
from fixbot.analysis.coroutines.target import Target
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, Function, FunctionNode
from fixbot.analysis.module import statements
from fixbot.analysis.waiting.blocking import Blocking, blocking, likely_calls
from fixbot.analysis.waiting.upwards import MOST_STEPS

_LONGEST = 40  # characters of an expression in a message


@dataclass(frozen=True, slots=True, eq=False)
class Wait:
    """A call that blocks, what it waits for, and the function that runs it."""

    function: Function
    place: CallPlace
    blocks: Blocking

    @property
    def file(self) -> File:
        """The file that it stands in."""
        return self.function.file

    @property
    def line(self) -> int:
        """The line of the call, from 1."""
        return self.place.call.lineno

    @property
    def called(self) -> str:
        """What is called, a method as it is written where that is short."""
        written = ast.unparse(self.place.call.func)
        return written if self.blocks.is_method and len(written) <= _LONGEST else self.blocks.name


def waits(finder: Finder) -> Iterator[Wait]:
    """Yield the calls that block in the functions of a project, sleeps left out, in the order of paths.

    Where an `open` is among them, it speaks for what is read from its file as well.
    """
    for path in _likely(finder.corpus):
        file = finder.corpus.file(path)
        if file is not None:
            yield from _in_file(finder, file)


def _likely(corpus: Corpus) -> list[str]:
    """Return the files in which something that may block is called by a coroutine, or not far from one; sorted.

    What waits for nobody knows how long may be further from it: see `upwards`.
    """
    seen = glance_of(corpus)
    found: set[str] = set()
    for name, speaks in likely_calls().items():
        direct, through = seen.paths(name, 0), seen.paths(name, MOST_STEPS)
        for paths, words in ((direct, speaks.words), (through, speaks.unbounded)):
            found.update(path for path in paths if any(path in files for files in map(corpus.mentioning, words)))
    return sorted(found)


def _in_file(finder: Finder, file: File) -> Iterator[Wait]:
    """Yield the calls that block in the functions of a file, without those of which `open` speaks already."""
    by_function: dict[FunctionNode, list[Wait]] = {}
    for wait in sorted(_known(finder, finder.nesting(file)), key=_position):
        by_function.setdefault(wait.function.node, []).append(wait)
    for known in by_function.values():
        opened = {id(wait.place.call) for wait in known if wait.blocks.manual is not None}
        reads = (wait.place.call.func for wait in known if id(wait.place.call) not in opened)
        read = {id(func.value) for func in reads if isinstance(func, ast.Attribute)}
        yield from (wait for wait in known if not _is_told_elsewhere(wait, read, opened))


def _known(finder: Finder, nesting: Nesting) -> Iterator[Wait]:
    """Yield the calls of a file that block, in no order, where a coroutine may run them."""
    seen: set[ast.expr] = set()
    for node in nesting.among(frozenset(likely_calls())):
        call = nesting.parents.get(node)
        if node in seen or not isinstance(call, ast.Call) or call.func is not node:
            continue
        seen.add(node)
        scope = nesting.scope(call)
        function = Function(nesting.file, scope) if isinstance(scope, FunctionNode) else None
        if function is None or not _is_near(finder, function):
            continue
        blocks = blocking(nesting.file, call, nesting.statement(call))
        if blocks is not None and blocks.kind != "sleep":
            yield Wait(function, place_of(nesting, call), blocks)


def _is_near(finder: Finder, function: Function) -> bool:
    """Say whether a function is a coroutine, or seems to be called by what is not far from one."""
    is_coroutine = isinstance(function.node, ast.AsyncFunctionDef)
    return is_coroutine or glance_of(finder.corpus).calls(Target.of(function).name, MOST_STEPS - 1)


def _position(wait: Wait) -> tuple[int, int, int, int]:
    call = wait.place.call
    return call.lineno, call.col_offset, -(call.end_lineno or 0), -(call.end_col_offset or 0)


def _is_told_elsewhere(wait: Wait, read: set[int], opened: set[int]) -> bool:
    """Say whether another finding speaks of this call: `open` of the reads from its file, a read of its own `open`.

    Args:
        wait: the call.
        read: what the other calls of the function read from as it stands, by its identity.
        opened: the calls of `open` in the function, by theirs.
    """
    func = wait.place.call.func
    if wait.blocks.kind != "file" or not isinstance(func, ast.Attribute | ast.Name):
        return False
    if id(wait.place.call) in read:
        return True
    return (
        bool(opened)
        and isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name)
        and any(id(call) in opened for call in _makers(wait, func.value.id))
    )


def _makers(wait: Wait, name: str) -> Iterator[ast.expr]:
    """Yield what the function gives this name to."""
    for node, _ in statements(wait.function.node):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from (value for target in targets if isinstance(target, ast.Name) and target.id == name)
            case ast.With(items=items):
                for item in items:
                    if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
                        yield item.context_expr
