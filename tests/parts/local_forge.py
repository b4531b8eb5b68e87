"""A local forge with one pull request, as a run leaves it behind, and what people do to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fixbot.marker import write_marker
from fixbot.model import Change, Marker, PullRequestPlan, Rewrite, Safety
from fixbot.plan import fingerprint
from fixbot.shell.git import Git
from fixbot.shell.local import LocalForge
from tests.parts.command import CLEAN, SMELLY, commit
from tests.parts.findings import FINDING as PLAIN
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

BRANCH = "fixbot/bare-except/all"
NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
FINDING = "ab12" * 4
MESSAGE = "Name what is caught\n\nFixbot-Codemod: bare-except\nFixbot-Plan: {plan}\nFixbot-Base: {tree}\n"


def forge(place: Path, when: datetime = NOON) -> LocalForge:
    """Give the forge of a place, whose clock stands still."""
    return LocalForge(Git(place), "Bot <bot@example.org>", clock=lambda: when)


def plan(after: str = CLEAN, *, place: Path | None = None, branch: str = BRANCH) -> PullRequestPlan:
    """Give a plan; its commit has the trailers of fixbot where a place is named."""
    found = replace(PLAIN, line=4, column=5, end_line=5, qualname="load", fingerprint=FINDING)
    change = Change("bare-except", Safety.REVIEW, (Rewrite("a.py", SMELLY.encode(), after.encode(), (found,)),))
    trailers = MESSAGE.format(plan=fingerprint(change), tree=git(place, "rev-parse", "main^{tree}")) if place else "T\n"
    return PullRequestPlan(
        branch=branch,
        base="main",
        title="T",
        commit_message=f"{trailers}Fixbot-Finding: {FINDING}\n" if place else "T\n",
        fingerprint="ab" * 10,
        change=change,
        body="why",
    )


def marked(*pushed: str, branch: str = BRANCH) -> str:
    """Give a body with its marker."""
    marker = Marker(
        codemod="bare-except", branch=branch, plan="ab" * 10, base="cd" * 20, findings=(FINDING,), pushed=pushed
    )
    return f"why\n{write_marker(marker)}\n"


def opened(place: Path, *, body: str | None = None) -> tuple[LocalForge, str]:
    """Open a pull request as a run does."""
    local = forge(place)
    wanted = plan(place=place)
    head = local.commit(wanted, local.base(None))
    local.move(BRANCH, head, None)
    local.open(wanted, marked(head) if body is None else body, head)
    return local, head


def states(local: LocalForge) -> list[str]:
    """Give the states of all pull requests, by number."""
    return [pull.state for pull in local.pulls()]


def record(place: Path, number: int = 1) -> dict[str, Any]:
    """Give a record as it is on disk."""
    found: dict[str, Any] = json.loads((place / f".git/fixbot/pulls/{number}.json").read_text())
    return found


def change(place: Path, **changes: object) -> None:
    """Change the record of the first pull request, as a person would."""
    (place / ".git/fixbot/pulls/1.json").write_text(json.dumps(record(place) | changes))


def with_origin(place: Path) -> Path:
    """Give a place an empty origin beside it."""
    origin = place.parent / "origin.git"
    git(place.parent, "init", "--quiet", "--bare", str(origin))
    git(place, "remote", "add", "origin", str(origin))
    return origin


def at_origin(place: Path, branch: str, files: dict[str, str]) -> str:
    """Commit on a branch of the origin alone, as somebody else would."""
    other = place.parent / "other"
    git(place.parent, "clone", "--quiet", "--branch", branch, str(place.parent / "origin.git"), str(other))
    head = commit(other, files)
    git(other, "push", "--quiet", "origin", branch)
    return head
