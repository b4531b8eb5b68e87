"""Codemods that tell what they would change as text in files: those of other tools, and those that edit comments."""

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
    """One place that is complained of, or would change; lines and columns (of characters) count from 1."""

    path: str
    line: int
    end_line: int
    message: str
    column: int = 1
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What would be done at some places: all of its splices or none.

    `marks` are the places, one at least: each becomes a finding. Where `because` says something, it is the reason why
    nothing is done. `safety` is the codemod's own unless it says otherwise.
    """

    marks: tuple[Mark, ...]
    splices: tuple[Splice, ...] = ()
    safety: Safety | None = None
    because: str = ""


class TextCodemod(Recipe):
    """The base of a codemod that no syntax tree serves: whole files go in, and what would change in them comes out.

    Other tools are run by such codemods, and comments are changed by them.
    """

    @abstractmethod
    def patches(self, corpus: Corpus, paths: Sequence[str]) -> Iterable[Patch | Skipped | Broken]:
        """Yield what would change.

        Args:
            corpus: all files of the project.
            paths: the files to look at, which are all that may hold something; whoever needs the others looks
                at them as well.
        """


def of_texts(codemods: Iterable[Recipe]) -> tuple[TextCodemod, ...]:
    """Return those that tell what they change as text."""
    return tuple(codemod for codemod in codemods if isinstance(codemod, TextCodemod))
