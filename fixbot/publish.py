"""Brings shards to a forge one by one and says what became of each; it decides nothing and knows no forge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fixbot.lifecycle import Keep, Leave, Open, Update, decide
from fixbot.marker import Marker, write_marker
from fixbot.model import Base, LeftAlone, Opened, Published, PullRequest, PullRequestPlan, Unchanged, Updated
from fixbot.plan import Limits, Shard
from fixbot.shell.forge import Forge

_MOST_PUSHED = 50
_LONGEST_BODY = 65_536  # characters, GitHub's limit


class Publisher:
    """Publishes the shards of one run.

    Args:
        forge: where to.
        base: what the commits stand on.
        pulls: the pull requests that the forge knows.
        write: turns a shard into a pull request to be.
        limits: how many may be open.
        occupied: the branches that somebody has checked out, with the place.
    """

    def __init__(
        self,
        forge: Forge,
        base: Base,
        pulls: Sequence[PullRequest],
        write: Callable[[Shard], PullRequestPlan],
        *,
        limits: Limits,
        occupied: Mapping[str, str],
    ) -> None:
        self._forge, self._base, self._pulls, self._write = forge, base, list(pulls), write
        self._limits, self._occupied = limits, occupied
        self._heads = dict(forge.heads())
        self._bodies: list[str] = []

    @property
    def bodies(self) -> tuple[str, ...]:
        """What each shard's pull request says, whether it was published or not."""
        return tuple(self._bodies)

    def publish(self, shard: Shard) -> tuple[Shard, Published]:
        """Bring one shard to the forge, or say why not."""
        plan = self._write(shard)
        self._bodies.append(plan.body)
        head = self._heads.get(shard.branch)
        half_done = head is not None and self._is_half_done(plan, head)
        decision = decide(shard, self._pulls, head, half_done=half_done, limits=self._limits)
        if isinstance(decision, Open | Update) and shard.branch in self._occupied:
            decision = Leave(f"the branch is checked out in {self._occupied[shard.branch]}: leave it there first")
        match decision:
            case Leave(reason):
                return shard, LeftAlone(shard.branch, reason)
            case Keep(pull):
                return shard, Unchanged(pull)
            case Open(old):
                return shard, Opened(self._open(plan, old, kept=head if half_done else None))
            case Update(pull):
                return shard, Updated(self._update(pull, plan, head))

    def _open(self, plan: PullRequestPlan, old: str | None, *, kept: str | None) -> PullRequest:
        new = kept or self._forge.commit(plan, self._base)
        self._forge.move(plan.branch, new, old)
        pull = self._forge.open(plan, self._marked(plan, new, ()), new)
        self._pulls.append(pull)
        return pull

    def _update(self, pull: PullRequest, plan: PullRequestPlan, head: str | None) -> PullRequest:
        """Announce the new commit before the branch moves, so that what is cut off in between can be told."""
        new = self._forge.commit(plan, self._base)
        updated = self._forge.update(pull, plan, self._marked(plan, new, pull.pushed), new)
        self._forge.move(plan.branch, new, head)
        return updated

    def _is_half_done(self, plan: PullRequestPlan, head: str) -> bool:
        """Say whether a branch without an open pull request is what a run left behind that was cut off."""
        mine = [pull for pull in self._pulls if pull.branch == plan.branch]
        if any(pull.state == "open" or head in pull.pushed for pull in mine):
            return False
        return self._forge.holds(head, plan, self._base)

    def _marked(self, plan: PullRequestPlan, new: str, pushed: Sequence[str]) -> str:
        marker = Marker(
            codemod=plan.change.codemod,
            branch=plan.branch,
            plan=plan.fingerprint,
            base=self._base.tree,
            findings=tuple(finding.fingerprint for finding in plan.change.findings),
            pushed=(*(commit for commit in pushed if commit != new), new)[-_MOST_PUSHED:],
        )
        hidden = f"\n{write_marker(marker)}\n"
        return plan.body[: _LONGEST_BODY - len(hidden)] + hidden
