"""The action hands over every option that a user may want, and tells of every figure; its steps run as on a runner."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from fixbot.cli.halves import apply, listen, plan
from tests.parts.command import SMELLY, fixbot, repository

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
# What a workflow does not choose: the action knows it, a runner has it, or it is for a person at a terminal.
# Codemods of an operator's own come from a folder that no repository has.
OF_ITS_OWN = {
    "codemods",
    "digest",
    "forge",
    "format",
    "jobs",
    "output",
    "outputs",
    "repo",
    "review",
    "situation",
    "summary",
}
FOR_PEOPLE = {"help", "no-progress", "quiet", "verbose"}
EVERYTHING = {
    "ASKED_BY": "ada",
    "BASE": "main",
    "COMMIT_VIA": "api",
    "CONFIG": "conf.toml",
    "DASHBOARD": "false",
    "DIGEST": "00",
    "DRAFT": "true",
    "DRY_RUN": "true",
    "IGNORE": "c",
    "ISSUE": "12",
    "MAX_HOURLY": "5",
    "MAX_OPEN": "4",
    "OPTIONS": "a.b=c d\nx.y=z",
    "PLAN": "plan.json",
    "SAFETY": "safe",
    "SELECT": "a,b",
    "SHARD": "owner",
    "STRICT": "true",
    "UPDATE": "never",
    "VERIFY": "pytest -q; exit",
    "ANNOTATIONS": "true",
    "SARIF": "true",
}


def options(command: Any) -> set[str]:  # noqa: ANN401 - a command of click
    """Give the long options of a command, without their dashes."""
    return {word.removeprefix("--") for one in command.params for word in one.opts if word.startswith("--")}


@pytest.mark.parametrize("command", [listen, plan, apply])
def test_every_option_is_an_input_or_left_out_on_purpose(command: Any) -> None:  # noqa: ANN401 - a command of click
    assert options(command) - OF_ITS_OWN - FOR_PEOPLE - set(ACTION["inputs"]) == set()


def test_every_input_reaches_each_step_whose_wordhas_the_option() -> None:
    for name, command in (("Listen", listen), ("Plan", plan), ("Apply", apply)):
        given = set(re.findall(r"inputs\.([\w-]+)", " ".join(STEPS[name]["env"].values())))
        assert given >= options(command) & set(ACTION["inputs"]), name


def test_an_input_is_no_word_over_the_configuration_unless_it_is_given() -> None:
    chosen = {name: one["default"] for name, one in ACTION["inputs"].items() if one.get("default")}
    switches = {"annotations": "true", "dry-run": "false", "sarif": "false", "strict": "false"}
    assert chosen == switches | {"plan": "plan.json", "token": "${{ github.token }}"}


def test_every_figure_that_a_phase_puts_out_is_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = repository(tmp_path / "place", {"a.py": SMELLY})
    monkeypatch.chdir(place)
    local = ("--forge", "local", "--outputs", tmp_path / "figures")
    assert fixbot("plan", *local, "--output", tmp_path / "plan.json").code == 0
    assert fixbot("apply", *local, tmp_path / "plan.json").code == 0
    told = {line.partition("=")[0] for line in (tmp_path / "figures").read_text().splitlines()}
    assert len(told) >= 7
    assert told | {"plan", "sarif", "fixbot"} == set(ACTION["outputs"])


def ran(step: str, tmp_path: Path, code: int = 0, /, **given: str) -> tuple[int, list[str]]:
    """Run the script of a step, as bash runs it on a runner, with a program that writes down what it is given."""
    here, workspace = tmp_path / "here", tmp_path / "workspace"
    for folder in (here / "bin", workspace):
        folder.mkdir(parents=True, exist_ok=True)
    program = here / "bin" / "fixbot"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {here}/words\necho {{}} > {here}/plan.json\nexit {code}\n")
    program.chmod(0o755)
    (here / "installed").write_text(f"{here}/bin\n")
    around = dict.fromkeys(STEPS[step]["env"], "") | given
    around |= {"HERE": str(here), "GITHUB_REPOSITORY": "octo/sample", "GITHUB_WORKSPACE": str(workspace)}
    around |= {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS[step]["run"]]
    done = subprocess.run(
        command, cwd=workspace, env={"PATH": os.environ["PATH"]} | around, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    word, *words = (here / "words").read_text().splitlines()
    assert word == step.lower()
    return done.returncode, [one for one in words if not one.startswith(("--summary=", "--outputs=", "--output="))]


ALWAYS = ["--forge=github", "--repo=octo/sample"]
ASKED = ["--issue=12", "--base=main"]
CHOSEN = ["--select=a,b", "--ignore=c", "--safety=safe", "--set=a.b=c d", "--set=x.y=z"]


def test_listening_is_told_what_is_asked_for(tmp_path: Path) -> None:
    assert ran("Listen", tmp_path) == (0, ALWAYS)
    expected = [*ALWAYS, *ASKED, "--asked-by=ada", "--config=conf.toml", *CHOSEN]
    assert sorted(ran("Listen", tmp_path, **EVERYTHING)[1]) == sorted(expected)


def test_planning_is_told_what_is_asked_for(tmp_path: Path) -> None:
    heard = f"--situation={tmp_path}/here/situation.json"
    assert ran("Plan", tmp_path) == (0, [*ALWAYS, heard])
    assert (tmp_path / "output").read_text() == f"plan={tmp_path}/here/plan.json\n"
    expected = [*ALWAYS, heard, *ASKED, "--config=conf.toml", *CHOSEN, "--shard=owner", "--update=never"]
    expected += ["--verify-command=pytest -q; exit", "--format=github", f"--sarif={tmp_path}/here/fixbot.sarif"]
    assert sorted(ran("Plan", tmp_path, **EVERYTHING)[1]) == sorted(expected)
    assert (tmp_path / "output").read_text().endswith(f"sarif={tmp_path}/here/fixbot.sarif\n")


@pytest.mark.parametrize(("code", "is_plan"), [(1, False), (2, False), (3, True), (4, False)])
def test_a_plan_is_handed_on_where_a_codemod_broke_and_not_where_there_is_none(
    code: int,
    is_plan: bool,  # noqa: FBT001 - a parameter of a test
    tmp_path: Path,
) -> None:
    assert ran("Plan", tmp_path, code)[0] == (0 if is_plan else code)
    assert (tmp_path / "output").exists() == is_plan


def test_applying_is_told_what_is_asked_for(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    assert ran("Apply", tmp_path, PLAN="plan.json") == (0, [*ALWAYS, "--", f"{workspace}/plan.json"])
    expected = [*ALWAYS, "--digest=00", *ASKED, "--asked-by=ada", f"--config={workspace}/conf.toml", *CHOSEN]
    expected += ["--shard=owner", "--update=never", "--max-open=4", "--max-hourly=5", "--commit-via=api", "--draft"]
    expected += ["--no-dashboard", "--dry-run", "--strict", "--", f"{workspace}/plan.json"]
    assert sorted(ran("Apply", tmp_path, **EVERYTHING)[1]) == sorted(expected)
    assert ran("Apply", tmp_path, 4, PLAN="p")[0] == 4


@pytest.mark.parametrize("path", ["/srv/plan.json", "D:\\a\\_temp\\plan.json", "c:/plan.json"])
def test_a_whole_path_is_taken_as_it_is(path: str, tmp_path: Path) -> None:
    assert ran("Apply", tmp_path, PLAN=path)[1][-1] == path


def test_switches_that_are_not_given_leave_the_configuration_its_word(tmp_path: Path) -> None:
    words = ran("Apply", tmp_path, PLAN="p", DRAFT="", DASHBOARD="yes")[1]
    assert [word for word in words if "draft" in word or "dashboard" in word] == []
    assert "--dashboard" in ran("Apply", tmp_path, PLAN="p", DASHBOARD="true")[1]


def test_two_versions_in_one_job_lie_in_two_folders(tmp_path: Path) -> None:
    homes = []
    for version in ("v1", "v2", "v1"):
        around = {"ACTION": f"/actions/octo/fixbot/{version}", "PHASE": "plan", "RUNNER_TEMP": str(tmp_path)}
        around |= {"GITHUB_OUTPUT": str(tmp_path / "output"), "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
        (tmp_path / "bin").mkdir(exist_ok=True)
        # a Python that installs nothing
        (tmp_path / "bin" / "python3").write_text(
            f'#!/bin/sh\ncase "$*" in *venv*) exit 9 ;; esac\nexec {sys.executable} "$@"\n'
        )
        (tmp_path / "bin" / "python3").chmod(0o755)
        script = STEPS["Install fixbot"]["run"]
        done = subprocess.run(
            ["bash", "-e", "-x", "-c", script], env=around, capture_output=True, text=True, check=False
        )
        assert done.returncode == 9, done.stderr
        homes.append(re.findall(r"home=(\S+)", done.stderr)[-1].strip("'"))
    assert len(set(homes)) == 2
    assert homes[0] == homes[2]
    assert all(home.startswith(f"{tmp_path}/fixbot/") for home in homes)


def test_installing_alone_says_where_the_program_is_and_another_phase_is_none(tmp_path: Path) -> None:
    around = {"ACTION": "/actions/octo/fixbot/v1", "RUNNER_TEMP": str(tmp_path), "PATH": os.environ["PATH"]}
    around |= {"GITHUB_OUTPUT": str(tmp_path / "output")}
    command = ["bash", "-e", "-c", STEPS["Install fixbot"]["run"]]
    home = tmp_path / "fixbot" / hashlib.sha256(around["ACTION"].encode()).hexdigest()[:16]
    home.mkdir(parents=True)
    (home / "installed").write_text("/somewhere/bin\n")
    for phase, code in (("install", 0), ("plan", 0), ("", 2), ("instal", 2)):
        done = subprocess.run(command, env=around | {"PHASE": phase}, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout
    told = [f"home={home}", "fixbot=/somewhere/bin/fixbot"]
    assert (tmp_path / "output").read_text().splitlines() == told * 2
    assert ACTION["outputs"]["fixbot"]["value"] == "${{ steps.install.outputs.fixbot }}"
