from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from fixbot.doctor import Check, Level, as_json, as_text, is_wrong, there
from fixbot.doctor.permissions import CONTENTS, ISSUES, PULLS, May, may
from fixbot.doctor.seen import Actions, BaseBranch, Kind, Protection, Unseen, WorkflowFile
from fixbot.doctor.tokens import beginning, refined
from fixbot.settings import Settings
from tests.doctor.healthy import ACTIONS, CLONE, HIDDEN, NIGHTLY, about, levels, one, well, workflow, wrong

MINE = NIGHTLY.replace("${{ secrets.APP_TOKEN }}", "${{ github.token }}")
SCHEDULED = ".github/workflows/fixbot.yml"


def judged(settings: Settings | None = None, **changed: Any) -> list[Check]:  # noqa: ANN401 - any field
    return there(well(**changed), CLONE, settings or Settings())


def test_where_nothing_is_wrong_every_point_is_ok() -> None:
    checks = judged()
    assert wrong(checks) == []
    assert {"token", "permission-contents", "permission-pull-requests", "permission-issues", "ci", "repository"} <= set(
        levels(checks)
    )


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("ghp_" + "a" * 36, Kind.CLASSIC),
        ("0123456789abcdef" * 2 + "01234567", Kind.CLASSIC),
        ("github_pat_" + "a" * 80, Kind.FINE_GRAINED),
        ("gho_abc", Kind.OAUTH),
        ("ghu_abc", Kind.APP_USER),
        ("ghs_abc", Kind.INSTALLATION),
        ("ghr_abc", Kind.REFRESH),
        ("tok_canary", Kind.UNKNOWN),
    ],
)
def test_a_token_is_known_by_its_beginning(token: str, kind: Kind) -> None:
    assert beginning(token) is kind


@pytest.mark.parametrize(
    ("kind", "login", "scopes", "known"),
    [
        (Kind.REFRESH, "", None, Kind.REFRESH),
        (Kind.INSTALLATION, "github-actions[bot]", None, Kind.WORKFLOW),
        (Kind.INSTALLATION, "our-fixbot[bot]", None, Kind.APP),
        (Kind.INSTALLATION, "", None, Kind.INSTALLATION),
        (Kind.UNKNOWN, "github-actions[bot]", None, Kind.WORKFLOW),
        (Kind.UNKNOWN, "our-fixbot[bot]", None, Kind.APP),
        (Kind.UNKNOWN, "ada", frozenset({"repo"}), Kind.CLASSIC),
        (Kind.UNKNOWN, "ada", None, Kind.UNKNOWN),
        (Kind.OAUTH, "ada", frozenset({"repo"}), Kind.OAUTH),
    ],
)
def test_github_tells_what_the_beginning_leaves_open(
    kind: Kind, login: str, scopes: frozenset[str] | None, known: Kind
) -> None:
    assert refined(kind, login=login, scopes=scopes, in_a_run=True) is known


def test_outside_of_a_run_there_is_no_token_of_one() -> None:
    assert refined(Kind.INSTALLATION, login="", scopes=None, in_a_run=False) is Kind.APP


def test_a_token_is_shown_with_its_owner_and_its_scopes() -> None:
    said = one(judged(kind=Kind.CLASSIC, scopes=frozenset({"workflow", "repo"})), "token").says
    assert said == "classic personal access token of fixbot, scopes: repo, workflow"
    assert one(judged(scopes=frozenset()), "token").says.endswith("scopes: none")


def test_a_refresh_token_is_none_to_work_with() -> None:
    assert one(judged(kind=Kind.REFRESH), "token").level is Level.PROBLEM


def test_a_token_of_an_unknown_kind_is_a_note() -> None:
    assert one(judged(kind=Kind.UNKNOWN), "token").level is Level.NOTE


@pytest.mark.parametrize(
    ("scopes", "private", "pushes", "says"),
    [
        ({"repo"}, False, True, May.WRITE),
        ({"repo"}, True, True, May.WRITE),
        ({"public_repo"}, False, True, May.WRITE),
        ({"public_repo"}, True, True, May.READ),
        ({"repo"}, False, False, May.READ),
        ({"repo"}, False, None, May.WRITE),
        ({"gist"}, False, True, May.READ),
        (set(), False, True, May.READ),
    ],
)
def test_scopes_decide_where_there_are_some(scopes: set[str], private: bool, pushes: bool | None, says: May) -> None:  # noqa: FBT001 - parameters of a test
    seen = well(scopes=frozenset(scopes), about=about(private=private, may_push=pushes), writes={})
    assert [may(seen, what) for what in (CONTENTS, PULLS, ISSUES)] == [says] * 3


