"""What is found: places that have the smell, and what was seen on the way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a smell is, in the words of a tracker."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Safety(StrEnum):
    """How much of a reviewer a rewrite needs; declared from the tamest to the most daring."""

    SAFE = "safe"
    REVIEW = "review"
    MANUAL = "manual"

    def within(self, limit: Safety) -> bool:
        """Say whether this is at most as daring as `limit`; what is manual is never within anything."""
        order = list(Safety)
        return self is not Safety.MANUAL and order.index(self) <= order.index(limit)

    def tamer_than(self, other: Safety) -> bool:
        """Say whether this needs less of a reviewer than another one."""
        order = list(Safety)
        return order.index(self) < order.index(other)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read: its path relative to the root (always with `/`) and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a finding or for its rewrite: a line (from 1) and a sentence in Markdown code style."""

    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Breaking:
    """What a rewrite asks of code outside of the project.

    `who` is one sentence: who must change what. `before` and `after` are a call in few lines. `callers` are the calls
    that are changed along, each as `path:line`.
    """

    who: str
    before: str
    after: str
    callers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place that has the smell.

    `line` and `end_line` count from 1, `column` counts characters from 1. `safety` is `manual` where fixbot
    reports but never rewrites; `message` then says why. `fingerprint` stays the same when the code moves. `breaking`
    is there where its rewrite breaks callers.
    """

    codemod: str
    path: str
    line: int
    column: int
    end_line: int
    qualname: str
    severity: Severity
    safety: Safety
    message: str
    fingerprint: str
    evidence: tuple[Evidence, ...] = ()
    breaking: Breaking | None = None

    @property
    def fixable(self) -> bool:
        """Whether a rewrite is offered at all."""
        return self.safety is not Safety.MANUAL


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not looked at: a reason from a short list of words, and what exactly is the matter."""

    path: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A line that looks like the smell of a codemod and is none, and why: for a person who asks.

    `codemod` is filled in by whoever asked the codemod.
    """

    path: str
    line: int
    because: str
    qualname: str = ""
    codemod: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was seen in one file; `parsed` is false where its bytes already ruled every codemod out."""

    path: str
    findings: tuple[Finding, ...] = ()
    skipped: Skipped | None = None
    parsed: bool = False
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class ScanReport:
    """All that a scan saw, in the order of paths."""

    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    files: int
    parsed: int
    seconds: float
    broken: tuple[Broken, ...] = ()
    dismissed: tuple[Dismissed, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A codemod raised an error on a file: fixbot's own fault, kept for the report."""

    path: str
    codemod: str
    trace: str
