"""Packs what planning reads of one commit: who plans needs no token then, no network, and little room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from fixbot.engine.survey import is_about_building, may_be_code
from fixbot.errors import OperatorError
from fixbot.owners import PLACES
from fixbot.shell.blobless import Blobless
from fixbot.shell.config import OWN, SHARED
from fixbot.shell.environment import safe_environment
from fixbot.shell.git import Entry, Git
from fixbot.shell.programs import run

#: The most that one repository's parcel may weigh, in bytes: it goes through the memory of the workers.
HEAVIEST = 500_000_000
_ALSO_READ = frozenset({OWN, SHARED, "ruff.toml", ".ruff.toml", *PLACES})
_SUBMODULE = "160000"
_TIMEOUT = 600


def is_read(entry: Entry) -> bool:
    """Say whether planning may read a file: Python, what says how a project is built, and configuration."""
    path = entry.path
    is_code = path.endswith(".py") or may_be_code(path, executable=entry.mode == "100755")
    return entry.mode != _SUBMODULE and (is_code or is_about_building(path) or path in _ALSO_READ)


def pack(git: Git, commit: str, to: Path, *, whole: bool = False) -> None:
    """Write what planning reads of a commit into a file, in git's own format for packs; half a parcel is no file.

    Args:
        git: the repository; what is not here of it comes from its server, in one request.
        commit: what is to be planned for.
        to: the file.
        whole: whether every file goes in, because a command of the operator's runs over them.

    Raises:
        ForgeError: the server did not give what is missing, or git took too long.
        OperatorError: it is heavier than a parcel may be, or cannot be written.
        OSError: there is no room for it.
    """
    entries = [entry for entry in git.entries(commit) if entry.mode != _SUBMODULE and (whole or is_read(entry))]
    blobs = sorted({entry.blob for entry in entries})
    if isinstance(git, Blobless):
        git.bring(blobs)
    try:
        with to.open("wb") as target:
            git.pack([commit, git.tree_of(commit), *git.trees_below(commit), *blobs], target)
        _weigh(to, "files, all of which `verify-command` needs," if whole else "Python files")
    except BaseException:
        with suppress(OSError):
            to.unlink(missing_ok=True)
        raise


def _weigh(parcel: Path, what: str) -> None:
    if parcel.stat().st_size > HEAVIEST:
        message = f"its {what} are more than {HEAVIEST // 1_000_000} MB, and a campaign plans for no more"
        raise OperatorError(message)


def unpack(content: bytes | Path, commit: str, branch: str, folder: Path) -> None:
    """Make a repository of a parcel: the branch at its commit, its configuration in the working tree, no more.

    Args:
        content: the bytes of the parcel, or the file that holds them.
        commit: its commit.
        branch: what the branch is to be called.
        folder: an empty folder.

    Raises:
        OperatorError: it is no parcel with this commit.
    """
    kind = "sha256" if len(commit) > 40 else "sha1"  # noqa: PLR2004 - digits of SHA-1
    _git(folder, "init", "--quiet", "--template=", f"--object-format={kind}")
    _git(folder, "index-pack", "--stdin", stdin=content if isinstance(content, bytes) else _read(content))
    (folder / ".git" / "shallow").write_text(f"{commit}\n", "ascii")
    _git(folder, "update-ref", f"refs/heads/{branch}", commit)
    _git(folder, "symbolic-ref", "HEAD", f"refs/heads/{branch}")
    for name, settings in _configuration(Git(folder), commit):
        (folder / name).write_bytes(settings)


def _read(parcel: Path) -> bytes:
    try:
        return parcel.read_bytes()
    except OSError as exc:
        message = f"the parcel cannot be read: {exc.strerror}"
        raise OperatorError(message) from exc


def _configuration(git: Git, commit: str) -> Iterator[tuple[str, bytes]]:
    for name in (OWN, SHARED):
        content = git.file(commit, name)
        if content is not None:
            yield name, content


def _git(folder: Path, *args: str, stdin: bytes | None = None) -> None:
    command = ["git", "-C", str(folder), *args]
    try:
        done: subprocess.CompletedProcess[bytes] = run(command, stdin=stdin, timeout=_TIMEOUT, env=safe_environment())
    except subprocess.TimeoutExpired as exc:
        message = f"the parcel cannot be opened: git {args[0]} did not finish in {_TIMEOUT} seconds"
        raise OperatorError(message) from exc
    if done.returncode != 0:
        message = f"the parcel cannot be opened: {os.fsdecode(done.stderr).strip()}"
        raise OperatorError(message)
