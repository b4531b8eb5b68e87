"""Runs the operator's own check on a copy of a commit with rewrites in it, without any token in the environment."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from fixbot.errors import OperatorError
from fixbot.markdown import visible
from fixbot.model import Base, Rewrite
from fixbot.plan import units
from fixbot.report.plain import harmless
from fixbot.shell import programs
from fixbot.shell.files import leads_out
from fixbot.shell.git import Git

_SECRET = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE|API_?KEY|AUTH|^GITHUB_|^ACTIONS_|^FIXBOT_", re.IGNORECASE)
_PROXY = re.compile(r"_PROXY\Z", re.IGNORECASE)
_LOGIN = re.compile(r"(?<=//)[^@]*@|\A(?!\w+://)[^@]*@")
_TIMEOUT = 1800
_LAST_BYTES, _LAST_LINES, _LAST_LETTERS = 8000, 5, 500
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Objection:
    """How the command fails, in words that are the same each time, and the last that it said, on one line."""

    because: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A folder with every file of a commit, and the command that has to succeed in it."""

    folder: Path
    command: tuple[str, ...]

    def objection(self, rewrites: Sequence[Rewrite]) -> Objection | None:
        """Return how the command fails with some rewrites in place, None where it succeeds."""
        try:
            for rewrite in rewrites:
                (self.folder / rewrite.path).write_bytes(rewrite.after)
            return self._run()
        finally:
            for rewrite in rewrites:
                (self.folder / rewrite.path).write_bytes(rewrite.before)

    def holding(self, rewrites: Sequence[Rewrite]) -> tuple[list[Rewrite], dict[str, Objection]]:
        """Return the rewrites with which the command succeeds, and the objection to each other by its path.

        Those of one group hold together or not at all.
        """
        because = self.objection(rewrites)
        if because is None:
            return list(rewrites), {}
        parts = units(rewrites)
        if len(parts) == 1:
            return [], {rewrite.path: because for rewrite in rewrites}
        middle = len(parts) // 2
        first, objections = self.holding([*chain.from_iterable(parts[:middle])])
        second, more = self.holding([*chain.from_iterable(parts[middle:])])
        together = [*first, *second]
        if first and second and (because := self.objection(together)) is not None:
            return first, objections | more | {rewrite.path: because for rewrite in second}
        return together, objections | more

    def _run(self) -> Objection | None:
        with (
            tempfile.TemporaryFile() as said
        ):  # a process that it leaves behind does not hold up a file as it does a pipe
            try:
                done = programs.run(
                    self.command,
                    group=True,
                    cwd=self.folder,
                    env=_bare_environment(),
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    timeout=_TIMEOUT,
                )
            except OSError as exc:
                message = f"--verify-command cannot be started: {self.command[0]}: {exc.strerror}"
                raise OperatorError(message) from exc
            except subprocess.TimeoutExpired:
                return Objection(f"the verify command does not end within {_TIMEOUT // 60} minutes", _last(said))
            if done.returncode == 0:
                return None
            return Objection(f"the verify command fails with exit code {done.returncode}", _last(said))


@contextmanager
def trial(git: Git, base: Base, command: str) -> Iterator[Trial]:
    """Lay out a commit in a temporary folder and make sure that the command succeeds before anything is changed.

    Raises:
        OperatorError: the command cannot be read or started, or fails on the unchanged code.
    """
    try:
        words = tuple(shlex.split(command))
    except ValueError as exc:
        message = f"--verify-command cannot be read: {exc}"
        raise OperatorError(message) from exc
    if not words:
        message = "--verify-command is empty: say what to run, such as --verify-command 'pytest -q'"
        raise OperatorError(message)
    with tempfile.TemporaryDirectory(prefix="fixbot-") as name:
        folder = Path(name).resolve()
        _lay_out(git, base, folder)
        ready = Trial(folder, words)
        if (objection := ready.objection(())) is not None:
            message = f"{objection.because} before anything is changed: mend that first, or leave --verify-command out"
            raise OperatorError(f"{message}; it says last: {objection.says}" if objection.says else message)
        yield ready


def _lay_out(git: Git, base: Base, folder: Path) -> None:
    regular = [entry for entry in git.entries(base.commit) if entry.mode in {"100644", "100755"}]
    for entry, content in git.blobs(regular):
        if leads_out(entry.path):
            continue
        place = folder / entry.path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            place.chmod(int(entry.mode[-3:], 8))
        except OSError as exc:  # a name that is too long here, or two that are one
            shown = visible(entry.path)
            shown = shown if len(shown) <= _LAST_LETTERS else f"{shown[:_LAST_LETTERS]}…"
            message = f"--verify-command has no copy to run in: {shown} cannot be written: {exc.strerror}"
            raise OperatorError(message) from exc


def _last(said: IO[bytes]) -> str:
    """Return the last lines of what a program wrote, as one line that starts no command of a workflow's log."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - _LAST_BYTES))
    plain = _COLOURS.sub("", said.read().decode(errors="replace"))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    shown = harmless(" / ".join(lines[-_LAST_LINES:]))
    return shown if len(shown) <= _LAST_LETTERS else f"…{shown[-_LAST_LETTERS:]}"


def _bare_environment() -> dict[str, str]:
    """Return the environment without what is secret; a proxy keeps its address and loses its login."""
    kept = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
    return {name: _LOGIN.sub("", value) if _PROXY.search(name) else value for name, value in kept.items()}
