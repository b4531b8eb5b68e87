"""What the tests of the rooms of GitHub share: a forge without pauses, plans, and faults by path."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from fixbot.marker import write_marker
from fixbot.model import Change, Marker, People, PullRequest, PullRequestPlan, Rewrite, Safety
from fixbot.plan import fingerprint, fingerprint_of
from fixbot.shell.git import Git
from fixbot.shell.github import GitHubForge
from tests.parts.fixtures import FILES
from tests.parts.git import git
from tests.parts.github import NAME, TOKEN
from tests.parts.openapi import assert_documented
from tests.parts.recorder import HANG_UP, Answer, Fault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parts.github import GitHub

READER = "src/sample/reader.py"
BRANCH = "fixbot/bare-except/all"
HERE = f"/repos/{NAME}"
NUMBER = "0123456789abcdef"
LOST = [Answer(502), HANG_UP]
either_lost = pytest.mark.parametrize("lost", LOST, ids=["502", "hang-up"])


def trailers(*files: tuple[str, bytes, bytes]) -> str:
    """Give the trailers of a commit of fixbot's that changes these files; each with its path, before and after."""
    lines = {"Codemod": "bare-except", "Plan": fingerprint_of("bare-except", files), "Base": NUMBER, "Finding": NUMBER}
    return "".join(f"Fixbot-{name}: {value}\n" for name, value in lines.items())


def forge_at(url: str, clone: Path, **chosen: Any) -> GitHubForge:  # noqa: ANN401 - whatever a forge takes
    """Give a forge that makes no pauses."""
    given: dict[str, Any] = {"token": TOKEN, "commit_via": "git", "author": "fixbot <fixbot@noreply.invalid>"}
    given |= {"pace": 0.0, "nap": lambda _: None, "name": NAME, **chosen}
    return GitHubForge(Git(clone), api_url=url, **given)


def marker_for(branch: str = BRANCH) -> Marker:
    plan = fingerprint(plan_for(branch).change)
    return Marker(codemod="bare-except", branch=branch, plan=plan, base=NUMBER, findings=(NUMBER,), pushed=())


def body_for(branch: str = BRANCH) -> str:
    """Give a body with a marker."""
    return f"Why\n\n{write_marker(marker_for(branch))}"


def plan_for(branch: str = BRANCH, **people: Any) -> PullRequestPlan:  # noqa: ANN401 - whatever people take  # fixbot: ignore[kwargs-schema]
    """Give a plan that rewrites the one file of the sample."""
    before, after = str(FILES[READER]).encode(), f"# {branch}\n# two\n".encode()
    rewrite = Rewrite(READER, before, after, ())
    return PullRequestPlan(
        branch=branch,
        base="main",
        title="Say what an `except:` catches",
        commit_message=f"Say what it catches\n\n{trailers((READER, before, after))}",
        fingerprint=NUMBER,
        change=Change("bare-except", Safety.SAFE, (rewrite,)),
        body="",
        people=People(**people),
    )


@dataclass
class Rooms:
    """A forge at a GitHub of its own, and what a test does to it."""

    github: GitHub
    chosen: dict[str, Any] = field(default_factory=dict)

    def forge(self, **chosen: Any) -> GitHubForge:  # noqa: ANN401 - whatever a forge takes
        return forge_at(self.github.url, self.github.clone, **self.chosen, **chosen)

    def pushed(self, forge: GitHubForge, branch: str = BRANCH) -> str:
        """Push a branch with one commit of fixbot's."""
        plan, base = plan_for(branch), forge.base("main")
        commit = forge.commit(plan, base)
        forge.move(branch, commit, None)
        return commit

    def opened(self, forge: GitHubForge, branch: str = BRANCH, body: str | None = None) -> PullRequest:
        """Open a pull request, and forget what was asked for it."""
        commit = self.pushed(forge, branch)
        pull = forge.open(plan_for(branch), body_for(branch) if body is None else body, commit)
        self.github.recorder.clear()
        return pull

    def inject(self, method: str, path: str, answer: Answer, *, forward: bool = False, times: int = 1) -> None:
        """Answer the next requests to a path below the repository with something else."""
        fault = Fault(lambda asked: (asked.method, asked.path) == (method, HERE + path), answer, forward, times=times)
        self.github.recorder.inject(fault)

    def asked(self, method: str) -> list[str]:
        """Give the requests with this method, without the repository's own path."""
        requests = [request for request in self.github.recorder.requests if request.method == method]
        return [str(request).removeprefix(f"{method} {HERE}") for request in requests]

    def sent(self, method: str, path: str) -> Any:  # noqa: ANN401 - JSON is any
        """Give the body of the one request to a path below the repository."""
        (exchange,) = self.github.recorder.matching(method, HERE + path)
        return exchange.request.json()

    def writes(self) -> list[str]:
        return [str(request).replace(HERE, "", 1) for request in self.github.recorder.writes]

    def check(self) -> None:
        """Check that GitHub documents all that was asked, and that the token stood in its header alone."""
        assert_documented(asked for asked in self.github.recorder.requests if asked.path != "/graphql")
        assert self.github.recorder.leaks(TOKEN) == []
        assert not [path for path in (self.github.clone / ".git").rglob("*") if _holds_token(path)]


def _holds_token(path: Path) -> bool:
    return path.is_file() and TOKEN.encode() in path.read_bytes()


def said(status: int, message: str, headers: dict[str, str] | None = None, **more: object) -> Answer:
    """Give an answer of GitHub's with a message."""
    return answer({"message": message, **more}, status, headers)


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(body).encode())


def head_of(github: GitHub, branch: str) -> str:
    """Give the commit that a branch is at on the git server."""
    return git(github.git.repository(NAME), "rev-parse", f"refs/heads/{branch}")
