"""The doctor against the GitHub emulator: what it asks, what it leaves alone, and what it makes of refusals."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fixbot.doctor import Check, there
from fixbot.doctor.permissions import CONTENTS, ISSUES, PULLS
from fixbot.doctor.seen import About, BaseBranch, Kind, OnGitHub, Protection, Unseen
from fixbot.settings import Settings
from fixbot.shell.clone import look
from fixbot.shell.git import Git
from fixbot.shell.github.probe import Probe
from fixbot.shell.github.survey import survey
from tests.doctor.healthy import levels, one
from tests.parts.git import git
from tests.parts.github import NAME, STRANGER, TOKEN
from tests.parts.openapi import assert_documented, objection
from tests.parts.recorder import HANG_UP, Answer, Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.parts.github import GitHub
    from tests.parts.recorder import Request

pytestmark = pytest.mark.real

KNOCKS = {f"/repos/{NAME}/{path}" for path in ("git/refs", "pulls", "issues")}
HERE = re.escape(f"/repos/{NAME}")


def seen(
    github: GitHub, token: str = TOKEN, name: str = NAME, base: str = "main", settings: Settings | None = None
) -> OnGitHub:
    return survey(
        Git(github.clone),
        name,
        token=token,
        api_url=github.url,
        base=base,
        settings=settings or Settings(),
        pace=0,
        nap=lambda _seconds: None,
    )


def checked(github: GitHub, token: str = TOKEN, name: str = NAME) -> list[Check]:
    return there(seen(github, token, name), look(Git(github.clone), None), Settings())


def fixbot(github: GitHub, *arguments: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    around = {**github.environment(), "FIXBOT_TOKEN": None, "GITHUB_ACTIONS": None, **environment}
    return subprocess.run(
        [sys.executable, "-c", "from fixbot.cli import main; main()", "doctor", *arguments],
        env={name: value for name, value in around.items() if value is not None},
        cwd=github.clone,
        capture_output=True,
        text=True,
        check=False,
    )


def says(github: GitHub, path: str, body: object, status: int = 200, times: int = 1, **headers: str) -> None:
    """Let GitHub answer requests to a path (a regular expression after the repository's) in its own way."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Answer(status, {"Content-Type": "application/json", **named}, json.dumps(body).encode())
    github.recorder.inject(Fault(at(path), answer, times=times))


def at(path: str, method: str = "GET") -> Callable[[Request], bool]:
    whole = path if path.startswith("/") else f"{HERE}/{path}".rstrip("/")
    return lambda request: request.method == method and re.fullmatch(whole, request.path) is not None


def state(github: GitHub) -> list[object]:
    """Give all that fixbot might have written to GitHub."""
    asked = ("/pulls?state=all", "/issues?state=all", "/git/matching-refs/heads/", "/labels", "/issues/comments")
    return [github.as_human("GET", path) for path in asked]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_good_token_leaves_only_notes(github: GitHub) -> None:
    done = fixbot(github, "--repo", NAME)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert "ok       permission-contents: contents: may write" in lines
    assert "ok       permission-pull-requests: pull requests: may write" in lines
    assert "ok       repository: octo/sample, public" in lines
    assert not [line for line in lines if line.startswith("problem")]
    assert done.stderr == ""


def test_nothing_is_written_on_github_or_here(github: GitHub) -> None:
    before, kept = state(github), files(github.clone)
    assert fixbot(github, "--repo", NAME, "--forge", "github").returncode == 0
    assert state(github) == before
    assert files(github.clone) == kept
    assert github.git.counts["push"] == 0
    writes = [exchange for exchange in github.recorder.exchanges if exchange.request.is_write]
    assert {exchange.request.path for exchange in writes} == KNOCKS
    assert {exchange.answer.status for exchange in writes} == {422}


def test_what_is_asked_is_documented_and_what_knocks_can_only_be_refused(github: GitHub) -> None:
    settings = Settings(labels=("a b",), reviewers=("ada", "codeowners", "octo/core"), assignees=("ada",))
    protected = {"name": "main", "commit": {"sha": git(github.clone, "rev-parse", "HEAD")}, "protected": True}
    says(github, "branches/main", protected)
    seen(github, settings=settings)
    knocks = [request for request in github.recorder.requests if request.path in KNOCKS and request.is_write]
    assert_documented(request for request in github.recorder.requests if request not in knocks)
    assert [request.json() for request in knocks] == [{}, {}, {}]
    assert all("is a required property" in str(objection(request)) for request in knocks)
    assert github.recorder.matching("GET", f"{HERE}/collaborators/ada")
    assert not github.recorder.matching("GET", f"{HERE}/collaborators/(codeowners|octo.*)")


def test_requests_are_counted_and_no_answer_is_kept(github: GitHub) -> None:
    probe = Probe(NAME, TOKEN, github.url, pace=0, nap=lambda _seconds: None)
    for _ in range(2):
        assert probe.ask("").status == 200
    assert probe.requests == len(github.recorder.requests) == 2
    assert github.recorder.unchanged == 0


def test_the_token_shows_nowhere(github: GitHub) -> None:
    says(github, "rules/branches/.*", {"message": f"no rules for {TOKEN} \u202e\n"}, status=403, times=2)
    done = fixbot(github, "--repo", NAME, "--format", "json")
    assert TOKEN not in done.stdout + done.stderr
    assert "no rules for ***" in done.stdout
    assert "\u202e" not in done.stdout
    assert github.recorder.leaks(TOKEN) == []
    assert not [path for path, content in files(github.clone).items() if TOKEN.encode() in content]


def test_a_strangers_token_may_not_write(github: GitHub) -> None:
    says(github, "", repository(github, permissions={"pull": True, "push": False}))
    done = fixbot(github, "--repo", NAME, "--quiet", GITHUB_TOKEN=STRANGER)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("problem  permission-contents: contents: may read")]
    assert [line for line in lines if line.startswith("problem  permission-pull-requests")]
    assert "mallory may not push to octo/sample" in done.stdout
    assert not [line for line in lines if line.startswith("ok")]


