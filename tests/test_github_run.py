"""`fixbot run --forge github` as a person starts it: exit codes, what is said, and where no token shows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.parts.git import git
from tests.parts.github import HUMAN, NAME, TOKEN
from tests.parts.openapi import assert_documented
from tests.parts.recorder import HANG_UP, Answer, Fault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parts.github import GitHub

pytestmark = pytest.mark.real

COMMAND = ("run", "--forge", "github", "--repo", NAME)
# Notes the arguments of every git that fixbot starts, and of all that those start.
NOTING_GIT = '#!/bin/sh\nprintf "%s\\n" "$*" >> "{notes}"\nexec "{git}" "$@"\n'


def fixbot(github: GitHub, *arguments: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run fixbot in the clone; an environment variable that is None is not set."""
    around = {**github.environment(), "FIXBOT_TOKEN": None, **environment}
    return subprocess.run(
        [sys.executable, "-c", "from fixbot.cli import main; main()", *COMMAND, *arguments],
        env={name: value for name, value in around.items() if value is not None},
        cwd=github.clone,
        capture_output=True,
        text=True,
        check=False,
    )


def said(status: int, message: str, **headers: str) -> Answer:
    """Give an answer of GitHub's with a message; `_` in the name of a header stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"Content-Type": "application/json", **named}, json.dumps({"message": message}).encode())


def holding(folder: Path, secret: str) -> list[Path]:
    """Name the files below a folder that hold a secret."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if secret.encode() in path.read_bytes()]


def assert_one_clear_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Check that a run ended with a code and one line that says why."""
    assert done.returncode == code, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    line = done.stderr.strip()
    assert line.startswith("fixbot: ")
    assert all(word in line for word in words), line
    assert done.stdout == ""
    assert TOKEN not in line
    assert HUMAN not in line


@pytest.mark.parametrize("via", ["git", "api"])
def test_a_run_opens_the_next_one_writes_nothing_and_nobody_sees_the_token(
    github: GitHub, tmp_path: Path, via: str
) -> None:
    notes = tmp_path / "notes"
    wrapper = tmp_path / "programs" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(NOTING_GIT.format(git=shutil.which("git"), notes=notes), "utf-8")
    wrapper.chmod(0o755)
    around = {"PATH": f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}"}
    first = fixbot(github, "--commit-via", via, **around)
    assert (first.returncode, first.stderr) == (0, "")
    assert f"fixbot/bare-except/all: opened {github.url}/{NAME}/pull/1" in first.stdout
    assert_documented(github.recorder.requests)
    shown = [first.stdout]
    github.recorder.clear()
    github.git.counts.clear()
    second = fixbot(github, "--commit-via", via, **around)
    assert (second.returncode, second.stderr) == (0, "")
    asked = [str(request) for request in github.recorder.requests]
    assert f"unchanged {github.url}/{NAME}/pull/1" in second.stdout
    assert f"{len(asked)} requests, 0 writes" in second.stdout
    assert github.recorder.writes == [], f"{len(asked)} requests: {asked}"
    assert github.git.counts["push"] == github.git.counts["advertise-push"] == 0
    assert github.recorder.leaks(TOKEN) == []
    assert all(request.authorization == f"token {TOKEN}" for request in github.recorder.requests)
    assert "commit-tree" in notes.read_text("utf-8") or via == "api"
    assert TOKEN not in "".join([*shown, second.stdout, notes.read_text("utf-8")])
    assert holding(github.clone, TOKEN) == []
    assert git(github.clone, "status", "--porcelain", "--branch") == "## main"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (said(401, "Bad credentials"), 2, ["token", "GITHUB_TOKEN"]),
        (said(403, "Resource not accessible by integration"), 2, ["contents and pull requests: write"]),
        (said(403, "API rate limit exceeded", Retry_After="3600"), 4, ["wait 3600 seconds", "then"]),
        (said(429, "Too many requests", Retry_After="3600"), 4, ["wait 3600 seconds", "then"]),
    ],
    ids=["401", "403", "limit", "429"],
)
def test_what_github_refuses_is_one_line_and_an_exit_code(
    github: GitHub, answer: Answer, code: int, words: list[str]
) -> None:
    github.recorder.inject(Fault(lambda asked: asked.path == f"/repos/{NAME}/pulls", answer))
    assert_one_clear_line(fixbot(github), code, *words)


def test_a_run_that_was_cut_off_says_so_and_the_next_one_finishes_it(github: GitHub) -> None:
    unopened = Fault(lambda asked: (asked.method, asked.path) == ("POST", f"/repos/{NAME}/pulls"), HANG_UP)
    github.recorder.inject(unopened)
    assert_one_clear_line(fixbot(github), 4, "run fixbot again")
    done = fixbot(github)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(github.as_human("GET", "/pulls?state=all")) == 1


def test_a_server_that_is_not_there_is_named(github: GitHub) -> None:
    done = fixbot(github, GITHUB_API_URL="http://127.0.0.1:9")
    assert_one_clear_line(done, 4, "could not be reached", "repository octo/sample")


@pytest.mark.parametrize("address", ["", "ftp://127.0.0.1", "api.github.invalid", "http://"])
def test_an_address_that_is_none_is_the_operators_fault(github: GitHub, address: str) -> None:
    assert_one_clear_line(fixbot(github, GITHUB_API_URL=address), 2, "GITHUB_API_URL")


def test_a_repository_that_is_not_there_is_named(github: GitHub) -> None:
    assert_one_clear_line(fixbot(github, "--repo", "octo/none"), 2, "octo/none", "token may not see it")


def test_without_a_token_nothing_is_asked(github: GitHub) -> None:
    assert_one_clear_line(fixbot(github, GITHUB_TOKEN=None), 2, "no token", "GITHUB_TOKEN")
    assert github.recorder.exchanges == []


def test_a_token_that_git_does_not_accept_is_the_operators_fault(github: GitHub) -> None:
    assert_one_clear_line(fixbot(github, GITHUB_TOKEN=HUMAN), 2, "token", "GITHUB_TOKEN")


def test_a_token_that_git_does_not_accept_writes_nothing(github: GitHub) -> None:
    done = fixbot(github, GITHUB_TOKEN=HUMAN)
    assert_one_clear_line(done, done.returncode, "does not accept the token")
    assert github.recorder.writes == []


def test_python_without_assertions_is_refused(github: GitHub) -> None:
    assert_one_clear_line(fixbot(github, PYTHONOPTIMIZE="1"), 2, "python -O")
    assert github.recorder.exchanges == []


def test_a_dry_run_prints_and_writes_nothing(github: GitHub) -> None:
    done = fixbot(github, "--dry-run", "--format", "json")
    (pull,) = json.loads(done.stdout)["pulls"]
    assert (pull["branch"], pull["state"], pull["number"]) == ("fixbot/bare-except/all", "opened", 0)
    assert (done.returncode, done.stderr) == (0, "")
    assert github.recorder.writes == []
    assert github.git.counts["advertise-push"] == 0
    assert json.loads(done.stdout)["summary"]["writes"] == 0
