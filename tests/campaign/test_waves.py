from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fixbot.campaign.file import Limits, Rollout
from fixbot.campaign.records import Pull, Seen, State
from fixbot.campaign.room import A_MINUTE, AN_HOUR, Pace, Room
from fixbot.campaign.waves import Rate, ordered, paused, rate, reached, waves

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ROLLOUT = Rollout(canary=2, size=3, threshold=0.5, decisions=2)


def pull(state: str, codemod: str = "bare-except", repository: str = "r") -> Pull:
    return Pull(repository=repository, number=1, codemod=codemod, state=state)


def seen(
    name: str, *states: str, findings: int | None = 3, offered: int = 3, skipped: str = "", named: bool = False
) -> Seen:
    pulls = tuple(pull(state, repository=name) for state in states)
    return Seen(name=name, place="", pulls=pulls, findings=findings, offered=offered, skipped=skipped, is_named=named)


def sizes(cut: list[list[Seen]]) -> list[int]:
    return [len(wave) for wave in cut]


def test_canaries_are_cut_off_first_and_then_equal_waves() -> None:
    listed = [seen(str(number)) for number in range(9)]
    assert sizes(waves(listed, ROLLOUT)) == [2, 3, 3, 1]
    assert sizes(waves(listed[:1], ROLLOUT)) == [1]
    assert waves([], ROLLOUT) == []


def names(cut: list[list[Seen]]) -> list[list[str]]:
    return [[one.name for one in wave] for wave in cut]


def test_who_can_bring_no_decision_takes_nobodys_place() -> None:
    idle = [seen("a", skipped="is archived"), seen("b", findings=0, offered=0), seen("c", offered=0)]
    lost = [replace(seen("d"), failed="no answer"), seen("e", "declined", skipped="is excluded")]
    listed = [*idle, *lost, seen("f"), seen("g", findings=None), seen("h")]
    assert names(waves(listed, ROLLOUT)) == [["f", "g"], ["h"]]


def test_who_had_a_pull_request_loses_no_place_to_one_who_comes_later() -> None:
    old = [seen("c", "merged", findings=0, offered=0), replace(seen("d", "open"), failed="no answer")]
    assert names(waves([seen("a"), seen("b"), *old], ROLLOUT)) == [["c", "d"], ["a", "b"]]


def test_the_oldest_pull_requests_were_the_canaries() -> None:
    listed = [seen(name, "open") for name in "abc"]
    opened = {"a": 3, "b": 1, "c": 2}
    dated = [replace(one, pulls=(replace(one.pulls[0], created=NOW + timedelta(opened[one.name])),)) for one in listed]
    assert names(waves(dated, ROLLOUT)) == [["b", "c"], ["a"]]


@given(st.lists(st.text(min_size=1), unique=True), st.text(min_size=1))
def test_a_new_repository_changes_nothing_in_the_order_of_the_others(names: list[str], new: str) -> None:
    before = [one.name for one in ordered("x", [seen(name) for name in names])]
    after = [one.name for one in ordered("x", [seen(name) for name in dict.fromkeys([new, *names])])]
    assert [name for name in after if name in set(before)] == before


def test_the_operators_list_stays_in_its_order_and_comes_first() -> None:
    listed = [seen("drawn"), seen("z", named=True), seen("a", named=True)]
    assert [one.name for one in ordered("x", listed)] == ["z", "a", "drawn"]


def test_the_next_wave_waits_for_enough_decisions() -> None:
    cut = [[seen("a", "merged", offered=0), seen("b", "open")], [seen("c")]]
    assert (reached(cut, ROLLOUT).wave, reached(cut, ROLLOUT).because) == (
        1,
        "wave 1: 1 of 2 decisions; 1 repository waits for one",
    )
    cut[0][1] = seen("b", "declined")
    assert (reached(cut, ROLLOUT).wave, reached(cut, ROLLOUT).because) == (2, "")


def test_the_next_wave_waits_where_too_few_are_merged() -> None:
    cut = [[seen("a", "merged"), seen("b", "declined", "declined")], [seen("c")]]
    assert reached(cut, ROLLOUT).because == "wave 1: 1 of 3 merged (33%), and 50% is asked for"


def test_a_wave_without_anything_more_to_decide_lets_the_next_one_begin_unless_it_was_declined() -> None:
    over = seen("a", findings=0, offered=0)
    assert reached([[over, over], [seen("c")]], ROLLOUT).wave == 2
    assert reached([[over, seen("b", "merged", findings=0)], [seen("c")]], ROLLOUT).wave == 2
    declined = seen("b", "declined", offered=0)
    assert reached([[over, declined], [seen("c")]], ROLLOUT).wave == 1


