"""The records: versions of files, commits with what they change, and what was found at each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fixbot.model import Broken, Severity


@dataclass(frozen=True, slots=True)
class Version:
    """One file as a commit has it: its path, its mode (`100644`, `120000`, …) and the id of its content."""

    path: str
    mode: str
    blob: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit beside its first parent: what it adds or changes, and the paths that it takes away.

    The oldest one of a history stands beside nothing: all its files are there. `time` is when it was committed, in
    seconds since 1970 in UTC, and `zone` the committer's zone as git has it (`+0130`). The subject is foreign text.
    """

    id: str
    time: int
    zone: str
    subject: str
    changed: tuple[Version, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """What was found at one commit, which is told as in `Commit`.

    `severities` has every severity, the gravest first, and `codemods` every codemod that is counted, each with the
    number of its findings. `files` counts the Python files and `skipped` those of them that were not looked at.
    """

    commit: str
    time: int
    zone: str
    subject: str
    files: int
    skipped: int
    severities: Mapping[Severity, int] = field(hash=False)
    codemods: Mapping[str, int] = field(hash=False)

    @property
    def findings(self) -> int:
        """How many findings there were in all."""
        return sum(self.severities.values())


@dataclass(frozen=True, slots=True)
class History:
    """The findings at some commits, the oldest first.

    `counted` are the codemods whose findings are counted; those in `not_counted` look at whole projects, which is too
    slow to do for each commit. `is_cut` says that the clone is shallow and history goes on before the first commit.
    `broken` are the codemods that raised an error, once for each path.
    """

    points: tuple[Point, ...]
    counted: tuple[str, ...]
    not_counted: tuple[str, ...]
    is_cut: bool
    broken: tuple[Broken, ...] = ()
