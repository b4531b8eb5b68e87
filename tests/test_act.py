"""The nights of a maintainer: `act` runs the workflow that `fixbot init` writes, on an emulator and a git server."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.parts import act
from tests.parts.act import Runner
from tests.parts.command import fixbot, plant
from tests.parts.git import git
from tests.parts.git_server import auth_environment
from tests.parts.github import COLLABORATOR, HUMAN, NAME, STRANGER, TOKEN, GitHub, commit
from tests.parts.node import UnavailableError
from tests.parts.watch import Spy, Watch, watching

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
WORKFLOW = ".github/workflows/fixbot.yml"
ACTION = f"fixbot-dev/fixbot@{'a' * 40}"
# Python would take these for its own where it is started among them without -I.
NAMES = ("venv", "logging", "pip", "fixbot", "sitecustomize", "usercustomize", "hashlib", "types")
READER = "src/sample/reader.py"
SECRETS = (TOKEN, base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode())


@dataclass(frozen=True)
class Done:
    """What a workflow run left behind: whether each job that was not skipped succeeded, the log, and its processes."""

    jobs: dict[str, bool]
    log: str
    watch: Watch


@dataclass
class Project:
    """A repository on GitHub with the workflow, and the machine that runs it."""

    github: GitHub
    runner: Runner

    def night(self, event: str = "schedule", payload: dict[str, Any] | None = None, actor: str = "octo") -> Done:
        self.github.recorder.clear()
        self.github.git.counts.clear()
        with watching(self.runner.folder, self.runner.spy) as watch:
            done = self.runner.run(self.github.clone, event, payload, actor)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        jobs = {line["job"]: line["jobResult"] == "success" for line in lines if "jobResult" in line}
        log = "".join(str(line.get("msg", "")) + "\n" for line in lines) + done.stderr
        return Done({name.partition("/")[2]: ok for name, ok in jobs.items()}, log, watch)

    def pulls(self) -> list[tuple[str, str, str]]:
        listed = self.github.as_human("GET", "/pulls?state=all&sort=created&direction=asc")
        return [(pull["state"], pull["head"]["ref"], pull["base"]["ref"]) for pull in listed]

    def push(self, files: dict[str, str | bytes], *branches: str) -> None:
        commit(self.github.clone, files, "Go on")
        url = self.github.git.clone_url(NAME)
        for branch in branches:
            pushed = f"HEAD:refs/heads/{branch}"
            git(self.github.clone, "push", "--quiet", "origin", pushed, environment=auth_environment(url, TOKEN))

    def canary(self) -> str:
        """Give the line of Python that leaves a trace where somebody runs it."""
        return f"open({str(self.runner.folder / 'canary')!r}, 'a').write(__file__ + chr(10))\n"

    def hatched(self) -> bool:
        return (self.runner.folder / "canary").exists()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Give the folder where the first job of each phase keeps what it has installed, one for all workers."""
    folder = tmp_path_factory.getbasetemp()
    return (folder if worker_id == "master" else folder.parent) / "kept"


@pytest.fixture
def project(github: GitHub, tmp_path: Path, kept: Path) -> Project:
    act.require()
    assert fixbot("init", github.clone, "--action", ACTION).code == 0
    around = {
        "GITHUB_API_URL": github.url,
        "GITHUB_SERVER_URL": github.git.url,
        "GITHUB_REPOSITORY": NAME,
        "CODE": github.git.repository(NAME).as_uri(),
        "NO_PROXY": "localhost,127.0.0.1",
    }
    poison, spy = tmp_path / "poison", Spy.at(tmp_path / "spy")
    made = Project(github, Runner(tmp_path / "act", around, TOKEN, poison, spy, kept=kept))
    hostile: dict[str, str | bytes] = {f"{name}.py": made.canary() for name in NAMES}
    plant(poison, hostile)
    made.push(hostile, "main")
    return made


