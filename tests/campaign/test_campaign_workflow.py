"""The workflow of campaigns, called as a platform team calls it: `act` runs what `campaign.yml` says."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from fixbot.campaign.shards import shard_of
from fixbot.campaigning.places import short as short_name
from tests.parts import act
from tests.parts.act import ROOT, Runner
from tests.parts.command import SMELLY, commit, fixbot, plant, repository
from tests.parts.git import git
from tests.parts.watch import Spy, Watch, watching

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.parts.watch import Seen

WORKFLOW = ROOT / ".github/workflows/campaign.yml"
ACTION = f"fixbot-dev/fixbot@{'a' * 40}"
READ, WRITE = "tok_may_read_4711", "tok_may_write_4711"
OF, EACH = 3, 2  # shards, and repositories in each
PULL = "fixbot/bare-except/all"
CALLER = """\
on:
  workflow_dispatch:
permissions: {}
jobs:
  campaign:
    permissions:
      contents: read
    uses: ./.github/workflows/campaign.yml
    with:
      file: campaigns/tidy.toml
      shards: 3
    secrets:
      read-token: ${{ secrets.READ }}
      write-token: ${{ secrets.WRITE }}
"""
CAMPAIGN = """\
[campaign]
name = "tidy"
codemods = ["bare-except"]
forge = "local"

[repositories]
file = "list.txt"

[waves]
canary = 100
"""


@dataclass(frozen=True)
class Done:
    """What a run left behind: what came of each job that was not skipped, the log, its processes, and its artifacts."""

    jobs: dict[str, str]
    log: str
    watch: Watch
    shelves: Path


@dataclass(frozen=True)
class Team:
    """A platform team: the repository with its campaign, the machine that runs it, and everybody's repositories."""

    folder: Path
    runner: Runner
    names: tuple[str, ...]

    @property
    def caller(self) -> Path:
        """The team's own repository."""
        return self.folder / "caller"

    def shard(self, name: str) -> int:
        """Say which job plans for a repository."""
        return shard_of(name, OF)

    def call(self, change: Callable[[str], str] = str, campaign: str = CAMPAIGN) -> Done:
        """Run the workflow, after a `change` to its text."""
        text = change(own_workflow())
        files = {".github/workflows/campaign.yml": text, ".github/workflows/night.yml": CALLER}
        listed = "".join(f"{name}\n" for name in self.names)
        commit(self.caller, files | {"campaigns/tidy.toml": campaign, "campaigns/list.txt": listed})
        with watching(self.runner.folder, self.runner.spy) as watch:
            secrets = {"READ": READ, "WRITE": WRITE}
            done = self.runner.run(self.caller, "workflow_dispatch", workflow="night.yml", more=secrets)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        jobs = {line["job"]: line["jobResult"] for line in lines if "jobResult" in line}
        log = "".join(str(line.get("msg", "")) + "\n" for line in lines) + done.stderr
        shelves = self.runner.folder / f"run{self.runner.runs}" / "shelves"
        return Done({short(name): came for name, came in jobs.items()}, log, watch, shelves)

    def pulls(self) -> dict[str, list[tuple[str, ...]]]:
        """Give the pull requests of each repository: state, branch, title, and the tree that it leads to."""
        return {name: pulls_of(Path(name)) for name in self.names}


def short(job: str) -> str:
    """Give the name of a job as it stands in the workflow; act puts others before it, and numbers those of a matrix."""
    return re.sub(r"-\d+$", "", job.split("/", 2)[2].strip())


def pulls_of(place: Path) -> list[tuple[str, ...]]:
    records = [json.loads(path.read_text("utf-8")) for path in sorted((place / ".git/fixbot/pulls").glob("*.json"))]
    return [(one["state"], one["branch"], one["title"], git(place, "rev-parse", f"{one['head']}:")) for one in records]


def own_workflow() -> str:
    """Give the workflow as it is shipped; act cannot find `$/`, the action of the very commit."""
    text = WORKFLOW.read_text("utf-8")
    assert text.count("uses: $/\n") == 3
    return text.replace("uses: $/\n", f"uses: {ACTION}\n")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    act.require()
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    repository(tmp_path / "caller", {})
    poison = tmp_path / "poison"
    plant(poison, {"sitecustomize.py": "raise SystemExit('taken for fixbot')\n", "0-0.json": "{}", "a b.json": "{}"})
    around = {"GITHUB_SERVER_URL": "http://127.0.0.1:9", "GITHUB_REPOSITORY": "acme/platform"}
    around |= {"CODE": (tmp_path / "caller").as_uri()}
    runner = Runner(tmp_path / "act", around, "", poison, Spy.at(tmp_path / "spy"), own=installed(tmp_path / "own"))
    return Team(tmp_path, runner, tuple(everybody(tmp_path / "all")))


