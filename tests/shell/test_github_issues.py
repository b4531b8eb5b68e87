"""Issues on GitHub: opened once, found again, edited over what is known, and done without where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.errors import ForgeError, OperatorError
from fixbot.model import Issue
from tests.parts.github import COLLABORATOR
from tests.parts.recorder import HANG_UP, Answer, Fault
from tests.shell.github_rooms import Rooms, answer, either_lost, said

if TYPE_CHECKING:
    from fixbot.shell.github import GitHubForge
    from tests.parts.github import GitHub

pytestmark = pytest.mark.real
MARK = '<!-- fixbot:dashboard {"a":1} -->'


@pytest.fixture
def rooms(github: GitHub) -> Rooms:
    return Rooms(github)


def opened(forge: GitHubForge, title: str, body: str, *labels: str) -> Issue:
    """Open an issue where that is possible."""
    issue = forge.open_issue(title, body, labels)
    assert issue is not None
    return issue


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
    issue = opened(forge, "Dashboard", f"Hello\n{MARK}", "fixbot")
    rooms.github.as_human("POST", "/issues", {"title": "Other", "labels": ["fixbot"]})
    rooms.github.as_human("PATCH", f"/issues/{issue.number}", {"state": "closed", "title": "Renamed"})
    rooms.github.recorder.clear()
    (found,) = forge.issues_holding("<!-- fixbot:dashboard", "fixbot")
    assert (found.number, found.state, found.title) == (issue.number, "closed", "Renamed")
    assert len(rooms.github.recorder.requests) == 1
    rooms.check()


def test_an_issue_that_lost_its_label_is_found_by_a_search(rooms: Rooms) -> None:
    forge = rooms.forge()
    issue = opened(forge, "Dashboard", f"Hello\n{MARK}", "fixbot")
    rooms.github.as_human("DELETE", f"/issues/{issue.number}/labels/fixbot")
    rooms.inject("GET", "/issues", answer([]))  # the label's
    rooms.inject("GET", "/issues", answer([]))  # the newest: as if there were hundreds of others
    assert [one.number for one in forge.issues_holding("<!-- fixbot:dashboard", "fixbot")] == [issue.number]
    rooms.check()


@pytest.mark.parametrize("lost", [HANG_UP, Answer(503), said(422, "Validation Failed"), said(403, "no search")])
def test_without_the_search_the_newest_issues_are_looked_through(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    issue = opened(forge, "Dashboard", f"Hello\n{MARK}")
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
    issue = opened(forge, "Dashboard", body, "fixbot")
    assert (issue.number, issue.title, issue.labels, issue.body) == (1, "Dashboard", ("fixbot",), body)
    rooms.inject("POST", "/issues", lost)
    with pytest.raises(ForgeError):
        forge.open_issue("Another", f"{body} <!-- fixbot:item {{}} -->".replace(MARK, ""), [])
    assert rooms.writes() == ["POST /issues", "POST /issues"]
    rooms.check()


def test_an_issue_is_edited_over_what_is_known_alone(rooms: Rooms) -> None:
    forge = rooms.forge()
    issue = opened(forge, "Dashboard", "- [ ] one")
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
    issue = opened(forge, "Dashboard", "same")
    rooms.github.recorder.clear()
    assert forge.edit_issue(issue, "same") == issue
    assert rooms.writes() == []


@either_lost
def test_a_lost_answer_to_an_edited_issue_is_looked_up(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    issue = opened(forge, "Dashboard", "one")
    rooms.inject("PATCH", "/issues/1", lost, forward=True)
    two = forge.edit_issue(issue, "two")
    assert two.body == "two"
    rooms.inject("PATCH", "/issues/1", lost)
    with pytest.raises(ForgeError):
        forge.edit_issue(two, "three")


DISABLED = said(410, "Issues has been disabled in this repository.")
NOT_ALLOWED = said(403, "Resource not accessible by integration")


@pytest.mark.parametrize("refusal", [DISABLED, NOT_ALLOWED, said(404, "Not Found")], ids=["410", "403", "404"])
def test_where_issues_are_not_shown_none_is_found_and_none_is_opened(rooms: Rooms, refusal: Answer) -> None:
    forge = rooms.forge()
    rooms.inject("GET", "/issues", refusal)
    rooms.github.recorder.clear()
    assert forge.issues_holding("words", "fixbot") == []
    assert forge.issues_holding("words", "fixbot") == []
    assert forge.open_issue("Dashboard", MARK, ["fixbot"]) is None
    reason = refusal.json()["message"]
    assert forge.complaints == [f"there are no issues here, so there is no dashboard: {reason}"]
    assert len(rooms.github.recorder.requests) == 1


def test_where_a_repository_has_no_issues_nothing_is_asked(rooms: Rooms) -> None:
    about = rooms.github.as_human("GET", "")
    rooms.inject("GET", "", answer({**about, "has_issues": False}))
    forge = rooms.forge()
    rooms.github.recorder.clear()
    assert forge.issues_holding("words", "fixbot") == []
    assert forge.complaints == []
    assert forge.open_issue("Dashboard", MARK, ["fixbot"]) is None
    assert forge.open_issue("Dashboard", MARK, ["fixbot"]) is None
    assert forge.complaints == [
        "there are no issues here, so there is no dashboard: they are disabled in the repository"
    ]
    assert rooms.github.recorder.requests == []


@pytest.mark.parametrize("refusal", [DISABLED, NOT_ALLOWED], ids=["410", "403"])
def test_a_token_that_may_open_no_issue_tries_once_and_says_so(rooms: Rooms, refusal: Answer) -> None:
    forge = rooms.forge()
    rooms.inject("POST", "/issues", refusal, times=9)
    assert forge.issues_holding("words", "fixbot") == []
    assert forge.open_issue("Dashboard", MARK, ["fixbot"]) is None
    assert forge.open_issue("Another", MARK, ["fixbot"]) is None
    (complaint,) = forge.complaints
    assert refusal.json()["message"] in complaint
    assert "issues: write" in complaint
    assert rooms.writes() == ["POST /issues"]


def test_an_issue_that_may_not_be_edited_stays_as_it_is_and_that_is_said_once(rooms: Rooms) -> None:
    forge = rooms.forge()
    issue = opened(forge, "Dashboard", "one")
    rooms.inject("PATCH", "/issues/1", NOT_ALLOWED, times=9)
    assert forge.edit_issue(issue, "two") == issue
    assert forge.edit_issue(issue, "three") == issue
    assert rooms.writes() == ["POST /issues", "PATCH /issues/1"]
    assert len(forge.complaints) == 1


def test_what_is_no_matter_of_permissions_is_still_an_error(rooms: Rooms) -> None:
    forge = rooms.forge()
    issue = opened(forge, "Dashboard", "one")
    invalid = said(422, "Validation Failed")
    rooms.inject("GET", "/issues", invalid)
    with pytest.raises(ForgeError, match="Validation Failed"):
        forge.issues_holding("words", "fixbot")
    rooms.inject("POST", "/issues", invalid)
    with pytest.raises(ForgeError, match="Validation Failed"):
        forge.open_issue("Another", "body", [])
    rooms.inject("PATCH", "/issues/1", invalid)
    with pytest.raises(ForgeError, match="Validation Failed"):
        forge.edit_issue(issue, "two")
