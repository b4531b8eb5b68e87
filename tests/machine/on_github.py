"""The world on GitHub: a repository in a running emulator, with its git server; faults come in through both."""

from __future__ import annotations

import base64
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fixbot.errors import FixbotError
from fixbot.job import Job
from tests.machine.gate import Gate
from tests.machine.halves import whole_or_not
from tests.machine.history import History
from tests.machine.world import Board, Pull, Ran
from tests.parts.git import git
from tests.parts.github import COLLABORATOR, HUMAN, STRANGER, TOKEN
from tests.parts.openapi import objection
from tests.parts.recorder import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from pathlib import Path

    from fixbot.settings import Settings
    from tests.machine.gate import Trap
    from tests.machine.world import Spy
    from tests.parts.github import Site

SECRETS = (TOKEN, base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode())
_JUDGED: dict[str, str | None] = {}
_DASHBOARD = "<!-- fixbot:dashboard "


class OnGitHub:
    """One repository of its own in a site that serves many, one after the other.

    Commits that GitHub makes are `apart` seconds from each other: with 0 two runs at once make the same commit, else
    two.
    """

    talks = True
    in_halves = False

    def __init__(self, site: Site, name: str, files: Mapping[str, str | bytes], spy: Spy, *, apart: int = 1) -> None:
        site.recorder.clear()
        self._github = site.new(name, files)
        self._github.apart(apart)
        self._site, self._spy = site, spy
        self._elsewhere: Path | None = None
        self._requests: list[Request] = []
        self._leaks: list[str] = []
        self._fetched: dict[Path, str] = {}
        self.history = History(site.git.repository(name))
        self.gate = Gate()
        site.recorder.before, site.recorder.on_write = self._asked, self._wrote
        site.git.before, site.git.on_push = self._git_asked, self._pushed

    def _asked(self, request: Request) -> Answer | None:
        return self.gate.before() if request.is_write else self.gate.reading()

    def _wrote(self, request: Request) -> Answer | None:
        self._site.wrote(request)
        return self.gate.after()

    def _git_asked(self, kind: str) -> bool:
        return (self.gate.before() if kind == "push" else self.gate.reading()) is not None

    def _pushed(self, bare: Path) -> bool:
        self._site.pushed(bare)
        return self.gate.after() is not None

    def changed(self) -> None:
        """Tell the emulator what people have pushed."""
        self._github.mirror.to_emulator()

    def delete(self, branch: str) -> None:
        """Delete a branch."""
        self.history.point(branch, None)

    def pulls(self) -> list[Pull]:
        """Give all pull requests, the oldest first."""
        listed = self._github.as_human("GET", "/pulls?state=all&per_page=100&direction=asc&sort=created")
        return [_pull(one) for one in sorted(listed, key=lambda one: int(one["number"]))]

    def boards(self) -> list[Board]:
        """Give all dashboards."""
        listed = self._github.as_human("GET", "/issues?state=all&per_page=100")
        issues = [one for one in listed if "pull_request" not in one and _DASHBOARD in (one["body"] or "")]
        return [Board(one["number"], one["body"]) for one in issues]

    def close(self, number: int) -> None:
        """Close a pull request."""
        self._github.as_human("PATCH", f"/pulls/{number}", {"state": "closed"})

    def reopen(self, number: int) -> bool:
        """Open a pull request again, where GitHub allows it."""
        with suppress(AssertionError):
            self._github.as_human("PATCH", f"/pulls/{number}", {"state": "open"})
            return True
        return False

    def merge(self, number: int, *, squash: bool) -> bool:
        """Merge a pull request, where GitHub allows it."""
        with suppress(AssertionError):
            self._github.as_human("PUT", f"/pulls/{number}/merge", {"merge_method": "squash" if squash else "merge"})
            return True
        return False

    def edit(self, number: int, *, title: str | None = None, body: str | None = None) -> None:
        """Change title or body."""
        told = {"title": title, "body": body}
        self._github.as_human(
            "PATCH", f"/pulls/{number}", {key: text for key, text in told.items() if text is not None}
        )

    def label(self, number: int, name: str, *, present: bool) -> None:
        """Give a label, or take it away."""
        if present:
            self._github.as_human("POST", f"/issues/{number}/labels", {"labels": [name]})
            return
        with suppress(AssertionError):
            self._github.as_human("DELETE", f"/issues/{number}/labels/{name}")

    def say(self, number: int, body: str, *, writer: bool) -> None:
        """Comment on a pull request."""
        token = COLLABORATOR if writer else STRANGER
        self._github.as_human("POST", f"/issues/{number}/comments", {"body": body}, token=token)

    def said(self) -> dict[str, list[str]]:
        """Give all comments and notes, and who is asked for a review."""
        said: dict[str, list[str]] = {}
        for one in self._github.as_human("GET", "/issues/comments?per_page=100"):
            said.setdefault(one["issue_url"].rpartition("/")[2], []).append(one["body"])
        for pull in self._github.as_human("GET", "/pulls?state=all&per_page=100"):
            words = said.setdefault(str(pull["number"]), [])
            words += [reviewer["login"] for reviewer in pull["requested_reviewers"]]
            notes = self._github.as_human("GET", f"/pulls/{pull['number']}/comments?per_page=100")
            words += sorted(f"{one['path']}:{one['line']} {one['body']}" for one in notes)
            reviews = self._github.as_human("GET", f"/pulls/{pull['number']}/reviews")
            words += [f"a review: {one['body']}" for one in reviews]
        return said

    def rewrite_board(self, board: Board, body: str) -> None:
        """Give the dashboard another text."""
        self._github.as_human("PATCH", f"/issues/{board.number}", {"body": body})

    def wait(self, time: timedelta) -> None:
        """Let every pull request be that much older."""
        self._github.ago(time.total_seconds())

    def run(self, settings: Settings, *, trap: Trap | None = None, elsewhere: bool = False) -> Ran:
        """Fetch, and let fixbot run with the token."""
        self._keep()
        if not elsewhere:
            self.gate.arm(trap)
        root = self._clone(elsewhere=elsewhere)
        main = self.history.heads()["main"]
        if self._fetched.get(root) != main:
            git(root, "fetch", "--quiet", str(self.history.path), "+refs/heads/main:refs/remotes/origin/main")
            self._fetched[root] = main
        job = Job(root=root, repository=self._github.name)
        try:
            with self._spy.watching():
                return Ran(whole_or_not(job, settings, "refs/remotes/origin/main", in_halves=self.in_halves))
        except FixbotError as exc:
            return Ran(None, f"{type(exc).__name__}: {exc}", died=self.gate.has_died)

    def _clone(self, *, elsewhere: bool) -> Path:
        if not elsewhere:
            return self._github.clone
        if self._elsewhere is None:
            self._elsewhere = self._github.clone.parent / "elsewhere"
            url = self._site.git.clone_url(self._github.name)
            git(self._github.clone.parent, "clone", "--quiet", str(self.history.path), str(self._elsewhere))
            git(self._elsewhere, "remote", "set-url", "origin", url)
        return self._elsewhere

    def _keep(self) -> None:
        recorder = self._site.recorder
        self._requests += recorder.requests
        self._leaks += [found for secret in (*SECRETS, HUMAN) for found in recorder.leaks(secret)]
        recorder.clear()

    def everything(self) -> dict[str, Any]:
        """Give all that a write could change."""
        comments = self._github.as_human("GET", "/issues/comments?per_page=100")
        issues = self._github.as_human("GET", "/issues?state=all&per_page=100")
        return {"heads": self.history.heads(), "comments": comments, "issues": issues, "pulls": self.pulls()}

    def complaints(self) -> list[str]:
        """Look for the token wherever it could be, and hold every request against GitHub's description."""
        self._keep()
        bodies = json.dumps(self.everything(), default=str)
        found = [f"the token is in a {what}" for secret in SECRETS for what in ["body"] if secret in bodies]
        found += [f"the token is in {path}" for path in _holding(self._github.clone.parent)]
        judged = [(request, _judged(request)) for request in self._requests if request.path != "/graphql"]
        return [*found, *self._leaks, *self._spy.seen, *(f"{one}: {why}" for one, why in judged if why)]


def _pull(one: dict[str, Any]) -> Pull:
    return Pull(
        number=one["number"],
        state="merged" if one["merged_at"] else one["state"],
        branch=one["head"]["ref"],
        title=one["title"],
        body=one["body"] or "",
        labels=frozenset(label["name"] for label in one["labels"]),
    )


def _judged(request: Request) -> str | None:
    """Judge one request of each shape: numbers, ids and long texts make no difference."""
    shape = re.sub(r"[0-9a-f]{7,40}|\d+", "N", f"{request.method} {request.path}?{request.query}")
    shape = re.sub(r"octo/[^/?]+", "octo/N", shape) + _shape(json.loads(request.body or b"null"))
    if shape not in _JUDGED:
        _JUDGED[shape] = objection(request)
    return _JUDGED[shape]


def _shape(value: object) -> str:
    if isinstance(value, dict):
        return str({key: _shape(one) for key, one in value.items()})
    if isinstance(value, list):
        return str(sorted({_shape(one) for one in value}))
    return value if isinstance(value, str) and value.isupper() else type(value).__name__


def _holding(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files for secret in SECRETS if secret.encode() in path.read_bytes()]
