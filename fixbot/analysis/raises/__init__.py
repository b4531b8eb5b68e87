"""Answers which exceptions can come out of a block, from which expression, and whether that is all."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from fixbot.analysis.names import Names
from fixbot.analysis.project import Project, alone
from fixbot.analysis.raises.blocks import Block
from fixbot.analysis.raises.evidence import Raised, Unknown, distinct
from fixbot.analysis.raises.expressions import Expressions
from fixbot.analysis.raises.guarded import entries_of
from fixbot.analysis.raises.summaries import summaries_of

__all__ = ["Answer", "Project", "Raised", "Unknown", "exceptions_of"]


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
    def possible(self) -> tuple[str, ...]:
        """The types that can come out, by first appearance, none of them twice and none below another one.

        What is not sure counts only where nothing is unknown.
        """
        counted = [raised for raised in self.exceptions if raised.sure or self.complete]
        first = {raised.lineage[0]: raised for raised in reversed(counted)}
        ordered = dict.fromkeys(raised.lineage[0] for raised in counted)
        kept = [first[own] for own in ordered if first.keys().isdisjoint(first[own].lineage[1:])]
        return tuple(raised.type for raised in kept)


def exceptions_of(body: Sequence[ast.stmt], names: Names, at: ast.stmt, *, project: Project | None = None) -> Answer:
    """Return what can come out of the statements of `body`, with names as they are seen from statement `at`.

    Calls are followed into the functions and classes of the `project`, in which the file of `names` stands under
    its own path; without one into those of this file. Tests that stand around and before `at` count as well.

    An answer is complete only where every statement and expression is understood. Taken for granted:

    - names that are bound somewhere above are bound, and what is imported raises ImportError only;
    - `is`, `not`, truth tests, and comparisons of a plain name with a known plain value run no foreign code;
    - a plain name may be given to any known callable that does not format, compare or run through it;
    - literal patterns and group numbers are right, paths hold no null byte, and what is converted is text
      unless its kind is known;
    - nobody outside of a class and the file of a class sets its attributes to another kind or overrides its methods,
      and what a test found of an attribute or an item still holds after a call of something else.

    Left out are misuse (a wrong type where neither None nor JSON can come from), MemoryError, RecursionError,
    KeyboardInterrupt, and numbers too large for a float.
    """
    view = summaries_of(project or alone(names)).view(names)
    block = Block(Expressions(names, at, view=view))
    block.expressions.guards = entries_of(view.file.module).around(at)
    block.read(body)
    found = block.expressions.found
    return Answer(distinct(found.exceptions), tuple(dict.fromkeys(found.unknown)))
