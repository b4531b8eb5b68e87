"""The workflows and the action of this project please every judge, and each judge notices a fault of its kind."""

from __future__ import annotations

import re
import runpy
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from fixbot import VERSION
from tests.judges import EVERY, actionlint, house, inputs, language, runner, schemas, scripts, zizmor
from tests.judges.documents import ROOT, Document, of_project, workflow
from tests.judges.programs import from_npm, installed
from tests.parts.node import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges import Judge

PINNED = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
GOOD = f"""\
name: Good

on:
  issues:
    types: [labeled]

permissions: {{}}

concurrency:
  group: good
  cancel-in-progress: false

jobs:
  only:
    name: Only
    permissions:
      contents: read # to check the code out
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: {PINNED} # v7.0.1
        with:
          persist-credentials: false
      - run: echo "$TITLE"
        env:
          TITLE: ${{{{ github.event.issue.title }}}}
"""
ACTION = """\
name: Good
description: Says a word.
inputs:
  word:
    description: The word.
    required: true
runs:
  using: composite
  steps:
    - run: echo "$WORD"
      shell: bash
      env:
        WORD: ${{ inputs.word }}
"""


def spoilt(before: str, after: str) -> Document:
    """Give the good workflow with one fault."""
    assert before in GOOD
    return workflow(GOOD.replace(before, after))


def spoilt_action(before: str, after: str) -> Document:
    """Give the good action with one fault."""
    assert before in ACTION
    return Document("action.yml", ACTION.replace(before, after))


INJECTED = spoilt('"$TITLE"', '"${{ github.event.issue.title }}"')
UNQUOTED = spoilt('"$TITLE"', "$TITLE")
UNKNOWN_KEY = spoilt("    timeout-minutes: 5", "    timeout-minuets: 5")
FAULTS = [
    (house.judge, INJECTED, "an expression in a shell line"),
    (house.judge, spoilt("permissions: {}\n", ""), "no `permissions: {}` at the top"),
    (house.judge, spoilt("permissions: {}\n", "permissions: read-all\n"), "no `permissions: {}` at the top"),
    (house.judge, spoilt("    permissions:\n      contents: read # to check the code out\n", ""), "its permissions"),
    (house.judge, spoilt(PINNED, "actions/checkout@v7"), "not pinned"),
    (house.judge, spoilt(PINNED, PINNED[:-1]), "not pinned"),
    (house.judge, spoilt(" # v7.0.1", ""), "not pinned"),
    (house.judge, spoilt("- run:", "- {uses: evil/action@main}\n      - run:"), "not on a line of its own"),
    (house.judge, spoilt("        with:\n          persist-credentials: false\n", ""), "keeps its credentials"),
    (house.judge, spoilt("persist-credentials: false", "persist-credentials: true"), "keeps its credentials"),
    (house.judge, spoilt("    timeout-minutes: 5\n", ""), "no timeout"),
    (house.judge, spoilt("concurrency:\n  group: good\n  cancel-in-progress: false\n", ""), "may race"),
    (house.judge, spoilt_action('"$WORD"', "${{ inputs.word }}"), "an expression in a shell line"),
    (house.judge, spoilt("on:", "on: # zizmor: ignore[dangerous-triggers]"), "without a reason"),
    (inputs.judge, spoilt_action("inputs.word", "inputs.wort"), "the input wort is not declared"),
    (inputs.judge, spoilt_action("inputs.word", "github.actor"), "the input word is not used"),
    (zizmor.judge, INJECTED, "High: template-injection"),
    (zizmor.judge, spoilt(PINNED, "actions/checkout@v7"), "unpinned-uses"),
    (zizmor.judge, spoilt("          persist-credentials: false\n", "          ref: main\n"), "artipacked"),
    (zizmor.judge, spoilt("on:\n  issues:\n    types: [labeled]", "on: pull_request_target"), "dangerous-triggers"),
    (zizmor.judge, spoilt_action('"$WORD"', "${{ inputs.word }}"), "template-injection"),
    (schemas.judge, UNKNOWN_KEY, "timeout-minuets"),
    (schemas.judge, spoilt_action("description: Says", "descripton: Says"), "description"),
    (schemas.judge, spoilt_action("      shell: bash\n", ""), "shell"),
    (scripts.judge, UNQUOTED, "SC2086"),
    (scripts.judge, spoilt('echo "$TITLE"', 'cd "${{ runner.temp }}" && local x=1'), "SC2168"),
    (scripts.judge, spoilt_action('"$WORD"', "$WORD"), "SC2086"),
    (scripts.judge, spoilt("ubuntu-24.04", "windows-2025"), "the shell of Windows"),
    (
        scripts.judge,
        spoilt('- run: echo "$TITLE"', '- shell: python\n        run: print "$TITLE"'),
        "Missing parentheses",
    ),
    (
        scripts.judge,
        spoilt('- run: echo "$TITLE"', '- shell: pwsh\n        run: echo "$TITLE"'),
        "nobody here can judge",
    ),
    (runner.judge, UNKNOWN_KEY, "timeout-minuets"),
    (runner.judge, spoilt("types: [labeled]", "typos: [labeled]"), "typos"),
]
REAL_FAULTS = [
    (actionlint.judge, INJECTED, "potentially untrusted"),
    (actionlint.judge, UNKNOWN_KEY, "timeout-minuets"),
    (actionlint.judge, spoilt("ubuntu-24.04", "ubuntu-2404"), 'label "ubuntu-2404" is unknown'),
    (actionlint.judge, spoilt("contents: read", "contens: read"), 'unknown permission scope "contens"'),
    (language.judge, UNKNOWN_KEY, "Unexpected value 'timeout-minuets'"),
    (language.judge, spoilt("github.event.issue.title", "github.evnt.issue.title"), "evnt"),
    (language.judge, spoilt_action("      shell: bash\n", ""), "Required property is missing: shell"),
]