@pytest.mark.parametrize(
    ("status", "read", "says"),
    [
        (422, 200, May.WRITE),
        (409, 409, May.WRITE),
        (400, 200, May.WRITE),
        (403, 200, May.READ),
        (404, 200, May.READ),
        (403, 403, May.NOTHING),
        (404, 404, May.NOTHING),
        (500, 200, May.UNKNOWN),
        (0, 0, May.UNKNOWN),
        (201, 200, May.UNKNOWN),
    ],
)
def test_what_github_refuses_with_tells_what_a_token_may(status: int, read: int, says: May) -> None:
    assert may(well(reads={CONTENTS: read}, writes={CONTENTS: status}), CONTENTS) is says


def test_a_stranger_may_open_issues_everywhere_but_write_nowhere() -> None:
    checks = judged(about=about(may_push=False), writes={CONTENTS: 403, PULLS: 422, ISSUES: 422}, login="mallory")
    assert levels(checks)["permission-contents"] == "problem"
    assert levels(checks)["permission-pull-requests"] == "problem"
    assert "mallory may not push to octo/sample" in one(checks, "permission-contents").do


def test_a_bot_is_judged_by_the_answers_alone() -> None:
    seen = well(kind=Kind.WORKFLOW, about=about(may_push=False))
    assert may(seen, CONTENTS) is May.WRITE


@pytest.mark.parametrize(
    ("kind", "scopes", "private", "do"),
    [
        (Kind.WORKFLOW, None, False, "`pull-requests: write` below `permissions:`"),
        (Kind.APP, None, False, "the repository permission pull requests: read and write"),
        (Kind.FINE_GRAINED, None, True, "the repository permission pull requests: read and write"),
        (Kind.CLASSIC, frozenset({"gist"}), False, "the scope public_repo or repo"),
        (Kind.CLASSIC, frozenset({"public_repo"}), True, "the scope repo"),
    ],
)
def test_a_missing_permission_comes_with_the_way_to_get_it(
    kind: Kind,
    scopes: frozenset[str] | None,
    private: bool,  # noqa: FBT001 - a parameter of a test
    do: str,
) -> None:
    checks = judged(kind=kind, scopes=scopes, about=about(private=private), writes={PULLS: 403})
    assert one(checks, "permission-pull-requests").level is Level.PROBLEM
    assert do in one(checks, "permission-pull-requests").do


def test_a_permission_that_github_does_not_tell_is_a_note() -> None:
    assert levels(judged(writes={}))["permission-contents"] == "note"


def test_a_dashboard_needs_issues() -> None:
    writes = {CONTENTS: 422, PULLS: 422, ISSUES: 403}
    assert levels(judged(writes=writes))["permission-issues"] == "problem"
    assert levels(judged(Settings(dashboard=False), writes=writes))["permission-issues"] == "note"


def test_nobody_asks_for_issues_where_they_are_disabled() -> None:
    checks = judged(about=about(has_issues=False))
    assert "permission-issues" not in levels(checks)
    assert levels(checks)["issues"] == "note"
    assert "dashboard = false" in one(checks, "issues").do
    assert "dashboard" not in one(judged(Settings(dashboard=False), about=about(has_issues=False)), "issues").do


@pytest.mark.parametrize(
    ("kind", "scopes", "says"),
    [
        (Kind.CLASSIC, frozenset({"repo", "workflow"}), "may write"),
        (Kind.CLASSIC, frozenset({"repo"}), "may not write"),
        (Kind.WORKFLOW, None, "may not write"),
        (Kind.FINE_GRAINED, None, "unknown"),
    ],
)
def test_workflows_are_told_and_not_needed(kind: Kind, scopes: frozenset[str] | None, says: str) -> None:
    check = one(judged(kind=kind, scopes=scopes), "permission-workflows")
    assert check.says.startswith(f"workflows: {says}")
    assert check.level is Level.OK


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        (Kind.WORKFLOW, "note"),
        (Kind.INSTALLATION, "note"),
        (Kind.UNKNOWN, "note"),
        (Kind.APP, "ok"),
        (Kind.FINE_GRAINED, "ok"),
        (Kind.CLASSIC, "ok"),
    ],
)
def test_pull_requests_of_a_workflow_run_wait_for_approval(kind: Kind, level: str) -> None:
    check = one(judged(kind=kind), "ci")
    assert str(check.level) == level
    assert ("Approve workflows to run" in check.says) == (kind in {Kind.WORKFLOW, Kind.INSTALLATION})


def test_the_rule_of_approval_may_be_missing_on_an_enterprise_server() -> None:
    checks = judged(kind=Kind.WORKFLOW, enterprise="3.19.0", host="ghe.example.org")
    assert "Enterprise Server that does not have the rule" in one(checks, "ci").says
    assert "3.19.0" in one(checks, "server").says


