from __future__ import annotations

from fixbot.tracker.landing import Told, landed, reverts, undone
from tests.parts.books import oid, told, trailers


def alone(commit: str) -> frozenset[str]:
    """Give the one commit that is no merge."""
    return frozenset({commit})


def state(
    *newest_first: Told, merges: dict[str, set[str]] | None = None, elsewhere: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """Give each commit of fixbot's with the one that took it back; those `elsewhere` touch another file."""
    brought = merges or {}
    done = landed(newest_first)
    taken = undone(
        newest_first,
        {one.id: ["a.py"] for one in done},
        lambda commit: {commit} | brought.get(commit, set()),
        lambda commit: ["b.py" if commit in elsewhere else "a.py"],
    )
    return [(one.id, taken.get(one.id, "")) for one in done]


def test_commits_of_fixbot_are_known_by_their_trailers_and_the_oldest_comes_first() -> None:
    assert state(told(2, trailers()), told(1, trailers())) == [(oid(1), ""), (oid(2), "")]


def test_a_commit_without_whole_trailers_is_none_of_fixbots() -> None:
    assert state(told(1, "Say it\n\nFixbot-Codemod: bare-except\n")) == []


def test_a_merge_that_repeats_the_trailers_does_not_count_again() -> None:
    assert state(told(3, trailers(), parents=2), told(1, trailers())) == [(oid(1), "")]


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
    (one,) = landed([told(1, message)])
    assert one.breaking == ("whoever calls `f` passes one record",)


def test_a_revert_that_touches_none_of_the_files_takes_nothing_back() -> None:
    revert = told(2, f"Revert\n\nThis reverts commit {oid(1)}.\n")
    assert state(revert, told(1, trailers()), elsewhere=(oid(2),)) == [(oid(1), "")]


def test_only_reverts_of_what_matters_are_told_and_reverts_of_these() -> None:
    other = told(5, f"Revert\n\nThis reverts commit {'e' * 40}.\n")
    first = told(2, f"Revert\n\nThis reverts commit {oid(1)}.\n")
    second = told(3, f"Reapply\n\nThis reverts commit {oid(2)}.\n")
    found = reverts([other, second, first, told(1, trailers())], {oid(1)}, alone)
    assert found == {oid(2): (oid(1),), oid(3): (oid(2),)}
