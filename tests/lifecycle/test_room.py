"""How many pull requests may be opened now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fixbot.lifecycle.room import Ceilings, room
from fixbot.model import Marker, PullRequest

MARKER = Marker(codemod="x", branch="fixbot/x/1", plan="abcdef0", base="b" * 40, findings=(), pushed=())
NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


def pull(number: int, state: str = "open", minutes: float = 90) -> PullRequest:
    """Give a pull request that was opened so many minutes ago."""
    created = NOW - timedelta(minutes=minutes)
    return PullRequest(
        number=number,
        state=state,
        title="",
        branch=f"fixbot/x/{number}",
        base="main",
        head="",
        url="",
        created=created,
        marker=MARKER,
    )


def test_a_pull_request_of_somebody_elses_takes_no_room() -> None:
    own = replace(pull(1, minutes=5), marker=None, branch="fixbot/tune-settings")
    assert room([own], Ceilings(1, 1), NOW).why_not() == ""
    wiped = replace(pull(1, minutes=5), marker=None)
    assert room([wiped], Ceilings(1, 1), NOW).why_not() == "1 open already, and the limit is 1"


def test_there_is_room_below_the_limits() -> None:
    assert room([pull(1), pull(2, minutes=30)], Ceilings(3, 2), NOW).why_not() == ""


def test_no_more_are_opened_than_may_be_open() -> None:
    assert room([pull(1), pull(2)], Ceilings(2, 5), NOW).why_not() == "2 open already, and the limit is 2"


def test_what_is_over_takes_no_room_but_counts_for_its_hour() -> None:
    over = [pull(1, "merged"), pull(2, "closed", minutes=10)]
    assert room(over, Ceilings(1, 2), NOW).why_not() == ""
    assert room(over, Ceilings(1, 1), NOW).why_not() == "1 opened within the hour, and the limit is 1"


@pytest.mark.parametrize(("minutes", "counts"), [(59.9, 1), (60, 0), (-5, 1)])
def test_the_hour_is_counted_from_when_it_was_opened(minutes: float, counts: int) -> None:
    assert room([pull(1, minutes=minutes)], Ceilings(), NOW).lately == counts


def test_the_schedule_counts_where_the_limits_have_room() -> None:
    assert room([], Ceilings(), NOW, "outside of the schedule").why_not() == "outside of the schedule"
    assert "limit" in room([pull(1)], Ceilings(open=1), NOW, "outside of the schedule").why_not()


def test_what_is_opened_and_closed_on_the_way_counts() -> None:
    left = room([], Ceilings(open=1, hourly=2), NOW)
    left.opened()
    assert left.why_not()
    left.closed()
    assert not left.why_not()
    left.opened()
    left.closed()
    assert left.why_not() == "2 opened within the hour, and the limit is 2"


def test_one_whose_age_the_forge_does_not_say_counts_for_no_hour() -> None:
    unknown = replace(pull(1), created=None)
    assert room([unknown], Ceilings(), NOW).lately == 0
