"""Puts together what GitHub says of a token and a repository, for the doctor to judge; writes nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from fixbot.doctor.configuration import logins
from fixbot.doctor.permissions import CONTENTS, ISSUES, PULLS
from fixbot.doctor.seen import About, Actions, BaseBranch, Kind, OnGitHub, Protection, Unseen
from fixbot.doctor.tokens import beginning, refined
from fixbot.errors import FixbotError
from fixbot.plan import PREFIX
from fixbot.settings import Settings
from fixbot.shell.github.probe import Answer, Probe
from fixbot.shell.repository import Repository

_SAMPLE = f"{PREFIX}bare-except/all"  # rules count for branches that do not exist, too
_MOST_LABELS = 30
_HAVE_SCOPES = frozenset({Kind.CLASSIC, Kind.OAUTH, Kind.UNKNOWN})
# what each lacks is required: `head` and `base`, `title`, `ref` and `sha`
_CLOSED_DOORS = {CONTENTS: "git/refs", PULLS: "pulls", ISSUES: "issues"}


def survey(
    git: Repository,
    name: str,
    *,
    token: str,
    api_url: str,
    base: str,
    settings: Settings,
    pace: float | None = None,
    nap: Callable[[float], None] = time.sleep,
) -> OnGitHub:
    """Return what GitHub says; it raises nothing, what cannot be seen is `Unseen`.

    Args:
        git: the clone, to see whether it has the base's commit.
        name: `owner/name`.
        token: what GitHub is shown; no record holds it.
        api_url: the address of the API.
        base: the branch to improve; empty for the default branch.
        settings: the labels and people to look for.
        pace: seconds between requests; None takes PyGithub's own.
        nap: what waits where GitHub asks for it.
    """
    try:
        probe = Probe(name, token, api_url, pace=pace, nap=nap)
    except FixbotError as exc:
        return _nothing(name, api_url, token, Unseen(0, str(exc)), scopes=None)
    first = probe.ask("")
    scopes, about = _scopes(first.headers, beginning(token.strip())), _about(first)
    if isinstance(about, Unseen):
        return _nothing(name, api_url, token, about, scopes=scopes)
    probe.wire.call(about.full_name)
    kind, login = _who(probe, token.strip(), scopes)
    own = probe.ask(f"git/matching-refs/heads/{PREFIX.rstrip('/')}")
    found = _base(probe.ask(f"branches/{quote(base or about.default_branch, safe='')}"), base, git)
    return OnGitHub(
        host=urlsplit(api_url).hostname or "",
        enterprise=_header(first.headers, "x-github-enterprise-version"),
        kind=kind,
        login=login,
        scopes=scopes,
        asked=name,
        about=about,
        reads=_reads(probe, about) | {CONTENTS: own.status},
        writes=_writes(probe, about, scopes),
        base=found,
        own=_names(own),
        **_guards(probe, found, base or about.default_branch),
        actions=_actions(probe),
        labels=_statuses(probe, "labels", settings.labels[:_MOST_LABELS]),
        reviewers=_statuses(probe, "collaborators", logins(settings)),
        assignees=_statuses(probe, "assignees", settings.assignees),
        gone=probe.gone,  # last: it says whether all that was answered
    )


def _statuses(probe: Probe, folder: str, names: Sequence[str]) -> dict[str, int]:
    return {name: probe.ask(f"{folder}/{quote(name, safe='')}").status for name in names}


def _nothing(name: str, api_url: str, token: str, because: Unseen, *, scopes: frozenset[str] | None) -> OnGitHub:
    hidden = Unseen(0, "GitHub was not asked")
    return OnGitHub(
        host=urlsplit(api_url).hostname or "",
        enterprise="",
        gone="",
        kind=beginning(token.strip()),
        login="",
        scopes=scopes,
        asked=name,
        about=because,
        base=hidden,
        rules=hidden,
        protection=hidden,
        own_rules=hidden,
        own=hidden,
        guarded=hidden,
        actions=Actions(enabled=hidden, may_open_pulls=hidden, default=hidden, states=hidden),
    )


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.casefold() == name), "")


def _scopes(headers: Mapping[str, str], kind: Kind) -> frozenset[str] | None:
    """Return the scopes of a token that has some; of others an empty header says nothing."""
    if "x-oauth-scopes" not in {key.casefold() for key in headers} or kind not in _HAVE_SCOPES:
        return None
    found = frozenset(scope.strip() for scope in _header(headers, "x-oauth-scopes").split(",") if scope.strip())
    return None if kind is Kind.UNKNOWN and not found else found


def _about(answer: Answer) -> About | Unseen:
    row = answer.row()
    if not isinstance(row.get("full_name"), str) or not isinstance(row.get("default_branch"), str):
        odd = Unseen(0, "what answers is not GitHub: check GITHUB_API_URL and the proxy")
        return odd if answer.status == HTTPStatus.OK else answer.unseen()
    allowed = row.get("permissions")
    return About(
        full_name=row["full_name"],
        default_branch=row["default_branch"],
        private=row.get("private") is True,
        archived=row.get("archived") is True,
        disabled=row.get("disabled") is True,
        fork=row.get("fork") is True,
        has_issues=row.get("has_issues") is not False,
        has_pulls=row.get("has_pull_requests") is not False,
        may_push=bool(allowed.get("push")) if isinstance(allowed, dict) else None,
    )


def _who(probe: Probe, token: str, scopes: frozenset[str] | None) -> tuple[Kind, str]:
    """Ask whose the token is; GitHub does not tell an installation that at `GET /user`."""
    kind, login, is_told = beginning(token), "", False
    if kind is not Kind.INSTALLATION:
        answer = probe.ask("/user")
        login, is_told = str(answer.row().get("login", "")), answer.status != HTTPStatus.FORBIDDEN
    login = login if is_told else probe.viewer()
    in_a_run = os.environ.get("GITHUB_ACTIONS") == "true"
    return refined(kind, login=login, scopes=scopes, in_a_run=in_a_run), login


def _reads(probe: Probe, about: About) -> dict[str, int]:
    asked = {PULLS: "pulls?per_page=1"} | ({ISSUES: "issues?per_page=1"} if about.has_issues else {})
    return {what: probe.ask(path).status for what, path in asked.items()}


def _writes(probe: Probe, about: About, scopes: frozenset[str] | None) -> dict[str, int]:
    """Knock at closed doors, where GitHub does not name the token's scopes."""
    if scopes is not None or about.archived:
        return {}
    doors = {what: path for what, path in _CLOSED_DOORS.items() if about.has_issues or what != ISSUES}
    return {what: probe.push_against(path) for what, path in doors.items()}


