"""The emulator, where it was bent to behave like GitHub in what a bot's life with people touches."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any

import pytest

from tests.parts.git import git
from tests.parts.git_server import auth_environment
from tests.parts.github import COLLABORATOR, STRANGER, TOKEN, commit

if TYPE_CHECKING:
    from tests.parts.github import GitHub

pytestmark = pytest.mark.real
BRANCH = "fixbot/bare-except/all"
READER = "src/sample/reader.py"
CHANGED = "def load(path):\n    return open(path).read()\n"


def branch(github: GitHub, files: dict[str, str | bytes], name: str = BRANCH) -> str:
    """Push a branch with one commit on what the clone has; gives the commit's id."""
    made = commit(github.clone, files, "Change")
    asked = auth_environment(github.git.url, TOKEN)
    git(github.clone, "push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{name}", environment=asked)
    git(github.clone, "reset", "--quiet", "--hard", "HEAD^")
    return made


def opened(github: GitHub, name: str = BRANCH) -> dict[str, Any]:
    """Open a pull request as the bot."""
    body = {"head": name, "base": "main", "title": "Change", "body": "why"}
    made: dict[str, Any] = github.as_human("POST", "/pulls", body, token=TOKEN)
    return made


def pull(github: GitHub) -> dict[str, Any]:
    found: dict[str, Any] = github.as_human("GET", "/pulls/1")
    return found


def refused(github: GitHub, status: int, method: str, path: str, body: object, token: str = "") -> str:
    with pytest.raises(AssertionError, match=f": {status} ") as caught:
        github.as_human(method, path, body, token=token)
    return str(caught.value)


@pytest.fixture
def with_pull(github: GitHub) -> GitHub:
    """Give a GitHub with one open pull request of the bot."""
    branch(github, {READER: CHANGED})
    opened(github)
    return github


def test_a_reaction_counts_once_for_each_person(with_pull: GitHub) -> None:
    said = with_pull.as_human("POST", "/issues/1/comments", {"body": "/fixbot status"})
    path = f"/issues/comments/{said['id']}"
    for token in (TOKEN, TOKEN, COLLABORATOR):
        with_pull.as_human("POST", f"{path}/reactions", {"content": "+1"}, token=token)
    now = with_pull.as_human("GET", path)
    assert (now["reactions"]["+1"], now["reactions"]["total_count"]) == (2, 2)
    assert now["updated_at"] == said["updated_at"]
    assert len(with_pull.as_human("GET", f"{path}/reactions")) == 2
    refused(with_pull, 422, "POST", f"{path}/reactions", {"content": "like"})


def test_assignees_who_cannot_be_are_left_out_and_reviewers_refused(with_pull: GitHub) -> None:
    with_pull.as_human("POST", "/issues/1/assignees", {"assignees": ["ada", "mallory", "nobody"]})
    assert [one["login"] for one in pull(with_pull)["assignees"]] == ["ada"]
    said = refused(with_pull, 422, "POST", "/pulls/1/requested_reviewers", {"reviewers": ["ada", "mallory"]})
    assert "not a collaborator" in said
    assert "author" in refused(with_pull, 422, "POST", "/pulls/1/requested_reviewers", {"reviewers": ["fixbot"]})
    with_pull.as_human("POST", "/pulls/1/requested_reviewers", {"reviewers": ["ada"]})
    asked = with_pull.as_human("GET", "/pulls/1/requested_reviewers")
    assert [one["login"] for one in asked["users"]] == ["ada"]


@pytest.mark.parametrize(
    ("login", "may"), [("octo", "admin"), ("ada", "write"), ("fixbot", "write"), ("mallory", "read")]
)
def test_who_may_write_is_told(github: GitHub, login: str, may: str) -> None:
    assert github.as_human("GET", f"/collaborators/{login}/permission")["permission"] == may


def test_the_commits_of_a_pull_request_are_those_that_the_base_lacks(with_pull: GitHub) -> None:
    with_pull.commit_as_human("main", {"other.py": ""})
    head = with_pull.commit_as_human(BRANCH, {"more.py": ""}, "More")
    listed = with_pull.as_human("GET", "/pulls/1/commits")
    assert [one["commit"]["message"].strip() for one in listed] == ["Change", "More"]
    assert listed[-1]["sha"] == head
    with_pull.as_human("PUT", "/pulls/1/merge", {})
    assert len(with_pull.as_human("GET", "/pulls/1/commits")) == 2