def test_an_api_elsewhere_is_named() -> None:
    assert levels(judged(host="localhost"))["server"] == "note"


def test_what_a_person_can_does_not_hide_that_the_nights_have_another_token() -> None:
    checks = there(well(), workflow(MINE), Settings())
    assert SCHEDULED in one(checks, "ci-at-night").says
    assert "ci-at-night" not in levels(judged())


@pytest.mark.parametrize(
    ("changed", "point", "level"),
    [
        ({"archived": True}, "repository", "problem"),
        ({"disabled": True}, "repository", "problem"),
        ({"has_pulls": False}, "pull-requests", "problem"),
        ({"fork": True}, "fork", "note"),
        ({"full_name": "octo/renamed"}, "repository-name", "note"),
        ({"default_branch": "develop"}, "default-branch", "note"),
    ],
)
def test_each_trait_of_a_repository_has_its_line(changed: dict[str, Any], point: str, level: str) -> None:
    assert levels(judged(about=about(**changed)))[point] == level


def test_an_archived_repository_has_no_permissions_to_speak_of() -> None:
    assert not [name for name in levels(judged(about=about(archived=True))) if name.startswith("permission")]


@pytest.mark.parametrize(
    ("status", "point", "word"),
    [
        (401, "token", "does not accept the token"),
        (403, "repository", "SSO"),
        (404, "repository", "octo/sample"),
        (500, "github", "500"),
        (0, "github", "SSO"),
    ],
)
def test_a_repository_that_cannot_be_seen_is_one_problem(status: int, point: str, word: str) -> None:
    checks = judged(about=Unseen(status, "SSO"))
    assert wrong(checks) == [point]
    assert word in checks[0].says
    assert checks[0].do


def test_github_that_stops_answering_is_a_problem() -> None:
    assert levels(judged(gone="GitHub could not be reached"))["github"] == "problem"


@pytest.mark.parametrize(
    ("because", "says", "do"),
    [
        ("not reached (Timeout): run fixbot again", "not reached (Timeout)", "try again later"),
        ("GITHUB_API_URL is no address: leave it out", "GITHUB_API_URL is no address", "leave it out"),
        ("odd", "odd", "try again later"),
    ],
)
def test_the_sentence_of_an_error_is_said_with_what_to_do(because: str, says: str, do: str) -> None:
    check = one(judged(about=Unseen(0, because)), "github")
    assert (check.says, check.do.partition(";")[0]) == (says, do)


def test_the_base_must_be_in_the_clone_and_on_github() -> None:
    behind = BaseBranch("main", "b" * 40, is_here=False, protected=False)
    assert one(judged(base=behind), "base").do == "run `git fetch`"
    assert "no branch develop" in one(judged(base=Unseen(404, "develop")), "base").says
    assert "base" not in levels(judged(base=Unseen(500, "main")))


@pytest.mark.parametrize(
    "rule", ["creation", "update", "non_fast_forward", "pull_request", "required_status_checks", "merge_queue"]
)
def test_rules_that_stop_fixbot_on_its_own_branches_are_problems(rule: str) -> None:
    assert levels(judged(own_rules=frozenset({rule})))["branch-rules"] == "problem"


@pytest.mark.parametrize("rule", ["required_status_checks", "pull_request", "non_fast_forward", "update", "creation"])
def test_the_same_rules_on_the_base_are_no_problem(rule: str) -> None:
    assert wrong(judged(rules=frozenset({rule}))) == []


def test_rules_about_patterns_are_for_a_person_to_look_at() -> None:
    checks = judged(own_rules=frozenset({"commit_message_pattern", "deletion", "required_linear_history"}))
    assert "commit messages" in one(checks, "branch-patterns").says


@pytest.mark.parametrize("where", ["rules", "own_rules", "protection"])
def test_signed_commits_are_made_through_the_api(where: str) -> None:
    wanted: Any = Protection(signatures=True) if where == "protection" else frozenset({"required_signatures"})
    assert one(judged(Settings(commit_via="git"), **{where: wanted}), "signatures").do == "use --commit-via api"
    for through_api in (Settings(commit_via="api"), Settings()):  # the nights publish plans, and take the API
        assert one(judged(through_api, **{where: wanted}, kind=Kind.APP), "signatures").level is Level.OK
        assert one(judged(through_api, **{where: wanted}), "signatures").level is Level.PROBLEM
    without_nights = there(well(**{where: wanted}, kind=Kind.APP), replace(CLONE, workflows=()), Settings())
    assert one(without_nights, "signatures").do == "use --commit-via api"
    whole = WorkflowFile(".github/workflows/fixbot.yml", "- run: fixbot run\n", committed=True)
    in_one = there(well(**{where: wanted}, kind=Kind.APP), replace(CLONE, workflows=(whole,)), Settings())
    assert one(in_one, "signatures").do == "use --commit-via api"


