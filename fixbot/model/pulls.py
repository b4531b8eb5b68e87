"""Pull requests: as they should be, as a forge knows them, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from fixbot.model.rewrites import Change


class State(StrEnum):
    """What a run made of a pull request, in the order in which a maintainer wants to read of them."""

    CONFLICT = "conflict"
    LEFT_ALONE = "left alone"
    WAITING = "waiting"
    REGRESSED = "regressed"
    OPENED = "opened"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    EMPTIED = "emptied"
    DECLINED = "declined"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Base:
    """The state that a run starts from: the branch, its commit and that commit's tree (40 hex digits each)."""

    branch: str
    commit: str
    tree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who and what a new pull request is given: logins, and `org/team` for teams, all without the `@`."""

    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is said on one line of a pull request's diff.

    `line` counts from 1, in the file after the change where `side` is `RIGHT`, before it where it is `LEFT`.
    `finding` is the fingerprint that it is about; `says` is Markdown.
    """

    path: str
    line: int
    side: str
    finding: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestPlan:
    """A pull request as it should be: the one thing that a forge needs to publish it.

    `fingerprint` is a hash of every path with its bytes before and after: equal plans have equal fingerprints,
    wherever the base branch has moved in between. `issue` is the one that it was asked for in (0 for none), and `fixes`
    says that it holds all of that.
    """

    branch: str
    base: str
    title: str
    commit_message: str
    fingerprint: str
    change: Change
    body: str
    people: People = People()
    notes: tuple[Note, ...] = ()
    issue: int = 0
    fixes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What fixbot remembers in the body of a pull request; read back as a hint and never trusted.

    `plan` is the plan's fingerprint, `base` the tree it was made on, `findings` their fingerprints, `pushed` the
    commits that fixbot put on the branch, the newest last. `title` and `text` are digests of the title and of the
    visible body as fixbot wrote them. `given` is what it set besides: `label:x`, `reviewer:x`, `assignee:x`, and
    `done` once all of it was. `closed` says why fixbot itself closed it (`emptied`, `superseded`), `closed_at` when the
    forge says that was. `issue` is the issue it was asked for in, 0 for none, and `fixes` whether its body says that it
    fixes that. `ignores` are codemods, and paths behind `path:`, that people asked to ignore here; `split` and `again`
    that its findings shall come in smaller pull requests, or come again although it was closed. `heard` is the id of
    the newest comment that was answered there, `onto` the branch that it was opened for.
    """

    codemod: str
    branch: str
    plan: str
    base: str
    findings: tuple[str, ...]
    pushed: tuple[str, ...]
    title: str = ""
    text: str = ""
    given: tuple[str, ...] = ()
    closed: str = ""
    closed_at: str = ""
    issue: int = 0
    fixes: bool = False
    ignores: tuple[str, ...] = ()
    split: bool = False
    again: bool = False
    heard: int = 0
    onto: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as a forge knows it.

    `state` is `open`, `closed` or `merged`. `marker` is None where neither the body nor the commit carries one.
    `created` and `closed_at` are None where the forge does not say; `author` is who opened it.
    """

    number: int
    state: str
    title: str
    branch: str
    base: str
    head: str
    url: str
    labels: tuple[str, ...] = ()
    marker: Marker | None = None
    created: datetime | None = None
    closed_at: datetime | None = None
    author: str = ""
    body: str = field(default="", repr=False)

    @property
    def plan(self) -> str:
        """The fingerprint of the plan that it was made from; empty where it has no marker."""
        return self.marker.plan if self.marker else ""

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The fingerprints of its findings."""
        return self.marker.findings if self.marker else ()

    @property
    def pushed(self) -> tuple[str, ...]:
        """The commits that fixbot put on its branch."""
        return self.marker.pushed if self.marker else ()


@dataclass(frozen=True, slots=True)
class Touched:
    """A file that a commit changes, with its content before and after; None where it is not there."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a run made of one pull request, or of one that it would have opened, and why.

    `pull` is None where there is none; `change` where this run has nothing to offer for it, else `added` and
    `removed` count its lines.
    """

    state: State
    branch: str
    reason: str = ""
    pull: PullRequest | None = None
    change: Change | None = None
    added: int = 0
    removed: int = 0
