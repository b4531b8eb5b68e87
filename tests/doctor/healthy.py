"""A patient in whom nothing is wrong, for tests to change one thing about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fixbot.doctor.check import Check, Level
from fixbot.doctor.permissions import CONTENTS, ISSUES, PULLS
from fixbot.doctor.seen import About, Actions, BaseBranch, Clone, Kind, OnGitHub, Protection, Unseen, WorkflowFile

HIDDEN = Unseen(403, "Resource not accessible")
NIGHTLY = """\
on:
  schedule:
    - cron: '17 3 * * *'
permissions: {}
jobs:
  apply:
    permissions:
      contents: write
      pull-requests: write
      issues: write
    steps:
      - uses: octo/fixbot@0123456789012345678901234567890123456789 # v1
        with:
          phase: apply
          token: ${{ secrets.APP_TOKEN }}
"""
CLONE = Clone(
    branch="main",
    base="main",
    paths=frozenset({"src/a.py", ".github/workflows/fixbot.yml"}),
    workflows=(WorkflowFile(".github/workflows/fixbot.yml", NIGHTLY, committed=True),),
)
ABOUT = About(full_name="octo/sample", default_branch="main", may_push=True)
ACTIONS = Actions(enabled=True, may_open_pulls=True, default="read", states={".github/workflows/fixbot.yml": "active"})
WELL = OnGitHub(
    host="api.github.com",
    enterprise="",
    gone="",
    kind=Kind.FINE_GRAINED,
    login="fixbot",
    scopes=None,
    asked="octo/sample",
    about=ABOUT,
    reads={CONTENTS: 200, PULLS: 200, ISSUES: 200},
    writes={CONTENTS: 422, PULLS: 422, ISSUES: 422},
    base=BaseBranch("main", "a" * 40, is_here=True, protected=False),
    rules=frozenset(),
    protection=Protection(),
    own_rules=frozenset(),
    own=(),
    guarded=(),
    actions=ACTIONS,
    labels={"fixbot": 200},
)


def well(**changed: Any) -> OnGitHub:  # noqa: ANN401 - any field
    return replace(WELL, **changed)


def about(**changed: Any) -> About:  # noqa: ANN401 - any field
    return replace(ABOUT, **changed)


def workflow(text: str, *, committed: bool = True) -> Clone:
    return replace(CLONE, workflows=(WorkflowFile(".github/workflows/fixbot.yml", text, committed=committed),))


def levels(checks: list[Check]) -> dict[str, str]:
    return {check.id: str(check.level) for check in checks}


def one(checks: list[Check], name: str) -> Check:
    found = [check for check in checks if check.id == name]
    assert len(found) == 1, checks
    return found[0]


def wrong(checks: list[Check]) -> list[str]:
    return [check.id for check in checks if check.level is not Level.OK]
