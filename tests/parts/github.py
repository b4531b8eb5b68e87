"""GitHub as tests see it: git server, emulator and recorder with repositories that are the same in both."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from dataclasses import dataclass, field
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
    from tests.parts.recorder import Request

TOKEN = "tok_canary_4711"  # noqa: S105 - made up, and looked for wherever it must not show
HUMAN = "tok_human_0815"
COLLABORATOR = "tok_collaborator_42"
STRANGER = "tok_stranger_13"
NAME = "octo/sample"
IDENTITY = {
    "GIT_AUTHOR_NAME": "Octo",
    "GIT_AUTHOR_EMAIL": "octo@example.org",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05+00:00",
    "GIT_COMMITTER_NAME": "Octo",
    "GIT_COMMITTER_EMAIL": "octo@example.org",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05+00:00",
}


# What moves a branch; everything else need not be looked at.
_MOVES = re.compile(r"/git/refs|/merges?$|/contents/|/update-branch$")


@dataclass(frozen=True, slots=True)
class GitHub:
    """A repository on GitHub, whose branch `main` is the same in git and behind the API.

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

    def as_human(self, method: str, path: str, body: object = None, *, token: str = HUMAN) -> Any:  # noqa: ANN401 - JSON is any
        """Do something as the owner or whose `token` it is, unrecorded; `path` begins after the repository."""
        answer = self.emulator.call(method, f"/repos/{self.name}{path}", body, token=token)
        if method != "GET" and _MOVES.search(path):
            self.mirror.to_git()
        return answer

    def ago(self, seconds: float) -> None:
        """Let every pull request be that much older."""
        self.emulator.call("POST", f"/_tests/repos/{self.name}/ago", {"seconds": seconds})

    def apart(self, seconds: int) -> None:
        """Let each commit that is made through the API be that much younger than the one before; 0: all of one time."""
        self.emulator.call("POST", f"/_tests/repos/{self.name}/apart", {"seconds": seconds})

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
        """Give an environment for a bot in a subprocess: this one, with the addresses and the token."""
        addresses = {"GITHUB_API_URL": self.url, "GITHUB_SERVER_URL": self.git.url}
        return {**os.environ, **addresses, "GITHUB_TOKEN": self.token}


def seed() -> dict[str, object]:
    """Give the emulator's seed: the empty repository `octo/sample`, and who does something there.

    The bot `fixbot` and `ada` may write to it, `octo` owns it, and `mallory` has nothing to do with it.
    """
    owner, name = NAME.split("/")
    people = {TOKEN: "fixbot", HUMAN: owner, COLLABORATOR: "ada", STRANGER: "mallory"}
    return {
        "tokens": {token: {"login": login, "scopes": ["repo"]} for token, login in people.items()},
        "github": {
            "users": [{"login": login} for login in people.values()],
            "repos": [{"owner": owner, "name": name, "auto_init": False}],
        },
    }


@dataclass(frozen=True, slots=True)
class Site:
    """A running GitHub in which repositories are made, one after the other."""

    folder: Path
    git: GitServer
    emulator: Emulator
    recorder: Recorder
    _mirrors: dict[str, Mirror] = field(default_factory=dict)

    def new(self, name: str, files: Mapping[str, str | bytes]) -> GitHub:
        """Make the repository `octo/NAME`, with `files` (path to content) on the branch `main`."""
        self.emulator.call("POST", "/user/repos", {"name": name.split("/")[1], "auto_init": False})
        return self.fill(name, files)

    def fill(self, name: str, files: Mapping[str, str | bytes]) -> GitHub:
        """Bring `files` to a repository that is empty, and a clone of it into a folder."""
        for login in ("fixbot", "ada"):
            self.emulator.call("PUT", f"/repos/{name}/collaborators/{login}", {"permission": "push"})
        bare = self.git.create(name)
        mirror = self._mirrors[name] = Mirror(bare, self.emulator, name)
        clone = make_repository(self.folder / name.split("/")[1] / "clone", files)
        git(clone, "remote", "add", "origin", self.git.clone_url(name))
        git(clone, "push", "--quiet", str(bare), "main")  # past the server: that takes a tenth of the time
        git(clone, "update-ref", "refs/remotes/origin/main", "main")
        mirror.to_emulator()
        self.git.counts.clear()
        return GitHub(name, TOKEN, self.git, self.emulator, self.recorder, clone, mirror)

    def grow(self, name: str, files: Mapping[str, str | bytes]) -> GitHub:
        """Bring `files` to a repository that is empty, without a push and a clone: `clone` is the server's own."""
        bare = self.git.create(name)
        mirror = self._mirrors[name] = Mirror(bare, self.emulator, name)
        if files:
            git(bare, "fast-import", "--quiet", stdin=_stream(files))
            mirror.to_emulator()
        return GitHub(name, TOKEN, self.git, self.emulator, self.recorder, bare, mirror)

    def wrote(self, request: Request) -> None:
        """Carry to git what a request has changed."""
        name = "/".join(request.path.split("/")[2:4])
        if request.path == "/graphql":  # which repository it is about stands in its variables, as an id
            for mirror in self._mirrors.values():
                mirror.to_git()
        elif request.path.startswith("/repos/") and name in self._mirrors and _MOVES.search(request.path):
            self._mirrors[name].to_git()

    def pushed(self, bare: Path) -> bool:
        """Carry to the emulator what was pushed to a repository; no reason to cut the connection."""
        mirror = self._mirrors.get(f"{bare.parent.name}/{bare.stem}")
        if mirror is not None:
            mirror.to_emulator()
        return False


@contextlib.contextmanager
def site(folder: Path, server: GitServer, seeded: Mapping[str, object] | None = None) -> Iterator[Site]:
    """Run a GitHub while the block runs, with what is `seeded`: `octo/sample`, which is empty, where that is None."""
    with (
        Recorder().running() as recorder,
        emulator.running(folder, base_url=recorder.url, token=HUMAN, seed=seeded or seed()) as running_emulator,
    ):
        recorder.upstream = running_emulator.port
        made = Site(folder, server, running_emulator, recorder)
        recorder.on_write, server.on_push = made.wrote, made.pushed
        yield made


@contextlib.contextmanager
def running(folder: Path, server: GitServer, files: Mapping[str, str | bytes]) -> Iterator[GitHub]:
    """Run GitHub while the block runs, with `files` (path to content) on the branch `main` of `octo/sample`."""
    with site(folder, server) as made:
        yield made.fill(NAME, files)


def make_repository(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Make a git repository with one commit on `main`; the same `files` always give the same commit id."""
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--initial-branch=main")
    commit(path, files, "Start")
    return path


def _stream(files: Mapping[str, str | bytes]) -> str:
    """Return what git-fast-import(1) makes one commit on `main` of; the same `files` always give the same commit."""
    lines = ["commit refs/heads/main", "committer Octo <octo@example.org> 1767323045 +0000", _data("Start\n")]
    for path, content in sorted(files.items()):
        lines += [f"M 100644 inline {path}", _data(content if isinstance(content, str) else content.decode())]
    return "\n".join(lines) + "\n"


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}"


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
