"""The nights of a maintainer: `act` runs the workflow that `fixbot init` writes, on an emulator and a git server."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.parts import act
from tests.parts.act import Runner
from tests.parts.command import fixbot
from tests.parts.git import git
from tests.parts.git_server import auth_environment
from tests.parts.github import COLLABORATOR, NAME, STRANGER, TOKEN, GitHub, commit
from tests.parts.watch import Watch, watching

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not act.available(), reason="act runs workflows of Linux on Linux, and has to be installed"),
]
WORKFLOW = ".github/workflows/fixbot.yml"
ACTION = f"fixbot-dev/fixbot@{'a' * 40}"
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

    def night(self, event: str = "schedule", payload: dict[str, Any] | None = None) -> Done:
        self.github.recorder.clear()
        self.github.git.counts.clear()
        with watching(self.runner.folder) as watch:
            done = self.runner.run(self.github.clone, event, payload)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        jobs = {line["job"]: line["jobResult"] == "success" for line in lines if "jobResult" in line}
        log = "".join(str(line.get("msg", "")) + "\n" for line in lines) + done.stderr
        return Done({name.partition("/")[2]: ok for name, ok in jobs.items()}, log, watch)

    def pulls(self) -> list[tuple[str, str]]:
        return [(pull["state"], pull["head"]["ref"]) for pull in self.github.as_human("GET", "/pulls?state=all")]


@pytest.fixture
def project(github: GitHub, tmp_path: Path) -> Project:
    assert fixbot("init", github.clone, "--action", ACTION).code == 0
    # Python would take these for its own where it is started among the code without -I.
    hostile = {f"{name}.py": "raise SystemExit('the code runs')\n" for name in ("venv", "logging", "pip", "fixbot")}
    commit(github.clone, hostile, "Let fixbot look every night")
    url = github.git.clone_url(NAME)
    git(github.clone, "push", "--quiet", "origin", "main", environment=auth_environment(url, TOKEN))
    around = {
        "GITHUB_API_URL": github.url,
        "GITHUB_SERVER_URL": github.git.url,
        "GITHUB_REPOSITORY": NAME,
        "NO_PROXY": "localhost,127.0.0.1",
    }
    return Project(github, Runner(tmp_path / "act", around, TOKEN))


def assert_nobody_saw_the_token(done: Done, folder: Path) -> None:
    """Check that it is told to nobody but the two steps that need it, and to git in its own header."""
    plain, header = SECRETS
    assert [line for secret in SECRETS for line in done.watch.showing(secret)] == []
    allowed = ("act schedule", "fixbot listen", "fixbot apply", "bash --noprofile --norc -e -o pipefail")
    assert [line for line in done.watch.holding(plain) if not any(word in line for word in allowed)] == []
    assert [line for line in done.watch.holding(header) if not line.startswith(("git ", "/usr/lib/git-core/"))] == []
    assert [line for line in done.watch.holding("FIXBOT_TOKEN=") if "fixbot plan" in line] == []
    assert [secret for secret in SECRETS if secret in done.log] == []
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [str(path) for path in files for secret in SECRETS if secret.encode() in path.read_bytes()] == []


def own_workflow() -> str:
    """Give the workflow with which fixbot looks at itself; act cannot find `$/`, the action of the very commit."""
    text = (act.ROOT / WORKFLOW).read_text("utf-8")
    assert text.count("uses: $/") == 2
    return text.replace("uses: $/", f"uses: {ACTION}")


def test_the_first_night_opens_the_second_writes_nothing_and_nobody_sees_the_token(
    project: Project, tmp_path: Path
) -> None:
    first = project.night()
    assert first.jobs == {"Plan": True, "Apply": True}, first.log
    assert project.pulls() == [("open", "fixbot/bare-except/all")]
    assert any("fixbot plan" in one.arguments for one in first.watch.seen), "the watch sees what runs"
    assert_nobody_saw_the_token(first, tmp_path / "act")
    (project.github.clone / WORKFLOW).write_text(own_workflow(), "utf-8")
    second = project.night()
    assert second.jobs == {"Plan": True, "Apply": True}, second.log
    assert project.github.recorder.writes == []
    assert project.github.git.counts["push"] == 0
    assert_nobody_saw_the_token(second, tmp_path / "act")


def test_an_issue_is_worked_on_and_a_comment_of_a_writer_is_obeyed(project: Project) -> None:
    issue = {"title": "Tidy up", "body": "bare-except in `src/sample/reader.py`"}
    number = project.github.as_human("POST", "/issues", issue)["number"]
    done = project.night("workflow_dispatch", {"inputs": {"issue": str(number)}})
    assert done.jobs == {"Plan": True, "Apply": True}, done.log
    assert project.pulls() == [("open", f"fixbot/bare-except/issue-{number}")]
    assert len(project.github.as_human("GET", f"/issues/{number}/comments")) == 1
    opened = project.github.as_human("GET", "/pulls")[0]["number"]
    done = project.night("issue_comment", said(project, "/fixbot ignore", "COLLABORATOR", COLLABORATOR, opened))
    assert done.jobs == {"Plan": True, "Apply": True}, done.log
    assert project.pulls() == [("closed", f"fixbot/bare-except/issue-{number}")]


def said(project: Project, body: str, association: str, token: str = STRANGER, number: int = 1) -> dict[str, Any]:
    """Let somebody comment on a pull request; gives the event, with what GitHub is made to say of its author."""
    comment = project.github.as_human("POST", f"/issues/{number}/comments", {"body": body}, token=token)
    return {
        "action": "created",
        "issue": {"number": number},
        "comment": {"id": comment["id"], "body": body, "author_association": association},
    }


def test_a_comment_of_somebody_who_may_not_write_does_nothing(project: Project) -> None:
    pull = {"title": "Ours", "head": "ours", "base": "main"}
    project.github.commit_as_human("main", {})
    git(project.github.git.repository(NAME), "branch", "ours", "main")
    project.github.commit_as_human("ours", {"x.txt": "x"})
    project.github.as_human("POST", "/pulls", pull)
    command = said(project, "/fixbot ignore bare-except", "NONE")
    done = project.night("issue_comment", command)
    assert (done.jobs, project.github.recorder.requests) == ({}, []), done.log
    done = project.night("issue_comment", said(project, "What is this?", "OWNER"))
    assert (done.jobs, project.github.recorder.requests) == ({}, []), done.log
