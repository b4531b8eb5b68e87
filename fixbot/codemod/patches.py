"""What the codemods of other tools are to fixbot: they tell what they would change, as text in files."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fixbot.codemod.contract import Recipe
from fixbot.model import Broken, Evidence, Safety, Skipped

if TYPE_CHECKING:
    from fixbot.analysis.corpus import Corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Splice:
    """Text of a file that goes, and what comes in its place.

    `start` and `end` count the characters of the file's decoded text, without its byte order mark, from 0.
    """

    path: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One place that a tool complains of, or that it would change; lines and columns (of characters) count from 1."""

    path: str
    line: int
    end_line: int
    message: str
    column: int = 1
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What a tool would do at some places: all of its splices or none.

    `marks` are the places, one at least: each becomes a finding. Where `because` says something, it is the reason why
    nothing is done. `safety` is the codemod's own unless it says otherwise.
    """

    marks: tuple[Mark, ...]
    splices: tuple[Splice, ...] = ()
    safety: Safety | None = None
    because: str = ""


class ForeignCodemod(Recipe):
    """The base of a codemod that another tool runs: whole files go in, and what would change in them comes out."""

    @abstractmethod
    def patches(self, corpus: Corpus, paths: Sequence[str]) -> Iterable[Patch | Skipped | Broken]:
        """Yield what the tool would change.

        Args:
            corpus: all files of the project.
            paths: the files to look at, which are all that may hold something; a tool that needs the others looks at
                them as well.
        """


def of_others(codemods: Iterable[Recipe]) -> tuple[ForeignCodemod, ...]:
    """Return those that other tools run."""
    return tuple(codemod for codemod in codemods if isinstance(codemod, ForeignCodemod))
