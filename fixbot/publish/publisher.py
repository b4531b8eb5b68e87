"""Opens, updates, keeps and closes pull requests one by one: asks what a decision needs, and carries it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from fixbot.errors import BlockedError
from fixbot.lifecycle.deciding import (
    Close,
    Keep,
    Leave,
    Open,
    Questions,
    Update,
    Wishes,
    decide_gone,
    decide_open,
    is_free,
)
from fixbot.lifecycle.memory import Memory, is_held
from fixbot.lifecycle.room import Room
from fixbot.model import Base, PullRequest, PullRequestPlan, Standing, State
from fixbot.plan import Shard
from fixbot.publish.agreeing import agreement
from fixbot.publish.bodies import DONE, fresh_body, given_at_first, marker_of, mended, remarked, renewed
from fixbot.publish.closing import closed, rivalled
from fixbot.publish.completing import claiming, completed
from fixbot.shell.forge import Forge
from fixbot.shell.git import Git

KEPT = "fixbot-kept/"
#: What people ask for that opens a new pull request whatever the limits are.
AHEAD = frozenset({"open", "recreate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What all pull requests of a run have in common.

    Attributes:
        base: what the commits stand on.
        memory: what the forge's pull requests tell.
        room: what is left of the limits.
        wishes: what people asked for a shard.
        occupied: returns the branches that somebody has checked out, with the place.
    """

    base: Base
    memory: Memory
    room: Room
    wishes: Callable[[Shard], Wishes]
    occupied: Callable[[], Mapping[str, str]]