def test_a_wrong_token_is_one_problem(github: GitHub) -> None:
    says(github, "", {"message": "Bad credentials"}, status=401)
    done = fixbot(github, "--repo", NAME, "--format", "json")
    assert done.returncode == 1
    checks = json.loads(done.stdout)["checks"]
    assert [check["id"] for check in checks if check["level"] == "problem"] == ["token"]
    assert len(github.recorder.requests) == 1


def test_no_token_means_the_local_forge_and_no_question(github: GitHub) -> None:
    done = fixbot(github, GITHUB_TOKEN=None)
    assert done.returncode == 0
    assert "because there is no token for octo/sample" in done.stdout
    assert github.recorder.requests == []


def test_no_token_is_a_problem_where_github_is_asked_for(github: GitHub) -> None:
    done = fixbot(github, "--forge", "github", GITHUB_TOKEN=None)
    assert done.returncode == 1
    assert "problem  forge: GitHub was asked for, and there is no token" in done.stdout


def test_a_token_that_cannot_be_one_is_a_problem(github: GitHub) -> None:
    assert levels(checked(github, token="zwölf"))["github"] == "problem"  # noqa: S106 - it is none
    assert github.recorder.requests == []


def test_a_server_that_hangs_up_is_a_problem(github: GitHub) -> None:
    github.recorder.inject(Fault(at(""), HANG_UP, times=9))
    checks = checked(github)
    assert levels(checks) == {"github": "problem", "server": "note"}
    assert "could not be reached" in one(checks, "github").says


def test_a_server_that_hangs_up_later_is_asked_no_more(github: GitHub) -> None:
    github.recorder.inject(Fault(lambda request: "/rules/" in request.path, HANG_UP, times=9))
    found = seen(github)
    assert isinstance(found.about, About)
    assert isinstance(found.own_rules, Unseen)
    assert found.labels == {"fixbot": 0}
    assert "could not be reached" in found.gone
    assert not github.recorder.matching("GET", f"{HERE}/labels/.*")


