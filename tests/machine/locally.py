"""The world without a server: a repository on this machine, with or without an `origin` that is a path."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fixbot.errors import FixbotError
from fixbot.job import Job
from fixbot.shell import programs
from tests.machine.gate import Gate
from tests.machine.halves import whole_or_not
from tests.machine.history import History
from tests.machine.world import Board, Pull, Ran
from tests.parts.git import git
from tests.parts.github import make_repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import timedelta
    from pathlib import Path

    import pytest

    from fixbot.settings import Settings
    from tests.machine.gate import Trap

_MOVING = frozenset({"push", "update-ref"})


class DeadError(BaseException):
    """The run was killed; like the real thing, no `except Exception` catches it."""


def _moment() -> str:
    """Give the time as a record has it, in parts of a second: here people act faster than elsewhere."""
    return datetime.now(UTC).isoformat()


class Locally:
    """One repository; what people push goes to its origin, where there is one."""

    talks = False
    in_halves = False

    def __init__(self, folder: Path, files: Mapping[str, str | bytes], *, origin: bool) -> None:
        self.place = make_repository(folder / "place", files)
        self.gate = Gate()
        self._acts = 0
        self._origin: Path | None = None
        if origin:
            self._origin = folder / "origin.git"
            git(folder, "clone", "--quiet", "--bare", str(self.place), str(self._origin))
            git(self.place, "remote", "add", "origin", str(self._origin))
        self.history = History(self._origin or self.place)

    def changed(self) -> None:
        """Pull the base; a branch that people deleted is deleted here too."""
        if self._origin is None:
            return
        git(self.place, "fetch", "--quiet", "--update-head-ok", "origin", "+refs/heads/main:refs/heads/main")

    def delete(self, branch: str) -> None:
        """Delete a branch, in both places."""
        self.history.point(branch, None)
        if self._origin is not None:
            git(self.place, "update-ref", "-d", f"refs/heads/{branch}")

    def _folder(self, kind: str) -> Path:
        return self.place / ".git/fixbot" / kind

    def _records(self, kind: str) -> dict[int, dict[str, Any]]:
        found = {int(path.stem): path for path in self._folder(kind).glob("*.json") if path.stem.isdecimal()}
        return {number: json.loads(found[number].read_text("utf-8")) for number in sorted(found)}

    def _write(self, kind: str, number: int, **changes: object) -> None:
        """Edit a record as a person does; each edit is some seconds after the one before."""
        path = self._folder(kind) / f"{number}.json"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes, indent=2), "utf-8")
        self._acts += 1
        when = path.stat().st_mtime + 10 * self._acts
        os.utime(path, (when, when))

    def pulls(self) -> list[Pull]:
        """Give all pull requests, the oldest first."""
        heads = self.history.heads()
        here = heads if self._origin is None else History(self.place).heads()
        base = self.history.behind(heads["main"])
        listed = []
        for number, one in self._records("pulls").items():
            branch, state = one["branch"], one["state"]
            if state == "open" and (one["head"] in base or heads.get(branch) in base):
                state = "merged"
            elif state == "open" and branch not in heads and branch not in here:
                state = "closed"
            told = {key: one[key] for key in ("title", "body")}
            listed.append(Pull(number=number, state=state, branch=branch, labels=frozenset(one["labels"]), **told))
        return listed

    def boards(self) -> list[Board]:
        """Give all dashboards."""
        named = {number: self._folder("issues") / f"{number}.md" for number in self._records("issues")}
        pages = {number: page for number, page in named.items() if page.exists()}  # a run may be killed before it
        bodies = {number: page.read_text("utf-8").partition("\n\n")[2] for number, page in pages.items()}
        return [Board(number, body) for number, body in bodies.items() if "<!-- fixbot:dashboard " in body]

    def close(self, number: int) -> None:
        """Close a pull request by hand."""
        self._write("pulls", number, state="closed", closed_at=_moment())

    def reopen(self, number: int) -> bool:
        """Open a pull request again, where it has a branch and is the only one from there."""
        pulls = {pull.number: pull for pull in self.pulls()}
        pull, heads = pulls[number], self.history.heads()
        if any(other.branch == pull.branch and other.state == "open" for other in pulls.values()):
            return False
        if pull.branch not in heads or heads[pull.branch] in self.history.reachable("main"):
            return False
        self._write("pulls", number, state="open", closed_at=None)
        return True

    def merge(self, number: int, *, squash: bool) -> bool:
        """Merge with git; that a squashed branch was merged is for a person to write down."""
        branch = self._records("pulls")[number]["branch"]
        if branch not in self.history.heads():
            return False
        made = self.history.squash("main", branch) if squash else self.history.merge("main", branch)
        if made is not None and squash:
            self._write("pulls", number, state="merged")
        self.changed()
        return made is not None

    def edit(self, number: int, *, title: str | None = None, body: str | None = None) -> None:
        """Change title or body."""
        told = {"title": title, "body": body}
        self._write("pulls", number, **{key: text for key, text in told.items() if text is not None})

    def label(self, number: int, name: str, *, present: bool) -> None:
        """Give a label, or take it away."""
        labels = [label for label in self._records("pulls")[number]["labels"] if label != name]
        self._write("pulls", number, labels=[*labels, name] if present else labels)

    def say(self, number: int, body: str, *, writer: bool) -> None:
        """Comment on a pull request; everybody who can is one who may write."""
        if writer:
            said = self._records("pulls")[number].get("comments") or []
            self._write("pulls", number, comments=[*said, {"body": body, "updated": _moment()}])

    def said(self) -> dict[str, list[str]]:
        """Give all comments and notes, and who is asked for a review."""
        said: dict[str, list[str]] = {}
        for number, one in self._records("pulls").items():
            words = [comment["body"] for comment in one.get("comments") or []]
            notes = [f"{note['path']}:{note['line']} {note['says']}" for note in one.get("notes") or []]
            said[str(number)] = [*words, *one.get("reviewers", []), *sorted(notes)]
        return said

    def rewrite_board(self, board: Board, body: str) -> None:
        """Give the dashboard another text, page and record."""
        page = self._folder("issues") / f"{board.number}.md"
        page.write_text(page.read_text("utf-8").partition("\n")[0] + f"\n\n{body}", "utf-8")

    def wait(self, time: timedelta) -> None:
        """Let every pull request be that much older."""
        for number, one in self._records("pulls").items():
            self._write("pulls", number, created=(datetime.fromisoformat(one["created"]) - time).isoformat())

    def run(self, settings: Settings, *, trap: Trap | None = None, elsewhere: bool = False) -> Ran:
        """Let fixbot run."""
        if not elsewhere:
            self.gate.arm(trap)
        _Gates.now = self.gate
        try:
            return Ran(whole_or_not(Job(root=self.place), settings, "refs/heads/main", in_halves=self.in_halves))
        except FixbotError as exc:
            return Ran(None, f"{type(exc).__name__}: {exc}", died=self.gate.has_died)
        except DeadError:
            return Ran(None, "killed", died=True)
        finally:
            if not elsewhere:
                _Gates.now = None

    def everything(self) -> dict[str, Any]:
        """Give all that a write could change."""
        files = {path.name: path.read_bytes() for path in self.place.glob(".git/fixbot/*/*") if path.is_file()}
        return {"heads": self.history.heads(), "here": History(self.place).heads(), "files": files}

    def complaints(self) -> list[str]:
        """Look for what a killed run left lying about in the working tree."""
        return []


class _Gates:
    """The gate of the run that is under way; None between the runs."""

    now: Gate | None = None


@contextmanager
def through_gates(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let everything that moves a branch or replaces a file pass the gate of the run."""
    real = programs.run

    def run_program(command: list[str], *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as subprocess has it
        if _MOVING.isdisjoint(command):
            return real(command, *arguments, **named)
        return _passing(lambda: real(command, *arguments, **named))

    def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
        def replace(old: Path, new: Path) -> Any:  # noqa: ANN401 - as os has it
            return _passing(lambda: function(old, new), record=str(new).endswith(".json"), page=True)

        return replace

    patch.setattr(programs, "run", run_program)
    patch.setattr(os, "replace", guarded(os.replace))
    patch.setattr(os, "link", guarded(os.link))
    yield


def _passing(act: Callable[[], Any], *, record: bool = False, page: bool = False) -> Any:  # noqa: ANN401 - as the act has it
    gate = _Gates.now
    if gate is None:
        return act()
    if gate.before(within=page) is not None:
        raise DeadError
    given = act()
    if gate.after(within=page and not record) is not None:
        raise DeadError
    return given
