"""Comments, reactions and issues on GitHub: said once, edited later, and found again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from fixbot.errors import ForgeError, OperatorError
from tests.parts.github import COLLABORATOR
from tests.parts.recorder import HANG_UP, Answer, Fault
from tests.shell.github_rooms import Rooms, answer, either_lost, said

if TYPE_CHECKING:
    from tests.parts.github import GitHub

pytestmark = pytest.mark.real
LONG_AGO = datetime(2020, 1, 1, 1, tzinfo=UTC)
MARK = '<!-- fixbot:dashboard {"a":1} -->'


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
    assert asked == "/issues/comments?direction=asc&per_page=100&since=2020-01-01T01%3A00%3A00Z&sort=updated"
    rooms.check()


def test_no_more_than_ten_pages_of_comments_are_asked_for(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    rooms.github.as_human("POST", "/issues/1/comments", {"body": "x"})
    page = rooms.github.as_human("GET", "/issues/comments")
    link = {"Link": f'<{rooms.github.url}/repos/octo/sample/issues/comments?page=2>; rel="next"'}
    rooms.inject("GET", "/issues/comments", answer(page, headers=link), times=99)
    assert len(forge.comments(LONG_AGO)) == 10
    assert len(rooms.asked("GET")) == 10


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
    rooms.inject("POST", "/issues/1/comments", said(403, "Unable to create comment because issue is locked."))
    with pytest.raises(OperatorError, match="locked"):
        forge.say(1, "one")
    rooms.github.as_human("POST", "/issues/1/comments", {"body": "x"})
    (there,) = forge.comments_on(1)
    rooms.inject("PATCH", f"/issues/comments/{there.id}", said(403, "Must have admin rights"))
    with pytest.raises(OperatorError, match="admin rights"):
        forge.say(1, "one", there)


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


def test_issues_and_pull_requests_are_told_apart(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    rooms.github.as_human("POST", "/issues", {"title": "Please", "body": "fix it", "labels": ["a"]}, token=COLLABORATOR)
    pull, issue = forge.issue(1), forge.issue(2)
    assert pull is not None
    assert pull.is_pull
    assert issue is not None
    assert (issue.number, issue.state, issue.title, issue.author) == (2, "open", "Please", "ada")
    assert (issue.labels, issue.is_pull, issue.body) == (("a",), False, "fix it")
    assert forge.issue(99) is None
    rooms.inject("GET", "/issues/2", said(410, "This issue was deleted"))
    assert forge.issue(2) is None
    rooms.check()


def test_an_issue_that_moved_to_another_repository_is_not_here(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.github.as_human("POST", "/issues", {"title": "Please"})
    row = rooms.github.as_human("GET", "/issues/1")
    moved = {**row, "repository_url": row["repository_url"].replace("sample", "elsewhere")}
    rooms.inject("GET", "/issues/1", answer(moved))
    assert forge.issue(1) is None


def test_an_issue_that_cannot_be_read_is_an_error(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.inject("GET", "/issues/1", said(403, "Resource not accessible by integration"))
    with pytest.raises(OperatorError, match="not accessible"):
        forge.issue(1)


def test_an_issue_is_found_by_its_label_in_one_request(rooms: Rooms) -> None:
    forge = rooms.forge()
    issue = forge.open_issue("Dashboard", f"Hello\n{MARK}", ["fixbot"])
    rooms.github.as_human("POST", "/issues", {"title": "Other", "labels": ["fixbot"]})
    rooms.github.as_human("PATCH", f"/issues/{issue.number}", {"state": "closed", "title": "Renamed"})
    rooms.github.recorder.clear()
    (found,) = forge.issues_holding("<!-- fixbot:dashboard", "fixbot")
    assert (found.number, found.state, found.title) == (issue.number, "closed", "Renamed")
    assert len(rooms.github.recorder.requests) == 1
    rooms.check()


def test_an_issue_that_lost_its_label_is_found_by_a_search(rooms: Rooms) -> None:
    forge = rooms.forge()
    issue = forge.open_issue("Dashboard", f"Hello\n{MARK}", ["fixbot"])
    rooms.github.as_human("DELETE", f"/issues/{issue.number}/labels/fixbot")
    rooms.inject("GET", "/issues", answer([]))  # the label's
    rooms.inject("GET", "/issues", answer([]))  # the newest: as if there were hundreds of others
    assert [one.number for one in forge.issues_holding("<!-- fixbot:dashboard", "fixbot")] == [issue.number]
    rooms.check()


@pytest.mark.parametrize("lost", [HANG_UP, Answer(503), said(422, "Validation Failed"), said(403, "no search")])
def test_without_the_search_the_newest_issues_are_looked_through(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    issue = forge.open_issue("Dashboard", f"Hello\n{MARK}", [])
    rooms.github.recorder.inject(Fault(lambda asked: asked.path == "/search/issues", lost, times=9))
    assert [one.number for one in forge.issues_holding("<!-- fixbot:dashboard", "")] == [issue.number]
    assert len(forge.complaints) == 1
    rooms.check()


def test_pull_requests_are_no_issues(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge, body=f"{MARK}\n")
    assert forge.issues_holding("<!-- fixbot:dashboard", "") == []


def test_a_search_with_a_bad_token_is_an_error(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.github.recorder.inject(Fault(lambda asked: asked.path == "/search/issues", said(401, "Bad credentials")))
    with pytest.raises(OperatorError, match="does not accept the token"):
        forge.issues_holding("words", "")


@either_lost
@pytest.mark.parametrize("body", [f"Hello\n{MARK}\n", "Hello"])
def test_an_issue_is_opened_once(rooms: Rooms, lost: Answer, body: str) -> None:
    forge = rooms.forge()
    rooms.inject("POST", "/issues", lost, forward=True)
    issue = forge.open_issue("Dashboard", body, ["fixbot"])
    assert (issue.number, issue.title, issue.labels, issue.body) == (1, "Dashboard", ("fixbot",), body)
    rooms.inject("POST", "/issues", lost)
    with pytest.raises(ForgeError):
        forge.open_issue("Another", f"{body} <!-- fixbot:item {{}} -->".replace(MARK, ""), [])
    assert rooms.writes() == ["POST /issues", "POST /issues"]
    rooms.check()


def test_an_issue_is_edited_over_what_is_known_alone(rooms: Rooms) -> None:
    forge = rooms.forge()
    issue = forge.open_issue("Dashboard", "- [ ] one", [])
    edited = forge.edit_issue(issue, "- [ ] two")
    assert edited.body == "- [ ] two"
    rooms.github.as_human("PATCH", "/issues/1", {"body": "- [x] two"})
    rooms.github.recorder.clear()
    theirs = forge.edit_issue(edited, "- [ ] three")
    assert theirs.body == "- [x] two"
    assert rooms.writes() == []
    assert forge.edit_issue(theirs, "- [ ] three").body == "- [ ] three"
    assert rooms.writes() == ["PATCH /issues/1"]
    rooms.check()


def test_an_issue_that_says_it_already_is_not_written(rooms: Rooms) -> None:
    forge = rooms.forge()
    issue = forge.open_issue("Dashboard", "same", [])
    rooms.github.recorder.clear()
    assert forge.edit_issue(issue, "same") == issue
    assert rooms.writes() == []


@either_lost
def test_a_lost_answer_to_an_edited_issue_is_looked_up(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    issue = forge.open_issue("Dashboard", "one", [])
    rooms.inject("PATCH", "/issues/1", lost, forward=True)
    two = forge.edit_issue(issue, "two")
    assert two.body == "two"
    rooms.inject("PATCH", "/issues/1", lost)
    with pytest.raises(ForgeError):
        forge.edit_issue(two, "three")
