"""Notes on the lines of a pull request: one review or one check run, edited and never repeated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fixbot.errors import ForgeError
from fixbot.model import Note
from fixbot.shell.github.notes import lines_shown
from tests.parts.github import COLLABORATOR
from tests.parts.recorder import HANG_UP, Answer
from tests.shell.github_rooms import BRANCH, NUMBER, READER, Rooms, answer, either_lost, said

if TYPE_CHECKING:
    from typing import Any

    from tests.parts.github import GitHub

pytestmark = pytest.mark.real
FIRST = Note(path=READER, line=1, side="RIGHT", finding=NUMBER, says="`open` raises `OSError`.")
SECOND = replace(FIRST, line=2, finding="f" * 16, says="Another.")
REVIEWS = "/pulls/1/reviews"


@pytest.fixture
def rooms(github: GitHub) -> Rooms:
    return Rooms(github)


@pytest.fixture
def checked(github: GitHub) -> Rooms:
    return Rooms(github, {"evidence": "checks"})


def comments(rooms: Rooms) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = rooms.github.as_human("GET", "/pulls/1/comments?per_page=100")
    return listed


def runs(rooms: Rooms) -> list[dict[str, Any]]:
    head = rooms.github.as_human("GET", "/pulls/1")["head"]["sha"]
    listed: list[dict[str, Any]] = rooms.github.as_human("GET", f"/commits/{head}/check-runs")["check_runs"]
    return listed


def test_notes_come_as_one_review_of_the_head(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    forge.annotate(pull, (FIRST, SECOND))
    assert rooms.writes() == [f"POST {REVIEWS}"]
    sent = rooms.sent("POST", REVIEWS)
    assert (sent["event"], sent["commit_id"]) == ("COMMENT", pull.head)
    assert "<!-- fixbot:note" in sent["body"]
    assert sent["comments"][0] == {
        "path": READER,
        "line": 1,
        "side": "RIGHT",
        "body": f"`open` raises `OSError`.\n\n<!-- fixbot:note {NUMBER} -->",
    }
    assert len(comments(rooms)) == 2
    assert not forge.is_reviewed(pull)
    rooms.check()


def test_notes_that_stand_there_are_not_repeated(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    forge.annotate(pull, (FIRST, SECOND))
    rooms.github.recorder.clear()
    forge.annotate(pull, (FIRST, SECOND))
    assert rooms.writes() == []
    rooms.github.commit_as_human(BRANCH, {"more.py": "x = 1\n"})
    forge.annotate(forge.pulls()[0], (replace(FIRST, line=5),))
    assert rooms.writes() == []


def test_a_note_that_says_something_else_is_edited(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    forge.annotate(pull, (FIRST, SECOND))
    rooms.github.recorder.clear()
    forge.annotate(pull, (replace(FIRST, says="New words."), SECOND))
    (known, _) = comments(rooms)
    assert rooms.writes() == [f"PATCH /pulls/comments/{known['id']}"]
    assert known["body"].startswith("New words.\n")
    rooms.check()


def test_only_what_is_missing_is_posted(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    forge.annotate(pull, (FIRST,))
    rooms.github.recorder.clear()
    forge.annotate(pull, (FIRST, SECOND))
    assert [one["body"] for one in rooms.sent("POST", REVIEWS)["comments"]] == [
        f"Another.\n\n<!-- fixbot:note {'f' * 16} -->"
    ]


def test_two_notes_on_one_finding_are_two_comments_and_stay_two(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    pair = (FIRST, replace(FIRST, line=2, says="And here."))
    forge.annotate(pull, pair)
    forge.annotate(pull, pair)
    assert rooms.writes() == [f"POST {REVIEWS}"]
    assert len(comments(rooms)) == 2


def test_what_a_person_writes_is_never_edited_whatever_it_looks_like(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    forged = {"body": f"mine <!-- fixbot:note {NUMBER} -->", "commit_id": pull.head, "path": READER, "line": 1}
    rooms.github.as_human("POST", "/pulls/1/comments", forged, token=COLLABORATOR)
    forge.annotate(pull, (FIRST,))
    assert rooms.writes() == []


def test_a_note_is_edited_although_a_person_wrote_one_like_it_before(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    forge.annotate(pull, (FIRST,))
    (ours,) = comments(rooms)
    theirs = {**ours, "id": 4711, "user": {"login": "ada", "type": "User"}}
    rooms.inject("GET", "/pulls/1/comments", answer([theirs, ours]))
    forge.annotate(pull, (replace(FIRST, says="New."),))
    assert rooms.writes()[1:] == [f"PATCH /pulls/comments/{ours['id']}"]


def test_no_notes_ask_nothing(rooms: Rooms) -> None:
    for evidence in ("review", "checks", "body"):
        forge = rooms.forge(evidence=evidence)
        pull = rooms.opened(forge) if evidence == "review" else forge.pulls()[0]
        rooms.github.recorder.clear()
        forge.annotate(pull, ())
        assert rooms.github.recorder.requests == []


def test_in_the_body_they_are_anyway(rooms: Rooms) -> None:
    forge = rooms.forge(evidence="body")
    pull = rooms.opened(forge)
    forge.annotate(pull, (FIRST,))
    assert rooms.github.recorder.requests == []


def test_notes_on_lines_that_the_diff_does_not_show_are_left_out(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    rooms.inject(
        "POST",
        REVIEWS,
        said(422, "Unprocessable Entity", errors=["Pull request review thread line must be part of the diff"]),
    )
    rooms.inject(
        "GET", "/pulls/1/files", answer([{"filename": READER, "patch": "@@ -1 +1 @@\n-a\n+b"}, {"filename": "x"}])
    )
    forge.annotate(pull, (FIRST, SECOND))
    assert rooms.writes() == [f"POST {REVIEWS}"] * 2
    assert [one["body"] for one in comments(rooms)] == [f"{FIRST.says}\n\n<!-- fixbot:note {NUMBER} -->"]
    assert len(forge.complaints) == 1
    assert "part of the diff" in forge.complaints[0]
    rooms.check()


@pytest.mark.parametrize("patch", ["", "@@ -1,2 +1,2 @@\n-a\n+b\n c"])
def test_where_none_or_all_of_them_are_shown_it_is_not_tried_again(rooms: Rooms, patch: str) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    rooms.inject("POST", REVIEWS, said(422, "Unprocessable Entity"), times=9)
    rooms.inject("GET", "/pulls/1/files", answer([{"filename": READER, "patch": patch}]))
    forge.annotate(pull, (FIRST, SECOND))
    assert rooms.writes() == [f"POST {REVIEWS}"]
    assert comments(rooms) == []


@pytest.mark.parametrize("status", [403, 423])
def test_a_review_that_is_not_taken_loses_no_pull_request(rooms: Rooms, status: int) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    rooms.inject("POST", REVIEWS, said(status, "Resource not accessible, or locked"))
    forge.annotate(pull, (FIRST,))
    assert len(forge.complaints) == 1


def test_a_note_that_cannot_be_edited_stays(rooms: Rooms) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    forge.annotate(pull, (FIRST,))
    path = f"/pulls/comments/{comments(rooms)[0]['id']}"
    rooms.inject("PATCH", path, said(404, "Not Found"))
    forge.annotate(pull, (replace(FIRST, says="New."),))
    assert len(forge.complaints) == 1
    for lost in (HANG_UP, Answer(502)):
        rooms.inject("PATCH", path, lost)
        with pytest.raises(ForgeError):
            forge.annotate(pull, (replace(FIRST, says="New."),))


@either_lost
def test_a_review_whose_answer_is_lost_is_not_repeated(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    rooms.inject("POST", REVIEWS, lost, forward=True)
    forge.annotate(pull, (FIRST, SECOND))
    assert len(comments(rooms)) == 2
    assert rooms.writes() == [f"POST {REVIEWS}"]


@either_lost
def test_a_review_that_did_not_happen_is_posted_by_the_next_run(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    rooms.inject("POST", REVIEWS, lost)
    with pytest.raises(ForgeError):
        forge.annotate(pull, (FIRST, SECOND))
    forge.annotate(pull, (FIRST, SECOND))
    assert len(comments(rooms)) == 2


@either_lost
def test_an_edited_note_whose_answer_is_lost_is_looked_up(rooms: Rooms, lost: Answer) -> None:
    forge = rooms.forge()
    pull = rooms.opened(forge)
    forge.annotate(pull, (FIRST,))
    rooms.inject("PATCH", f"/pulls/comments/{comments(rooms)[0]['id']}", lost, forward=True)
    forge.annotate(pull, (replace(FIRST, says="New."),))
    assert comments(rooms)[0]["body"].startswith("New.")
    rooms.check()


def test_a_check_run_says_all_of_it_on_the_head(checked: Rooms) -> None:
    forge = checked.forge()
    pull = checked.opened(forge)
    forge.annotate(pull, (FIRST, SECOND))
    forge.annotate(pull, (FIRST, SECOND))
    assert checked.writes() == ["POST /check-runs"]
    sent = checked.sent("POST", "/check-runs")
    assert (sent["name"], sent["head_sha"], sent["status"], sent["conclusion"]) == (
        "fixbot",
        pull.head,
        "completed",
        "neutral",
    )
    assert sent["output"]["annotations"][0] == {
        "path": READER,
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "notice",
        "title": "fixbot",
        "message": FIRST.says,
    }
    checked.check()


@either_lost
def test_a_check_run_that_did_not_happen_is_an_error(checked: Rooms, lost: Answer) -> None:
    forge = checked.forge()
    pull = checked.opened(forge)
    checked.inject("POST", "/check-runs", lost)
    with pytest.raises(ForgeError):
        forge.annotate(pull, (FIRST,))
    assert runs(checked) == []


def test_other_notes_make_another_check_run(checked: Rooms) -> None:
    forge = checked.forge()
    pull = checked.opened(forge)
    forge.annotate(pull, (FIRST,))
    forge.annotate(pull, (SECOND,))
    assert checked.writes() == ["POST /check-runs"] * 2


def test_many_annotations_come_in_batches(checked: Rooms) -> None:
    forge = checked.forge()
    pull = checked.opened(forge)
    many = tuple(replace(FIRST, line=line) for line in range(1, 104))
    forge.annotate(pull, many)
    (run,) = runs(checked)
    assert checked.writes() == ["POST /check-runs", *[f"PATCH /check-runs/{run['id']}"] * 2]
    assert (run["status"], run["conclusion"]) == ("completed", "neutral")
    sizes = [len(asked.json()["output"]["annotations"]) for asked in checked.github.recorder.writes]
    assert sizes == [50, 50, 3]
    forge.annotate(pull, many)
    assert len(checked.writes()) == 3
    checked.check()


def test_a_check_run_that_was_cut_off_is_not_taken_for_whole(checked: Rooms) -> None:
    forge = checked.forge()
    pull = checked.opened(forge)
    many = tuple(replace(FIRST, line=line) for line in range(1, 60))
    forge.annotate(pull, many[:1])
    checked.inject("PATCH", f"/check-runs/{runs(checked)[0]['id'] + 1}", HANG_UP)
    with pytest.raises(ForgeError):
        forge.annotate(pull, many)
    forge.annotate(pull, many)
    assert runs(checked)[0]["status"] == "completed" or runs(checked)[-1]["status"] == "completed"
    checked.github.recorder.clear()
    forge.annotate(pull, many)
    assert checked.writes() == []


def test_what_is_said_of_removed_lines_goes_into_the_text(checked: Rooms) -> None:
    forge = checked.forge()
    pull = checked.opened(forge)
    forge.annotate(pull, (replace(FIRST, side="LEFT"), SECOND))
    output = checked.sent("POST", "/check-runs")["output"]
    assert [one["message"] for one in output["annotations"]] == ["Another."]
    assert output["text"] == f"- `{READER}`: {FIRST.says}"
    checked.check()


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_token_that_is_no_apps_makes_no_check_run_and_says_so(checked: Rooms, method: str) -> None:
    forge = checked.forge()
    pull = checked.opened(forge)
    path = "/check-runs" if method == "POST" else f"/commits/{pull.head}/check-runs"
    checked.inject(method, path, said(403, "You must authenticate via a GitHub App."))
    forge.annotate(pull, (FIRST,))
    assert len(forge.complaints) == 1
    assert "needs an App" in forge.complaints[0]


@either_lost
def test_a_check_run_whose_answer_is_lost_is_looked_up(checked: Rooms, lost: Answer) -> None:
    forge = checked.forge()
    pull = checked.opened(forge)
    checked.inject("POST", "/check-runs", lost, forward=True)
    forge.annotate(pull, (FIRST,))
    assert checked.writes() == ["POST /check-runs"]
    assert len(runs(checked)) == 1


def test_the_lines_that_a_patch_shows() -> None:
    patch = (
        "@@ -3,3 +3,4 @@ def f():\n same\n-gone\n+new\n+new\n same\n\\ No newline at end of file\n@@ -9 +10,0 @@\n-gone"
    )
    right = {("RIGHT", line) for line in (3, 4, 5, 6)}
    assert lines_shown(patch) == right | {("LEFT", line) for line in (3, 4, 5, 9)}
    assert lines_shown("") == set()
