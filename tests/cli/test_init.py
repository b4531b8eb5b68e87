"""`fixbot init`: what it writes, what it leaves alone, and what it says."""

from __future__ import annotations

import os
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.judges import EVERY
from tests.judges.documents import workflow
from tests.parts.command import CLEAN, PROGRAM, fixbot, repository

if TYPE_CHECKING:
    from tests.judges import Judge

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ACTION = f"octo/fixbot@{COMMIT}"
WORKFLOW = ".github/workflows/fixbot.yml"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return repository(tmp_path / "place", {"a.py": CLEAN})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_in_the_place_of_the_workflow_is_not_waited_for(place: Path) -> None:
    (place / ".github/workflows").mkdir(parents=True)
    os.mkfifo(place / WORKFLOW)
    command = [*PROGRAM, "init", str(place), "--action", ACTION]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
    assert (done.returncode, "take --force" in done.stderr) == (2, True)


def written(place: Path, *arguments: str) -> str:
    done = fixbot("init", place, "--action", ACTION, *arguments)
    assert (done.code, done.err) == (0, ""), done.err
    return (place / WORKFLOW).read_text("utf-8")


@pytest.mark.parametrize("judge", EVERY)
@pytest.mark.parametrize("arguments", [(), ("--verify-command", "pytest -q -k 'not \"slow\"' # all")])
def test_what_it_writes_pleases_every_judge(
    place: Path, tmp_path: Path, judge: Judge, arguments: tuple[str, ...]
) -> None:
    folder = tmp_path / "judged"
    folder.mkdir()
    assert judge([workflow(written(place, *arguments), "fixbot.yml")], folder) == []


def test_who_sees_the_code_may_write_nothing_and_who_may_write_sees_no_code(place: Path) -> None:
    jobs = yaml.safe_load(written(place))["jobs"]
    assert set(jobs["plan"]["permissions"].values()) == {"read"}
    assert jobs["apply"]["permissions"] == {"contents": "write", "issues": "write", "pull-requests": "write"}
    assert not [step for step in jobs["apply"]["steps"] if "checkout" in step["uses"]]
    assert [step["with"]["persist-credentials"] for step in jobs["plan"]["steps"] if "checkout" in step["uses"]] == [
        False
    ]


def test_only_what_starts_the_job_stands_in_its_queue(place: Path) -> None:
    for text in (written(place), (ROOT / WORKFLOW).read_text("utf-8")):
        read = yaml.safe_load(text)
        condition, group = read["jobs"]["plan"]["if"], read["concurrency"]["group"]
        assert group == f"fixbot-${{{{ ({condition}) && 'run' || github.run_id }}}}"


def test_fixbot_looks_at_itself_as_others_let_it(place: Path) -> None:
    """The workflow of this project says what `init` writes, but for names, the hour and what explains it."""
    theirs, ours = (yaml.safe_load(text) for text in (written(place), (ROOT / WORKFLOW).read_text("utf-8")))
    for each in (theirs, ours):
        each.pop(True)
        for job in each["jobs"].values():
            for step in job["steps"]:
                step["uses"] = step["uses"].replace(ACTION, "$/")
    assert theirs == ours


def test_the_command_is_given_as_it_is(place: Path) -> None:
    command = "pytest -q -k 'a or \"b\"' --x={y}: &z # <all>"
    steps = yaml.safe_load(written(place, "--verify-command", command))["jobs"]["plan"]["steps"]
    assert [step["with"]["verify-command"] for step in steps if "fixbot" in step["uses"]] == [command]


def test_the_schedule_is_chosen_or_some_minute_of_the_night(place: Path) -> None:
    told = yaml.safe_load(written(place))[True]["schedule"][0]["cron"]  # `on` is true in YAML 1.1
    minute, hour, *rest = told.split()
    assert (0 < int(minute) < 60, 2 <= int(hour) <= 5, rest) == (True, True, ["*", "*", "*"])
    assert yaml.safe_load(written(place))[True]["schedule"][0]["cron"] == told
    assert '- cron: "5 1 * * 1"' in written(place, "--cron", "5 1 * * 1", "--force")


def test_whatever_it_is_started_from_the_branch_that_is_improved_is_checked_out(place: Path) -> None:
    def ref() -> list[str]:
        steps = yaml.safe_load(written(place, "--force"))["jobs"]["plan"]["steps"]
        return [step["with"]["ref"] for step in steps if "checkout" in step["uses"]]

    assert ref() == ["${{ github.event.repository.default_branch }}"]
    (place / "fixbot.toml").write_text('base = "release/1.x"\n')
    assert ref() == ["release/1.x"]