def test_a_wave_in_which_one_was_not_looked_at_is_not_over() -> None:
    assert reached([[seen("a", findings=None)], [seen("c")]], ROLLOUT).wave == 1


def test_who_fails_is_not_waited_for_unless_people_have_something_to_decide() -> None:
    failed = replace(seen("a", "merged"), failed="no answer")
    assert reached([[failed], [seen("c")]], ROLLOUT).wave == 2
    waits = replace(seen("a", "open"), failed="no answer")
    assert reached([[waits], [seen("c")]], ROLLOUT).wave == 1


def test_a_codemod_that_paused_holds_up_no_other_that_people_like() -> None:
    def brought(name: str, **fates: str) -> Seen:
        mine = tuple(pull(state, codemod, name) for codemod, state in fates.items())
        return replace(seen(name), pulls=mine)

    good = [brought(name, a="declined", b="merged") for name in "xyz"]
    assert reached([[*good, brought("w", a="declined")], [seen("c")]], ROLLOUT).wave == 2
    unknown = [brought(name, a="declined", b="open") for name in "xyz"]
    found = reached([unknown, [seen("c")]], ROLLOUT)
    assert (found.wave, found.because) == (1, "wave 1: 0 of 3 merged (0%), and 50% is asked for")


def test_each_wave_is_judged_by_its_own_decisions() -> None:
    good = [seen("a", "merged", "merged")]
    bad = [seen("b", "declined", "declined")]
    assert reached([good, bad, [seen("c")]], ROLLOUT).wave == 2
    assert reached([bad, good, [seen("c")]], ROLLOUT).wave == 1


def test_what_fixbot_withdrew_is_nobodys_decision() -> None:
    assert rate([pull("withdrawn"), pull("open"), pull("merged"), pull("declined")]) == Rate(1, 1)


def test_a_codemod_pauses_by_its_own_decisions_alone() -> None:
    pulls = [pull("declined", "a"), pull("declined", "a"), pull("merged", "b"), pull("declined", "c")]
    assert paused(pulls, ROLLOUT) == {"a": "0 of 2 merged (0%), and 50% is asked for"}


def test_exactly_the_threshold_is_enough() -> None:
    assert Rate(1, 1).holds(0.5)
    assert Rate(14, 11).holds(0.56)
    assert Rate(51, 24).holds(0.68)
    assert not Rate(1, 2).holds(0.5)
    assert Rate(0, 0).holds(1.0)


def test_where_a_repository_stands() -> None:
    assert seen("a").state(begun=True) is State.READY
    assert seen("a").state(begun=False) is State.WAITING
    assert seen("a", "open").state(begun=False) is State.OPEN
    assert seen("a", "merged", findings=0, offered=0).state(begun=True) is State.DONE
    assert seen("a", offered=0).state(begun=True) is State.LEFT
    assert seen("a", findings=None).state(begun=True) is State.NEW
    assert seen("a", "open", skipped="is archived").state(begun=True) is State.SKIPPED


def test_the_limits_count_what_is_open_anywhere() -> None:
    owned = Seen(name="a", place="", owners=("core",), pulls=(pull("open", repository="a"),))
    other = Seen(name="b", place="", owners=("core", "web"))
    room = Room.of([owned, other], Limits(open=3, repository=2, owner=2))
    assert (room.why_not(other), room.left(other)) == ("", 1)
    room.opened(other, 1)
    assert room.why_not(other) == "core has 2 open, and the limit is 2"
    free = Seen(name="c", place="")
    assert room.left(free) == 1
    room.opened(free, 1)
    assert room.why_not(free) == "3 open in the campaign, and the limit is 3"


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 60)), max_size=40), st.integers(1, 60))
def test_the_pace_never_breaks_githubs_limits(writes: list[tuple[int, int]], more: int) -> None:
    pace, at = Pace(), NOW
    sent: list[tuple[datetime, int]] = []
    for seconds, count in [*sorted(writes), (4000, more)]:
        at = max(at, NOW + timedelta(seconds=seconds))
        at += pace.wait(at, count)
        pace.wrote(at, count)
        sent.append((at, count))
    for end, _ in sent:
        assert sum(count for when, count in sent if end - timedelta(minutes=1) < when <= end) <= A_MINUTE
        assert sum(count for when, count in sent if end - timedelta(hours=1) < when <= end) <= AN_HOUR


def test_more_at_once_than_a_minute_bears_waits_for_an_empty_minute() -> None:
    pace = Pace()
    pace.wrote(NOW, 1)
    assert pace.wait(NOW, 200) == timedelta(minutes=1)
    assert pace.wait(NOW + timedelta(minutes=1), 200) == timedelta()
