"""Merges one file of two branches as git would, in a temporary folder; it reads and writes no repository."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fixbot.errors import ForgeError, OperatorError
from fixbot.shell import programs
from fixbot.shell.environment import safe_environment

_LOOKED_AT = 8000  # bytes in which git looks for NUL to tell binary files from text (gitattributes(5), `diff`)
_MOST_CONFLICTS = 127  # what git-merge-file(1) counts to; anything above is an error
_TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Conflict:
    """The two sides cannot be merged without a person, and why."""

    because: str


def merged(before: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | Conflict | None:
    """Return what one file holds after a merge.

    Attributes and settings of a repository (`merge=union`, renames, `core.autocrlf`) play no part: bytes are merged
    as they are, line ends included.

    Args:
        before: the content that both sides started from; None, as in the others, where there is no such file.
        ours: the content on the branch that is merged into.
        theirs: the content on the branch that is merged.

    Returns:
        The content, None where the file is gone, a `Conflict` where git would stop and ask.

    Raises:
        OperatorError: git is not there.
        ForgeError: git failed, or took more than a minute.
    """
    if theirs in (before, ours):
        return ours
    if before == ours:
        return theirs
    if ours is None or theirs is None:
        return Conflict("one side deletes the file, the other changes it")
    if before is None:
        return Conflict("both sides add the file, each with its own content")
    if any(b"\0" in side[:_LOOKED_AT] for side in (before, ours, theirs)):
        return Conflict("both sides change a binary file")
    return _merged_by_lines(before, ours, theirs)


def _merged_by_lines(before: bytes, ours: bytes, theirs: bytes) -> bytes | Conflict:
    with tempfile.TemporaryDirectory(prefix="fixbot-") as name:
        folder = Path(name)
        for role, content in (("before", before), ("ours", ours), ("theirs", theirs)):
            (folder / role).write_bytes(content)
        done = _asked(folder)
    if done.returncode == 0:
        return done.stdout
    if done.returncode <= _MOST_CONFLICTS:
        return Conflict("both sides change the same lines")
    said = os.fsdecode(done.stderr).strip().partition("\n")[0]
    message = f"git merge-file failed: {said or f'exit {done.returncode}'}"
    raise ForgeError(message)


def _asked(folder: Path) -> subprocess.CompletedProcess[bytes]:
    # A temporary folder may lie inside a repository, whose settings have no say here.
    env = safe_environment() | {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    try:
        command = ["git", "merge-file", "-p", "--quiet", "ours", "before", "theirs"]
        return programs.run(command, cwd=folder, timeout=_TIMEOUT, env=env)
    except FileNotFoundError as exc:
        message = "git is not installed, or not on PATH"
        raise OperatorError(message) from exc
    except subprocess.TimeoutExpired as exc:
        message = f"git merge-file did not finish in {_TIMEOUT} seconds"
        raise ForgeError(message) from exc
