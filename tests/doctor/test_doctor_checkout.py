"""What the doctor says of workflows that check out another branch than the one that is to be improved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.doctor import here, there
from fixbot.doctor.checkout import judge
from fixbot.doctor.seen import Programs, Way
from fixbot.settings import Settings
from tests.doctor.healthy import CLONE, levels, one, well, workflow, wrong
from tests.parts.command import CLEAN, fixbot, repository

if TYPE_CHECKING:
    from pathlib import Path

NIGHTLY = """\
jobs:
  plan:
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v7
        with:
          persist-credentials: false
          ref: {ref}
      - uses: octo/fixbot@0123456789012345678901234567890123456789
        with:
          phase: plan
"""
DEFAULT = "${{ github.event.repository.default_branch }}"
UNNAMED = NIGHTLY.replace("          ref: {ref}\n", "")


@pytest.mark.parametrize(
    ("ref", "base", "level"),
    [
        (DEFAULT, None, None),
        (DEFAULT, "main", None),
        (DEFAULT, "develop", "problem"),
        ("develop", "develop", None),
        ('"develop"', "develop", None),
        ("refs/heads/develop # the one", "develop", None),
        ("develop", None, "problem"),
        ("main", "develop", "problem"),
        ("${{ vars.BRANCH }}", "develop", None),
        (f"{DEFAULT}\n          fetch-depth: 0", "develop", None),
        ("develop\n      - uses: octo/fixbot@v1\n        with:\n          base: develop", None, None),
        ("main\n      - uses: octo/fixbot@v1\n        with:\n          base: develop", None, "problem"),
    ],
)
def test_the_branch_that_is_improved_has_to_be_checked_out(ref: str, base: str | None, level: str | None) -> None:
    checks = judge(workflow(NIGHTLY.format(ref=ref)), base, "main")
    assert levels(checks).get("workflow-base") == level


def test_what_to_write_is_said() -> None:
    check = one(judge(workflow(UNNAMED), "develop", "main"), "workflow-base")
    assert check.says == ".github/workflows/fixbot.yml checks out main, and develop is to be improved"
    assert check.do == "write `ref: develop` below `with:` of actions/checkout there"


def test_where_the_default_branch_is_not_known_it_is_a_note() -> None:
    assert levels(judge(workflow(UNNAMED), "develop", None)) == {"workflow-base": "note"}
    assert judge(workflow(UNNAMED), None, None) == []


def test_a_workflow_without_a_checkout_is_not_judged() -> None:
    assert judge(CLONE, "develop", "main") == []


def test_it_is_said_with_and_without_github() -> None:
    clone = workflow(UNNAMED)
    settings = Settings(base="develop")
    assert "workflow-base" in wrong(there(well(), clone, settings))
    way = Way(asked="auto", variable="", name="octo/sample", has_origin=True)
    programs = Programs(git="2.47.1", ruff="0.17.5")
    assert "workflow-base" in wrong(here(programs, clone, way, (), settings, chooses_base=True))


def test_what_init_writes_is_right_until_the_configuration_changes(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"a.py": CLEAN, "fixbot.toml": 'base = "develop"\n'})
    assert fixbot("init", place, "--action", f"octo/fixbot@{'a' * 40}").code == 0
    text = (place / ".github/workflows/fixbot.yml").read_text("utf-8")
    assert judge(workflow(text), "develop", "main") == []
    assert levels(judge(workflow(text), None, "main")) == {"workflow-base": "problem"}