def installed(folder: Path) -> Path:
    """Give an action that says where fixbot is, as the phase `install` does; that one's own test installs it."""
    step = {
        "id": "say",
        "shell": "bash",
        "run": f'echo "fixbot={Path(sys.executable).parent}/fixbot" >> "$GITHUB_OUTPUT"',
    }
    action = {
        "name": "fixbot",
        "description": "stands in for fixbot's",
        "inputs": {"phase": {"description": "the phase"}},
        "outputs": {"fixbot": {"description": "the program", "value": "${{ steps.say.outputs.fixbot }}"}},
        "runs": {"using": "composite", "steps": [step]},
    }
    plant(folder, {"action.yml": json.dumps(action)})
    return folder


def everybody(folder: Path) -> list[str]:
    """Make repositories, so many in each shard; gives their names, which are where they are."""
    room = dict.fromkeys(range(1, OF + 1), EACH)
    names = []
    for number in count():
        name = str(folder / f"r{number}")
        if room[shard_of(name, OF)]:
            room[shard_of(name, OF)] -= 1
            names.append(str(repository(Path(name), {"app/a.py": SMELLY.replace("load", f"load_{number}")})))
        if not any(room.values()):
            return names
    raise AssertionError


def told(watch: Watch, secret: str) -> list[Seen]:
    return [one for one in watch.holding(secret) if one.arguments]


@pytest.mark.real
@pytest.mark.long
def test_three_jobs_that_plan_bring_the_pull_requests_of_one_machine_and_each_token_stays_in_its_steps(
    team: Team, tmp_path: Path
) -> None:
    alone = tmp_path / "alone"
    shutil.copytree(tmp_path / "all", alone / "all")
    plant(alone, {"campaign.toml": CAMPAIGN, "list.txt": "".join(f"all/{Path(one).name}\n" for one in team.names)})
    assert fixbot("campaign", "start", alone / "campaign.toml").code == 0

    done = team.call()
    assert done.jobs == dict.fromkeys(["Shards", "Plan 1/3", "Plan 2/3", "Plan 3/3", "Publish"], "success"), done.log
    opened = team.pulls()
    assert [len(pulls) for pulls in opened.values()] == [1] * OF * EACH
    assert opened == {name: pulls_of(alone / "all" / Path(name).name) for name in team.names}

    reading, writing = told(done.watch, READ), told(done.watch, WRITE)
    whose = r"campaign (?:%s) "
    assert [
        one for one in reading if not re.search(whose % "matrix|pack", one.script or one.arguments) and not is_git(one)
    ] == []
    assert [
        one
        for one in writing
        if not re.search(whose % "start" + "|^mkdir ", one.script or one.arguments) and not is_git(one)
    ] == []
    assert any("campaign pack" in one.arguments for one in reading), "the watch sees who is told"
    assert any("campaign start" in one.arguments for one in writing), "the watch sees who is told"
    planning = [one for one in done.watch.seen if re.search(r"campaign plan |main\(\) plan ", one.arguments)]
    assert planning
    assert [one for one in planning if READ in one.environment or WRITE in one.environment] == []
    assert [secret for secret in (READ, WRITE) if secret in done.log or done.watch.showing(secret)] == []
    assert "Pull requests: 6 open" in (done.shelves / "fixbot-campaign" / "status.txt").read_text("utf-8")
    assert "<title" in (done.shelves / "fixbot-campaign" / "status.html").read_text("utf-8")


def is_git(one: Seen) -> bool:
    """Say whether it is git, which looks at a repository on this machine for the one who was told."""
    return bool(re.match(r"(?:\S*/)?git |\S+/git-core/|cat |/bin/sh \S+/programs/git ", one.arguments))


@pytest.mark.real
@pytest.mark.long
def test_a_plan_that_was_changed_is_refused_a_lost_shard_waits_and_the_next_run_mends_both(
    team: Team, tmp_path: Path
) -> None:
    lost, changed = (
        team.shard(team.names[0]),
        next(one for one in team.names if team.shard(one) != team.shard(team.names[0])),
    )
    file = tmp_path / "caller" / "campaigns" / "tidy.toml"
    plant(file.parent, {"tidy.toml": CAMPAIGN, "list.txt": f"{changed}\n"})
    assert fixbot("campaign", "pack", file, "--to", tmp_path / "parcels").code == 0
    assert fixbot("campaign", "plan", tmp_path / "parcels", "--to", tmp_path / "plans").code == 0
    (plan,) = (tmp_path / "plans").iterdir()
    made = plan.read_text("utf-8").replace("app/a.py", ".github/a.py")
    plant(team.runner.poison, {plan.name: made})

    first = team.call(lambda text: dying(text, f"{lost}/{OF}"))
    assert first.jobs[f"Plan {lost}/{OF}"] == "failure", first.log
    assert (first.jobs["Shards"], first.jobs["Publish"]) == ("success", "success"), first.log
    waiting = {one for one in team.names if team.shard(one) == lost}
    assert {name for name, pulls in team.pulls().items() if not pulls} == waiting | {changed}
    assert f"{changed}: failed" in first.log
    assert ".github" in next(line for line in first.log.splitlines() if line.startswith(f"{changed}: failed"))
    for name in waiting:
        assert f"{name}: new (no plan came for it as it is now" in first.log
    assert not (Path(changed) / ".github").exists()

    (team.runner.poison / plan.name).unlink()
    second = team.call()
    assert set(second.jobs.values()) == {"success"}, second.log
    assert [[branch for _, branch, *_ in pulls] for pulls in team.pulls().values()] == [[PULL]] * OF * EACH


