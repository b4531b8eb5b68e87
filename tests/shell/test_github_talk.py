"""Comments and reactions on GitHub: said once, edited later, and found again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from fixbot.errors import ForgeError, OperatorError
from tests.parts.github import COLLABORATOR
from tests.parts.recorder import HANG_UP, Answer
from tests.shell.github_rooms import Rooms, answer, either_lost, said

if TYPE_CHECKING:
    from tests.parts.github import GitHub

pytestmark = pytest.mark.real
LONG_AGO = datetime(2020, 1, 1, 1, tzinfo=UTC)


@pytest.fixture
def rooms(github: GitHub) -> Rooms:
    return Rooms(github)


def test_comments_on_anything_come_in_one_list(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    rooms.github.as_human("POST", "/issues", {"title": "Please"})
    rooms.github.as_human("POST", "/issues/1/comments", {"body": "/fixbot rebase"}, token=COLLABORATOR)
    rooms.github.as_human("POST", "/issues/2/comments", {"body": "hello"})
    found = forge.comments(LONG_AGO)
    assert [(one.on, one.author, one.is_bot, one.body) for one in found] == [
        (1, "ada", False, "/fixbot rebase"),
        (2, "octo", False, "hello"),
    ]
    assert all(one.updated is not None and one.updated.tzinfo is not None for one in found)
    assert [one.on for one in forge.comments_on(2)] == [2]
    rooms.check()


def test_comments_are_asked_for_since_a_moment_in_utc(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.github.recorder.clear()
    assert forge.comments(LONG_AGO.astimezone() + timedelta(microseconds=5)) == []
    (asked,) = rooms.asked("GET")
    assert asked == "/issues/comments?direction=desc&per_page=100&since=2020-01-01T01%3A00%3A00Z&sort=updated"
    rooms.check()


def comment_row(rooms: Rooms, number: int) -> dict[str, object]:
    """Give a comment as GitHub lists it; with each number it is a minute later."""
    updated = (LONG_AGO + timedelta(minutes=number)).isoformat()
    url = f"{rooms.github.url}/repos/octo/sample/issues/1"
    return {"id": number, "issue_url": url, "updated_at": updated, "body": str(number), "user": None}


def test_of_many_comments_the_newest_are_heard_the_oldest_of_them_first_in_ten_requests(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.github.recorder.clear()
    link = {"Link": f'<{rooms.github.url}/repos/octo/sample/issues/comments?page=2>; rel="next"'}
    for page in range(11):
        rows = [comment_row(rooms, 5000 - 100 * page - number) for number in range(100)]
        rooms.inject("GET", "/issues/comments", answer(rows, headers=link))
    assert [comment.id for comment in forge.comments(LONG_AGO)] == list(range(4001, 5001))
    assert len(rooms.asked("GET")) == 10


def test_a_comment_that_moves_on_while_the_pages_are_turned_comes_once_and_as_it_was_last(rooms: Rooms) -> None:
    forge = rooms.forge()
    link = {"Link": f'<{rooms.github.url}/repos/octo/sample/issues/comments?page=2>; rel="next"'}
    edited = {**comment_row(rooms, 1), "body": "edited", "updated_at": "2020-01-02T00:00:00Z"}
    rooms.inject("GET", "/issues/comments", answer([edited, comment_row(rooms, 2)], headers=link))
    rooms.inject("GET", "/issues/comments", answer([comment_row(rooms, 2), comment_row(rooms, 1)]))
    assert [(one.id, one.body) for one in forge.comments(LONG_AGO)] == [(2, "2"), (1, "edited")]


def test_more_than_a_thousand_comments_hide_no_new_one(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    for number in range(1001):
        rooms.github.as_human("POST", "/issues/1/comments", {"body": str(number)})
    found = forge.comments(LONG_AGO)
    assert (len(found), found[-1].body) == (1000, "1000")
    assert len(rooms.asked("GET")) == 10
    rooms.github.recorder.clear()
    assert forge.comments(LONG_AGO) == found
    assert rooms.github.recorder.unchanged == len(rooms.asked("GET")) == 10


@pytest.mark.parametrize("status", [403, 404, 410])
def test_where_no_comments_are_shown_nobody_is_heard_and_that_is_said(rooms: Rooms, status: int) -> None:
    forge = rooms.forge()
    rooms.inject("GET", "/issues/comments", said(status, "Not here"), times=9)
    assert forge.comments(LONG_AGO) == []
    assert forge.complaints == ["GitHub shows no comments, so nobody is heard: Not here"]
    for lost in (HANG_UP, Answer(502)):
        rooms.github.recorder.calm()
        rooms.inject("GET", "/issues/comments", lost, times=9)
        with pytest.raises(ForgeError):
            forge.comments(LONG_AGO)


def test_comments_come_in_pages(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    for number in range(103):
        rooms.github.as_human("POST", "/issues/1/comments", {"body": str(number)})
    assert [one.body for one in forge.comments_on(1)] == [str(number) for number in range(103)]
    assert len(rooms.asked("GET")) == 2
    rooms.check()


def test_a_comment_by_somebody_who_is_gone_or_an_app_is_known_as_such(rooms: Rooms) -> None:
    forge = rooms.forge()
    url = f"{rooms.github.url}/repos/octo/sample/issues/7"
    row = {"id": 1, "issue_url": url, "updated_at": "2026-01-02T03:04:05Z", "body": None, "user": None}
    bot = {**row, "user": {"login": "ci[bot]", "type": "Bot"}}
    rooms.inject("GET", "/issues/7/comments", answer([row, bot]))
    assert [(one.author, one.is_bot, one.body) for one in forge.comments_on(7)] == [
        ("ghost", False, ""),
        ("ci[bot]", True, ""),
    ]


def test_a_comment_is_written_and_then_edited(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    forge.say(1, "one")
    (there,) = forge.comments_on(1)
    forge.say(1, "two", there)
    (there,) = forge.comments_on(1)
    assert there.body == "two"
    forge.say(1, "two", there)
    assert rooms.writes() == ["POST /issues/1/comments", f"PATCH /issues/comments/{there.id}"]
    rooms.check()


@either_lost
def test_a_comment_whose_answer_is_lost_is_looked_up(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    rooms.inject("POST", "/issues/1/comments", lost, forward=True)
    forge.say(1, "one")
    assert [one.body for one in forge.comments_on(1)] == ["one"]
    rooms.inject("POST", "/issues/1/comments", lost)
    with pytest.raises(ForgeError):
        forge.say(1, "two")
    assert [one.body for one in forge.comments_on(1)] == ["one"]


def test_a_comment_that_somebody_deleted_stays_deleted(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    forge.say(1, "one")
    (there,) = forge.comments_on(1)
    rooms.github.as_human("DELETE", f"/issues/comments/{there.id}")
    forge.say(1, "two", there)
    assert forge.comments_on(1) == []
    assert forge.complaints == ["somebody deleted fixbot's comment on 1"]


def test_a_comment_that_is_refused_is_an_error(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    rooms.inject("POST", "/issues/1/comments", said(403, "Your account is blocked."))
    with pytest.raises(OperatorError, match="blocked"):
        forge.say(1, "one")
    rooms.github.as_human("POST", "/issues/1/comments", {"body": "x"})
    (there,) = forge.comments_on(1)
    rooms.inject("PATCH", f"/issues/comments/{there.id}", said(403, "Must have admin rights"))
    with pytest.raises(OperatorError, match="admin rights"):
        forge.say(1, "one", there)


@pytest.mark.parametrize(
    "refusal",
    [
        said(403, "Unable to create comment because issue is locked."),
        said(422, "Validation Failed", errors=[{"message": "Issue is locked"}]),
        said(423, "No"),
    ],
    ids=["403", "422", "423"],
)
def test_where_a_conversation_is_locked_nothing_is_said_and_the_run_goes_on(rooms: Rooms, refusal: Answer) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    rooms.github.as_human("POST", "/issues/1/comments", {"body": "x"})
    (there,) = forge.comments_on(1)
    rooms.inject("POST", "/issues/1/comments", refusal)
    forge.say(1, "one")
    rooms.inject("PATCH", f"/issues/comments/{there.id}", refusal)
    forge.say(1, "one", there)
    rooms.inject("POST", f"/issues/comments/{there.id}/reactions", refusal)
    forge.react(there, "+1")
    assert len(forge.complaints) == 2
    assert forge.complaints[0].startswith("1 is locked, so fixbot says nothing there: ")
    assert forge.complaints[1].startswith("GitHub refuses a reaction on 1: ")
    assert forge.comments_on(1) == [there]


def test_a_reaction_stands_at_the_comment(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    rooms.github.as_human("POST", "/issues/1/comments", {"body": "/fixbot rebase"})
    (there,) = forge.comments_on(1)
    forge.react(there, "+1")
    forge.react(there, "+1")
    reactions = rooms.github.as_human("GET", f"/issues/comments/{there.id}/reactions")
    assert [(one["content"], one["user"]["login"]) for one in reactions] == [("+1", "fixbot")]
    rooms.check()


def test_a_reaction_that_is_refused_stops_nothing_but_a_failure_does(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    rooms.github.as_human("POST", "/issues/1/comments", {"body": "x"})
    (there,) = forge.comments_on(1)
    path = f"/issues/comments/{there.id}/reactions"
    rooms.inject("POST", path, said(403, "locked"))
    forge.react(there, "confused")
    assert forge.complaints == ["GitHub refuses a reaction on 1: locked"]
    for lost in (HANG_UP, Answer(502)):
        rooms.inject("POST", path, lost)
        with pytest.raises(ForgeError):
            forge.react(there, "confused")
