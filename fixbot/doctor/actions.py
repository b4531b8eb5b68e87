"""Judges the settings of GitHub Actions that decide on the nights.

https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository
"""

from __future__ import annotations

from fixbot.doctor.check import Check, note, ok, problem
from fixbot.doctor.seen import Clone, Kind, OnGitHub, Unseen
from fixbot.doctor.workflow import gives_own_token, of_fixbot

_WHERE = "Settings > Actions > General"
_BOX = "`Allow GitHub Actions to create and approve pull requests`"
_RUNS = frozenset({Kind.WORKFLOW, Kind.INSTALLATION})


def judge(seen: OnGitHub, clone: Clone) -> list[Check]:
    """Say whether workflows run, and whether they may open pull requests."""
    return [*_enabled(seen.actions.enabled), *_pulls(seen, clone), *_default(seen.actions.default)]


def _enabled(enabled: bool | Unseen) -> list[Check]:  # noqa: FBT001 - what was seen, not a switch
    if isinstance(enabled, Unseen):
        return []  # the next one says that the settings cannot be seen
    if enabled:
        return [ok("actions", "GitHub Actions are enabled")]
    return [note("actions", "GitHub Actions are disabled: nothing runs at night", f"enable them in {_WHERE}")]


def _pulls(seen: OnGitHub, clone: Clone) -> list[Check]:
    about, allowed = "actions-pull-requests", seen.actions.may_open_pulls
    if isinstance(allowed, Unseen):
        says = f"only an administrator's token sees the settings of GitHub Actions ({allowed.because})"
        return [note(about, says, f"see in {_WHERE} that {_BOX} is ticked, if a workflow uses its GITHUB_TOKEN")]
    if allowed:
        return [ok(about, "workflows may open pull requests")]
    says = "a workflow may not open pull requests with its GITHUB_TOKEN"
    files = of_fixbot(clone.workflows)
    matters = seen.kind in _RUNS or any(not gives_own_token(file.text) for file in files)
    make = problem if matters else note
    return [make(about, says, f"tick {_BOX} in {_WHERE}, or give the workflow the token of an App")]


def _default(default: str | Unseen) -> list[Check]:
    if isinstance(default, Unseen):
        return []
    return [ok("actions-default", f"a workflow that asks for nothing may {default}; fixbot's asks for what it needs")]