def test_notes_stand_on_lines_of_the_diff_and_nowhere_else(with_pull: GitHub) -> None:
    note = {"path": READER, "line": 2, "side": "RIGHT", "body": "because"}
    said = refused(with_pull, 422, "POST", "/pulls/1/reviews", {"event": "COMMENT", "comments": [note | {"line": 40}]})
    assert "part of the diff" in said
    assert with_pull.as_human("GET", "/pulls/1/reviews") == []
    review = with_pull.as_human("POST", "/pulls/1/reviews", {"event": "COMMENT", "comments": [note]}, token=TOKEN)
    assert review["commit_id"] == pull(with_pull)["head"]["sha"]
    (there,) = with_pull.as_human("GET", "/pulls/1/comments")
    assert {key: there[key] for key in note} == note
    with_pull.as_human("PATCH", f"/pulls/comments/{there['id']}", {"body": "better"}, token=TOKEN)
    with_pull.commit_as_human(BRANCH, {READER: "by hand\n"})
    (later,) = with_pull.as_human("GET", "/pulls/1/comments")
    assert (later["body"], later["line"], later["original_line"]) == ("better", None, 2)
    assert with_pull.as_human("GET", "/pulls/1/reviews")[0]["commit_id"] == review["commit_id"]


def test_nobody_approves_their_own_pull_request(with_pull: GitHub) -> None:
    refused(with_pull, 422, "POST", "/pulls/1/reviews", {"event": "APPROVE"}, TOKEN)
    assert with_pull.as_human("POST", "/pulls/1/reviews", {"event": "APPROVE"})["state"] == "APPROVED"


def test_closing_is_timed_once_and_forgotten_when_reopened(with_pull: GitHub) -> None:
    edit = {"state": "closed", "title": "Other", "body": "words"}
    closed = with_pull.as_human("PATCH", "/pulls/1", edit)
    assert {key: closed[key] for key in edit} == edit
    again = with_pull.as_human("PATCH", "/pulls/1", {"state": "closed"})
    assert again["closed_at"] == closed["closed_at"] is not None
    assert with_pull.as_human("PATCH", "/pulls/1", {"state": "open"})["closed_at"] is None


def test_a_pull_request_does_not_open_again_without_its_commits(with_pull: GitHub) -> None:
    with_pull.as_human("PATCH", "/pulls/1", {"state": "closed"})
    branch(with_pull, {READER: "anew\n"})
    assert "force-pushed" in refused(with_pull, 422, "PATCH", "/pulls/1", {"state": "open"})
    opened(with_pull)
    assert "already" in refused(with_pull, 422, "PATCH", "/pulls/1", {"state": "open"})
    with_pull.as_human("DELETE", f"/git/refs/heads/{BRANCH}")
    assert "deleted" in refused(with_pull, 422, "PATCH", "/pulls/1", {"state": "open"})


@pytest.mark.parametrize("method", ["merge", "squash"])
def test_a_merge_stands_on_the_base_as_it_is_now(with_pull: GitHub, method: str) -> None:
    moved = with_pull.commit_as_human("main", {"other.py": "x = 1\n"})
    with_pull.as_human("PUT", "/pulls/1/merge", {"merge_method": method})
    bare = with_pull.git.repository(with_pull.name)
    assert git(bare, "rev-parse", "main^") == moved
    assert git(bare, "show", f"main:{READER}") == CHANGED.strip()
    assert git(bare, "show", "main:other.py") == "x = 1"
    assert pull(with_pull)["merged"]


def test_a_conflict_is_not_merged(with_pull: GitHub) -> None:
    with_pull.commit_as_human("main", {READER: "x = 1\n"})
    refused(with_pull, 405, "PUT", "/pulls/1/merge", {})
    assert not pull(with_pull)["merged"]


def test_what_is_pushed_to_the_base_is_merged(with_pull: GitHub) -> None:
    bare = with_pull.git.repository(with_pull.name)
    git(bare, "update-ref", "refs/heads/main", BRANCH)
    with_pull.mirror.to_emulator()
    assert pull(with_pull)["merged"]


def test_a_branch_that_falls_back_to_the_base_closes_its_pull_request(with_pull: GitHub) -> None:
    git(with_pull.git.repository(with_pull.name), "update-ref", f"refs/heads/{BRANCH}", "main")
    with_pull.mirror.to_emulator()
    assert (pull(with_pull)["state"], pull(with_pull)["merged"]) == ("closed", False)


