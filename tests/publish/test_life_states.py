from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.parts.command import CLEAN
from tests.publish.living import ALL, Life, smell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """Give a repository with one finding."""
    return Life(tmp_path / "place", {"a.py": smell("load"), "c.py": CLEAN})


@pytest.fixture
def opened(life: Life) -> Life:
    """Give one whose pull request is open."""
    life.run()
    return life


def another_day() -> str:
    return DAYS[(datetime.now(UTC) + timedelta(days=3)).weekday()]


def test_opened_then_unchanged(life: Life) -> None:
    assert life.only_shown().states == [("all", "opened")]
    assert life.settled().states == [("all", "unchanged")]


def test_updated_then_unchanged(opened: Life) -> None:
    opened.commit({"a.py": smell("load", "read")})
    ran = opened.only_shown()
    assert (ran.states, ran.reasons) == ([("all", "updated")], ["the content differs by now"])
    assert opened.settled().states == [("all", "unchanged")]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"max_open": 1}, "1 open already, and the limit is 1"),
        ({"max_hourly": 1}, "1 opened within the hour, and the limit is 1"),
        ({"max_hourly": 1, "max_open": 1}, "1 open already, and the limit is 1"),
    ],
)
def test_waiting_for_room(tmp_path: Path, settings: dict[str, int], reason: str) -> None:
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b")}, max_files=1, **settings)
    ran = life.only_shown()
    assert ran.states == [("one", "opened"), ("two", "waiting")]
    assert ran.reasons == ["nothing of it was offered before", reason]
    assert len(life.pulls()) == 1


