"""Finds the calls in a project that block, and which function runs each; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.coroutines.blocking import Blocking, blocking, last_names
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.places import CallPlace, place_of
from fixbot.analysis.definitions import File, Function, FunctionNode
from fixbot.analysis.module import statements

_LONGEST = 40  # characters of an expression in a message
# What every file with a blocking call has in it.
_SPEAKS = re.compile(
    rb"\b(?:requests|httpx2?|urllib3?|http|subprocess|os|input|getpass|stdin|socket|smtplib|ftplib|imaplib|poplib"
    rb"|open|fdopen|pathlib|io)\b"
)


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
    for path, content in finder.corpus.files.items():
        file = finder.corpus.file(path) if _SPEAKS.search(content) else None
        if file is not None:
            yield from _in_file(finder, file)


def _in_file(finder: Finder, file: File) -> Iterator[Wait]:
    """Yield the calls that block in the functions of a file, without those of which `open` speaks already."""
    by_function: dict[FunctionNode, list[Wait]] = {}
    for wait in sorted(_known(finder.nesting(file)), key=_position):
        by_function.setdefault(wait.function.node, []).append(wait)
    for known in by_function.values():
        opened = {id(wait.place.call) for wait in known if wait.blocks.manual is not None}
        yield from (wait for wait in known if not _is_told_elsewhere(wait, known, opened))


def _known(nesting: Nesting) -> Iterator[Wait]:
    """Yield the calls of a file that block, in no order."""
    seen: set[ast.expr] = set()
    for node in (node for name in last_names() for node in nesting.named(name)):
        call = nesting.parents.get(node)
        if node in seen or not isinstance(call, ast.Call) or call.func is not node:
            continue
        seen.add(node)
        blocks = blocking(nesting.file, call, nesting.statement(call))
        scope = nesting.scope(call) if blocks is not None and blocks.kind != "sleep" else None
        if blocks is not None and isinstance(scope, FunctionNode):
            yield Wait(Function(nesting.file, scope), place_of(nesting, call), blocks)


def _position(wait: Wait) -> tuple[int, int, int, int]:
    call = wait.place.call
    return call.lineno, call.col_offset, -(call.end_lineno or 0), -(call.end_col_offset or 0)


def _is_told_elsewhere(wait: Wait, known: list[Wait], opened: set[int]) -> bool:
    """Say whether another finding speaks of this call: `open` of the reads from its file, a read of its own `open`."""
    func = wait.place.call.func
    if wait.blocks.kind != "file" or not isinstance(func, ast.Attribute | ast.Name):
        return False
    reads = [each.place.call for each in known if id(each.place.call) not in opened]
    if any(isinstance(read.func, ast.Attribute) and read.func.value is wait.place.call for read in reads):
        return True
    return (
        isinstance(func, ast.Attribute)
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
