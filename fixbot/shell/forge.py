"""What every forge can do; a dry run is one more forge, which does nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from fixbot.model import Base, PullRequest, PullRequestPlan


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a forge was asked, and how often something was written there."""

    requests: int = 0
    writes: int = 0


class Forge(Protocol):
    """Where branches are pushed to and pull requests are opened."""

    name: str

    def base(self, branch: str | None) -> Base:
        """Return the state to start from: a branch, or the one that is checked out."""

    def pulls(self) -> Sequence[PullRequest]:
        """Return every pull request from a branch of fixbot, whatever its state."""

    def heads(self) -> Mapping[str, str]:
        """Return the commits of fixbot's branches by the branch's name."""

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Store the commit of a plan, on no branch yet, and return its id."""

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Say whether a commit that is already there is the very one that `commit` would store."""

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Point a branch at a commit, provided it still points at `old` (None: there is no such branch)."""

    def open(self, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Open a pull request, unless one from this branch is open already."""

    def update(self, pull: PullRequest, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Give an open pull request a new body, after its branch has moved to `head`."""

    def tally(self) -> Tally:
        """Return how much was asked and written so far."""


class DryRun:
    """Answers questions like the forge behind it, and writes nothing."""

    def __init__(self, real: Forge) -> None:
        self._real = real
        self.name = f"{real.name} (dry run)"

    def base(self, branch: str | None) -> Base:
        """Return what the real forge says."""
        return self._real.base(branch)

    def pulls(self) -> Sequence[PullRequest]:
        """Return what the real forge says."""
        return self._real.pulls()

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

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Move nothing."""

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
            labels=plan.labels,
            plan=plan.fingerprint,
            fingerprints=tuple(finding.fingerprint for finding in plan.change.findings),
            body=body,
        )

    def update(self, pull: PullRequest, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Return the pull request as it is."""
        del plan, body, head
        return pull

    def tally(self) -> Tally:
        """Return what was asked; nothing was written."""
        return Tally(self._real.tally().requests, 0)