def _base(answer: Answer, name: str, git: Repository) -> BaseBranch | Unseen:
    row = answer.row()
    try:
        commit, found = str(row["commit"]["sha"]), str(row["name"])
    except (TypeError, LookupError):
        return Unseen(answer.status, name)
    return BaseBranch(found, commit, git.resolve(commit) is not None, protected=row.get("protected") is True)


def _guards(probe: Probe, base: BaseBranch | Unseen, name: str) -> dict[str, Any]:
    protected = isinstance(base, BaseBranch) and base.protected
    guarded = probe.ask("branches?protected=true&per_page=100")
    listed = tuple(str(row.get("name", "")) for row in guarded.rows())
    return {
        "rules": _rules(probe.ask(f"rules/branches/{quote(name, safe='')}?per_page=100")),
        "own_rules": _rules(probe.ask(f"rules/branches/{quote(_SAMPLE, safe='')}?per_page=100")),
        "protection": _protection(probe.ask(f"branches/{quote(name, safe='')}/protection"))
        if protected
        else Protection(),
        "guarded": tuple(found for found in listed if found.startswith(PREFIX))
        if guarded.status == HTTPStatus.OK
        else guarded.unseen(),
    }


def _rules(answer: Answer) -> frozenset[str] | Unseen:
    if answer.status != HTTPStatus.OK:
        return answer.unseen()
    return frozenset(str(row.get("type", "")) for row in answer.rows())


def _protection(answer: Answer) -> Protection | Unseen:
    if answer.status != HTTPStatus.OK:
        return answer.unseen()
    wanted = answer.row().get("required_signatures")
    return Protection(signatures=isinstance(wanted, dict) and wanted.get("enabled") is True)


def _names(answer: Answer) -> tuple[str, ...] | Unseen:
    if answer.status != HTTPStatus.OK:
        return answer.unseen()
    return tuple(str(row.get("ref", "")).removeprefix("refs/heads/") for row in answer.rows())


def _actions(probe: Probe) -> Actions:
    general, pulls = probe.ask("actions/permissions"), probe.ask("actions/permissions/workflow")
    listed = probe.ask("actions/workflows?per_page=100")
    rows = listed.row().get("workflows")
    states = {str(row.get("path", "")): str(row.get("state", "")) for row in rows or () if isinstance(row, dict)}
    allowed, default = (
        pulls.row().get("can_approve_pull_request_reviews"),
        pulls.row().get("default_workflow_permissions"),
    )
    enabled = general.row().get("enabled")
    return Actions(
        enabled=enabled if isinstance(enabled, bool) else general.unseen(),
        may_open_pulls=allowed if isinstance(allowed, bool) else pulls.unseen(),
        default=default if isinstance(default, str) else pulls.unseen(),
        states=states if isinstance(rows, list) else listed.unseen(),
    )
