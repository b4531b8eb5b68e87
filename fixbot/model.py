"""The nouns of fixbot, all in one place: frozen records of text and numbers, never live syntax nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    """A line that looks like the smell and is none, and why: for a person who asks."""

    path: str
    line: int
    because: str
    qualname: str = ""


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


@dataclass(frozen=True, slots=True)
class Broken:
    """A codemod raised an error on a file: fixbot's own fault, kept for the report."""

    path: str
    codemod: str
    trace: str


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
    """One finding that is not rewritten, and why."""

    finding: Finding
    because: str


@dataclass(frozen=True, slots=True)
class Change:
    """The rewrites of one codemod and one safety that belong into one commit."""

    codemod: str
    safety: Safety
    rewrites: tuple[Rewrite, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that this change removes, in the order of paths and lines."""
        return tuple(finding for rewrite in self.rewrites for finding in rewrite.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestPlan:
    """A pull request as it should be: the one thing that a forge needs to publish it.

    `fingerprint` is a hash of every path with its bytes before and after: equal plans have equal fingerprints,
    wherever the base branch has moved in between.
    """

    branch: str
    base: str
    title: str
    commit_message: str
    labels: tuple[str, ...]
    fingerprint: str
    change: Change
    body: str


@dataclass(frozen=True, slots=True)
class Base:
    """The state that a run starts from: the branch, its commit and that commit's tree (40 hex digits each)."""

    branch: str
    commit: str
    tree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as a forge knows it.

    `fingerprints` are those of its findings, `plan` is the fingerprint of the plan it was made from and `pushed`
    are the commits that fixbot put on its branch; all three come from the marker and are empty where it has none.
    """

    number: int
    state: str
    title: str
    branch: str
    base: str
    head: str
    url: str
    labels: tuple[str, ...] = ()
    plan: str = ""
    fingerprints: tuple[str, ...] = ()
    pushed: tuple[str, ...] = ()
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new pull request."""

    pull: PullRequest


@dataclass(frozen=True, slots=True)
class Updated:
    """A pull request that was open and now has the newer content."""

    pull: PullRequest


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A pull request that already says what it should; nothing was written."""

    pull: PullRequest


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A plan that is not published, and why."""

    branch: str
    reason: str


Published = Opened | Updated | Unchanged | LeftAlone