def test_a_pull_request_is_an_issue_too(with_pull: GitHub) -> None:
    with_pull.as_human("POST", "/issues", {"title": "one", "body": "<!-- fixbot:dashboard -->", "labels": ["a"]})
    assert "pull_request" in with_pull.as_human("GET", "/issues/1")
    assert [one["number"] for one in with_pull.as_human("GET", "/issues?state=all&labels=a")] == [2]
    assert {one["number"] for one in with_pull.as_human("GET", "/issues?state=all")} == {1, 2}
    found = with_pull.emulator.call("GET", f"/search/issues?q=fixbot%3Adashboard%20repo:{with_pull.name}%20is:issue")
    assert found["total_count"] in {0, 1}  # the qualifier `fixbot:` is none of GitHub's
    found = with_pull.emulator.call("GET", f"/search/issues?q=dashboard%20repo:{with_pull.name}%20is:issue")
    assert [one["number"] for one in found["items"]] == [2]


def test_comments_since_a_second_are_all_of_that_second(with_pull: GitHub) -> None:
    said = with_pull.as_human("POST", "/issues/1/comments", {"body": "a"}, token=STRANGER)
    since = said["updated_at"].split(".")[0] + "Z"
    assert len(with_pull.as_human("GET", f"/issues/comments?since={since}")) == 1


def test_a_body_that_is_too_long_is_refused(with_pull: GitHub) -> None:
    with_pull.as_human("PATCH", "/pulls/1", {"body": "😀" * 65_536})
    assert "too long" in refused(with_pull, 422, "PATCH", "/pulls/1", {"body": "x" * 65_537})


def test_a_commit_without_an_author_is_signed(github: GitHub) -> None:
    main = github.as_human("GET", "/git/ref/heads/main")["object"]["sha"]
    tree = github.as_human("GET", f"/git/commits/{main}")["tree"]["sha"]
    body = {"message": "one", "tree": tree, "parents": [main]}
    signed = github.as_human("POST", "/git/commits", body, token=TOKEN)
    author = {"name": "a", "email": "a@example.org"}
    other = github.as_human("POST", "/git/commits", {**body, "author": author}, token=TOKEN)
    assert (signed["verification"]["verified"], other["verification"]["verified"]) == (True, False)


def test_annotations_of_a_check_run_add_up(with_pull: GitHub) -> None:
    note = {"path": READER, "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "a"}
    output = {"title": "t", "summary": "s", "annotations": [note]}
    sha = pull(with_pull)["head"]["sha"]
    made = with_pull.as_human("POST", "/check-runs", {"name": "fixbot", "head_sha": sha, "output": output})
    with_pull.as_human("PATCH", f"/check-runs/{made['id']}", {"output": output})
    assert len(with_pull.as_human("GET", f"/check-runs/{made['id']}/annotations")) == 2
    refused(with_pull, 422, "PATCH", f"/check-runs/{made['id']}", {"output": output | {"annotations": [note] * 51}})


def test_a_read_that_did_not_change_is_answered_without_a_body(github: GitHub) -> None:
    def read(known: str) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("localhost", int(github.url.rpartition(":")[2]))
        connection.request("GET", f"/repos/{github.name}/issues", headers={"If-None-Match": known})
        answer = connection.getresponse()
        return answer.status, answer.headers["ETag"], answer.read()

    status, tag, body = read("none")
    assert (status, body) == (200, b"[]")
    assert read(tag) == (304, tag, b"")
    assert github.recorder.unchanged == 1
    github.as_human("POST", "/issues", {"title": "one"})
    assert read(tag)[0] == 200


def test_pull_requests_grow_older(with_pull: GitHub) -> None:
    before = pull(with_pull)["created_at"]
    with_pull.ago(7200)
    assert pull(with_pull)["created_at"] < before


@pytest.mark.parametrize(("seconds", "ids"), [(0, 1), (1, 3)])
def test_the_time_of_a_commit_is_no_matter_of_chance(github: GitHub, seconds: int, ids: int) -> None:
    main = github.as_human("GET", "/branches/main")["commit"]["sha"]
    tree = github.as_human("GET", f"/git/commits/{main}")["tree"]["sha"]
    github.apart(seconds)
    body = {"message": "again", "tree": tree, "parents": [main]}
    made = [github.as_human("POST", "/git/commits", body) for _ in range(3)]
    assert len({commit["sha"] for commit in made}) == ids
