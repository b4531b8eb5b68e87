"""Writes a file as a whole or not at all, and says beforehand whether that can be done."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

#: Why a file is not written.
ASTRAY = "a link leads out of the repository"


def leads_astray(path: Path) -> bool:
    """Say whether a link of a repository lies on the way to a file, and leads out of that repository.

    Whoever names a file in a clone means a file there, and does not know of the links that others committed.
    """
    whole = Path.cwd() / path
    return any(step.is_symlink() and _leaves(step) for step in (whole, *whole.parents))


def _leaves(link: Path) -> bool:
    folder = Path(os.path.realpath(link.parent))
    top = next((each for each in (folder, *folder.parents) if os.path.lexists(each / ".git")), None)
    return top is not None and not Path(os.path.realpath(link)).is_relative_to(top)


def why_not_whole(path: Path) -> str:
    """Say why a file cannot be written as a whole; empty where it can. What is there stays as it is."""
    if path.is_dir() or leads_astray(path):
        return "it is a directory" if path.is_dir() else ASTRAY
    try:
        target = _target(path)
        if _is_special(path):
            return "" if os.access(path, os.W_OK) else "it is read-only"
        if not target.parent.is_dir():
            return "its folder does not exist"
        if target.exists() and (not os.access(target, os.W_OK) or not target.stat().st_mode & 0o222):
            return "it is read-only"
        beside = _beside(target)
        beside.touch(exist_ok=False)
        beside.unlink()
    except (OSError, ValueError) as exc:
        return getattr(exc, "strerror", None) or str(exc)
    return ""


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, so that nobody ever reads half of it; its mode stays, and a link to it stays one.

    What is no regular file, such as a pipe, is written to as it is.

    Raises:
        OSError: it cannot be written; what was there is still there.
    """
    if _is_special(path):
        path.write_bytes(content)
        return
    target = _target(path)
    beside = _beside(target)
    try:
        beside.touch(exist_ok=False)
        beside.write_bytes(content)
        if target.exists():
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _target(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _beside(target: Path) -> Path:
    return target.with_name(f".fixbot-{os.getpid()}-{secrets.token_hex(8)}")