def test_what_waits_is_called_the_same_by_the_next_run(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b")}, max_files=1, max_open=1)
    life.run()
    assert life.settled().states == [("one", "unchanged"), ("two", "waiting")]


def test_a_ticked_box_lets_what_waits_go_ahead(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b")}, max_files=1, max_open=1)
    life.run()
    life.tick("open", "fixbot/bare-except/two")
    assert sorted(life.run().states) == [("one", "unchanged"), ("two", "opened")]


def test_what_was_opened_an_hour_ago_no_longer_counts(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b")}, max_files=1, max_hourly=1)
    life.run()
    life.edit(created=(datetime.now(UTC) - timedelta(minutes=61)).isoformat())
    assert [state for _, state in life.run().states] == ["unchanged", "opened"]


def test_a_closed_one_counts_for_the_hour(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b")}, max_files=1, max_hourly=1)
    life.run()
    life.close()
    assert [state for _, state in life.run().states] == ["waiting", "declined"]


def test_waiting_for_the_schedule(life: Life) -> None:
    day = another_day()
    ran = life.only_shown(schedule=[day])
    assert ran.states == [("all", "waiting")]
    assert ran.reasons == [f"outside of the schedule ({day} UTC); opens {day} 00:00"]
    assert life.pulls() == []
    assert life.settled(schedule=[day]).states == [("all", "waiting")]


def test_the_schedule_of_updates(opened: Life) -> None:
    head = opened.head()
    opened.commit({"a.py": smell("load", "read")})
    ran = opened.run(update_schedule=[another_day()])
    assert ran.states == [("all", "waiting")]
    assert ran.reasons[0].startswith("outside of the schedule")
    assert opened.head() == head
    opened.settled(update_schedule=[another_day()])
    assert opened.run(schedule=[another_day()]).states == [("all", "updated")]


def test_a_person_s_commit_is_left_alone(opened: Life) -> None:
    head = opened.commit({"x.txt": "x"}, ALL)
    opened.commit({"a.py": smell("load", "read"), "d.py": smell("d")})
    ran = opened.only_shown()
    assert ("all", "left alone") in ran.states
    assert ran.reasons[0] == "somebody has pushed to the branch of pull request 1"
    opened.settled()
    assert opened.head() == head


def test_an_amended_commit_is_left_alone(opened: Life) -> None:
    head = opened.amend()
    opened.commit({"a.py": CLEAN})
    ran = opened.run()
    assert ran.states == [("all", "left alone")]
    assert ran.reasons == [
        "there is nothing left of it to do on main, but somebody has pushed to the branch of pull request 1"
    ]
    opened.settled()
    assert opened.head() == head


def test_a_held_one_is_left_alone(opened: Life) -> None:
    opened.edit(labels=["fixbot:hold"])
    head = opened.head()
    opened.commit({"a.py": smell("load").replace("path", "place")})
    opened.comment("/fixbot recreate")
    ran = opened.only_shown()
    assert (ran.states[0], ran.reasons[0]) == (("all", "left alone"), "it carries the label fixbot:hold")
    opened.settled()
    assert opened.head() == head


def test_a_reviewed_head_is_left_alone_until_somebody_asks(opened: Life) -> None:
    head = opened.head()
    opened.edit(reviews=[{"author": "ada", "commit": head[:7]}])
    assert opened.settled().states == [("all", "unchanged")]
    opened.commit({"a.py": smell("load", "read")})
    ran = opened.run()
    assert ran.states[0] == ("all", "left alone")
    assert ran.reasons[0].startswith("the content differs by now, but a review of it is in progress")
    opened.settled()
    opened.comment("/fixbot rebase")
    assert opened.run().states[0] == ("all", "updated")
    assert opened.head() != head
    opened.settled()


def test_a_conflict_is_made_anew(opened: Life) -> None:
    opened.commit({"a.py": smell("load").replace("return open(path).read()", "return open(path).read()[1:]")})
    ran = opened.only_shown()
    assert ran.states in ([("all", "conflict")], [("all", "conflict"), ("all-2", "opened")])
    assert opened.git("rev-parse", f"{ALL}^") == opened.head("main")
    opened.settled()


def test_emptied_where_the_smell_is_gone(opened: Life) -> None:
    opened.commit({"a.py": CLEAN})
    ran = opened.only_shown()
    assert (ran.states, ran.reasons) == ([("all", "emptied")], ["there is nothing left of it to do on main"])
    assert opened.record()["state"] == "closed"
    (word,) = opened.comments()
    assert word["body"].startswith("Closed by fixbot: there is nothing left of it to do on main.\n")
    assert opened.settled().states == []


def test_what_was_emptied_comes_back_with_the_smell(opened: Life) -> None:
    opened.commit({"a.py": CLEAN})
    opened.run()
    opened.commit({"a.py": smell("load")})
    assert opened.only_shown().states == [("all", "opened")]
    assert [one["number"] for one in opened.pulls()] == [3]
    assert opened.settled().states == [("all", "unchanged")]


def test_an_emptied_one_that_a_person_reopens_stays_open(opened: Life) -> None:
    opened.commit({"a.py": CLEAN})
    opened.run()
    opened.reopen()
    ran = opened.run()
    assert ran.states == [("all", "left alone")]
    assert ran.reasons == ["there is nothing left of it to do on main, but a person reopened it"]
    assert opened.record()["state"] == "open"
    opened.settled()


def test_an_emptied_one_that_a_person_reopens_and_closes_is_declined(opened: Life) -> None:
    opened.commit({"a.py": CLEAN})
    opened.run()
    opened.reopen()
    opened.run()
    opened.close()
    opened.commit({"a.py": smell("load")})
    assert opened.run().states == [("all", "declined")]
    opened.settled()


def test_emptied_by_a_configuration_is_not_closed(opened: Life) -> None:
    ran = opened.run("--ignore", "bare-except")
    assert ran.states == [("all", "unchanged")]
    assert ran.reasons == ["this run does not look at bare-except"]
    opened.settled("--ignore", "bare-except")


def test_closed_is_declined(opened: Life) -> None:
    opened.close()
    ran = opened.only_shown()
    assert ran.states == [("all", "declined")]
    assert ran.reasons == ["closed by a person; 1 of its findings are there and not offered again"]
    opened.settled()
    opened.commit({"d.py": smell("d")})
    assert opened.run().states == [("all", "opened"), ("all", "declined")]
    assert opened.settled().states == [("all", "unchanged"), ("all", "declined")]


def test_a_deleted_branch_is_declined(opened: Life) -> None:
    opened.git("branch", "--quiet", "-D", ALL)
    assert opened.only_shown().states == [("all", "declined")]
    opened.settled()
    opened.commit({"d.py": smell("d")})
    assert opened.run().states == [("all", "opened"), ("all", "declined")]
    opened.settled()


def test_reopened_is_unchanged_and_closed_again_is_declined(opened: Life) -> None:
    opened.close()
    opened.run()
    opened.reopen()
    assert opened.run().states == [("all", "unchanged")]
    opened.settled()
    opened.close()
    assert opened.run().states == [("all", "declined")]
    opened.settled()


def test_merged(opened: Life) -> None:
    opened.merge()
    assert opened.only_shown().states == [("all", "merged")]
    assert opened.settled().states == [("all", "merged")]


def test_regressed_is_linked_to_the_old_one(opened: Life) -> None:
    opened.merge()
    opened.run()
    opened.git("revert", "--no-edit", "-m", "1", "HEAD")
    ran = opened.only_shown()
    assert ran.states == [("all", "regressed"), ("all", "merged")]
    assert ran.reasons == ["it was in #1, merged since, and is there", "it is in the base"]
    assert "In #1 before, merged since; the smell is there." in opened.pulls()[-1]["body"]
    assert opened.settled().states == [("all", "unchanged"), ("all", "merged")]


def test_regressed_although_nobody_looked_in_between(opened: Life) -> None:
    opened.merge()
    opened.git("revert", "--no-edit", "-m", "1", "HEAD")
    assert opened.run().states == [("all", "regressed"), ("all", "merged")]
    assert opened.settled().states == [("all", "unchanged"), ("all", "merged")]


def test_a_squashed_merge_is_emptied_or_merged_and_never_declined(opened: Life) -> None:
    opened.git("merge", "--quiet", "--squash", ALL)
    opened.git("commit", "--quiet", "-m", "Squashed")
    assert opened.run().states == [("all", "emptied")]
    opened.git("revert", "--no-edit", "HEAD")
    assert opened.run().states == [("all", "opened")]
    opened.settled()
