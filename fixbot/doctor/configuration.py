"""Judges the configuration: its mistakes, and names in it that nobody has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fixbot.doctor.check import Check, note, ok, problem
from fixbot.doctor.seen import Clone, OnGitHub
from fixbot.settings import Settings, excluder

_CODEOWNERS = "codeowners"


def judge(mistakes: Sequence[str], settings: Settings, clone: Clone) -> list[Check]:
    """Say what is wrong with the configuration, and which of its globs are without use."""
    if mistakes:
        return [problem("configuration", mistake, "mend it; a run does not begin before") for mistake in mistakes]
    nowhere, remedy = f"matches no file of {clone.base}", "take it out, or correct it"
    unused = [note("exclude", f"{glob} {nowhere}", remedy) for glob in _idle(settings.exclude, clone)]
    unused += [note("audits", f"{glob} {nowhere}", remedy) for glob in _idle(settings.audits, clone)]
    return [ok("configuration", "no mistakes"), *unused]


def _idle(globs: Sequence[str], clone: Clone) -> list[str]:
    """Return the globs that match nothing."""
    return [glob for glob in globs if clone.paths and not any(map(excluder([glob]), clone.paths))]


def names(seen: OnGitHub, settings: Settings) -> list[Check]:
    """Say which labels and people GitHub does not know here; `codeowners` is a word and nobody's name."""
    missing = [name for name in settings.labels if seen.labels.get(name) == HTTPStatus.NOT_FOUND]
    checks = [
        note("label", f"there is no label {name}", "fixbot makes it; make it yourself for a colour") for name in missing
    ]
    checks += _people("reviewer", "is no collaborator, and cannot review", seen.reviewers)
    checks += _people(
        "assignee", "cannot be assigned: that needs read access and, for most, to be a collaborator", seen.assignees
    )
    teams = [name for name in settings.reviewers if "/" in name]
    owner = seen.asked.partition("/")[0].casefold()
    checks += [
        problem(
            "reviewer",
            f"{name} is a team of another owner",
            "only teams of the repository's own organization can review",
        )
        for name in teams
        if name.partition("/")[0].casefold() != owner
    ]
    return checks


def logins(settings: Settings) -> list[str]:
    """Return the reviewers that are people, and no teams or the word `codeowners`."""
    return [name for name in settings.reviewers if "/" not in name and name != _CODEOWNERS]


def _people(about: str, lacks: str, found: Mapping[str, int]) -> list[Check]:
    checks = []
    for name, status in found.items():
        if status == HTTPStatus.NOT_FOUND:
            checks.append(problem(about, f"{name} {lacks}", "correct the name, invite them, or take it out"))
        elif status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
            checks.append(
                note(about, f"whether {name} can be asked is not known: GitHub answers {status or 'nothing'}")
            )
    return checks
