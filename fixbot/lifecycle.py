"""Decides what becomes of a shard that a forge may already know; it only compares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fixbot.model import PullRequest
from fixbot.plan import Limits, Shard


@dataclass(frozen=True, slots=True)
class Open:
    """Publish a new pull request; `old` is the commit that its branch has now, None where there is no branch."""

    old: str | None


@dataclass(frozen=True, slots=True)
class Update:
    """Bring an open pull request to the new content."""

    pull: PullRequest


@dataclass(frozen=True, slots=True)
class Keep:
    """Write nothing: the open pull request is as it should be."""

    pull: PullRequest


@dataclass(frozen=True, slots=True)
class Leave:
    """Write nothing, because of `reason`."""

    reason: str


Decision = Open | Update | Keep | Leave


def declined(pulls: Iterable[PullRequest]) -> dict[str, PullRequest]:
    """Return the findings that somebody said no to, by closing their pull request without merging it."""
    return {finding: pull for pull in pulls if pull.state == "closed" for finding in pull.fingerprints}


def decide(
    shard: Shard, pulls: Sequence[PullRequest], head: str | None, *, half_done: bool, limits: Limits
) -> Decision:
    """Decide what to do with one shard.

    Args:
        shard: what should be published.
        pulls: every pull request of fixbot that the forge knows.
        head: the commit that the shard's branch has now; None where there is no such branch.
        half_done: whether that commit is the very one that fixbot would push.
        limits: how many pull requests may be open.
    """
    mine = [pull for pull in pulls if pull.branch == shard.branch]
    active = next((pull for pull in mine if pull.state == "open"), None)
    if active is not None:
        return _decide_open(shard, active, head)
    taken = _taken(shard, pulls)
    if taken is not None:
        return Leave(f"waiting: pull request {taken.number} is open with some of the same findings")
    ours = {commit for pull in mine for commit in pull.pushed}
    if head is not None and head not in ours and not half_done:
        return Leave(f"the branch {shard.branch} holds a commit that fixbot did not push")
    others = sum(pull.state == "open" for pull in pulls)
    if others >= limits.open:
        return Leave(f"waiting: {others} open already, and the limit is {limits.open}")
    return Open(head)


def _taken(shard: Shard, pulls: Sequence[PullRequest]) -> PullRequest | None:
    """Return an open pull request that offers a finding of the shard already, as when the shards have changed."""
    mine = {finding.fingerprint for finding in shard.change.findings}
    return next((pull for pull in pulls if pull.state == "open" and mine & set(pull.fingerprints)), None)


def _decide_open(shard: Shard, pull: PullRequest, head: str | None) -> Decision:
    if not pull.plan:
        return Leave(f"pull request {pull.number} carries no marker of fixbot any more")
    if head not in pull.pushed:
        return Leave(f"somebody has pushed to the branch of pull request {pull.number}")
    # The marker is written before the branch moves: a branch that is not at its last commit was not moved any more.
    as_it_should_be = pull.plan == shard.fingerprint and head == pull.pushed[-1]
    return Keep(pull) if as_it_should_be else Update(pull)
