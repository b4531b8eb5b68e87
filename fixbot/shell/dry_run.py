"""A forge that answers like the real one behind it, and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from fixbot.marker import read_marker
from fixbot.model import Base, Comment, Issue, Note, People, PullRequest, PullRequestPlan, Touched
from fixbot.shell.forge import Forge, Tally


class DryRun:
    """Answers questions like the forge behind it, and writes nothing."""

    def __init__(self, real: Forge) -> None:
        self._real = real
        self.name = f"{real.name} (dry run)"

    @property
    def complaints(self) -> Sequence[str]:
        """What the real forge complained of."""
        return self._real.complaints

    def obstacle(self) -> str:
        """Say what the real forge says."""
        return self._real.obstacle()

    def now(self) -> datetime:
        """Ask the forge."""
        return self._real.now()

    def base(self, branch: str | None) -> Base:
        """Return what the real forge says."""
        return self._real.base(branch)

    def is_default(self, branch: str) -> bool:
        """Say what the real forge says."""
        return self._real.is_default(branch)

    def heads(self) -> Mapping[str, str]:
        """Return what the real forge says."""
        return self._real.heads()

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Return no commit: 40 zeros."""
        del plan, base
        return "0" * 40

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Say what the real forge says."""
        return self._real.holds(commit, plan, base)

    def verified(self, commit: str) -> str:
        """Say nothing: there is no commit."""
        del commit
        return ""

    def touched(self, commit: str) -> Sequence[Touched]:
        """Return what the real forge says."""
        return self._real.touched(commit)

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Move nothing."""

    def keep(self, branch: str, commit: str) -> None:
        """Keep nothing: nothing is overwritten."""

    def pulls(self) -> Sequence[PullRequest]:
        """Return what the real forge says."""
        return self._real.pulls()

    def reread(self, pull: PullRequest) -> PullRequest:
        """Return what the real forge says; what this run would have opened or changed is not there."""
        return self._real.reread(pull) if pull.number else pull

    def open(self, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Return the pull request as it would be, with number 0."""
        return PullRequest(
            number=0,
            state="open",
            title=plan.title,
            branch=plan.branch,
            base=plan.base,
            head=head,
            url="(dry run)",
            marker=read_marker(body),
            body=body,
        )

    def edit(
        self, pull: PullRequest, *, body: str | None = None, title: str | None = None, close: bool = False
    ) -> PullRequest:
        """Return the pull request as it would be."""
        return replace(
            pull,
            state="closed" if close else pull.state,
            title=pull.title if title is None else title,
            body=pull.body if body is None else body,
            marker=pull.marker if body is None else read_marker(body),
        )

    def give(self, pull: PullRequest, people: People, given: Sequence[str]) -> Sequence[str]:
        """Give nothing."""
        del pull, people
        return given

    def is_reviewed(self, pull: PullRequest) -> bool:
        """Say what the real forge says."""
        return self._real.is_reviewed(pull)

    def annotate(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        """Note nothing."""

    def comments(self, since: datetime) -> Sequence[Comment]:
        """Return what the real forge says."""
        return self._real.comments(since)

    def comments_on(self, number: int) -> Sequence[Comment]:
        """Return what the real forge says."""
        return self._real.comments_on(number)

    def say(self, on: int, body: str, instead: Comment | None = None) -> None:
        """Say nothing."""

    def react(self, comment: Comment, how: str) -> None:
        """Do nothing."""

    def may_write(self, login: str) -> bool:
        """Say what the real forge says."""
        return self._real.may_write(login)

    def issue(self, number: int) -> Issue | None:
        """Return what the real forge says."""
        return self._real.issue(number)

    def issues_holding(self, words: str, label: str) -> Sequence[Issue]:
        """Return what the real forge says."""
        return self._real.issues_holding(words, label)

    def open_issue(self, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Return the issue as it would be, with number 0."""
        return Issue(number=0, state="open", title=title, author="", url="(dry run)", labels=tuple(labels), body=body)

    def edit_issue(self, issue: Issue, body: str, *, close: bool = False) -> Issue:
        """Return the issue as it would be."""
        return replace(issue, body=body, state="closed" if close else issue.state)

    def tally(self) -> Tally:
        """Return what was asked; nothing was written."""
        return Tally(self._real.tally().requests, 0)
