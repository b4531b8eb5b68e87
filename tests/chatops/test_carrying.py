from __future__ import annotations

from collections.abc import Collection, Iterable

import pytest

from fixbot.chatops.boxes import Box, ticked
from fixbot.chatops.carrying import is_about, partial_view
from fixbot.chatops.dashboard import dashboard
from fixbot.chatops.pinned import is_current
from fixbot.model import Change, PullRequest, Safety, Standing, State

MINE, OTHER = "fixbot/bare-except/all", "fixbot/silent-except/all"
UNSEEN = frozenset({"silent-except"})


def pull(number: int, branch: str) -> PullRequest:
    url = f"https://github.com/octo/shop/pull/{number}"
    return PullRequest(number=number, state="open", title="Name it", branch=branch, base="main", head="1" * 40, url=url)


def standing(state: State, branch: str, number: int = 0, reason: str = "") -> Standing:
    change = Change(branch.split("/")[1], Safety.REVIEW, ())
    return Standing(
        state=state, branch=branch, reason=reason, pull=pull(number, branch) if number else None, change=change
    )


def whole(*standings: Standing, kept: Collection[Box] = ()) -> str:
    return dashboard(standings, kept=kept, left=2, findings=1_234)


def again(page: str, *standings: Standing, unseen: Collection[str] = UNSEEN, done: Collection[Box] = ()) -> str:
    """Write the page as a run that looked at some codemods only, and that counts other findings."""
    seen = partial_view(page, standings, unseen, done)
    kept = ticked(page) - frozenset(done)
    return dashboard(seen.standings, kept=kept, left=0, findings=1, carried=seen.carried)


def rows(page: str) -> Iterable[str]:
    return [line for line in page.splitlines() if line.startswith("- ")]


@pytest.mark.parametrize("branch", [OTHER, "fixbot/silent-except/zoo"])
@pytest.mark.parametrize("state", [State.WAITING, State.DECLINED])
def test_what_a_run_cannot_know_stays_where_it_is(state: State, branch: str) -> None:
    other = standing(state, branch, 7 if state is State.DECLINED else 0, "3 open already")
    page = whole(standing(State.WAITING, MINE), standing(State.WAITING, "fixbot/bare-except/zoo"), other)
    one = again(page, standing(State.WAITING, MINE), standing(State.WAITING, "fixbot/bare-except/zoo"))
    assert one == page
    assert is_current(page, one)


@pytest.mark.parametrize("state", [State.WAITING, State.LEFT_ALONE])
def test_an_open_one_that_the_run_passes_over_stands_as_it_did(state: State) -> None:
    page = whole(standing(state, OTHER, 7, "somebody has pushed"), standing(State.UNCHANGED, MINE, 3))
    passed = standing(State.UNCHANGED, OTHER, 7, "this run does not look at silent-except")
    assert again(page, passed, standing(State.UNCHANGED, MINE, 3)) == page
    assert "2 pull requests of fixbot open" in page


@pytest.mark.parametrize(
    "news",
    [
        standing(State.MERGED, OTHER, 7),
        standing(State.EMPTIED, OTHER, 7, "silent-except is ignored here, as asked"),
        standing(State.LEFT_ALONE, OTHER, 7, "pull request 7 carries no marker of fixbot any more"),
    ],
)
def test_what_the_run_does_know_takes_the_place_of_what_stood_there(news: Standing) -> None:
    page = whole(standing(State.LEFT_ALONE, OTHER, 7, "somebody has pushed"))
    assert rows(again(page, news)) == rows(whole(news))


def test_a_pull_request_that_is_open_no_more_goes() -> None:
    page = whole(standing(State.LEFT_ALONE, OTHER, 7), standing(State.WAITING, OTHER, 8))
    assert list(rows(again(page))) == []


def test_what_waited_and_is_open_by_now_is_there_once() -> None:
    opened = standing(State.UNCHANGED, OTHER, 7)
    assert rows(again(whole(standing(State.WAITING, OTHER)), opened)) == rows(whole(opened))


def test_what_was_declined_and_is_open_again_is_there_once() -> None:
    opened = standing(State.UNCHANGED, OTHER, 7)
    assert rows(again(whole(standing(State.DECLINED, OTHER, 7)), opened)) == rows(whole(opened))


def test_a_codemod_that_nobody_wants_any_more_leaves_no_row() -> None:
    assert list(rows(again(whole(standing(State.WAITING, OTHER)), unseen={"raw-log"}))) == []


def test_ticks_stay_and_those_that_are_done_go() -> None:
    box, offered = Box("open", OTHER), Box("unignore", OTHER)
    waiting, declined = standing(State.WAITING, OTHER), standing(State.DECLINED, OTHER, 7)
    page = whole(waiting, declined, kept=[box, offered])
    assert ticked(again(page)) == {box, offered}
    after = again(page, done=[offered])
    assert ticked(after) == {box}
    assert "Declined" not in after


def test_the_second_of_a_branch_that_has_no_box_stays_too() -> None:
    page = whole(standing(State.DECLINED, OTHER, 7), standing(State.DECLINED, OTHER, 9))
    assert again(page) == page


def test_counts_are_those_of_the_last_run_that_looked_at_everything() -> None:
    assert "1,234 findings, 2 of them left to a person; 0 pull requests" in again(whole())
    assert "\n\n0 pull requests of fixbot open.\n" in again("")


def test_line_ends_of_a_browser_are_read() -> None:
    page = whole(standing(State.WAITING, OTHER))
    assert again(page.replace("\n", "\r\n")) == page


@pytest.mark.parametrize(
    "line", ["- words", "- and 3 more", "- [ ] <!-- fixbot:do merge fixbot/silent-except/x --> go: x", "  - #7 x"]
)
def test_lines_that_are_no_rows_are_not_taken_over(line: str) -> None:
    page = whole(standing(State.WAITING, OTHER)).replace("\n- [", f"\n{line}\n- [", 1)
    assert again(page) == whole(standing(State.WAITING, OTHER))


@pytest.mark.parametrize(("branch", "expected"), [(OTHER, True), (MINE, False), ("fixbot/silent-except", False)])
def test_the_codemod_of_a_branch(branch: str, *, expected: bool) -> None:
    assert is_about(branch, UNSEEN) is expected