@pytest.mark.parametrize("judge", EVERY)
def test_the_workflows_and_the_action_please_every_judge(judge: Judge, tmp_path: Path) -> None:
    documents = of_project()
    assert len(documents) >= 2
    assert judge(documents, tmp_path) == []


@pytest.mark.parametrize("judge", EVERY)
def test_what_is_good_pleases_every_judge(judge: Judge, tmp_path: Path) -> None:
    assert judge([workflow(GOOD), Document("action.yml", ACTION)], tmp_path) == []


@pytest.mark.parametrize(
    ("judge", "document", "says"), [*FAULTS, *(pytest.param(*fault, marks=pytest.mark.real) for fault in REAL_FAULTS)]
)
def test_a_judge_notices_a_planted_fault(judge: Judge, document: Document, says: str, tmp_path: Path) -> None:
    complaints = judge([document], tmp_path)
    assert [complaint for complaint in complaints if says in complaint], complaints


def test_inputs_that_the_action_beside_a_workflow_has_not_are_noticed(tmp_path: Path) -> None:
    caller = spoilt(
        f"{PINNED} # v7.0.1\n        with:\n          persist-credentials: false",
        "./\n        with:\n          wort: x",
    )
    assert inputs.judge([caller], tmp_path) == []
    (complaint,) = inputs.judge([caller, Document("action.yml", ACTION)], tmp_path)
    assert complaint.endswith("the action has no input wort")


def test_what_a_judge_overlooks_for_a_reason_is_overlooked(tmp_path: Path) -> None:
    heard = spoilt("  issues:\n    types: [labeled]", "  issue_comment:\n    types: [created]")
    assert zizmor.judge([heard], tmp_path)
    reason = "issue_comment: # zizmor: ignore[dangerous-triggers] who may not write is not heard"
    excused = workflow(heard.text.replace("issue_comment:", reason))
    assert zizmor.judge([excused], tmp_path) == []
    assert house.judge([excused], tmp_path) == []


def test_no_judges_from_npm_skip_at_home_and_fail_on_ci(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setenv("FIXBOT_TEST_CACHE", str(tmp_path))
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="Node is missing"):
        from_npm()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(UnavailableError, match="Node is missing"):
        from_npm()


def test_a_program_that_is_missing_is_no_judge_without_complaints() -> None:
    with pytest.raises(AssertionError, match="no-such-judge is missing: pip install"):
        installed("no-such-judge")


def test_an_action_is_pinned_to_the_same_commit_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for document in of_project():
        for line in filter(None, map(house.USES.match, document.text.splitlines())):
            name, _, commit = line["what"].partition("@")
            pins.setdefault(name, set()).add(f"{commit}{line['comment']}")
    assert pins
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}


def jobs(name: str) -> dict[str, dict[str, Any]]:
    text = (ROOT / ".github" / "workflows" / name).read_text("utf-8")
    return workflow(text, name).jobs


