"""What is rewritten: files before and after, and what the checks say."""

from __future__ import annotations

from dataclasses import dataclass

from fixbot.model.findings import Broken, Finding, Safety


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One file before and after one codemod, with the findings that are gone from it and those it declined.

    Besides the findings' own lines those in `spans` may change: the first and the last of some, counted from 1 in
    the file before. `drops` are words that may be gone afterwards, each as often as it stands there. Rewrites of one
    `group` stand or fall together; an empty one is none. `inserted` are whole statements that were put in between
    those of the module, each once.
    """

    path: str
    before: bytes
    after: bytes
    findings: tuple[Finding, ...]
    declined: tuple[Refusal, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    drops: tuple[str, ...] = ()
    group: str = ""
    inserted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Untouched:
    """A file that a codemod leaves as it is, with the reason."""

    path: str
    reason: str
    findings: tuple[Finding, ...] = ()


Outcome = Rewrite | Untouched | Broken


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One complaint of a linter: its code, its message, and the line (from 1) it stands on."""

    code: str
    message: str
    line: int


@dataclass(frozen=True, slots=True)
class Passed:
    """A rewrite that climbed the whole ladder; `reformatted` says that the formatter had the last word."""

    rewrite: Rewrite
    reformatted: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A rewrite that failed a check; its file stays as it was."""

    rewrite: Rewrite
    because: str


Verdict = Passed | Refused


@dataclass(frozen=True, slots=True)
class Refusal:
    """One finding that is not rewritten, and why; `says` is what a program said last, other words each time."""

    finding: Finding
    because: str
    says: str = ""

    @property
    def told(self) -> str:
        """Why, and what a program said, for who reads of this run alone."""
        return f"{self.because}; it says last: {self.says}" if self.says else self.because


@dataclass(frozen=True, slots=True)
class Change:
    """The rewrites of one codemod and one safety that belong into one commit.

    `lane` is the branch of the open pull request that its findings belong to already; empty where there is none.
    """

    codemod: str
    safety: Safety
    rewrites: tuple[Rewrite, ...]
    lane: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that this change removes, in the order of paths and lines."""
        return tuple(finding for rewrite in self.rewrites for finding in rewrite.findings)