def test_what_wants_signatures_is_said_once() -> None:
    signed = frozenset({"required_signatures"})
    said = one(judged(rules=signed, own_rules=signed, protection=Protection(signatures=True)), "signatures").says
    assert said.startswith("the base and fixbot's branches must have signed commits")


def test_rulesets_and_protections_that_cannot_be_seen_are_notes() -> None:
    protected = BaseBranch("main", "a" * 40, is_here=True, protected=True)
    checks = judged(rules=HIDDEN, own_rules=HIDDEN, base=protected, protection=HIDDEN)
    assert levels(checks)["rulesets"] == levels(checks)["base-protection"] == "note"
    assert "base-protection" not in levels(judged(base=protected))


def test_branches_that_stand_in_the_way_or_are_guarded_are_named() -> None:
    checks = judged(own=("fixbot", "fixbot/bare-except/all"), guarded=("fixbot/bare-except/all",))
    assert levels(checks)["branch-name"] == "problem"
    assert "fixbot/bare-except/all is protected" in one(checks, "branch-protection").says
    assert wrong(judged(own=HIDDEN, guarded=HIDDEN)) == []


def actions(**changed: Any) -> Actions:  # noqa: ANN401 - any field
    given: dict[str, Any] = {"enabled": True, "may_open_pulls": True, "default": "read", "states": ACTIONS.states}
    return Actions(**(given | changed))


def test_workflows_that_may_not_open_pull_requests_are_a_problem_where_one_does() -> None:
    barred = actions(may_open_pulls=False)
    assert levels(judged(actions=barred, kind=Kind.WORKFLOW))["actions-pull-requests"] == "problem"
    assert levels(there(well(actions=barred), workflow(MINE), Settings()))["actions-pull-requests"] == "problem"
    assert levels(judged(actions=barred))["actions-pull-requests"] == "note"


def test_settings_that_cannot_be_seen_come_with_the_place_to_look() -> None:
    hidden = actions(enabled=HIDDEN, may_open_pulls=HIDDEN, default=HIDDEN)
    checks = judged(actions=hidden)
    assert "Settings > Actions > General" in one(checks, "actions-pull-requests").do
    assert wrong(checks) == ["actions-pull-requests"]


def test_disabled_actions_mean_no_nights() -> None:
    assert levels(judged(actions=actions(enabled=False)))["actions"] == "note"


@pytest.mark.parametrize("state", ["disabled_inactivity", "disabled_manually", "disabled_fork", "deleted"])
def test_a_workflow_that_sleeps_is_a_problem(state: str) -> None:
    assert levels(judged(actions=actions(states={SCHEDULED: state})))["workflow"] == "problem"


def test_a_workflow_that_github_does_not_know_is_a_problem() -> None:
    assert "default branch" in one(judged(actions=actions(states={})), "workflow").do


def test_names_that_nobody_has_are_found() -> None:
    settings = Settings(reviewers=("ann", "codeowners", "octo/core", "elsewhere/core"), assignees=("bob", "cid"))
    seen: dict[str, Any] = {"labels": {"fixbot": 404}, "reviewers": {"ann": 404}, "assignees": {"bob": 204, "cid": 403}}
    checks = [check for check in judged(settings, **seen) if check.id in {"label", "reviewer", "assignee"}]
    assert [(check.id, str(check.level), check.says.split()[0]) for check in checks] == [
        ("label", "note", "there"),
        ("reviewer", "problem", "ann"),
        ("assignee", "note", "whether"),
        ("reviewer", "problem", "elsewhere/core"),
    ]


def test_text_has_one_line_for_each_point_and_shows_every_character() -> None:
    checks = [
        Check("a", Level.OK, "fine"),
        Check("b", Level.NOTE, "line\nbreak \u202e"),
        Check("c", Level.PROBLEM, "bad", "mend it"),
    ]
    assert as_text(checks, brief=False) == (
        "ok       a: fine\nnote     b: line\\nbreak \\u202e\nproblem  c: bad -> mend it\n1 problem, 1 note, 1 ok\n"
    )
    assert as_text(checks, brief=True) == "note     b: line\\nbreak \\u202e\nproblem  c: bad -> mend it\n"
    assert is_wrong(checks)
    assert not is_wrong(checks[:2])


def test_json_is_a_list_of_checks() -> None:
    said = json.loads(as_json([Check("b", Level.NOTE, "bidi \u202e", "look")]))
    assert said == {"version": 1, "checks": [{"id": "b", "level": "note", "says": "bidi \\u202e", "do": "look"}]}
