"""Commits and branches on GitHub: made and moved by git or the API, and never over somebody else."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixbot.errors import FixbotError, ForgeError, OperatorError
from fixbot.model import Base
from fixbot.shell.github.connection import push_url
from tests.parts.git import git
from tests.parts.git_server import GitServer, auth_environment
from tests.parts.github import NAME, TOKEN, make_repository
from tests.parts.recorder import HANG_UP, Answer, Fault
from tests.shell.github_rooms import BRANCH, READER, Rooms, answer, either_lost, forge_at, head_of, plan_for, said

if TYPE_CHECKING:
    from tests.parts.github import GitHub

pytestmark = pytest.mark.real
VIAS = ("git", "api")


@pytest.fixture(params=VIAS)
def rooms(request: pytest.FixtureRequest, github: GitHub) -> Rooms:
    return Rooms(github, {"commit_via": request.param})


@pytest.fixture
def uploading(github: GitHub) -> Rooms:
    return Rooms(github, {"commit_via": "api"})


def fetched(rooms: Rooms) -> None:
    """Bring the clone to what is on `main`, as a person does with `git pull`."""
    asked = auth_environment(rooms.github.git.url, TOKEN)
    git(rooms.github.clone, "pull", "--quiet", "--ff-only", "origin", "main", environment=asked)


def test_a_branch_is_made_and_moved_from_where_it_was(rooms: Rooms) -> None:
    forge = rooms.forge()
    first = rooms.pushed(forge)
    assert forge.heads() == {BRANCH: first}
    rooms.github.commit_as_human("main", {"more.py": "x = 1\n"})
    fetched(rooms)
    second = forge.commit(plan_for(), forge.base("main"))
    forge.move(BRANCH, second, first)
    assert forge.heads() == {BRANCH: second} == {BRANCH: head_of(rooms.github, BRANCH)}
    rooms.check()


def test_a_branch_that_is_there_already_is_not_moved(rooms: Rooms) -> None:
    forge = rooms.forge()
    commit = rooms.pushed(forge)
    before = forge.tally().writes
    rooms.github.recorder.clear()
    rooms.github.git.counts.clear()
    forge.move(BRANCH, commit, commit)
    assert (forge.tally().writes, rooms.github.recorder.requests) == (before, [])
    assert rooms.github.git.counts == {}


def test_a_branch_that_somebody_moved_is_not_moved(rooms: Rooms) -> None:
    forge = rooms.forge()
    first = rooms.pushed(forge)
    by_hand = rooms.github.commit_as_human(BRANCH, {"more.py": "x = 1\n"})
    with pytest.raises(ForgeError, match=r"moved by somebody else|is at .* but expected"):
        forge.move(BRANCH, forge.base("main").commit, first)
    with pytest.raises(ForgeError):
        forge.move(BRANCH, forge.base("main").commit, None)
    assert head_of(rooms.github, BRANCH) == by_hand


def test_a_commit_is_known_as_the_plans_although_the_base_has_moved(rooms: Rooms) -> None:
    forge = rooms.forge()
    plan, base = plan_for(), forge.base("main")
    start = git(rooms.github.clone, "show", f"HEAD:{READER}") + "\n"
    rewrite = replace(plan.change.rewrites[0], before=start.encode())
    plan = replace(plan, change=replace(plan.change, rewrites=(rewrite,)))
    commit = forge.commit(plan, base)
    forge.move(BRANCH, commit, None)
    assert forge.holds(commit, plan, base)
    rooms.github.commit_as_human("main", {"more.py": "x = 1\n"})
    fetched(rooms)
    later = forge.base("main")
    assert forge.holds(commit, plan, later)
    other = replace(rewrite, after=b"other\n")
    assert not forge.holds(commit, replace(plan, change=replace(plan.change, rewrites=(other,))), later)
    assert not forge.holds(later.commit, plan, later)
    rooms.github.commit_as_human("main", {READER: "by hand\n"})
    fetched(rooms)
    newer = replace(rewrite, before=b"by hand\n")
    newer_plan = replace(plan, change=replace(plan.change, rewrites=(newer,)))
    assert not forge.holds(commit, newer_plan, forge.base("main"))
    rooms.check()


def test_a_branch_is_kept_at_a_commit_once(rooms: Rooms) -> None:
    forge = rooms.forge()
    rooms.pushed(forge)
    by_hand = rooms.github.commit_as_human(BRANCH, {"more.py": "x = 1\n"})
    rooms.github.recorder.clear()
    forge.keep("kept/1", by_hand)
    assert head_of(rooms.github, "kept/1") == by_hand
    forge.keep("kept/1", forge.base("main").commit)
    assert head_of(rooms.github, "kept/1") == by_hand
    assert rooms.writes() == ["POST /git/refs"]
    rooms.check()


def test_a_branch_that_cannot_be_kept_is_an_error(uploading: Rooms) -> None:
    forge = uploading.forge()
    with pytest.raises(ForgeError, match="refuses the branch kept/1"):
        forge.keep("kept/1", "f" * 40)
    uploading.inject("GET", "/git/ref/heads/kept/1", HANG_UP, times=9)
    with pytest.raises(ForgeError, match="could not be reached"):
        forge.keep("kept/1", "f" * 40)


@either_lost
def test_a_kept_branch_whose_answer_is_lost_is_looked_up(uploading: Rooms, lost: Answer) -> None:
    forge = uploading.forge()
    commit = uploading.pushed(forge)
    uploading.github.recorder.clear()
    uploading.inject("POST", "/git/refs", lost, forward=True)
    forge.keep("kept/1", commit)
    assert uploading.writes() == ["POST /git/refs"]
    uploading.inject("POST", "/git/refs", lost)
    with pytest.raises(ForgeError):
        forge.keep("kept/2", commit)


def test_the_api_makes_commits_without_author_so_that_github_signs_them(uploading: Rooms) -> None:
    forge = uploading.forge()
    commit = uploading.pushed(forge)
    body = uploading.sent("POST", "/git/commits")
    assert set(body) == {"message", "tree", "parents"}
    assert body["parents"] == [forge.base("main").commit]
    assert git(uploading.github.git.repository(NAME), "diff", "--name-only", "main", commit) == READER
    assert uploading.github.git.counts == {}
    assert [request.path.rpartition("/")[2] for request in uploading.github.recorder.writes] == [
        "blobs",
        "trees",
        "commits",
        "refs",
    ]
    uploading.check()


def test_graphql_moves_a_branch_only_from_where_it_was(uploading: Rooms) -> None:
    forge = uploading.forge()
    old, new = uploading.pushed(forge), forge.base("main").commit
    before = forge.tally().writes
    uploading.github.recorder.clear()
    forge.move(BRANCH, new, old)
    (sent,) = uploading.github.recorder.requests
    query = " ".join(sent.json()["query"].split())
    assert query == "mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"
    repository = uploading.github.as_human("GET", "")["node_id"]
    update = {"name": f"refs/heads/{BRANCH}", "beforeOid": old, "afterOid": new, "force": True}
    assert sent.json()["variables"] == {"input": {"repositoryId": repository, "refUpdates": [update]}}
    assert forge.tally().writes == before + 1
    by_hand = uploading.github.commit_as_human(BRANCH, {"more.py": "x = 1\n"})
    with pytest.raises(ForgeError, match=f"is at {by_hand} but expected {new}"):
        forge.move(BRANCH, old, new)
    assert head_of(uploading.github, BRANCH) == by_hand


@pytest.mark.parametrize(
    ("answered", "error", "says"),
    [
        (said(200, "", errors=[{"type": "STALE_DATA", "message": "is at another"}]), ForgeError, "is at another"),
        (said(200, "", errors=[{"type": "NOT_FOUND", "message": "no such node"}]), ForgeError, "no such node"),
        (said(401, "Bad credentials"), OperatorError, "token"),
        (Answer(502), ForgeError, "502"),
    ],
    ids=["stale", "unknown", "401", "502"],
)
def test_a_move_that_graphql_refuses_is_not_tried_another_way(
    uploading: Rooms, answered: Answer, error: type[FixbotError], says: str
) -> None:
    forge = uploading.forge()
    uploading.github.recorder.inject(Fault(lambda asked: asked.path == "/graphql", answered))
    with pytest.raises(error, match=says):
        forge.move(BRANCH, "b" * 40, "a" * 40)
    assert uploading.writes() == ["POST /graphql"]


@pytest.mark.parametrize("path", ["/git/blobs", "/git/trees", "/git/commits", "/git/refs"])
def test_an_upload_whose_answer_is_lost_is_not_repeated(uploading: Rooms, path: str) -> None:
    forge = uploading.forge()
    uploading.inject("POST", path, HANG_UP, forward=True)
    with pytest.raises(ForgeError, match="run fixbot again"):
        uploading.pushed(forge)
    assert uploading.writes().count(f"POST {path}") == 1


def test_a_base_that_github_does_not_have_is_named(rooms: Rooms) -> None:
    with pytest.raises(OperatorError, match="does not know the branch a/b"):
        rooms.forge().base("a/b")


def test_a_base_that_is_not_here_asks_for_a_fetch(rooms: Rooms) -> None:
    rooms.github.commit_as_human("main", {"more.txt": "more"})
    with pytest.raises(OperatorError, match="git fetch"):
        rooms.forge().base(None)


def test_a_detached_head_starts_from_the_default_branch(rooms: Rooms) -> None:
    git(rooms.github.clone, "checkout", "--quiet", "--detach")
    head = git(rooms.github.clone, "rev-parse", "HEAD")
    tree = git(rooms.github.clone, "rev-parse", "HEAD^{tree}")
    assert rooms.forge().base(None) == Base("main", head, tree)


@pytest.mark.parametrize("token", ["", " ", "to ken\n2", "töken"])
def test_a_token_that_cannot_be_one_is_not_sent(uploading: Rooms, token: str) -> None:
    with pytest.raises(OperatorError, match="copy it again"):
        uploading.forge(token=token)
    assert uploading.github.recorder.exchanges == []


def test_a_token_with_a_line_end_works(rooms: Rooms) -> None:
    rooms.pushed(rooms.forge(token=f"{TOKEN}\n"))
    rooms.check()


@pytest.mark.parametrize("url", ["", "api.github.com", "ftp://x/", "https://"])
def test_an_address_that_is_none_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(OperatorError, match="is no address"):
        forge_at(url, make_repository(tmp_path / "clone", {}))


def test_python_without_assertions_is_not_trusted_with_a_token(tmp_path: Path) -> None:
    clone = make_repository(tmp_path / "clone", {})
    lines = (
        "from pathlib import Path",
        "from tests.shell.github_rooms import forge_at",
        f"forge_at('http://127.0.0.1:9', Path({str(clone)!r}))",
    )
    done = subprocess.run(
        [sys.executable, "-O", "-c", "\n".join(lines)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "python -O removes the checks" in done.stderr


def test_an_address_without_an_api_behind_it_is_named(uploading: Rooms) -> None:
    for page in (Answer(200, {"Content-Type": "text/html"}, b"<html>Log in</html>"), answer({"hello": "world"})):
        uploading.inject("GET", "", page)
        with pytest.raises(OperatorError, match="GITHUB_API_URL"):
            uploading.forge()


def test_a_repository_that_github_does_not_know_is_named(uploading: Rooms) -> None:
    with pytest.raises(OperatorError, match="does not know the repository octo/none"):
        uploading.forge(name="octo/none")


@pytest.mark.parametrize(
    ("origin", "url"),
    [
        (None, "https://h/o/n.git"),
        ("git@h:o/n.git", "https://h/o/n.git"),
        ("ssh://h/o/n", "https://h/o/n.git"),
        ("https://h/mine", "https://h/mine"),
        ("https://H/mine", "https://h/mine"),
        ("https://x:old@h/mine?a#b", "https://h/mine"),
        ("http://h/o/n.git", "https://h/o/n.git"),
        ("https://h:8443/o/n.git", "https://h/o/n.git"),
        ("https://h.evil/o/n.git", "https://h/o/n.git"),
        ("https://h@evil/o/n.git", "https://h/o/n.git"),
        ("https://mirror/o/n.git", "https://h/o/n.git"),
        ("https://evil\\@h/mine", "https://h/mine"),
        ("https://[h/o/n.git", "https://h/o/n.git"),
        ("https:///o/n.git", "https://h/o/n.git"),
    ],
)
@pytest.mark.parametrize("server", ["", "https://h", "ssh://mirror"])
def test_where_to_push_with_a_token(origin: str | None, url: str, server: str) -> None:
    assert push_url(origin, "https://h/o/n.git", server) == url


def test_the_operator_may_say_where_the_git_server_is() -> None:
    assert push_url("http://g:80/mine", "https://h/o/n.git", "http://g:80/") == "http://g:80/mine"
    assert push_url("http://g/mine", "https://h/o/n.git", "http://g:80/") == "https://h/o/n.git"


@pytest.mark.parametrize("server", ["", "https://github.com"])
def test_a_server_that_is_not_githubs_never_sees_the_token(
    github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    rooms = Rooms(github)
    monkeypatch.setenv("GITHUB_SERVER_URL", server)
    with GitServer(tmp_path / "mirror", TOKEN).running() as mirror:
        mirror.create(NAME)
        git(github.clone, "remote", "set-url", "origin", mirror.clone_url(NAME))
        forge = rooms.forge()
        commit = forge.commit(plan_for(), forge.base("main"))
        for ask in (forge.heads, lambda: forge.move(BRANCH, commit, None)):
            with pytest.raises(ForgeError):  # GitHub's own address is asked, which serves no git here
                ask()
        forge.touched("f" * 40)
    assert mirror.counts == {}
    assert github.git.counts == {}