def dying(text: str, shard: str) -> str:
    """Let the job of a shard come to nothing."""
    run = '          "$FIXBOT" campaign pack'
    assert text.count(run) == 1
    return text.replace(run, f'          [ "$SHARD" != {shard} ] || exit 1\n{run}')


@pytest.mark.real
@pytest.mark.long
def test_what_was_packed_before_github_wanted_to_be_left_alone_is_published(team: Team) -> None:
    lost = team.names[0]
    shard = team.shard(lost)
    done = team.call(lambda text: tiring(text, f"{shard}/{OF}", lost))
    assert done.jobs[f"Plan {shard}/{OF}"] == "failure", done.log
    assert (done.jobs["Shards"], done.jobs["Publish"]) == ("success", "success"), done.log
    assert [name for name, pulls in team.pulls().items() if not pulls] == [lost]
    assert f"{lost}: new (no plan came for it as it is now" in done.log


def tiring(text: str, shard: str, name: str) -> str:
    """Let the job of a shard pack all but one repository, and then end as it does where GitHub has had enough."""
    run = '          "$FIXBOT" campaign pack --shard="$SHARD" --to="$RUNNER_TEMP/parcels" -- "$FILE"\n'
    assert text.count(run) == 1
    return text.replace(
        run,
        f'{run}          [ "$SHARD" != {shard} ] || {{ rm "$RUNNER_TEMP"/parcels/{short_name(name)}-*; exit 4; }}\n',
    )


@pytest.mark.real
@pytest.mark.long
def test_where_nothing_takes_part_the_run_succeeds_without_a_job_that_plans(team: Team) -> None:
    done = team.call(campaign=CAMPAIGN.replace("[waves]", 'exclude = ["*"]\n\n[waves]'))
    assert done.jobs == {"Shards": "success", "Publish": "success"}, done.log
    assert set(map(len, team.pulls().values())) == {0}


def steps() -> dict[str, dict[str, Any]]:
    """Give the steps with a name, by job and name."""
    jobs = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    return {f"{job}: {step['name']}": step for job, one in jobs.items() for step in one["steps"] if "name" in step}


def test_only_three_steps_have_a_token_and_only_the_last_one_may_write() -> None:
    told = {
        name: step["env"]["FIXBOT_TOKEN"] for name, step in steps().items() if "FIXBOT_TOKEN" in step.get("env", {})
    }
    assert told == {
        "shards: List": "${{ secrets.read-token }}",
        "plan: Pack": "${{ secrets.read-token }}",
        "publish: Publish": "${{ secrets.write-token }}",
    }
    assert WORKFLOW.read_text("utf-8").count("secrets.") == len(told)


def test_what_was_planned_is_handed_on_before_the_time_of_the_job_is_up() -> None:
    job = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["plan"]
    *_, pack, plan, upload = job["steps"]
    spare = job["timeout-minutes"] - pack["timeout-minutes"] - plan["timeout-minutes"]
    assert spare >= 15
    assert plan["if"] == upload["if"] == "${{ !cancelled() && steps.pack.outcome != 'skipped' }}"
    assert [step for step in job["steps"] if "continue-on-error" in step] == [], "the job shows what came to nothing"


def test_no_two_runs_of_a_campaign_publish_at_once() -> None:
    found = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    assert found["concurrency"] == {"group": "fixbot-campaign-${{ inputs.file }}", "cancel-in-progress": False}
    assert "strategy" not in found["jobs"]["publish"]


def test_every_input_of_the_workflow_is_used() -> None:
    text = WORKFLOW.read_text("utf-8")
    declared = yaml.safe_load(text)[True]["workflow_call"]["inputs"]  # YAML 1.1 makes `True` of the key `on`
    assert set(re.findall(r"\binputs\.([\w-]+)", text)) == set(declared)
