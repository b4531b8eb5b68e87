"""Places in the code that want an issue of their own, and the issues that were filed for such."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A place that wants an issue, before it can be rewritten with its number.

    Attributes:
        codemod: the slug of the codemod that needs the number.
        key: what the issue is known by: 16 hex digits, the same as long as the place says the same.
        path: the file.
        line: the first line, from 1.
        end_line: the last line.
        says: what is to be done, in the words of the place.
        lines: the place itself.
        qualname: the dotted name of the definitions around it, `<module>` where there is none; empty where nobody has
            looked.
    """

    codemod: str
    key: str
    path: str
    line: int
    end_line: int
    says: str
    lines: tuple[str, ...]
    qualname: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """An issue that was filed for a place; its `number` is 0 in a dry run that would have filed it.

    Where `because` says something, none was filed, for that reason.
    """

    key: str
    number: int = 0
    is_open: bool = True
    because: str = ""
