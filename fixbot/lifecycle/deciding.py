"""Decides what becomes of one pull request; it asks only what a decision needs, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum

from fixbot.lifecycle.memory import HOLD, is_held
from fixbot.model import Base, PullRequest, State
from fixbot.plan import Shard


class Agreement(Enum):
    """What merging an open pull request into the base of today gives, beside what fixbot would write today."""

    SAME = "the same"
    DIFFERS = "something else"
    CONFLICT = "a conflict"


@dataclass(frozen=True, slots=True)
class Open:
    """Publish a new pull request; `old` is the commit that its branch has now, None where there is no branch."""

    old: str | None


@dataclass(frozen=True, slots=True)
class Update:
    """Bring an open pull request to the new content; `saved` is a foreign commit to keep under another branch."""

    state: State
    reason: str
    saved: str | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """Leave content and branch as they are; `mend` says that its marker is to be written again."""

    reason: str = ""
    mend: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """Write nothing, because of `reason`."""

    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Close:
    """Close with a word."""

    state: State
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What a decision may have to ask; each costs something, so it is asked only then.

    Attributes:
        is_ours: whether the head is exactly the commit that fixbot would make of what it wants now.
        agrees: what merging gives.
        is_reviewed: whether a person has reviewed the head.
    """

    is_ours: Callable[[], bool]
    agrees: Callable[[], Agreement]
    is_reviewed: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What people asked for a branch in this run (`rebase`, `recreate`, `open`), and how updates are done at all.

    `closed_window` says why nothing may be updated at this time; it is empty where it may.
    """

    update: str = "conflict"
    asked: Collection[str] = ()
    closed_window: str = ""


def decide_open(
    shard: Shard, pull: PullRequest, head: str | None, base: Base, wishes: Wishes, ask: Questions
) -> Update | Keep | Leave:
    """Decide what to do with an open pull request for which there is something to offer."""
    foreign = _not_to_be_touched(pull, head)
    if foreign and "recreate" in wishes.asked and not is_held(pull):
        return Update(State.UPDATED, "recreated, as asked", saved=None if head in pull.pushed else head)
    if foreign:
        is_ours = bool(pull.pushed) and head not in pull.pushed and not is_held(pull) and ask.is_ours()
        return Keep("its marker is written again", mend=True) if is_ours else Leave(State.LEFT_ALONE, foreign)
    return _decide_own(shard, pull, head, base, wishes, ask)


def _decide_own(
    shard: Shard, pull: PullRequest, head: str | None, base: Base, wishes: Wishes, ask: Questions
) -> Update | Keep | Leave:
    if not pull.pushed:
        return _without_marker(shard, pull, head, wishes, ask)
    if head != pull.pushed[-1]:
        return Update(State.UPDATED, "an update that was cut off")
    wants = _wants_new_base(pull, base, wishes)
    if pull.plan == shard.fingerprint:
        return _on_new_base(wants, wishes, ask)
    return _decide_content(wishes, wants, ask)


_WOULD = {Agreement.DIFFERS: "its content would differ", Agreement.CONFLICT: "it conflicts with the base"}


def _not_to_be_touched(pull: PullRequest, head: str | None) -> str:
    """Say why a pull request is left to people; empty where it is fixbot's to keep."""
    if is_held(pull):
        return f"it carries the label {HOLD}"
    if pull.marker is None:
        return f"pull request {pull.number} carries no marker of fixbot any more"
    if pull.pushed and head not in pull.pushed:
        return f"somebody has pushed to the branch of pull request {pull.number}"
    return ""


def _without_marker(
    shard: Shard, pull: PullRequest, head: str | None, wishes: Wishes, ask: Questions
) -> Update | Keep | Leave:
    """Decide where somebody took the marker out of the body, so that the commit alone tells what this is."""
    if ask.is_ours():
        return Keep("its marker is written again", mend=True)
    if "recreate" in wishes.asked:
        return Update(State.UPDATED, "recreated, as asked", saved=head)
    same = pull.plan == shard.fingerprint
    because = "so nobody can tell whose commit is on the branch: `/fixbot recreate` builds it anew"
    return Keep() if same else Leave(State.LEFT_ALONE, f"its body has lost the marker of fixbot, {because}")


def _wants_new_base(pull: PullRequest, base: Base, wishes: Wishes) -> str:
    if pull.marker is None or pull.marker.base == base.tree:
        return ""
    if _is_asked(wishes):
        return "on the new base, as asked"
    return "on the new base" if wishes.update == "behind" and not wishes.closed_window else ""


def _on_new_base(wants: str, wishes: Wishes, ask: Questions) -> Update | Keep:
    """Decide where the content is right, and the base may have moved."""
    if not wants or (not _is_asked(wishes) and ask.is_reviewed()):
        return Keep()
    return Update(State.UPDATED, wants)


def _is_asked(wishes: Wishes) -> bool:
    return not {"rebase", "recreate"}.isdisjoint(wishes.asked)


def _decide_content(wishes: Wishes, wants: str, ask: Questions) -> Update | Keep | Leave:
    agreement = ask.agrees()
    if agreement is Agreement.SAME:
        return _on_new_base(wants, wishes, ask)
    state = State.CONFLICT if agreement is Agreement.CONFLICT else State.UPDATED
    why = "made anew on the new base" if agreement is Agreement.CONFLICT else "the content differs by now"
    if _is_asked(wishes):
        return Update(state, why)
    if wishes.update == "never":
        return Leave(State.LEFT_ALONE, f'{_WOULD[agreement]}, but `update = "never"`')
    if ask.is_reviewed():
        return Leave(State.LEFT_ALONE, f"{why}, but a review of it is in progress: `/fixbot rebase` updates it")
    if wishes.closed_window and "open" not in wishes.asked:
        return Leave(State.WAITING, wishes.closed_window)
    return Update(state, why)


def is_free(head: str | None, *, ours: Collection[str], is_half_done: Callable[[], bool]) -> bool:
    """Say whether a new pull request may have a branch: nothing is there, or nothing but what fixbot left.

    Args:
        head: the commit that the branch has now; None where there is no such branch.
        ours: the commits that fixbot put on that branch at any time.
        is_half_done: whether `head` is the very commit that fixbot would push.
    """
    return head is None or head in ours or is_half_done()


def decide_gone(pull: PullRequest, head: str | None, *, state: State, reason: str) -> Close | Leave:
    """Decide about an open pull request for which there is nothing to offer any more.

    Args:
        pull: the pull request.
        head: the commit that its branch has now.
        state: `emptied` or `superseded`.
        reason: why there is nothing.
    """
    foreign = _not_to_be_touched(pull, head)
    if not foreign and not pull.pushed:
        foreign = "its body has lost the marker of fixbot"
    if not foreign and pull.marker is not None and pull.marker.closed:
        foreign = "a person reopened it"
    return Leave(State.LEFT_ALONE, f"{reason}, but {foreign}") if foreign else Close(state, reason)