def test_a_rate_limit_is_not_waited_for_too_long(github: GitHub) -> None:
    says(github, "", {"message": "API rate limit exceeded"}, status=403, retry_after="3600")
    assert "GitHub asks to wait 3600 seconds" in one(checked(github), "github").says


def test_what_is_no_github_is_a_problem(github: GitHub) -> None:
    says(github, "", {"hello": "world"})
    assert "is not GitHub" in one(checked(github), "github").says
    github.recorder.inject(Fault(at(""), Answer(200, {"Content-Type": "text/html"}, b"<html>")))
    assert "is not GitHub" in one(checked(github), "github").says


def test_an_unknown_repository_is_a_problem(github: GitHub) -> None:
    assert "octo/nothing" in one(checked(github, name="octo/nothing"), "repository").says


def repository(github: GitHub, **changed: object) -> dict[str, object]:
    return {**github.as_human("GET", ""), **changed}


def test_scopes_are_read_and_spare_the_knocking(github: GitHub) -> None:
    permissions = {"permissions": {"push": True}}
    says(github, "", repository(github, **permissions), X_OAuth_Scopes="repo, workflow")
    found = seen(github, token="ghp_" + "a" * 36)
    assert (found.kind, found.scopes, found.writes) == (Kind.CLASSIC, frozenset({"repo", "workflow"}), {})
    assert github.recorder.writes == []


@pytest.mark.parametrize(
    ("token", "scopes"), [("ghp_" + "a" * 36, frozenset()), ("github_pat_" + "a" * 80, None), (TOKEN, None)]
)
def test_an_empty_list_of_scopes_means_something_of_a_classic_token_alone(
    github: GitHub, token: str, scopes: frozenset[str] | None
) -> None:
    says(github, "", repository(github), X_OAuth_Scopes="")
    assert seen(github, token=token).scopes == scopes


@pytest.mark.parametrize(("login", "kind"), [("github-actions[bot]", Kind.WORKFLOW), ("ours[bot]", Kind.APP)])
def test_an_installation_is_asked_for_its_name_by_graphql(github: GitHub, login: str, kind: Kind) -> None:
    answer = Answer(
        200, {"Content-Type": "application/json"}, json.dumps({"data": {"viewer": {"login": login}}}).encode()
    )
    github.recorder.inject(Fault(at("/graphql", "POST"), answer))
    found = seen(github, token="ghs_" + "a" * 36)
    assert (found.kind, found.login) == (kind, login)
    assert not github.recorder.matching("GET", "/user")


