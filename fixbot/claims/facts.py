"""What is known of the code when claims are held against it; it looks nothing up itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from fixbot.chatops.tracked import Tracked
from fixbot.model import ScanReport, Skipped


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that a document names: its whole id, the paths it changes, and its lines that come and go."""

    id: str
    paths: frozenset[str]
    added: int
    removed: int


def nowhere(_path: str) -> str:
    """Know nothing of any path."""
    return ""


def unknown(_commit: str) -> Commit | None:
    """Know of no commit."""
    return None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The code, and what git knows of it.

    Attributes:
        report: what a scan of the whole project found.
        codemods: the codemods that were asked.
        paths: every file of the project, Python or not.
        text: gives the text of a file; empty where it cannot be read.
        renamed: gives where a path is today that is no longer there; empty where nobody knows.
        commit: gives a commit by the first digits of its id, None where there is none.
        has_git: whether `renamed` and `commit` know anything at all.
    """

    report: ScanReport
    codemods: frozenset[str]
    paths: Collection[str]
    text: Callable[[str], str] = nowhere
    renamed: Callable[[str], str] = nowhere
    commit: Callable[[str], Commit | None] = unknown
    has_git: bool = False

    @cached_property
    def tracked(self) -> Tracked:
        """The files, to be asked by paths and ends of paths."""
        return Tracked(self.paths)

    @cached_property
    def skipped(self) -> dict[str, Skipped]:
        """The files that were not looked at, by path."""
        return {skip.path: skip for skip in self.report.skipped}
