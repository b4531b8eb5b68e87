"""Pull requests on GitHub: found by their markers or trailers, opened and edited once, reviewed by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.errors import ForgeError
from fixbot.marker import write_marker
from tests.parts.github import COLLABORATOR, STRANGER
from tests.shell.github_rooms import BRANCH, NUMBER, Rooms, answer, body_for, either_lost, marker_for, plan_for, said

if TYPE_CHECKING:
    from tests.parts.github import GitHub
    from tests.parts.recorder import Answer

pytestmark = pytest.mark.real
OTHER = "fixbot/bare-except/other"


@pytest.fixture
def rooms(github: GitHub) -> Rooms:
    return Rooms(github)


def test_a_pull_request_is_known_with_all_that_github_says_of_it(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    (known,) = forge.pulls()
    assert known == pull
    assert (known.number, known.state, known.branch, known.base) == (1, "open", BRANCH, "main")
    assert known.marker == marker_for()
    assert known.author == "fixbot"
    assert known.created is not None
    assert known.created.tzinfo is not None
    assert known.closed_at is None
    assert rooms.asked("GET") == ["/pulls?direction=desc&per_page=100&sort=created&state=all"]
    rooms.check()


@pytest.mark.parametrize(
    ("user", "author"), [({"login": "github-actions[bot]", "type": "Bot"}, "github-actions[bot]"), (None, "ghost")]
)
def test_who_opened_it_is_known_as_github_says_it(rooms: Rooms, user: dict[str, str] | None, author: str) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    listed = rooms.github.as_human("GET", "/pulls?state=all")
    rooms.inject("GET", "/pulls", answer([{**listed[0], "user": user}]))
    assert [pull.author for pull in forge.pulls()] == [author]


def test_one_is_read_again_as_it_is_right_now(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    assert forge.reread(pull) == pull
    rooms.github.as_human("PATCH", "/pulls/1", {"body": "rewritten", "title": "Mine", "state": "closed"})
    rooms.github.as_human("POST", "/issues/1/labels", {"labels": ["hold"]})
    fresh = forge.reread(pull)
    assert (fresh.body, fresh.title, fresh.state, fresh.labels) == ("rewritten", "Mine", "closed", ("hold",))
    assert fresh.marker == marker_for()
    assert fresh == forge.pulls()[0]
    assert rooms.asked("GET")[0] == "/pulls/1"
    rooms.check()


def test_one_that_was_closed_says_when(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    rooms.github.as_human("PATCH", "/pulls/1", {"state": "closed"})
    (known,) = forge.pulls()
    assert known.state == "closed"
    assert known.closed_at is not None
    assert pull.created is not None
    assert known.closed_at >= pull.created


def test_one_that_was_merged_says_so(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    rooms.github.as_human("PUT", "/pulls/1/merge", {})
    assert [pull.state for pull in forge.pulls()] == ["merged"]


@pytest.mark.parametrize("body", ["rewritten", None, write_marker(marker_for(OTHER))], ids=["none", "empty", "copied"])
def test_where_the_body_has_no_marker_of_its_own_the_commit_tells(rooms: Rooms, body: str | None) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    rooms.github.as_human("PATCH", "/pulls/1", {"body": body})
    rooms.github.commit_as_human(BRANCH, {"more.py": "x = 1\n"})
    (known,) = forge.pulls()
    assert known.marker == marker_for()
    assert known.fingerprints == (NUMBER,)
    assert rooms.asked("GET")[-1] == "/pulls/1/commits?per_page=100"
    rooms.check()


def test_one_without_marker_and_trailers_has_none(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.github.as_human("POST", "/git/refs", {"ref": f"refs/heads/{BRANCH}", "sha": forge.base("main").commit})
    rooms.github.commit_as_human(BRANCH, {"more.py": "x = 1\n"})
    rooms.github.as_human("POST", "/pulls", {"title": "Mine", "head": BRANCH, "base": "main"})
    assert [pull.marker for pull in forge.pulls()] == [None]


def test_a_forks_pull_request_counts_for_nothing(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.opened(forge)
    listed = rooms.github.as_human("GET", "/pulls?state=all")
    for repository in ({**listed[0]["head"]["repo"], "id": 4711, "full_name": "evil/sample"}, None):
        listed[0]["head"]["repo"] = repository
        rooms.inject("GET", "/pulls", answer(listed))
        assert forge.pulls() == []


def test_a_branch_of_a_person_counts_for_nothing(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.github.as_human("POST", "/git/refs", {"ref": "refs/heads/mine", "sha": forge.base("main").commit})
    rooms.github.commit_as_human("mine", {"more.py": "x = 1\n"})
    rooms.github.as_human("POST", "/pulls", {"title": "Mine", "head": "mine", "base": "main"})
    assert forge.pulls() == []


def test_opening_sends_title_and_body_and_nothing_else(rooms: Rooms) -> None:
    forge = rooms.forge()
    commit = rooms.pushed(forge)
    pull = forge.open(plan_for(labels=("fixbot",), reviewers=("octo",)), body_for(), commit)
    assert (pull.labels, pull.head, pull.marker) == ((), commit, marker_for())
    assert set(rooms.sent("POST", "/pulls")) == {"title", "body", "head", "base"}
    rooms.check()


def test_a_draft_is_opened_as_one(rooms: Rooms) -> None:
    forge = rooms.forge()
    commit = rooms.pushed(forge)
    forge.open(plan_for(draft=True), body_for(), commit)
    assert rooms.sent("POST", "/pulls")["draft"] is True
    assert rooms.github.as_human("GET", "/pulls/1")["draft"] is True
    rooms.check()


def test_where_there_are_no_drafts_it_is_opened_as_ready(rooms: Rooms) -> None:
    forge = rooms.forge()
    commit = rooms.pushed(forge)
    rooms.inject("POST", "/pulls", said(422, "Draft pull requests are not supported in this repository."))
    assert forge.open(plan_for(draft=True), body_for(), commit).number == 1
    assert rooms.github.as_human("GET", "/pulls/1")["draft"] is False
    assert len(forge.complaints) == 1
    assert "no drafts" in forge.complaints[0]


def test_one_that_is_open_already_is_taken_as_it_is(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    assert forge.open(plan_for(), "another body", pull.head) == pull
    assert rooms.writes() == []


def test_one_that_somebody_opened_in_between_is_taken_as_it_is(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    rooms.inject("GET", "/pulls", answer([]))
    assert forge.open(plan_for(), "another body", pull.head) == pull
    assert rooms.writes() == ["POST /pulls"]


@either_lost
def test_a_lost_answer_to_the_opening_is_looked_up(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    commit = rooms.pushed(forge)
    rooms.inject("POST", "/pulls", lost, forward=True)
    assert forge.open(plan_for(), body_for(), commit) == forge.pulls()[0]
    assert rooms.writes().count("POST /pulls") == 1


@either_lost
def test_an_opening_that_did_not_happen_is_not_repeated(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    commit = rooms.pushed(forge)
    rooms.inject("POST", "/pulls", lost)
    with pytest.raises(ForgeError, match="run fixbot again"):
        forge.open(plan_for(), body_for(), commit)
    assert rooms.writes().count("POST /pulls") == 1


def test_an_opening_that_is_not_valid_is_refused_with_its_reason(rooms: Rooms) -> None:
    forge = rooms.forge()
    with pytest.raises(ForgeError, match=r"refuses the pull request from fixbot/bare-except/all .*head"):
        forge.open(plan_for(), body_for(), "")


def test_an_edit_is_one_request(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    edited = forge.edit(pull, body=f"new {body_for()}", title="New", close=True)
    assert rooms.writes() == ["PATCH /pulls/1"]
    assert (edited.title, edited.state, edited.body) == ("New", "closed", f"new {body_for()}")
    assert edited.closed_at is not None
    assert edited == forge.pulls()[0]
    rooms.check()


def test_an_edit_of_nothing_asks_nothing(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    assert forge.edit(pull) == pull
    assert rooms.github.recorder.requests == []


@either_lost
def test_a_lost_answer_to_an_edit_is_looked_up(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    rooms.inject("PATCH", "/pulls/1", lost, forward=True)
    assert forge.edit(pull, close=True).state == "closed"
    rooms.inject("PATCH", "/pulls/1", lost)
    with pytest.raises(ForgeError, match="run fixbot again"):
        forge.edit(pull, title="Never said")


def test_only_a_persons_review_of_the_head_counts(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    assert not forge.is_reviewed(pull)
    review = {"event": "COMMENT", "body": "Hm", "commit_id": pull.head}
    rooms.github.as_human("POST", "/pulls/1/reviews", review, token=COLLABORATOR)
    assert forge.is_reviewed(pull)
    rooms.github.commit_as_human(BRANCH, {"more.py": "x = 1\n"})
    assert not forge.is_reviewed(forge.pulls()[0])
    rooms.check()


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({}, True),
        ({"author_association": "OWNER"}, True),
        ({"author_association": "MEMBER"}, True),
        ({"author_association": "CONTRIBUTOR", "user": {"login": "ada", "type": "User"}}, True),
        ({"author_association": "CONTRIBUTOR"}, False),
        ({"author_association": "NONE"}, False),
        ({"author_association": None}, False),
        ({"author_association": "NONE", "user": None}, False),
        ({"body": None}, True),
        ({"state": "APPROVED"}, True),
        ({"state": "CHANGES_REQUESTED"}, True),
        ({"state": "DISMISSED"}, False),
        ({"state": "PENDING"}, False),
        ({"body": "Why\n\n<!-- fixbot:notes -->"}, False),
        ({"user": {"login": "ci[bot]", "type": "Bot"}}, False),
        ({"commit_id": "f" * 40}, False),
        ({"commit_id": None}, False),
    ],
)
def test_what_counts_as_a_review(rooms: Rooms, changed: dict[str, object], *, counts: bool) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    who = {"user": {"login": "mallory", "type": "User"}, "author_association": "COLLABORATOR"}
    review = {"state": "COMMENTED", "body": "", "commit_id": pull.head, **who}
    rooms.inject("GET", "/pulls/1/reviews", answer([{**review, **changed}]))
    assert forge.is_reviewed(pull) is counts


def test_a_strangers_review_holds_nothing_up(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    review = {"event": "COMMENT", "body": "Hm", "commit_id": pull.head}
    rooms.github.as_human("POST", "/pulls/1/reviews", review, token=STRANGER)
    assert not forge.is_reviewed(pull)
    assert rooms.asked("GET")[-1] == "/collaborators/mallory/permission"
    rooms.check()