def test_ci_tests_every_python_that_the_project_names_on_every_system() -> None:
    prefix = "Programming Language :: Python :: 3."
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
    named = [one.removeprefix(prefix) for one in classifiers if one.startswith(prefix)]
    found = {name: job["strategy"]["matrix"]["python"] for name, job in jobs("ci.yml").items() if "strategy" in job}
    every = [f"3.{minor}" for minor in named]
    assert found == {"linux": every, "macos": every, "windows": every}


def test_what_ci_tests_exists() -> None:
    lines = [step["run"] for job in jobs("ci.yml").values() for step in job["steps"] if "run" in step]
    places = [word for line in lines for word in line.split() if word.startswith(("tests/", ".ci/"))]
    assert len(places) > 5
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_a_job_that_can_sign_or_publish_runs_no_code_of_the_repository() -> None:
    trusted = [job for job in jobs("release.yml").values() if "write" in job["permissions"].values()]
    steps = [step for job in trusted for step in job["steps"]]
    assert len(trusted) == 3
    assert [step["uses"] for step in steps if step.get("uses", "").startswith("actions/checkout@")] == []
    assert [step["run"].split()[:3] for step in steps if "run" in step] == [["gh", "release", "create"]]


def test_only_the_job_in_the_environment_of_pypi_publishes() -> None:
    release = jobs("release.yml")
    uses = {name: [step.get("uses", "") for step in job["steps"]] for name, job in release.items()}
    assert [name for name in uses if any(one.startswith("pypa/") for one in uses[name])] == ["publish"]
    assert release["publish"]["permissions"] == {"id-token": "write"}
    assert release["publish"]["environment"]["name"] == "pypi"
    signing = [name for name, job in release.items() if "id-token" in job["permissions"]]
    assert signing == ["attest", "publish"]


def test_nothing_is_published_before_it_was_tested() -> None:
    release = jobs("release.yml")
    order = ["build", "test", "attest", "publish", "announce"]
    assert [release[name].get("needs") for name in order] == [None, *order[:-1]]


def test_a_release_needs_no_secret() -> None:
    assert "secrets." not in (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")


@pytest.fixture(scope="module")
def notes() -> Callable[[str, str, str], str]:
    """Load the script that a release begins with."""
    found: Callable[[str, str, str], str] = runpy.run_path(str(ROOT / ".github" / "release" / "notes.py"))["notes"]
    return found


CHANGELOG = (
    "# Changelog\n\n## Unreleased\n\n- Later.\n\n## 1.2.0 - 2030-01-01\n\n- New.\n\n## 1.1.0\n\n- Old.\n\n## 1.0.0\n"
)


def test_the_notes_of_a_release_are_its_section_of_the_changelog(notes: Callable[[str, str, str], str]) -> None:
    assert notes("v1.2.0", 'VERSION = "1.2.0"\n', CHANGELOG) == "- New.\n"
    assert notes("v1.1.0", 'VERSION = "1.1.0"\n', CHANGELOG) == "- Old.\n"


@pytest.mark.parametrize(
    ("tag", "version", "says"),
    [
        ("v1.2.1", "1.2.0", "the tag is 'v1.2.1', but fixbot.VERSION is '1.2.0'"),
        ("1.2.0", "1.2.0", "the tag is '1.2.0'"),
        ("v1.3.0", "1.3.0", "CHANGELOG.md says nothing of 1.3.0"),
        ("v1.0.0", "1.0.0", "CHANGELOG.md says nothing of 1.0.0"),
        ("v1.2", "1.2", "CHANGELOG.md says nothing of 1.2"),
    ],
)
def test_a_wrong_tag_and_a_silent_changelog_stop_a_release(
    tag: str, version: str, says: str, notes: Callable[[str, str, str], str]
) -> None:
    with pytest.raises(ValueError, match=says):
        notes(tag, f'VERSION = "{version}"\n', CHANGELOG)


def test_the_notes_find_the_version_of_fixbot(notes: Callable[[str, str, str], str]) -> None:
    source = (ROOT / "fixbot" / "__init__.py").read_text("utf-8")
    assert notes(f"v{VERSION}", source, f"## {VERSION}\n\n- First.\n") == "- First.\n"


def test_python_is_never_started_so_that_it_takes_code_from_around_it() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    started = re.findall(r'\bpython3?"? +(-\S+)', text)
    assert started
    assert set(started) == {"-I"}
