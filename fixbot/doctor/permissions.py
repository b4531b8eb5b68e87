"""Judges what a token may read and write, from scopes and from GitHub's answers to what it can only refuse.

Classic and OAuth tokens have scopes, which GitHub names in the header `X-OAuth-Scopes`; `repo` and `public_repo` say
what is said here (https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps). For the others
GitHub names nothing, so three requests without a body were sent: `POST pulls`, `POST issues` and `POST git/refs` need
`head` and `base`, `title`, and `ref` and `sha` (GitHub's OpenAPI description lists them as required), and are answered
422 where the token may write, 403 or 404 where it may not. None of them can make anything.
"""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus

from fixbot.doctor.check import Check, note, ok, problem
from fixbot.doctor.seen import About, Kind, OnGitHub
from fixbot.settings import Settings

CONTENTS, PULLS, ISSUES = "contents", "pull requests", "issues"
_READ = frozenset({HTTPStatus.OK, HTTPStatus.CONFLICT})  # 409: the repository is empty
_TAKEN = frozenset({HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT})
_REFUSED = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_OF_A_BOT = frozenset({Kind.APP, Kind.WORKFLOW, Kind.INSTALLATION})
_DOCS = "https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps"


class May(StrEnum):
    """What a token may do with one kind of thing, in the words that people read."""

    WRITE = "may write"
    READ = "may read, may not write"
    NOTHING = "may neither read nor write"
    UNKNOWN = "unknown"


def may(seen: OnGitHub, what: str) -> May:
    """Return what the token may do with contents, pull requests or issues."""
    writes = _by_scopes(seen) if seen.scopes is not None else _by_answers(seen, what)
    if writes is None:
        return May.UNKNOWN
    if writes:
        return May.WRITE
    return May.READ if seen.reads.get(what) in _READ else May.NOTHING


def _by_scopes(seen: OnGitHub) -> bool | None:
    if not isinstance(seen.about, About) or seen.scopes is None:
        return None
    wanted = {"repo"} if seen.about.private else {"repo", "public_repo"}
    return bool(wanted & seen.scopes) and seen.about.may_push is not False


def _by_answers(seen: OnGitHub, what: str) -> bool | None:
    """A person's token never does more than the person may; a bot has no person, and GitHub shows nothing of one."""
    status = seen.writes.get(what, 0)
    pushes = seen.about.may_push if isinstance(seen.about, About) else None
    if status in _REFUSED or (status in _TAKEN and seen.kind not in _OF_A_BOT and pushes is False):
        return False
    return True if status in _TAKEN else None


def judge(seen: OnGitHub, settings: Settings) -> list[Check]:
    """Say what the token may do."""
    if not isinstance(seen.about, About) or seen.about.archived:
        return []
    needed = [_needed("permission-contents", CONTENTS, seen), _needed("permission-pull-requests", PULLS, seen)]
    return [*needed, *_issues(seen, settings), _workflows(seen)]


def _needed(about: str, what: str, seen: OnGitHub) -> Check:
    said = may(seen, what)
    match said:
        case May.WRITE:
            return ok(about, f"{what}: {said}")
        case May.UNKNOWN:
            return note(about, f"{what}: {said}, GitHub does not tell", f"fixbot needs {what}: write")
    return problem(about, f"{what}: {said}", _give(seen, what))


def _give(seen: OnGitHub, what: str) -> str:
    if isinstance(seen.about, About) and seen.about.may_push is False and seen.kind not in _OF_A_BOT:
        who = seen.login or "who holds the token"
        return f"{who} may not push to {seen.about.full_name}: take the token of a collaborator"
    if seen.scopes is not None:
        scope = "repo" if isinstance(seen.about, About) and seen.about.private else "public_repo or repo"
        return f"give the token the scope {scope}"
    if seen.kind is Kind.WORKFLOW:
        return f"write `{what.replace(' ', '-')}: write` below `permissions:` of the job"
    return f"give the token the repository permission {what}: read and write"


def _issues(seen: OnGitHub, settings: Settings) -> list[Check]:
    has_issues = isinstance(seen.about, About) and seen.about.has_issues
    if not has_issues:
        return []
    check = _needed("permission-issues", ISSUES, seen)
    if settings.dashboard or not check.do:
        return [check]
    return [note("permission-issues", check.says, "nothing, as long as there is no dashboard")]


def _workflows(seen: OnGitHub) -> Check:
    """Nothing of fixbot's needs it: no rewrite is below .github, and what the base has there is on a branch already."""
    about, no_need = "permission-workflows", "fixbot does not need it, because it changes nothing below .github"
    if seen.scopes is not None:
        has = May.WRITE if "workflow" in seen.scopes else "may not write"
    else:
        has = "may not write" if seen.kind is Kind.WORKFLOW else f"{May.UNKNOWN}, GitHub does not tell"
    return ok(about, f"workflows: {has}; {no_need}")
