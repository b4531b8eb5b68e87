"""Judges whether pull requests start the project's own workflows by themselves.

Those that are opened with the GITHUB_TOKEN of a workflow run have waited since 2026-06-11 until somebody with write
access approves their runs; before that they started none
(https://github.blog/changelog/2026-06-11-bot-created-pull-requests-can-run-workflows-if-approved/). Those that are
opened with the token of an App or of a person start them
(https://docs.github.com/actions/concepts/security/github_token).
"""

from __future__ import annotations

from fixbot.doctor.check import Check, note, ok
from fixbot.doctor.seen import Clone, Kind, OnGitHub
from fixbot.doctor.workflow import gives_own_token, of_fixbot

_INSTEAD = "to have them start by themselves, give the apply job the token of a GitHub App or a fine-grained one"
_WAITS = "wait until somebody with write access clicks `Approve workflows to run`"
_NONE = "start none on a GitHub Enterprise Server that does not have the rule of 2026-06 yet"


def judge(seen: OnGitHub, clone: Clone) -> list[Check]:
    """Say what becomes of the workflows of a pull request that is opened with the token, and in the nights."""
    checks = [_of_token(seen)]
    found = of_fixbot(clone.workflows)
    if seen.kind is not Kind.WORKFLOW and found and not any(gives_own_token(file.text) for file in found):
        says = f"{found[0].path} uses GITHUB_TOKEN: the workflows of its pull requests {_fate(seen)}"
        checks.append(note("ci-at-night", says, _INSTEAD))
    return checks


def _of_token(seen: OnGitHub) -> Check:
    match seen.kind:
        case Kind.WORKFLOW:
            return note("ci", f"the workflows of pull requests opened with this token {_fate(seen)}", _INSTEAD)
        case Kind.INSTALLATION:
            says = f"if this is the GITHUB_TOKEN of a workflow run, the workflows of its pull requests {_fate(seen)}"
            return note("ci", says, _INSTEAD)
        case Kind.UNKNOWN | Kind.REFRESH:
            return note("ci", "whether pull requests opened with this token start workflows is not known")
    return ok("ci", "pull requests opened with this token start the project's workflows")


def _fate(seen: OnGitHub) -> str:
    return f"{_WAITS}, or {_NONE}" if seen.enterprise else _WAITS