class Publisher:
    """Publishes the shards of one run.

    Args:
        forge: where to.
        git: the repository on this machine.
        around: what all pull requests have in common.
        write: turns a shard into a pull request to be.
    """

    def __init__(
        self, forge: Forge, git: Git, around: Circumstances, write: Callable[[Shard], PullRequestPlan]
    ) -> None:
        self._forge, self._git, self._around, self._write = forge, git, around, write
        self._heads = dict(forge.heads())
        self._closed_ones: set[int] = set()
        self._bodies: list[str] = []
        self._blocked: set[str] = set()

    @property
    def bodies(self) -> tuple[str, ...]:
        """What each shard's pull request says, whether it was published or not."""
        return tuple(self._bodies)

    @property
    def blocked(self) -> frozenset[str]:
        """The branches that could not be moved; what people asked for them is still to be done."""
        return frozenset(self._blocked)

    def publish(self, shard: Shard) -> Standing:
        """Bring one shard to the forge, or say why not."""
        pull = self._around.memory.open_on(shard.branch)
        pull = None if pull is not None and pull.number in self._closed_ones else pull
        shard = self._on_free_branch(shard) if pull is None else shard
        plan = self._write(shard)
        self._bodies.append(plan.body)
        decision = self._about_new(shard) if pull is None else self._about_open(shard, plan, pull)
        occupied = self._around.occupied() if isinstance(decision, Open | Update) else {}
        if place := occupied.get(shard.branch):
            decision = Leave(State.LEFT_ALONE, f"the branch is checked out in {place}: leave it there first")
        try:
            standing = self._carried_out(decision, plan, pull)
        except BlockedError as exc:
            self._blocked.add(plan.branch)
            standing = Standing(state=State.LEFT_ALONE, branch=plan.branch, reason=str(exc), pull=pull)
        return replace(standing, change=shard.change, added=shard.added, removed=shard.removed)

    def _carried_out(
        self, decision: Open | Update | Keep | Leave, plan: PullRequestPlan, pull: PullRequest | None
    ) -> Standing:
        match decision:
            case Leave(state, reason):
                return Standing(state=state, branch=plan.branch, reason=reason, pull=pull)
            case Open(old):
                return self._open(plan, old)
            case Update() if pull is not None:
                return self._update(decision, pull, plan)
            case Keep() if pull is not None:
                return self._keep(decision, pull, plan)
        message = f"{decision} needs an open pull request"
        raise AssertionError(message)

    def _on_free_branch(self, shard: Shard) -> Shard:
        """Give a new pull request another branch where people have put something on the one that it would have."""
        head, pulls = self._heads.get(shard.branch), self._around.memory.pulls
        if head is None or self._others(shard.branch):
            return shard
        ours = {commit for pull in pulls if pull.branch == shard.branch for commit in pull.pushed}
        if is_free(
            head, ours=ours, is_half_done=lambda: self._forge.holds(head, self._write(shard), self._around.base)
        ):
            return shard
        return self._on_free_branch(replace(shard, branch=f"{shard.branch}-{head[:7]}"))

    def _others(self, branch: str) -> list[PullRequest]:
        """Return the open pull requests from a branch, whatever their base."""
        here = (pull for pull in self._around.memory.pulls if pull.branch == branch)
        return [pull for pull in here if pull.state == "open" and pull.number not in self._closed_ones]

    def _about_new(self, shard: Shard) -> Open | Leave:
        for elsewhere in self._others(shard.branch):
            reason = f"pull request {elsewhere.number} is open from its branch, for {elsewhere.base}"
            return Leave(State.LEFT_ALONE, reason)
        asked = self._around.wishes(shard).asked
        why_not = self._around.room.why_not() if AHEAD.isdisjoint(asked) else ""
        return Leave(State.WAITING, why_not) if why_not else Open(self._heads.get(shard.branch))

    def _about_open(self, shard: Shard, plan: PullRequestPlan, pull: PullRequest) -> Update | Keep | Leave:
        head, base = self._heads.get(shard.branch), self._around.base
        ask = Questions(
            is_ours=lambda: (
                head is not None and bool(self._forge.touched(head)) and self._forge.holds(head, plan, base)
            ),
            agrees=lambda: agreement(
                self._forge.touched(head) if head else (), shard.change, lambda path: self._git.file(base.commit, path)
            ),
            is_reviewed=lambda: self._forge.is_reviewed(pull),
        )
        return decide_open(shard, pull, head, base, self._around.wishes(shard), ask)

    def _open(self, plan: PullRequestPlan, old: str | None) -> Standing:
        base, memory = self._around.base, self._around.memory
        if old is not None and not self._forge.touched(old):
            return self._not_fixbots(plan, None)
        is_kept = old is not None and self._is_half_done(old, plan)
        new = old if is_kept and old is not None else self._forge.commit(plan, base)
        if not is_kept:
            self._forge.move(plan.branch, new, old)
        marker = replace(marker_of(plan, base, [new]), given=given_at_first(plan))
        pull = self._forge.open(plan, fresh_body(plan, marker), new)
        self._around.room.opened()
        if (rival := rivalled(self._forge, pull)) is not None:
            pull = self._closed(pull, rival)
            return Standing(state=rival.state, branch=plan.branch, reason=rival.reason, pull=pull)
        seen = {memory.merged[f].number for f in marker.findings if f in memory.merged}
        state, reason = State.OPENED, self._signed(new)
        if seen:
            numbers = ", ".join(f"#{number}" for number in sorted(seen))
            back = f"it was in {numbers}, merged since, and is there"
            state, reason = State.REGRESSED, "; ".join(filter(None, [back, reason]))
        return Standing(state=state, branch=plan.branch, reason=reason, pull=completed(self._forge, pull, plan))

    def _signed(self, commit: str) -> str:
        said = self._forge.verified(commit)
        return f"its commit is {said}" if said else ""

    def _is_half_done(self, head: str, plan: PullRequestPlan) -> bool:
        """Say whether a branch without an open pull request is what a run left behind that was cut off."""
        ours = [pull for pull in self._around.memory.pulls if pull.branch == plan.branch and head in pull.pushed]
        return not ours and self._forge.holds(head, plan, self._around.base)

    def _update(self, decision: Update, pull: PullRequest, plan: PullRequestPlan) -> Standing:
        """Announce the new commit before the branch moves, so that what is cut off in between can be told."""
        head = self._heads.get(plan.branch)
        if decision.saved is None and (head is None or not self._forge.touched(head)):
            return self._not_fixbots(plan, pull)
        fresh = self._forge.reread(pull)
        if _has_changed(pull, fresh):
            return _changed_meanwhile(fresh)
        pull = fresh
        if decision.saved is not None:
            self._forge.keep(f"{KEPT}{pull.number}-{decision.saved[:12]}", decision.saved)
        new = self._forge.commit(plan, self._around.base)
        body, title, _ = renewed(pull, plan, self._around.base, new)
        announced = self._forge.edit(pull, body=body, title=title)
        self._forge.move(plan.branch, new, head)
        done = replace(completed(self._forge, replace(announced, head=new), plan), head=new)
        reason = "; ".join(filter(None, [decision.reason, self._signed(new)]))
        return Standing(state=decision.state, branch=plan.branch, reason=reason, pull=done)

    def _not_fixbots(self, plan: PullRequestPlan, pull: PullRequest | None) -> Standing:
        """Refuse to move a branch from a commit that only a marker calls fixbot's: bodies can be edited."""
        reason = f"the branch {plan.branch} is at a commit that is not of fixbot's making"
        return Standing(state=State.LEFT_ALONE, branch=plan.branch, reason=reason, pull=pull)

    def _keep(self, decision: Keep, pull: PullRequest, plan: PullRequestPlan) -> Standing:
        """Leave content and branch as they are, and finish what an earlier run did not come to."""
        marker, reason = pull.marker, decision.reason
        if marker is None:
            return Standing(state=State.UNCHANGED, branch=plan.branch, reason=reason, pull=pull)
        is_claiming = bool(pull.pushed) and (marker.issue, marker.fixes) != (plan.issue, plan.fixes)
        is_undone = bool(pull.pushed) and DONE not in marker.given
        if not (decision.mend or is_claiming or is_undone):
            return Standing(state=State.UNCHANGED, branch=plan.branch, reason=reason, pull=pull)
        fresh = self._forge.reread(pull)
        if _has_changed(pull, fresh):
            return _changed_meanwhile(fresh)
        return self._finished(decision, fresh, plan)

    def _finished(self, decision: Keep, pull: PullRequest, plan: PullRequestPlan) -> Standing:
        """Mend the marker where it is wrong, then give what is missing: after two runs at once it may be both."""
        head = self._heads.get(plan.branch) if decision.mend else None
        if head is not None:
            pull = self._forge.edit(pull, body=remarked(pull, mended(pull, plan, self._around.base, head)))
        pull = completed(self._forge, claiming(self._forge, pull, plan, self._around.base), plan)
        state = State.UNCHANGED if head is None else State.UPDATED
        return Standing(state=state, branch=plan.branch, reason=decision.reason, pull=pull)

    def retire(self, pull: PullRequest, state: State, reason: str) -> Standing:
        """Close an open pull request for which there is nothing to offer, with a word, unless people have a say."""
        decision = decide_gone(pull, self._heads.get(pull.branch), state=state, reason=reason)
        if isinstance(decision, Close):
            fresh = self._forge.reread(pull)
            if _has_changed(pull, fresh):
                return _changed_meanwhile(fresh)
            pull = self._closed(fresh, decision)
        return Standing(state=decision.state, branch=pull.branch, reason=decision.reason, pull=pull)

    def _closed(self, pull: PullRequest, decision: Close) -> PullRequest:
        self._around.room.closed()
        self._closed_ones.add(pull.number)
        return closed(self._forge, pull, decision)


def _has_changed(known: PullRequest, fresh: PullRequest) -> bool:
    """Say whether a person did something that a decision depends on while code was looked at."""
    one, other = ((p.state, p.base, p.head, is_held(p), p.marker) for p in (known, fresh))
    return one != other


def _changed_meanwhile(fresh: PullRequest) -> Standing:
    reason = "somebody changed it while fixbot looked at the code: the next run sees to it"
    return Standing(state=State.LEFT_ALONE, branch=fresh.branch, reason=reason, pull=fresh)
