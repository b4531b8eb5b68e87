"""The nouns of the tracker: what landed, and how far each item has come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fixbot.model import Finding, Held, Judgement, PullRequest, Severity


class Progress(StrEnum):
    """How far an item has come, in the order in which the tracker shows it."""

    COMPLETE = "complete"
    IN_PROGRESS = "in progress"
    DECLINED = "declined"
    NOT_STARTED = "not started"
    NOTHING = "nothing to do"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a commit: lines that come and go, and what was chosen for it, such as the types of handlers."""

    path: str
    added: int
    removed: int
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A count before and after a commit, such as what ruff finds in its files."""

    what: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A commit of fixbot on the branch that the tracker is about.

    Attributes:
        id: 40 or 64 hex digits.
        date: the day it was committed, `2025-10-11`, in the time zone of whoever did.
        subject: the first line of its message.
        codemod: the slug of the codemod that made it.
        findings: the fingerprints of what it rewrote.
        files: what it changes.
        breaking: what its message says of callers that break.
        undone: the commit that took it back; empty where none did.
        is_merged: whether it is not on the branch itself, and the forge says that its pull request was merged.
        pull: the number of its pull request, 0 where nobody knows; `url` is where that is shown.
        figures: counts before and after it.
    """

    id: str
    date: str
    subject: str
    codemod: str
    findings: tuple[str, ...]
    files: tuple[FileChange, ...] = ()
    breaking: tuple[str, ...] = ()
    undone: str = ""
    is_merged: bool = False
    pull: int = 0
    url: str = ""
    figures: tuple[Figure, ...] = ()

    @property
    def added(self) -> int:
        """How many lines come."""
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        """How many lines go."""
        return sum(file.removed for file in self.files)


@dataclass(frozen=True, slots=True)
class Event:
    """A commit on the timeline: its id, its day, its subject and what it means for the items."""

    id: str
    date: str
    subject: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of the tracker.

    Attributes:
        document: the name of the report that it is from; empty where no report speaks of it.
        held: the item, and what the code says of it.
        progress: how far it has come.
        because: why it stands there, one sentence.
        regressed: whether what was done about it came undone.
        landed: the commits that did something about it and still hold, the oldest first.
        undone: those that were taken back.
        pulls: the open pull requests with some of its findings.
    """

    document: str
    held: Held
    progress: Progress
    because: str
    regressed: bool = False
    landed: tuple[Landed, ...] = ()
    undone: tuple[Landed, ...] = ()
    pulls: tuple[PullRequest, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """How bad it is: as the report says, else as its codemod does."""
        return self.held.item.severity

    @property
    def left(self) -> tuple[Finding, ...]:
        """What is still there of it."""
        return self.held.findings

    @property
    def is_judged(self) -> bool:
        """Whether the code says something of it."""
        return self.held.judgement is not Judgement.UNJUDGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """All that the tracker tells.

    Attributes:
        branch: the branch that it is about, and `commit` its tip.
        date: the day of that commit.
        documents: the reports that it draws on.
        entries: every item.
        unclaimed: findings that no report speaks of.
        events: the timeline, the oldest first.
        open: the open pull requests.
        codemods: the codemods that were looked for.
    """

    branch: str
    commit: str
    date: str
    documents: tuple[str, ...]
    entries: tuple[Entry, ...]
    unclaimed: tuple[Finding, ...] = ()
    events: tuple[Event, ...] = ()
    open: tuple[PullRequest, ...] = ()
    codemods: tuple[str, ...] = ()