def test_an_installation_without_graphql_stays_without_a_name(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    github.recorder.inject(Fault(at("/graphql", "POST"), Answer(404)))
    assert (found := seen(github, token="ghs_" + "a" * 36)).kind is Kind.INSTALLATION
    assert found.login == ""


def test_a_token_that_may_not_ask_who_it_is_is_asked_by_graphql_too(github: GitHub) -> None:
    says(github, "/user", {"message": "Resource not accessible by integration"}, status=403)
    seen(github)
    assert github.recorder.matching("POST", "/graphql")


def test_the_refusals_of_a_fine_grained_token_are_read(github: GitHub) -> None:
    for path in ("git/refs", "pulls"):
        refused = json.dumps({"message": "Resource not accessible by personal access token"}).encode()
        answer = Answer(403, {"Content-Type": "application/json"}, refused)
        github.recorder.inject(Fault(at(path, "POST"), answer))
    found = seen(github, token="github_pat_" + "a" * 80)
    assert found.writes == {CONTENTS: 403, PULLS: 403, ISSUES: 422}


def test_an_archived_repository_and_one_without_issues_are_not_knocked_at_in_vain(github: GitHub) -> None:
    says(github, "", repository(github, archived=True))
    assert seen(github).writes == {}
    says(github, "", repository(github, has_issues=False))
    assert ISSUES not in seen(github).writes


def test_an_enterprise_server_tells_its_version(github: GitHub) -> None:
    says(github, "", repository(github), X_GitHub_Enterprise_Version="3.19.0")
    assert seen(github).enterprise == "3.19.0"


def test_a_renamed_repository_is_asked_under_its_new_name(github: GitHub) -> None:
    says(github, "/repos/octo/former", repository(github))
    found = seen(github, name="octo/former")
    assert found.asked == "octo/former"
    assert isinstance(found.about, About)
    assert found.about.full_name == NAME
    assert github.recorder.matching("GET", f"{HERE}/branches/main")


def test_the_base_is_looked_for_there_and_here(github: GitHub) -> None:
    assert seen(github).base == BaseBranch(
        "main", git(github.clone, "rev-parse", "HEAD"), is_here=True, protected=False
    )
    made = github.commit_as_human("main", {"new.py": ""})
    assert seen(github, base="").base == BaseBranch("main", made, is_here=False, protected=False)
    assert seen(github, base="no/such").base == Unseen(404, "no/such")


def test_rules_protection_and_branches_are_read(github: GitHub) -> None:
    github.as_human("POST", "/git/refs", {"ref": "refs/heads/fixbot", "sha": git(github.clone, "rev-parse", "HEAD")})
    says(github, "rules/branches/main", [{"type": "required_signatures"}, {"type": "non_fast_forward"}])
    says(github, "rules/branches/fixbot.*", [{"type": "creation"}])
    says(github, "branches/main", {"name": "main", "commit": {"sha": "a" * 40}, "protected": True})
    says(github, "branches/main/protection", {"required_signatures": {"enabled": True}})
    says(github, "branches", [{"name": "main"}, {"name": "fixbot/bare-except/all"}])
    found = seen(github)
    assert found.rules == frozenset({"required_signatures", "non_fast_forward"})
    assert found.own_rules == frozenset({"creation"})
    assert found.protection == Protection(signatures=True)
    assert found.own == ("fixbot",)
    assert found.guarded == ("fixbot/bare-except/all",)


def test_a_protection_that_only_administrators_see_is_unseen(github: GitHub) -> None:
    says(github, "branches/main", {"name": "main", "commit": {"sha": "a" * 40}, "protected": True})
    assert isinstance(seen(github).protection, Unseen)


def test_the_settings_of_actions_are_read(github: GitHub) -> None:
    says(github, "actions/permissions", {"enabled": True})
    body = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False}
    says(github, "actions/permissions/workflow", body)
    listed = {"total_count": 1, "workflows": [{"path": ".github/workflows/fixbot.yml", "state": "active"}]}
    says(github, "actions/workflows", listed)
    actions = seen(github).actions
    assert (actions.enabled, actions.may_open_pulls, actions.default) == (True, False, "read")
    assert actions.states == {".github/workflows/fixbot.yml": "active"}


def test_settings_that_only_administrators_see_are_unseen(github: GitHub) -> None:
    says(github, "actions/permissions.*", {"message": "Resource not accessible\u202e"}, status=403, times=2)
    check = one(checked(github), "actions-pull-requests")
    assert str(check.level) == "note"


def test_names_are_looked_for(github: GitHub) -> None:
    github.recorder.inject(Fault(at("(collaborators|assignees)/ada"), Answer(204), times=2))
    settings = Settings(reviewers=("ada", "nobody"), assignees=("ada", "nobody"))
    found = seen(github, settings=settings)
    assert (found.reviewers, found.assignees) == ({"ada": 204, "nobody": 404},) * 2
    assert found.labels == {"fixbot": 404}


def test_answers_of_a_wrong_shape_do_no_harm(github: GitHub) -> None:
    for path in ("branches/main", "git/matching-refs/.*", "rules/.*", "actions/.*", "labels/.*", "pulls", "issues"):
        says(github, path, ["odd"], times=9)
    says(github, "/user", ["odd"])
    found = seen(github)
    assert found.gone == ""
    assert replace(found, login="") == found
    assert there(found, look(Git(github.clone), None), Settings())


def test_of_two_tokens_the_one_for_fixbot_counts(github: GitHub) -> None:
    done = fixbot(github, "--repo", NAME, FIXBOT_TOKEN=STRANGER, GITHUB_TOKEN=TOKEN)
    assert "FIXBOT_TOKEN counts" in done.stdout
    assert done.returncode == 1
    assert os.environ.get("FIXBOT_TOKEN") is None
