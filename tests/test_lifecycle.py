"""What becomes of a shard, for every state in which a forge may know it."""

from dataclasses import replace

import pytest

from fixbot.lifecycle import Decision, Keep, Leave, Open, Update, decide, declined
from fixbot.model import Change, Finding, PullRequest, Rewrite, Safety, Severity
from fixbot.plan import Limits, Shard

OURS, NEWER, THEIRS = "a" * 40, "b" * 40, "c" * 40
SHARD = Shard("fixbot/x/all", Change("x", Safety.REVIEW, ()), "abcdef0", added=1, removed=1)
PULL = PullRequest(
    number=1,
    state="open",
    title="X",
    branch="fixbot/x/all",
    base="main",
    head=OURS,
    url="",
    plan="abcdef0",
    fingerprints=("f1", "f2"),
    pushed=(OURS,),
)
CLOSED = replace(PULL, state="closed", fingerprints=("f2", "f3"))
MERGED = replace(PULL, state="merged")


def decided(*pulls: PullRequest, head: str | None = OURS, half_done: bool = False, most: int = 3) -> Decision:
    """Decide about the shard."""
    return decide(SHARD, pulls, head, half_done=half_done, limits=Limits(open=most))


def test_what_nobody_knows_is_opened() -> None:
    assert decided(head=None) == Open(None)


def test_what_is_open_with_the_same_content_is_kept() -> None:
    assert decided(PULL) == Keep(PULL)


def test_what_is_open_with_other_content_is_updated() -> None:
    older = replace(PULL, plan="0000000")
    assert decided(older) == Update(older)


def test_an_update_that_never_reached_the_branch_is_made_again() -> None:
    announced = replace(PULL, pushed=(OURS, NEWER))
    assert decided(announced) == Update(announced)
    assert decided(announced, head=NEWER) == Keep(announced)


@pytest.mark.parametrize("plan", ["abcdef0", "0000000"])
def test_somebody_elses_commit_on_an_open_pull_request_stays(plan: str) -> None:
    decision = decided(replace(PULL, plan=plan), head=THEIRS)
    assert decision == Leave("somebody has pushed to the branch of pull request 1")


def test_an_open_pull_request_without_marker_is_left() -> None:
    decision = decided(replace(PULL, plan="", pushed=()))
    assert decision == Leave("pull request 1 carries no marker of fixbot any more")


def test_an_open_pull_request_counts_for_its_own_branch_even_at_the_limit() -> None:
    assert decided(PULL, most=1) == Keep(PULL)


def test_an_open_pull_request_goes_before_older_ones() -> None:
    assert decided(CLOSED, replace(PULL, number=2), MERGED) == Keep(replace(PULL, number=2))


def test_a_branch_that_fixbot_left_half_done_is_taken_up() -> None:
    assert decided(head=NEWER, half_done=True) == Open(NEWER)


def test_a_branch_that_somebody_else_began_is_left() -> None:
    decision = decided(head=THEIRS)
    assert decision == Leave("the branch fixbot/x/all holds a commit that fixbot did not push")


@pytest.mark.parametrize("over", [CLOSED, MERGED])
def test_a_branch_of_a_pull_request_that_is_over_is_used_again(over: PullRequest) -> None:
    assert decided(over) == Open(OURS)
    assert decided(over, head=None) == Open(None)


@pytest.mark.parametrize("over", [CLOSED, MERGED])
def test_somebody_elses_commit_on_a_branch_that_is_over_stays(over: PullRequest) -> None:
    assert isinstance(decided(over, head=THEIRS), Leave)


@pytest.mark.parametrize(("most", "waits"), [(1, True), (2, True), (3, False)])
def test_no_more_are_opened_than_may_be_open(most: int, *, waits: bool) -> None:
    others = [replace(PULL, number=number, branch=f"fixbot/x/{number}") for number in (2, 3)]
    decision = decided(*others, head=None, most=most)
    waiting = Leave(f"waiting: 2 open already, and the limit is {most}")
    assert decision == (waiting if waits else Open(None))


def test_pull_requests_that_are_over_take_no_room() -> None:
    assert decided(
        replace(CLOSED, branch="fixbot/x/b"), replace(MERGED, branch="fixbot/x/c"), head=None, most=1
    ) == Open(None)


def test_only_what_was_closed_unmerged_is_declined() -> None:
    assert declined([PULL, CLOSED, MERGED]) == {"f2": CLOSED, "f3": CLOSED}


def test_a_finding_that_another_open_pull_request_offers_waits() -> None:
    finding = Finding(
        codemod="x",
        path="a.py",
        line=1,
        column=1,
        end_line=1,
        qualname="f",
        severity=Severity.LOW,
        safety=Safety.REVIEW,
        message="m",
        fingerprint="f2",
    )
    part = replace(
        SHARD, branch="fixbot/x/src", change=Change("x", Safety.REVIEW, (Rewrite("a.py", b"", b"", (finding,)),))
    )

    waits = decide(part, [PULL], None, half_done=False, limits=Limits())

    assert waits == Leave("waiting: pull request 1 is open with some of the same findings")
    assert decide(part, [MERGED], None, half_done=False, limits=Limits()) == Open(None)
