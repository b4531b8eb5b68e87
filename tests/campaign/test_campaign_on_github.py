"""A campaign on an organisation on GitHub: whom it takes, how it goes on from wave to wave, and where it stops."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.campaign.board import Board, timing
from tests.campaign.organisation import OWN, Plot, apart, partaking, smelly
from tests.parts.openapi import assert_documented

if TYPE_CHECKING:
    from datetime import datetime

    from tests.campaign.conftest import Begun

pytestmark = pytest.mark.real

EASY = "[waves]\ncanary = 9\nsize = 9\n"
REASONS = {
    "archived": "is archived",
    "disabled": "has been disabled by GitHub",
    "empty": "is empty",
    "fork": "is a fork",
    "new": "is empty",
    "read-only": "the token may only read it",
    "unconfigured": "has no configuration of fixbot, and no list names it",
}


def skipped(board: Board) -> dict[str, str]:
    """Return why repositories take no part."""
    return {name: row["because"] for name, row in board.rows().items() if row["state"] == "skipped"}


def owned(name: str, owner: str, findings: int = 2) -> Plot:
    """Return a repository whose files belong to somebody."""
    return Plot(name, smelly(findings, CODEOWNERS=f"* {owner}\n") | OWN)


def test_an_organisation_is_listed_and_each_that_takes_no_part_says_why(begun: Begun) -> None:
    board = begun([*partaking(2), *apart()])
    board.write(EASY)
    board.start()
    assert skipped(board) == REASONS
    assert board.organisation.every() == {"library-00": 1, "service-01": 1, "script": 1}
    assert_documented(board.organisation.site.recorder.requests)


def test_a_configuration_that_is_wrong_keeps_its_repository_out_and_holds_nobody_up(begun: Begun) -> None:
    board = begun([Plot("wrong", {**smelly(1), "fixbot.toml": "selekt = []\n"}), *partaking(1)])
    board.write("[waves]\ncanary = 1\nsize = 9\n")
    board.start()
    assert list(skipped(board)) == ["wrong"]
    assert "selekt" in skipped(board)["wrong"]
    assert board.organisation.every() == {"library-00": 1}


def test_who_is_on_the_list_needs_no_configuration_but_what_keeps_others_out_holds(begun: Begun) -> None:
    board = begun(apart())
    board.write(EASY, 'file = "list"')
    names = ("unconfigured", "archived", "fork", "read-only", "empty", "gone")
    (board.folder / "list").write_text("".join(f"acme/{name}\n" for name in names), "utf-8")
    board.start()
    assert skipped(board) == {name: REASONS[name] for name in ("archived", "fork", "read-only", "empty")}
    assert board.organisation.every() == {"unconfigured": 1}
    assert board.states()["gone"] == "failed"
    assert "does not exist, or the token may not see it" in board.rows()["gone"]["because"]


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        ('topic = "library"', {"library-00", "library-03"}),
        ('topic = "Backend"\nlanguage = "python"\nexclude = ["*/service-02"]', {"service-01", "service-04"}),
        ('language = "shell"', {"script"}),
    ],
)
def test_topic_and_language_narrow_an_organisation_down(begun: Begun, narrowed: str, names: set[str]) -> None:
    board = begun([*partaking(5), *apart()])
    board.write(EASY, f'organisation = "acme"\n{narrowed}')
    board.start("--dry-run")
    assert {name for name, state in board.states().items() if state != "skipped"} == names
    assert board.organisation.site.recorder.writes == []


def test_a_person_has_repositories_too_and_who_is_unknown_is_said(begun: Begun) -> None:
    board = begun([])
    board.organisation.site.emulator.call("POST", "/user/repos", {"name": "own", "auto_init": True})
    board.write(sources='organisation = "octo"')
    board.start()
    assert skipped(board) == {"own": "the token may only read it"}
    board.write(sources='organisation = "nobody"')
    assert "GitHub does not know the repositories of nobody" in board.start(code=2).err


@pytest.mark.long
@pytest.mark.no_cover  # the others of this file do all of it
def test_a_campaign_goes_from_wave_to_wave_as_people_merge_and_holds_where_they_decline(begun: Begun) -> None:
    board = begun([*partaking(32), *apart()])
    board.write("[waves]\ncanary = 8\nsize = 13\ndecisions = 5\n[limits]\nopen = 50\n")
    times = timing(board)
    board.start()
    canaries = sorted(board.organisation.open())
    rows = board.rows()
    assert len(canaries) >= 5
    assert canaries == sorted(name for name, row in rows.items() if row["wave"] == 1 and row["findings"])
    assert {row["state"] for row in rows.values() if row["wave"] > 1} == {"waiting"}
    board.start()
    assert board.organisation.site.recorder.writes == []
    assert board.organisation.site.git.counts["push"] == 0

    board.organisation.decide(canaries[:4], merged=True)
    board.start()
    assert sorted(board.organisation.open()) == canaries[4:]
    board.organisation.decide(canaries[4:], merged=True)
    board.start()
    second = sorted(board.organisation.open())
    rows = board.rows()
    assert second == sorted(name for name, row in rows.items() if row["wave"] == 2 and row["findings"])
    assert {rows[name]["state"] for name in canaries} == {"done"}

    board.organisation.decide(second, merged=False)
    board.start()
    status = board.status()
    assert board.organisation.open() == {}
    assert status["waves"]["reached"] == 2
    assert "50% is asked for" in status["waves"]["because"]
    assert "50% is asked for" in status["codemods"]["bare-except"]["paused"]
    assert set(board.organisation.every().values()) == {1}
    assert not set(board.organisation.every()) & set(REASONS)
    assert_paced(times)
    assert len(times) > 80  # else nothing would have had to wait


def assert_paced(times: list[datetime]) -> None:
    """Fail where more was created within a minute or an hour than GitHub lets anybody create."""
    for span, most in ((timedelta(minutes=1), 80), (timedelta(hours=1), 500)):
        assert max(sum(start <= time < start + span for time in times) for start in times) <= most
    assert all(before <= after for before, after in pairwise(times))


def test_no_more_are_opened_than_the_campaign_has_room_for(begun: Begun) -> None:
    board = begun([Plot(f"app-{number}", smelly(2) | OWN) for number in range(4)])
    board.write(f"{EASY}[limits]\nopen = 2\n")
    board.start()
    opened = sorted(board.organisation.open())
    assert len(opened) == 2
    waiting = {name: row["because"] for name, row in board.rows().items() if name not in opened}
    assert set(waiting.values()) == {"2 open in the campaign, and the limit is 2"}
    board.organisation.decide(opened[:1], merged=True)
    board.start()
    assert len(board.organisation.open()) == 2
    assert len(board.organisation.every()) == 3


def test_one_repository_gets_as_many_as_its_limit_says(begun: Begun) -> None:
    board = begun([Plot("app", smelly(3) | {"fixbot.toml": "max-hourly = 9\nmax-open = 9\n"})])
    each = '[settings]\nshard = "finding"\n'
    for limit in (2, 3):
        board.write(f"{EASY}{each}[limits]\nrepository = {limit}\n")
        board.start()
        assert len(board.organisation.open()["app"]) == limit


@pytest.mark.parametrize("journal", ["kept", "deleted"])
def test_an_owner_gets_as_many_as_the_limit_says_whatever_is_forgotten(begun: Begun, journal: str) -> None:
    board = begun([*(owned(f"red-{number}", "@acme/red") for number in range(4)), owned("blue", "@acme/blue")])
    board.write(f"{EASY}[limits]\nowner = 2\n")
    board.start()
    opened = sorted(board.organisation.open())
    assert len(opened) == 3
    assert "blue" in opened
    if journal == "deleted":
        (board.kept / "journal.sqlite").unlink()
    board.start()
    assert sorted(board.organisation.open()) == opened
    waiting = {row["because"] for name, row in board.rows().items() if name not in opened}
    assert waiting == {"acme/red has 2 open, and the limit is 2"}


@pytest.mark.parametrize("lost", ["journal.sqlite", "plans", "clones"])
def test_what_a_campaign_keeps_may_be_deleted(begun: Begun, lost: str) -> None:
    board = begun(partaking(5))
    board.write("[waves]\ncanary = 3\nsize = 9\n")
    board.start()
    before, opened = board.rows(), board.organisation.open()
    place = board.kept / lost
    place.rename(place.with_suffix(".old"))
    board.start()
    assert board.rows() == before
    assert board.organisation.open() == opened
    assert board.organisation.site.recorder.writes == []


def test_who_pauses_a_campaign_while_it_waits_for_github_has_nothing_opened(begun: Begun) -> None:
    board = begun(partaking(2))
    board.write(EASY)
    board.full()
    board.clock.on_nap = lambda: board.command("pause")
    board.start()
    assert board.organisation.every() == {}
    board.clock.on_nap = lambda: None
    assert board.command("resume").code == 0
    board.start()
    assert len(board.organisation.every()) == 2
