"""What becomes of a shard and of a pull request, for every state in which a forge may know it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fixbot.lifecycle.deciding import (
    Agreement,
    Close,
    Keep,
    Leave,
    Questions,
    Update,
    Wishes,
    decide_gone,
    decide_open,
    is_free,
)
from fixbot.lifecycle.memory import HOLD
from fixbot.model import Base, Change, Marker, PullRequest, Safety, State
from fixbot.plan import Shard

OURS, NEWER, THEIRS = "a" * 40, "b" * 40, "c" * 40
BASE = Base("main", "d" * 40, "e" * 40)
SHARD = Shard("fixbot/x/all", Change("x", Safety.REVIEW, ()), "abcdef0", added=1, removed=1)
MARKER = Marker(
    codemod="x", branch="fixbot/x/all", plan="abcdef0", base=BASE.tree, findings=("f1", "f2"), pushed=(OURS,)
)
PULL = PullRequest(
    number=1, state="open", title="X", branch="fixbot/x/all", base="main", head=OURS, url="", marker=MARKER
)
OTHER = replace(PULL, marker=replace(MARKER, plan="0000000"))
MOVED = replace(PULL, marker=replace(MARKER, base="f" * 40))
LATER = "outside of the schedule"


def never() -> bool:
    """Fail where a question is asked that nobody needs to ask."""
    message = "nobody needs to know that"
    raise AssertionError(message)


def decided(  # fixbot: ignore[kwargs-schema]
    pull: PullRequest,
    head: str | None = OURS,
    *,
    agrees: Agreement | None = None,
    is_reviewed: bool | None = None,
    is_ours: bool | None = None,
    **wishes: object,
) -> Update | Keep | Leave:
    """Decide about an open pull request; a question without an answer must not be asked."""

    def answer(*, given: bool | None) -> Callable[[], bool]:
        return never if given is None else lambda: given

    def agreement() -> Agreement:
        assert agrees is not None, "nobody needs to compare"
        return agrees

    ask = Questions(is_ours=answer(given=is_ours), agrees=agreement, is_reviewed=answer(given=is_reviewed))
    return decide_open(SHARD, pull, head, BASE, Wishes(**wishes), ask)  # type: ignore[arg-type] # the test names fields


def test_a_branch_that_is_not_there_is_free() -> None:
    assert is_free(None, ours=(), is_half_done=never)


def test_a_branch_of_fixbot_is_used_again() -> None:
    assert is_free(OURS, ours=(OURS,), is_half_done=never)


def test_a_branch_that_fixbot_left_half_done_is_taken_up() -> None:
    assert is_free(NEWER, ours=(OURS,), is_half_done=lambda: True)


def test_a_branch_that_somebody_else_began_is_left() -> None:
    assert not is_free(THEIRS, ours=(OURS,), is_half_done=lambda: False)


def test_what_is_open_with_the_same_content_is_kept() -> None:
    assert decided(PULL) == Keep()


def test_content_that_is_other_but_merges_into_the_same_is_kept() -> None:
    assert isinstance(decided(OTHER, agrees=Agreement.SAME), Keep)


def test_content_that_differs_is_updated() -> None:
    decision = decided(OTHER, agrees=Agreement.DIFFERS, is_reviewed=False)
    assert decision == Update(State.UPDATED, "the content differs by now")


def test_a_conflict_is_made_anew() -> None:
    decision = decided(OTHER, agrees=Agreement.CONFLICT, is_reviewed=False)
    assert decision == Update(State.CONFLICT, "made anew on the new base")


def test_a_review_in_progress_is_not_disturbed_unless_somebody_asks() -> None:
    decision = decided(OTHER, agrees=Agreement.CONFLICT, is_reviewed=True)
    assert isinstance(decision, Leave)
    assert "a review of it is in progress" in decision.reason
    asked = decided(OTHER, agrees=Agreement.CONFLICT, asked={"rebase"})
    assert asked == Update(State.CONFLICT, "made anew on the new base")


def test_an_update_waits_for_its_window_unless_somebody_asks() -> None:
    decision = decided(OTHER, agrees=Agreement.DIFFERS, is_reviewed=False, closed_window=LATER)
    assert decision == Leave(State.WAITING, LATER)
    assert isinstance(decided(OTHER, agrees=Agreement.DIFFERS, closed_window=LATER, asked={"rebase"}), Update)


def test_where_nothing_is_ever_updated_what_differs_is_left() -> None:
    decision = decided(OTHER, agrees=Agreement.DIFFERS, update="never")
    assert isinstance(decision, Leave)
    assert 'update = "never"' in decision.reason
    assert isinstance(decided(OTHER, agrees=Agreement.SAME, update="never"), Keep)
    assert decided(PULL, update="never") == Keep()


def test_a_base_that_moved_elsewhere_changes_nothing() -> None:
    assert decided(MOVED) == Keep()


def test_behind_makes_it_anew_whenever_the_base_has_moved() -> None:
    assert decided(PULL, update="behind") == Keep()
    assert decided(MOVED, update="behind", is_reviewed=False) == Update(State.UPDATED, "on the new base")
    assert decided(MOVED, update="behind", is_reviewed=True) == Keep()
    assert decided(MOVED, update="behind", closed_window=LATER) == Keep()


def test_somebody_who_asks_gets_the_new_base() -> None:
    assert decided(MOVED, asked={"rebase"}) == Update(State.UPDATED, "on the new base, as asked")
    assert decided(MOVED, asked={"rebase"}, update="never") == Update(State.UPDATED, "on the new base, as asked")
    assert decided(PULL, asked={"rebase"}) == Keep(), "there is no new base"


def test_an_update_that_never_reached_the_branch_is_made_again() -> None:
    announced = replace(PULL, marker=replace(MARKER, pushed=(OURS, NEWER)))
    assert decided(announced) == Update(State.UPDATED, "an update that was cut off")
    assert decided(announced, head=NEWER) == Keep()


@pytest.mark.parametrize("pull", [PULL, OTHER, MOVED])
def test_somebody_elses_commit_on_an_open_pull_request_stays(pull: PullRequest) -> None:
    decision = decided(pull, head=THEIRS, asked={"rebase"}, is_ours=False)
    assert decision == Leave(State.LEFT_ALONE, "somebody has pushed to the branch of pull request 1")


def test_a_commit_that_another_run_made_at_the_same_time_is_taken_in() -> None:
    assert decided(PULL, head=THEIRS, is_ours=True) == Keep("its marker is written again", mend=True)


def test_recreate_takes_the_branch_back_and_keeps_what_was_there() -> None:
    decision = decided(PULL, head=THEIRS, asked={"recreate"})
    assert decision == Update(State.UPDATED, "recreated, as asked", saved=THEIRS)


def test_a_held_pull_request_is_left_whatever_is_asked() -> None:
    held = replace(OTHER, labels=("x", HOLD))
    assert decided(held) == Leave(State.LEFT_ALONE, f"it carries the label {HOLD}")
    assert isinstance(decided(held, head=THEIRS, asked={"recreate", "rebase"}), Leave)


def test_a_pull_request_that_nothing_tells_of_is_left() -> None:
    decision = decided(replace(PULL, marker=None))
    assert decision == Leave(State.LEFT_ALONE, "pull request 1 carries no marker of fixbot any more")


WIPED = replace(PULL, marker=replace(MARKER, pushed=()))


def test_a_marker_that_somebody_took_out_comes_back_where_the_commit_is_fixbots() -> None:
    assert decided(WIPED, is_ours=True) == Keep("its marker is written again", mend=True)


def test_without_marker_a_commit_that_may_be_somebodys_is_left() -> None:
    assert decided(WIPED, is_ours=False) == Keep()
    other = replace(WIPED, marker=replace(MARKER, pushed=(), plan="0000000"))
    decision = decided(other, is_ours=False)
    assert isinstance(decision, Leave)
    assert "/fixbot recreate" in decision.reason
    assert decided(other, is_ours=False, asked={"recreate"}) == Update(State.UPDATED, "recreated, as asked", saved=OURS)


def gone(pull: PullRequest, head: str | None = OURS) -> Close | Leave:
    """Decide about a pull request for which there is nothing to offer."""
    return decide_gone(pull, head, state=State.EMPTIED, reason="nothing is left")


def test_what_has_nothing_left_is_closed_with_a_word() -> None:
    assert gone(PULL) == Close(State.EMPTIED, "nothing is left")


@pytest.mark.parametrize(
    ("pull", "head", "because"),
    [
        (PULL, THEIRS, "somebody has pushed"),
        (replace(PULL, labels=(HOLD,)), OURS, "label"),
        (replace(PULL, marker=replace(MARKER, closed="emptied")), OURS, "reopened"),
        (WIPED, OURS, "marker"),
        (replace(PULL, marker=None), OURS, "marker"),
    ],
    ids=["pushed to", "held", "reopened", "wiped", "unknown"],
)
def test_what_people_have_a_say_in_is_not_closed(pull: PullRequest, head: str, because: str) -> None:
    decision = gone(pull, head)
    assert isinstance(decision, Leave)
    assert decision.state is State.LEFT_ALONE
    assert because in decision.reason
