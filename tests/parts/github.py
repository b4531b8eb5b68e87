"""GitHub as tests see it: git server, emulator and recorder with one repository that is the same in both."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.parts import emulator
from tests.parts.git import git
from tests.parts.git_server import GitServer, auth_environment
from tests.parts.mirror import Mirror
from tests.parts.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.parts.emulator import Emulator

TOKEN = "tok_canary_4711"  # noqa: S105 - made up, and looked for wherever it must not show
HUMAN = "tok_human_0815"
NAME = "octo/sample"
IDENTITY = {
    "GIT_AUTHOR_NAME": "Octo",
    "GIT_AUTHOR_EMAIL": "octo@example.org",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05+00:00",
    "GIT_COMMITTER_NAME": "Octo",
    "GIT_COMMITTER_EMAIL": "octo@example.org",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05+00:00",
}


@dataclass(frozen=True, slots=True)
class GitHub:
    """A GitHub with the repository `octo/sample`, whose branch `main` is the same in git and behind the API.

    A branch that is pushed shows in the API before the push returns, and a branch that is written through the
    API shows in git before the answer comes, under the same commit ids.

    Attributes:
        name: the repository's `owner/name`.
        token: the bot's token, for the API and for git.
        git: the git server.
        emulator: the emulator itself, for asking it past the recorder.
        recorder: what came in through `url`, and faults to inject.
        clone: a local clone of `main` whose `origin` is the git server.
        mirror: what keeps the two one.
    """

    name: str
    token: str
    git: GitServer
    emulator: Emulator
    recorder: Recorder
    clone: Path
    mirror: Mirror

    @property
    def url(self) -> str:
        """The address for GITHUB_API_URL."""
        return self.recorder.url

    def as_human(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON is any
        """Do something as the owner, unrecorded; `path` begins after the repository, as in "/pulls/1"."""
        answer = self.emulator.call(method, f"/repos/{self.name}{path}", body)
        self.mirror.to_git()
        return answer

    def commit_as_human(self, branch: str, files: Mapping[str, str | bytes], message: str = "By hand") -> str:
        """Add a commit to a branch, past the git server's counts; gives its id. `clone` does not notice."""
        with tempfile.TemporaryDirectory() as folder:
            bare = self.git.repository(self.name)
            git(bare, "clone", "--quiet", "--branch", branch, str(bare), folder)
            made = commit(Path(folder), files, message)
            git(Path(folder), "push", "--quiet", "origin", branch)
        self.mirror.to_emulator()
        return made

    def environment(self) -> dict[str, str]:
        """Give an environment for a bot in a subprocess: this one, with the address and the token."""
        return {**os.environ, "GITHUB_API_URL": self.url, "GITHUB_TOKEN": self.token}


def seed() -> dict[str, object]:
    """Give the emulator's seed: the empty repository `octo/sample`, its owner, and the bot `fixbot`."""
    owner, name = NAME.split("/")
    return {
        "tokens": {
            TOKEN: {"login": "fixbot", "scopes": ["repo"]},
            HUMAN: {"login": owner, "scopes": ["repo"]},
        },
        "github": {
            "users": [{"login": "fixbot"}, {"login": owner}],
            "repos": [{"owner": owner, "name": name, "auto_init": False}],
        },
    }


@contextlib.contextmanager
def running(folder: Path, server: GitServer, files: Mapping[str, str | bytes]) -> Iterator[GitHub]:
    """Run GitHub while the block runs, with `files` (path to content) on the branch `main`."""
    with (
        Recorder().running() as recorder,
        emulator.running(folder, base_url=recorder.url, token=HUMAN, seed=seed()) as running_emulator,
    ):
        recorder.upstream = running_emulator.port
        running_emulator.call("PUT", f"/repos/{NAME}/collaborators/fixbot", {"permission": "push"})
        bare = server.create(NAME)
        mirror = Mirror(bare, running_emulator, NAME)
        recorder.on_write = mirror.to_git
        server.on_push = lambda pushed: mirror.to_emulator() if pushed == bare else None
        clone = make_repository(folder / "clone", files)
        publish(clone, server.clone_url(NAME), TOKEN)
        server.counts.clear()
        yield GitHub(NAME, TOKEN, server, running_emulator, recorder, clone, mirror)


def make_repository(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Make a git repository with one commit on `main`; the same `files` always give the same commit id."""
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--initial-branch=main")
    commit(path, files, "Start")
    return path


def commit(repository: Path, files: Mapping[str, str | bytes], message: str) -> str:
    """Write `files` into the working tree and commit all of it as Octo; gives the commit's id."""
    for name, content in files.items():
        file = repository / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "-m", message, environment=IDENTITY)
    return git(repository, "rev-parse", "HEAD")


def publish(repository: Path, url: str, token: str) -> None:
    """Make `url` the repository's origin and push all its branches there."""
    git(repository, "remote", "add", "origin", url)
    git(repository, "push", "--quiet", "--all", "origin", environment=auth_environment(url, token))
    git(repository, "fetch", "--quiet", "origin", environment=auth_environment(url, token))
