"""Issues for places in the code, on GitHub: filed once, found by their marker, and only those of who may write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fixbot.job import Job, RunReport
from fixbot.run import run
from fixbot.settings import Settings, merged
from fixbot.shell.git import Git
from fixbot.shell.github import GitHubForge
from tests.parts.git import git
from tests.parts.git_server import auth_environment
from tests.parts.github import NAME, STRANGER, TOKEN
from tests.parts.openapi import assert_documented
from tests.parts.recorder import HANG_UP, Fault

if TYPE_CHECKING:
    from tests.parts.github import GitHub

pytestmark = pytest.mark.real
SAFE = "fixbot/todo-without-ticket/safe-all"
CODE = "# TODO: open the shop\nDOOR = 1\n# TODO: close the shop\n"
SETTINGS = Settings(dashboard=False, evidence="body", select=("todo-without-ticket",), max_hourly=1000)


@pytest.fixture
def shop(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    """Give a repository on GitHub with two places that name no issue."""
    github.commit_as_human("main", {"shop.py": CODE})
    git(
        github.clone,
        "pull",
        "--quiet",
        "--ff-only",
        "origin",
        "main",
        environment=auth_environment(github.git.url, TOKEN),
    )
    author = "fixbot <fixbot@noreply.invalid>"

    def choose(*_: object, **__: object) -> GitHubForge:
        kept = {"token": TOKEN, "api_url": github.url, "commit_via": "api", "author": author, "pace": 0}
        return GitHubForge(Git(github.clone), NAME, **kept)  # type: ignore[arg-type]

    monkeypatch.setattr("fixbot.run.choose_forge", choose)
    github.recorder.clear()
    return github


def ran(shop: GitHub, **chosen: object) -> RunReport:
    shop.recorder.clear()
    return run(Job(root=shop.clone), merged(SETTINGS, **chosen))


def filed(shop: GitHub) -> list[dict[str, Any]]:
    """Give the issues with fixbot's label, the oldest first."""
    listed: list[dict[str, Any]] = shop.as_human("GET", "/issues?state=all&labels=fixbot:ticket")
    return sorted(listed, key=lambda issue: issue["number"])


def code(shop: GitHub) -> str:
    return git(shop.git.repository(NAME), "show", f"{SAFE}:shop.py")


def test_two_runs_file_each_once_and_the_second_writes_nothing(shop: GitHub) -> None:
    assert len(ran(shop).ticketed) == 2
    assert_documented([request for request in shop.recorder.requests if request.path != "/graphql"])
    first, second = (issue["number"] for issue in filed(shop))
    assert code(shop) == f"# TODO(#{first}): open the shop\nDOOR = 1\n# TODO(#{second}): close the shop"

    assert ran(shop).ticketed == ()
    assert shop.recorder.writes == []


def test_a_run_that_was_cut_off_between_two_issues_goes_on_with_the_second(shop: GitHub) -> None:
    issues = f"/repos/{NAME}/issues"
    seen: list[object] = []

    def second(asked: Any) -> bool:  # noqa: ANN401 - a request as it was recorded
        is_one = (asked.method, asked.path) == ("POST", issues)
        seen.extend([asked] if is_one else [])
        return is_one and len(seen) == 2

    shop.recorder.inject(Fault(second, HANG_UP))
    with pytest.raises(Exception, match="run fixbot again"):
        run(Job(root=shop.clone), SETTINGS)
    assert [issue["title"] for issue in filed(shop)] == ["open the shop"]

    ran(shop)
    assert [issue["title"] for issue in filed(shop)] == ["open the shop", "close the shop"]


def test_a_strangers_copy_is_not_believed_and_a_label_may_go(shop: GitHub) -> None:
    ran(shop)
    mine = filed(shop)
    theirs = shop.as_human("POST", "/issues", {"title": "mine", "body": mine[0]["body"]}, token=STRANGER)
    shop.as_human("POST", f"/issues/{theirs['number']}/labels", {"labels": ["fixbot:ticket"]})
    shop.as_human("PUT", f"/issues/{mine[0]['number']}/labels", {"labels": []})
    ran(shop)
    assert shop.recorder.writes == []
    assert [issue["title"] for issue in filed(shop)] == ["close the shop", "mine"]
    assert f"TODO(#{mine[0]['number']}): open" in code(shop)


def test_where_there_are_no_issues_nothing_is_filed_or_written(shop: GitHub) -> None:
    shop.as_human("PATCH", "", {"has_issues": False})
    done = ran(shop)
    assert done.ticketed == ()
    assert not [standing for standing in done.published if standing.change is not None]
