"""The examples of a codemod: what it rewrites and what it keeps; documentation and tests at once."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

#: The code of an example: one file, or several by their paths.
Code = str | Mapping[str, str]


def _unindented(example: Fixes | Keeps, *names: str) -> None:
    """Let examples be written as indented blocks that start on the line after the quotes."""
    for name in names:
        written = getattr(example, name)
        several = {path: _plain(text) for path, text in written.items()} if isinstance(written, Mapping) else None
        object.__setattr__(example, name, _plain(written) if several is None else several)


def _plain(block: str) -> str:
    return textwrap.dedent(block).removeprefix("\n")


@dataclass(frozen=True, slots=True)
class Fixes:
    """An example that the codemod rewrites; `because` is its name in plain words.

    A codemod that looks at whole projects may have several files in one, by their paths.
    """

    before: Code
    after: Code
    because: str

    def __post_init__(self) -> None:
        _unindented(self, "before", "after")


@dataclass(frozen=True, slots=True)
class Keeps:
    """An example that the codemod leaves as it is; `because` is the reason in plain words.

    Where it is to be reported nevertheless, `reports` is a part of what the finding for a person says.
    """

    code: Code
    because: str
    reports: str | None = None

    def __post_init__(self) -> None:
        _unindented(self, "code")
