"""Answers which exceptions can come out of a block, from which expression, and whether that is all."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from fixbot.analysis.blocks import Block
from fixbot.analysis.evidence import Raised, Unknown
from fixbot.analysis.expressions import Expressions
from fixbot.analysis.names import Names

__all__ = ["Answer", "Raised", "Unknown", "exceptions_of"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What can come out of a block, in the order of the code, and the calls that may raise anything."""

    exceptions: tuple[Raised, ...]
    unknown: tuple[Unknown, ...]

    @property
    def complete(self) -> bool:
        """Whether every part of the block is understood."""
        return not self.unknown

    @property
    def suggested(self) -> tuple[str, ...]:
        """The types to catch, by first appearance, none of them twice and none below another one."""
        first = {raised.lineage[0]: raised for raised in reversed(self.exceptions)}
        ordered = dict.fromkeys(raised.lineage[0] for raised in self.exceptions)
        kept = [first[own] for own in ordered if first.keys().isdisjoint(first[own].lineage[1:])]
        return tuple(raised.type for raised in kept)


def exceptions_of(body: Sequence[ast.stmt], names: Names, at: ast.stmt) -> Answer:
    """Return what can come out of the statements of `body`, with names as they are seen from statement `at`.

    An answer is complete only where every statement and expression is understood. Taken for granted:

    - names that are bound somewhere above are bound, and what is imported raises ImportError only;
    - `is`, `not`, truth tests, and comparisons of a plain name with a known plain value run no foreign code;
    - a plain name may be given to any known callable that does not format, compare or run through it;
    - literal patterns and group numbers are right, paths hold no null byte, and what is converted is text
      unless its kind is known.

    Left out are misuse (a wrong type where neither None nor JSON can come from), MemoryError, RecursionError,
    KeyboardInterrupt, and numbers too large for a float.
    """
    block = Block(Expressions(names, at))
    block.read(body)
    found = block.expressions.found
    return Answer(tuple(dict.fromkeys(found.exceptions)), tuple(dict.fromkeys(found.unknown)))