def assert_nobody_saw_the_token(done: Done, folder: Path) -> None:
    """Check that it is told to nobody but the two steps that need it, and to git in its own header."""
    plain, header = SECRETS
    assert [line for secret in SECRETS for line in done.watch.showing(secret)] == []
    told = done.watch.holding(plain)
    assert [
        one for one in told if not re.search(r'(?:^|[/"] ?)fixbot"? (?:listen|apply) ', one.script or one.arguments)
    ] == []
    assert any("listen" in one.arguments for one in told), "the watch sees who is told"
    own = re.compile(r"(?:\S*/)?git |\S+/git-core/|cat |/bin/sh \S+/programs/git ")
    held = [one for one in done.watch.holding(header) if not own.match(one.arguments)]
    # A child of git that is about to become another program has no arguments for a moment.
    assert [one for one in held if one.arguments or "GIT_EXEC_PATH=" not in one.environment] == []
    assert [secret for secret in SECRETS if secret in done.log or secret in done.watch.left] == []
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [str(path) for path in files for secret in SECRETS if secret.encode() in path.read_bytes()] == []


def own_workflow() -> str:
    """Give the workflow with which fixbot looks at itself; act cannot find `$/`, the action of the very commit."""
    text = (act.ROOT / WORKFLOW).read_text("utf-8")
    assert text.count("uses: $/") == 2
    return text.replace("uses: $/", f"uses: {ACTION}")


def checking(text: str, command: str) -> str:
    """Give a workflow that runs a check of the project's own and keeps the log for code scanning."""
    phase = "          phase: plan\n"
    assert text.count(phase) == 1
    upload = re.search(r"uses: (actions/upload-artifact@\S+)", text)
    assert upload
    step = f"      - uses: {upload[1]}\n        with:\n          name: sarif\n"
    step += "          path: ${{ steps.plan.outputs.sarif }}\n"
    text = text.replace(phase, f'{phase}          verify-command: "{command}"\n          sarif: true\n')
    return text.replace("\n  apply:\n", f"{step}\n  apply:\n")


@pytest.mark.long
def test_a_night_of_everything_opens_another_writes_nothing_and_nobody_sees_the_token(
    project: Project, tmp_path: Path
) -> None:
    """The first night runs the project's own check; the second is started by a stranger who claims to belong."""
    workflow = project.github.clone / WORKFLOW
    seen = tmp_path / "act" / "verified"
    workflow.write_text(checking(workflow.read_text("utf-8"), f"sh check.sh {seen}"), "utf-8")
    project.push({"check.sh": 'env >> "$1"\n'}, "main")
    first = project.night()
    assert first.jobs == {"Plan": True, "Apply": True}, first.log
    assert project.pulls() == [("open", "fixbot/bare-except/all", "main")]
    assert any("fixbot plan" in one.arguments for one in first.watch.seen), "the watch sees what runs"
    assert "PATH=" in seen.read_text()
    assert "TOKEN" not in seen.read_text()
    assert [one for one in first.watch.holding(SECRETS[1]) if one.arguments.startswith("git ")], "a header was seen"
    assert "[remote " in first.watch.left
    assert_nobody_saw_the_token(first, tmp_path / "act")
    (log,) = (tmp_path / "act").rglob("shelves/sarif/fixbot.sarif")
    assert [result["ruleId"] for result in json.loads(log.read_text("utf-8"))["runs"][0]["results"]] == ["bare-except"]

    workflow.write_text(own_workflow(), "utf-8")
    opened = project.github.as_human("GET", "/pulls")[0]["number"]
    claim = said(project, "/fixbot ignore", "COLLABORATOR", STRANGER, opened)
    second = project.night("issue_comment", claim, "mallory")
    assert second.jobs == {"Plan": True, "Apply": True}, second.log
    assert project.github.recorder.writes == []
    assert project.github.git.counts["push"] == 0
    assert_nobody_saw_the_token(second, tmp_path / "act")
    assert not project.hatched()


