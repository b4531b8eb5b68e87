"""Places in the code that want an issue of their own, and the issues that were filed for such."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


def words_of(says: str) -> str:
    """Return what stands for the words of a place: 16 hex digits."""
    return hashlib.sha256(says.encode(errors="surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A place that wants an issue, before it can be rewritten with its number.

    Attributes:
        codemod: the slug of the codemod that needs the number.
        path: the file.
        line: the first line, from 1.
        end_line: the last line.
        says: what is to be done, in the words of the place.
        lines: the place itself.
        ordinal: how many issues there are, or are wanted before, for the same words in the same file.
        qualname: the dotted name of the definitions around it, `<module>` where there is none; empty where nobody has
            looked.
    """

    codemod: str
    path: str
    line: int
    end_line: int
    says: str
    lines: tuple[str, ...]
    ordinal: int = 0
    qualname: str = ""

    @property
    def words(self) -> str:
        """What stands for its words."""
        return words_of(self.says)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """An issue that was filed for a place: for which words, in which file.

    Its `number` is 0 in a dry run that would have filed it.
    """

    words: str
    path: str
    number: int
    is_open: bool = True
