"""What every forge can do: branches, pull requests, notes on lines, comments and issues; it does nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fixbot.model import Base, Comment, Issue, Note, People, PullRequest, PullRequestPlan, Touched

#: What `Forge.obstacle` says where all would be well with another token; who only reads there need not care.
READ_ONLY = "the token may only read it"


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a forge was asked, and how often something was written there."""

    requests: int = 0
    writes: int = 0


class Forge(Protocol):
    """Where branches are pushed to and pull requests are opened.

    What only reads may be called at any time; each of the others is one write, or none where there is nothing to do.
    Every method raises `OperatorError` where the operator must change something (token, address, name), `ForgeError`
    where the forge failed or refused.
    """

    name: str

    @property
    def complaints(self) -> Sequence[str]:
        """What was refused so far and nothing depends on: a reviewer that is gone, a note on a line."""

    def obstacle(self) -> str:
        """Say why nothing can, or should, be opened here, such as in an archived one; empty where something may."""

    def now(self) -> datetime:
        """Return the time on the forge's clock: what it says of when something happened is measured by it."""

    def base(self, branch: str | None) -> Base:
        """Return the state to start from: a branch, or the one that is checked out."""

    def is_default(self, branch: str) -> bool:
        """Say whether a branch is the one that the repository shows first: the dashboard tells of that one alone."""

    def heads(self) -> Mapping[str, str]:
        """Return the commits of fixbot's branches by the branch's name."""

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Store the commit of a plan, on no branch yet, and return its id."""

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Say whether a commit that is already there is the very one that `commit` would store."""

    def verified(self, commit: str) -> str:
        """Say in words how the forge sees a commit's signature; empty where it was not asked to sign."""

    def touched(self, commit: str) -> Sequence[Touched]:
        """Return what a commit with one parent changes; nothing where it has several, or is no commit of fixbot's."""

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Point a branch at a commit, provided it still points at `old` (None: there is no such branch)."""

    def keep(self, branch: str, commit: str) -> None:
        """Make a new branch at a commit that the forge has; nothing to do where that branch is there already."""

    def pulls(self) -> Sequence[PullRequest]:
        """Return every pull request from a branch of fixbot, whatever its state.

        Where a body carries no marker, it is made from the trailers of the commit.
        """

    def reread(self, pull: PullRequest) -> PullRequest:
        """Return a pull request as it is right now: people may have changed it while code was looked at."""

    def open(self, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Open a pull request, unless one from this branch is open already; give it nothing but title and body."""

    def edit(
        self, pull: PullRequest, *, body: str | None = None, title: str | None = None, close: bool = False
    ) -> PullRequest:
        """Change body or title of a pull request, or close it, in one write; what is None stays."""

    def give(self, pull: PullRequest, people: People, given: Sequence[str]) -> Sequence[str]:
        """Give a pull request the labels, reviewers and assignees that are not in `given` yet.

        What the forge refuses (a reviewer that is gone) is left out; it never fails the pull request.

        Returns:
            What it has now been given, in the words of `Marker.given`.
        """

    def is_reviewed(self, pull: PullRequest) -> bool:
        """Say whether a person has said something in a review of the commit that is the head now."""

    def annotate(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        """Bring notes to the lines of a pull request: as one review, and what stands there already is edited."""

    def comments(self, since: datetime) -> Sequence[Comment]:
        """Return the comments on any issue or pull request since then, the oldest first, in few requests."""

    def comments_on(self, number: int) -> Sequence[Comment]:
        """Return the comments on one issue or pull request, the oldest first."""

    def say(self, on: int, body: str, instead: Comment | None = None) -> None:
        """Comment on an issue or pull request, or edit the comment `instead`."""

    def react(self, comment: Comment, how: str) -> None:
        """React to a comment with `+1`, `-1` or `confused`."""

    def may_write(self, login: str) -> bool:
        """Say whether a person may write to the repository."""

    def issue(self, number: int) -> Issue | None:
        """Return an issue or a pull request, None where there is none."""

    def issues_holding(self, words: str, label: str) -> Sequence[Issue]:
        """Return the issues (no pull requests) with these words in their body, open or closed, the oldest first.

        The label only makes the search cheap: one that lost its label is found too where none has it. An empty one
        asks for all.
        """

    def open_issue(self, title: str, body: str, labels: Sequence[str]) -> Issue | None:
        """Open an issue; None where the forge lets none be opened, which `complaints` says then."""

    def edit_issue(self, issue: Issue, body: str, *, close: bool = False) -> Issue:
        """Give an issue a new body, provided that it still has the one that is known.

        Returns:
            The issue as it is now: with the new body, or, where somebody was faster, with theirs and nothing written.
        """

    def tally(self) -> Tally:
        """Return how much was asked and written so far."""
