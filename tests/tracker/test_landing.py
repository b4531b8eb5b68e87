from __future__ import annotations

from fixbot.tracker.landing import Told, landed
from tests.parts.books import oid, told, trailers


def alone(commit: str) -> frozenset[str]:
    """Give the one commit that is no merge."""
    return frozenset({commit})


def state(*newest_first: Told, merges: dict[str, set[str]] | None = None) -> list[tuple[str, str]]:
    """Give each commit of fixbot's with the one that took it back."""
    within = (lambda commit: {commit} | merges.get(commit, set())) if merges else alone
    return [(one.id, one.undone) for one in landed(newest_first, within)]


def test_commits_of_fixbot_are_known_by_their_trailers_and_the_oldest_comes_first() -> None:
    assert state(told(2, trailers()), told(1, trailers())) == [(oid(1), ""), (oid(2), "")]


def test_a_commit_without_whole_trailers_is_none_of_fixbots() -> None:
    assert state(told(1, "Say it\n\nFixbot-Codemod: bare-except\n")) == []


def test_a_revert_takes_a_commit_back() -> None:
    revert = told(2, f'Revert "Say it"\n\nThis reverts commit {oid(1)}.\n')
    assert state(revert, told(1, trailers())) == [(oid(1), oid(2))]


def test_a_revert_of_a_merge_takes_back_what_it_brought() -> None:
    revert = told(4, f"Revert\n\nThis reverts commit {oid(3)}, reversing\nchanges made to {oid(1)}.\n")
    assert state(revert, told(2, trailers()), merges={oid(3): {oid(2)}}) == [(oid(2), oid(4))]


def test_a_revert_that_was_reverted_takes_nothing_back() -> None:
    first = told(2, f"Revert\n\nThis reverts commit {oid(1)}.\n")
    second = told(3, f"Reapply\n\nThis reverts commit {oid(2)}.\n")
    third = told(4, f"Revert again\n\nThis reverts commit {oid(3)}.\n")
    assert state(second, first, told(1, trailers())) == [(oid(1), "")]
    assert state(third, second, first, told(1, trailers())) == [(oid(1), oid(2))]


def test_a_revert_that_quotes_the_trailers_is_none_of_fixbots_commits() -> None:
    revert = told(2, f"{trailers()}\n\nThis reverts commit {oid(1)}.\n")
    assert state(revert, told(1, trailers())) == [(oid(1), oid(2))]


def test_what_breaks_callers_is_told_in_one_line() -> None:
    message = "Give it a schema\n\nBREAKING CHANGE: whoever calls `f`\n passes one record\n\n" + trailers()
    (one,) = landed([told(1, message)], alone)
    assert one.breaking == ("whoever calls `f` passes one record",)
