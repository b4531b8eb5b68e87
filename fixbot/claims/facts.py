"""What is known of the code when claims are held against it; it looks nothing up itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property

from fixbot.chatops.tracked import Tracked
from fixbot.engine.pragmas import Pragmas
from fixbot.model import Dismissed, Finding, ScanReport, Skipped

#: A comment silences a codemod for the statement on its line; reports name a line of its body as often.
_AROUND = 3


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


def unheard(_path: str) -> str | None:
    """Know of no path what became of it."""
    return None


def nothing(_path: str) -> bool:
    """Know of no path that is left out."""
    return False


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
        root: where the project is on this machine, with `/`; empty where nobody knows.
        excluded: says which files the configuration leaves out.
        text: gives the text of a file; empty where it cannot be read.
        renamed: gives where a file or folder is today that is no longer there: empty where it was removed, None where
            nobody has heard of it.
        commit: gives a commit by the first digits of its id, None where there is none.
        has_git: whether `renamed` and `commit` know anything at all.
    """

    report: ScanReport
    codemods: frozenset[str]
    paths: Collection[str]
    root: str = ""
    excluded: Callable[[str], bool] = nothing
    text: Callable[[str], str] = nowhere
    renamed: Callable[[str], str | None] = unheard
    commit: Callable[[str], Commit | None] = unknown
    has_git: bool = False
    _pragmas: dict[str, Pragmas] = field(default_factory=dict)

    @cached_property
    def tracked(self) -> Tracked:
        """The files, to be asked by paths and ends of paths."""
        return Tracked(self.paths)

    @cached_property
    def skipped(self) -> dict[str, Skipped]:
        """The files that were not looked at, by path."""
        return {skip.path: skip for skip in self.report.skipped}

    @cached_property
    def by_path(self) -> dict[str, list[Finding]]:
        """All findings by the path of their file."""
        found: dict[str, list[Finding]] = {}
        for finding in self.report.findings:
            found.setdefault(finding.path, []).append(finding)
        return found

    @cached_property
    def by_codemod(self) -> dict[str, list[Finding | Dismissed]]:
        """All findings, and what only looks like one, by the codemod that tells of them."""
        told: dict[str, list[Finding | Dismissed]] = {}
        for finding in self.report.findings:
            told.setdefault(finding.codemod, []).append(finding)
        for dismissed in self.report.dismissed:
            told.setdefault(dismissed.codemod, []).append(dismissed)
        return told

    def unseen(self, path: str) -> str:
        """Say why a file was not looked at; empty where it was."""
        if self.excluded(path):
            return "the configuration excludes it"
        skip = self.skipped.get(path)
        return "" if skip is None else f"it was not looked at, {skip.reason}"

    def silenced(self, path: str, line: int, codemods: Collection[str]) -> bool:
        """Say whether a comment keeps all of some codemods away from a line or from one around it."""
        if path not in self._pragmas:
            self._pragmas[path] = Pragmas(self.text(path))
        near = range(max(1, line - _AROUND), line + _AROUND + 1)
        return any(all(self._pragmas[path].silence(slug, at) for slug in codemods) for at in near)