@pytest.mark.long
def test_issues_are_worked_on_and_a_comment_of_a_writer_is_obeyed(project: Project) -> None:
    """All on another branch than the default one, which the configuration names and the workflow checks out."""
    (project.github.clone / "fixbot.toml").write_text('base = "develop"\n')
    assert fixbot("init", project.github.clone, "--action", ACTION, "--force").code == 0
    smelly = (project.github.clone / READER).read_bytes()
    project.push({"src/sample/late.py": smelly}, "main", "develop")
    git(project.github.clone, "checkout", "--quiet", "-b", "topic")
    (project.github.clone / READER).write_text("x = 1\n")
    commit(project.github.clone, {}, "Elsewhere")
    first = issue(project, READER)
    done = project.night("workflow_dispatch", {"inputs": {"issue": str(first)}})
    assert done.jobs == {"Plan": True, "Apply": True}, done.log
    assert project.pulls() == [("open", f"fixbot/bare-except/issue-{first}", "develop")]
    assert len(project.github.as_human("GET", f"/issues/{first}/comments")) == 1

    workflow = project.github.clone / WORKFLOW
    assert workflow.read_text("utf-8").count("# asked-by: ") == 2
    workflow.write_text(workflow.read_text("utf-8").replace("# asked-by: ", "asked-by: "), "utf-8")
    second = issue(project, "src/sample/late.py", STRANGER)
    event = {"action": "labeled", "label": {"name": "fixbot"}, "issue": {"number": second}}
    done = project.night("issues", event, "ada")
    assert done.jobs == {"Plan": True, "Apply": True}, done.log
    assert project.pulls()[1:] == [("open", f"fixbot/bare-except/issue-{second}", "develop")]

    number = project.github.as_human("GET", "/pulls?sort=created&direction=asc")[0]["number"]
    thanks = said(project, "Thank you.\n\n/fixbot ignore", "COLLABORATOR", COLLABORATOR, number)
    done = project.night("issue_comment", thanks, "ada")
    assert done.jobs == {"Plan": True, "Apply": True}, done.log
    assert [state for state, *_ in project.pulls()] == ["closed", "open"]
    assert not project.hatched()


def issue(project: Project, path: str, token: str = HUMAN) -> int:
    """Let somebody ask for something; gives the number of the issue."""
    asked = {"title": "Tidy up", "body": f"bare-except in `{path}`"}
    return int(project.github.as_human("POST", "/issues", asked, token=token)["number"])


def said(project: Project, body: str, association: str, token: str = STRANGER, number: int = 1) -> dict[str, Any]:
    """Let somebody comment on a pull request; gives the event, with what GitHub is made to say of its author."""
    comment = project.github.as_human("POST", f"/issues/{number}/comments", {"body": body}, token=token)
    return {
        "action": "created",
        "issue": {"number": number, "body": "", "pull_request": {"url": "https://api.github.com"}},
        "comment": {"id": comment["id"], "body": body, "author_association": association},
        "repository": {"default_branch": "main"},
    }


def test_what_is_not_for_fixbot_starts_nothing(project: Project) -> None:
    pull = {"title": "Ours", "head": "ours", "base": "main"}
    git(project.github.git.repository(NAME), "branch", "ours", "main")
    project.github.commit_as_human("ours", {"x.txt": "x"})
    project.github.as_human("POST", "/pulls", pull)
    elsewhere = said(project, "/fixbot status", "OWNER")
    elsewhere["issue"] = {"number": 1, "body": "What is `fixbot`?"}
    for event, payload in (
        ("issue_comment", said(project, "/fixbot ignore bare-except", "NONE")),
        ("issue_comment", said(project, "What is this?", "OWNER")),
        ("issue_comment", said(project, '<!-- fixbot:answers {"1": 2} -->\n`/fixbot rebase`: done', "OWNER")),
        ("issue_comment", elsewhere),
        ("issues", {"action": "labeled", "label": {"name": "bug"}, "issue": {"number": 1}}),
    ):
        done = project.night(event, payload)
        assert (done.jobs, project.github.recorder.requests) == ({}, []), done.log


def test_without_act_it_is_skipped_at_home_and_fails_on_ci(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="has to be installed"):
        act.require()
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(UnavailableError, match="has to be installed"):
        act.require()
