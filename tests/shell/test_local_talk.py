"""What people say on the local forge, by hand and in any editor, and what fixbot says back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fixbot.errors import ForgeError, OperatorError
from fixbot.model import Comment
from tests.parts.command import SMELLY, repository
from tests.parts.git import git
from tests.parts.local_forge import BRANCH, NOON, change, forge, opened, record

HOUR = timedelta(hours=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return repository(tmp_path / "place", {"a.py": SMELLY})


def by_hand(place: Path, number: int, text: str | bytes) -> Path:
    """Write the page of an issue."""
    page = place / f".git/fixbot/issues/{number}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes(text if isinstance(text, bytes) else text.encode())
    return page


def issue_record(place: Path, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / f".git/fixbot/issues/{number}.json").read_text())
    return found


def test_a_comment_by_hand_needs_nothing_but_its_text(place: Path) -> None:
    local, _ = opened(place)
    change(place, comments=[{"body": "/fixbot rebase"}, {"body": "/fixbot status", "author": "ada"}])
    first, second = local.comments_on(1)
    assert (first.on, first.author, first.is_bot, first.updated) == (1, place.owner(), False, None)
    assert (second.author, second.body) == ("ada", "/fixbot status")
    assert first.id < second.id
    assert local.comments(NOON + HOUR) == [first, second], "without a time they are always new"


def test_a_comment_keeps_its_id_when_others_come(place: Path) -> None:
    local, _ = opened(place)
    change(place, comments=[{"body": "one"}])
    (first,) = local.comments_on(1)
    local.say(1, "two")
    change(place, comments=[*record(place)["comments"], {"body": "three"}])
    ids = [comment.id for comment in local.comments_on(1)]
    assert ids[0] == first.id
    assert len(set(ids)) == 3


def test_a_comment_that_was_copied_with_its_id_has_one_of_its_own(place: Path) -> None:
    local, _ = opened(place)
    change(
        place, comments=[{"id": 5_000_000, "body": "one"}, {"id": 5_000_000, "body": "two"}, {"id": "x", "body": ""}]
    )
    assert [comment.id for comment in local.comments_on(1)] == [5_000_000, 5_000_001, 5_000_002]


def test_comments_on_different_issues_never_have_the_same_id(place: Path) -> None:
    local, _ = opened(place)
    issue = local.open_issue("Board", "body", ())
    local.say(1, "here")
    local.say(issue.number, "there")
    assert len({comment.id for comment in local.comments(LONG_AGO)}) == 2


def test_fixbot_edits_its_comment_and_does_not_repeat_it(place: Path) -> None:
    local, _ = opened(place)
    local.say(1, "first")
    (said,) = local.comments_on(1)
    assert (said.author, said.is_bot, said.updated, said.body) == ("fixbot", True, NOON, "first")
    assert said.author == local.pulls()[0].author
    forge(place, NOON + HOUR).say(1, "second", said)
    (edited,) = local.comments_on(1)
    assert edited == replace(said, body="second", updated=NOON + HOUR)
    writes = local.tally().writes
    local.say(1, "second", edited)
    assert local.tally().writes == writes


def test_a_comment_that_somebody_deleted_is_written_again(place: Path) -> None:
    local, _ = opened(place)
    local.say(1, "first")
    (said,) = local.comments_on(1)
    change(place, comments=[])
    local.say(1, "second", said)
    assert [comment.body for comment in local.comments_on(1)] == ["second"]


def test_only_what_was_said_since_then_is_heard(place: Path) -> None:
    opened(place)
    for hours, words in enumerate(("first", "second", "third")):
        forge(place, NOON + hours * HOUR).say(1, words)
    assert [comment.body for comment in forge(place).comments(NOON + HOUR)] == ["second", "third"]


def test_a_reaction_stands_beside_its_comment_once(place: Path) -> None:
    local, _ = opened(place)
    change(place, comments=[{"body": "/fixbot rebase"}, {"body": "another"}])
    comment = local.comments_on(1)[0]
    local.react(comment, "+1")
    writes = local.tally().writes
    local.react(comment, "+1")
    assert local.tally().writes == writes
    local.react(comment, "confused")
    assert [entry.get("reactions") for entry in record(place)["comments"]] == [["+1", "confused"], None]
    assert local.comments_on(1)[0] == comment
    change(place, comments=[])
    local.react(comment, "-1")
    assert record(place)["comments"] == []


def test_nothing_is_said_where_there_is_nothing(place: Path) -> None:
    local = forge(place)
    assert (local.issue(3), local.comments_on(3)) == (None, [])
    with pytest.raises(ForgeError, match="neither an issue nor a pull request 3"):
        local.say(3, "words")
    with pytest.raises(ForgeError, match="neither an issue nor a pull request 3"):
        local.react(Comment(id=1, on=3, author="ada"), "+1")


@pytest.mark.parametrize(
    "comment", [{"author": "ada"}, {"body": 3}, {"body": "x", "updated": "soon"}, {"body": "x", "author": 1}], ids=str
)
def test_a_damaged_comment_is_named(place: Path, comment: dict[str, object]) -> None:
    local, _ = opened(place)
    change(place, comments=[comment])
    with pytest.raises(OperatorError, match=r"1\.json is damaged"):
        local.comments_on(1)


def test_an_issue_is_read_as_it_was_opened(place: Path) -> None:
    local = forge(place)
    issue = local.open_issue("Board", "see <!-- here -->\n", ["fixbot"])
    assert (issue.number, issue.state, issue.title, issue.author) == (1, "open", "Board", "fixbot")
    assert (issue.labels, issue.is_pull, issue.body) == (("fixbot",), False, "see <!-- here -->\n")
    assert Path(issue.url).read_text() == "# Board\n\nsee <!-- here -->\n"
    assert list(issue_record(place, 1))[:6] == ["number", "state", "title", "author", "labels", "body"]
    assert [forge(place).issue(1)] == local.issues_holding("<!-- here", "fixbot") == [issue]
    assert local.issues_holding("elsewhere", "fixbot") == []
    assert local.tally().writes == 1


def test_a_pull_request_is_no_issue_but_can_be_asked_for(place: Path) -> None:
    local, _ = opened(place)
    issue = local.issue(1)
    assert issue is not None
    assert (issue.is_pull, issue.state, issue.title, issue.author) == (True, "open", "T", "fixbot")
    assert local.issues_holding("", "") == []
    git(place, "branch", "-D", BRANCH)
    closed = local.issue(1)
    assert closed is not None
    assert closed.state == "closed"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Fix these\n\n- `a.py:4`\n", "Fix these", "- `a.py:4`\n"),
        ("# Fix these\n- `a.py:4`", "Fix these", "- `a.py:4`"),
        (b"\xef\xbb\xbf# Fix these\r\n\r\n- `a.py:4`\r\n", "Fix these", "- `a.py:4`\n"),
        ("Fix these", "Fix these", ""),
        (b"# caf\xe9\n", "caf\udce9", ""),
        ("", "", ""),
    ],
    ids=range(6),
)
def test_a_page_alone_is_an_issue_by_the_person_of_this_repository(
    place: Path, text: str | bytes, title: str, body: str
) -> None:
    page = by_hand(place, 3, text)
    issue = forge(place).issue(3)
    assert issue is not None
    assert (issue.number, issue.state, issue.author) == (3, "open", place.owner())
    assert (issue.title, issue.body, issue.url) == (title, body, str(page))


def test_a_page_gets_a_record_when_fixbot_comments_and_is_still_the_person_s(place: Path) -> None:
    local, page = forge(place), by_hand(place, 3, "# Fix these\n\n- `a.py:4`\n")
    local.say(3, "done")
    assert page.read_text() == "# Fix these\n\n- `a.py:4`\n", "what a person wrote stays as it is"
    assert [comment.body for comment in local.comments_on(3)] == ["done"]
    page.write_text("# Fix these, too\n\n- `b.py:4`\n")
    issue = local.issue(3)
    assert issue is not None
    assert (issue.title, issue.body, issue.author) == ("Fix these, too", "- `b.py:4`\n", place.owner())
    (place / ".git/fixbot/issues/3.json").write_text(json.dumps(issue_record(place, 3) | {"state": "closed"}))
    assert local.issue(3) == replace(issue, state="closed")


def test_where_a_page_has_the_number_of_a_pull_request_that_is_meant(place: Path) -> None:
    local, _ = opened(place)
    by_hand(place, 1, "# Fix these\n")
    issue = local.issue(1)
    assert issue is not None
    assert issue.is_pull
    local.say(1, "here")
    assert [entry["body"] for entry in record(place)["comments"]] == ["here"]


def test_a_box_may_be_ticked_in_the_page_and_in_the_record(place: Path) -> None:
    local = forge(place)
    issue = local.open_issue("Board", "- [ ] one\n- [ ] two\n", ())
    page = Path(issue.url)
    page.write_text(page.read_text().replace("[ ] one", "[x] one"))
    seen = local.issue(1)
    assert seen is not None
    assert seen.body == "- [x] one\n- [ ] two\n"
    written = local.edit_issue(seen, "- [ ] one\n- [ ] two\n")
    (place / ".git/fixbot/issues/1.json").write_text(
        json.dumps(issue_record(place, 1) | {"body": "- [ ] one\n- [x] two\n"})
    )
    assert local.issue(1) == replace(written, body="- [ ] one\n- [x] two\n")


def test_an_issue_is_not_written_over_what_a_person_did_meanwhile(place: Path) -> None:
    local = forge(place)
    known = local.open_issue("Board", "- [ ] one\n", ())
    page = Path(known.url)
    page.write_text("# Board\n\n- [x] one\n")
    writes = local.tally().writes
    fresh = local.edit_issue(known, "- [ ] one\n- [ ] two\n")
    assert (fresh.body, local.tally().writes) == ("- [x] one\n", writes)
    assert page.read_text() == "# Board\n\n- [x] one\n"
    written = local.edit_issue(fresh, "- [x] one\n- [ ] two\n")
    assert written == local.issue(1) == replace(fresh, body="- [x] one\n- [ ] two\n")
    assert page.read_text() == "# Board\n\n- [x] one\n- [ ] two\n"
    assert local.edit_issue(written, written.body) == written
    assert local.tally().writes == writes + 1


def test_an_issue_that_somebody_deleted_is_told(place: Path) -> None:
    local = forge(place)
    issue = local.open_issue("Board", "body", ())
    for path in (place / ".git/fixbot/issues").iterdir():
        path.unlink()
    with pytest.raises(ForgeError, match="somebody has deleted issue 1"):
        local.edit_issue(issue, "new")


def test_a_record_of_an_issue_without_the_hash_of_its_page_counts(place: Path) -> None:
    local = forge(place)
    by_hand(place, 2, "# Page\n")
    (place / ".git/fixbot/issues/2.json").write_text(json.dumps({"title": "Record", "body": "text"}))
    issue = local.issue(2)
    assert issue is not None
    assert (issue.title, issue.body, issue.state) == ("Record", "text", "open")


def test_a_damaged_issue_is_named(place: Path) -> None:
    by_hand(place, 2, "# Page\n")
    (place / ".git/fixbot/issues/2.json").write_text('{"title": 3, "body": ""}')
    with pytest.raises(OperatorError, match=r"issues/2\.json is damaged"):
        forge(place).issue(2)


@pytest.mark.parametrize("error", [KeyError("uid not found"), NotImplementedError(), PermissionError()])
def test_a_system_that_does_not_name_owners_is_no_trouble(
    place: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def owner(_: Path) -> str:
        raise error

    monkeypatch.setattr(Path, "owner", owner)
    by_hand(place, 3, "# Page\n")
    issue = forge(place).issue(3)
    assert issue is not None
    assert issue.author == "somebody"