def test_a_configuration_with_mistakes_is_mended_first(place: Path) -> None:
    (place / "fixbot.toml").write_text("max-open = 0\n")
    done = fixbot("init", place, "--action", ACTION)
    assert (done.code, "max-open must be" in done.err) == (2, True)
    assert not (place / ".github").exists()


def test_nothing_is_said_of_a_version_that_is_not_known(place: Path) -> None:
    assert f"uses: {ACTION}\n" in written(place)
    assert fixbot("init", place, "--action", "octo/fixbot@main", "--force").code == 0
    assert "uses: octo/fixbot@main\n" in (place / WORKFLOW).read_text("utf-8")


def test_it_says_what_comes_next(place: Path) -> None:
    done = fixbot("init", place, "--action", ACTION)
    assert f"{WORKFLOW}: written" in done.out
    assert "fixbot doctor" in done.out
    assert "allow GitHub Actions to create pull requests" in done.out
    assert "pin" not in done.out
    other = fixbot("init", place, "--action", "octo/fixbot@v1", "--force")
    assert "pin octo/fixbot@v1 to a commit" in other.out


def test_by_default_it_uses_the_very_fixbot_that_runs(place: Path) -> None:
    assert fixbot("init", place).code == 0
    assert "uses: fixbot-dev/fixbot@" in (place / WORKFLOW).read_text("utf-8")


def test_a_second_time_it_changes_nothing(place: Path) -> None:
    written(place)
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    done = fixbot("init", place, "--action", ACTION)
    assert "is there already" in done.out
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


def test_another_workflow_is_not_lost(place: Path) -> None:
    path = place / WORKFLOW
    path.parent.mkdir(parents=True)
    path.write_text("name: ours\n")
    done = fixbot("init", place, "--action", ACTION)
    assert (done.code, "take --force" in done.err) == (2, True)
    assert path.read_text() == "name: ours\n"
    assert not (place / "fixbot.toml").exists()
    assert "phase: plan" in written(place, "--force")


def test_a_link_out_of_the_repository_is_not_followed(place: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (place / ".github").symlink_to(tmp_path / "out")
    done = fixbot("init", place, "--action", ACTION)
    assert (done.code, "leads out of the repository" in done.err) == (2, True)
    assert list((tmp_path / "out").iterdir()) == []


def test_the_configuration_is_all_commented_and_is_one(place: Path) -> None:
    written(place)
    text = (place / "fixbot.toml").read_text("utf-8")
    assert tomllib.loads(text) == {}
    uncommented = "\n".join(line.removeprefix("# ") for line in text.splitlines() if " = " in line)
    (place / "fixbot.toml").write_text(uncommented)
    assert fixbot("scan", place).code == 0


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_project_file_gets_a_table(place: Path, end: str) -> None:
    (place / "pyproject.toml").write_text(f'[project]\nname = "x"{end}')
    written(place)
    assert tomllib.loads((place / "pyproject.toml").read_text())["tool"] == {"fixbot": {}}
    assert not (place / "fixbot.toml").exists()


def test_what_is_configured_stays_as_it_is(place: Path) -> None:
    (place / "pyproject.toml").write_text('[tool.fixbot]\nselect = ["bare-except"]\n')
    done = fixbot("init", place, "--action", ACTION)
    assert "pyproject.toml: configures fixbot already" in done.out
    assert (place / "pyproject.toml").read_text() == '[tool.fixbot]\nselect = ["bare-except"]\n'


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (("--action", "fixbot"), "--action takes OWNER/NAME@COMMIT"),
        (("--action", "a/b@c\nrun: x"), "--action takes OWNER/NAME@COMMIT"),
        (("--cron", "every night"), "--cron takes five fields"),
        (("--cron", "99 99 * * *"), "--cron takes a minute from 0 to 59, and not '99'"),
        (("--cron", '0 0 * * *"\n  x: "'), "--cron takes five fields"),
        (("--verify-command", "a\nb"), "--verify-command takes one line"),
    ],
)
def test_wrong_use_writes_nothing(place: Path, arguments: tuple[str, ...], because: str) -> None:
    done = fixbot("init", place, *arguments)
    assert (done.code, because in done.err) == (2, True)
    assert not (place / ".github").exists()


def test_no_repository_is_said(tmp_path: Path) -> None:
    done = fixbot("init", tmp_path)
    assert (done.code, "is not a git repository" in done.err) == (2, True)
