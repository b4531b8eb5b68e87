"""Writes the files of `fixbot init` into a repository: never through a link, never over what is there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from fixbot import toml
from fixbot.errors import OperatorError
from fixbot.shell.config import OWN, SHARED

WORKFLOW = ".github/workflows/fixbot.yml"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_MORE = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one file: its path below the root, and whether it is new, longer, or as it was."""

    path: str
    how: str


def is_configured(root: Path) -> bool:
    """Say whether fixbot is configured already: its own file is there, or a table in `pyproject.toml`."""
    if (root / OWN).exists():
        return True
    try:
        read = toml.table((root / SHARED).read_bytes())
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as exc:
        message = f"{SHARED}: {exc}"
        raise OperatorError(message) from exc
    return isinstance(tool := read.get("tool"), dict) and "fixbot" in tool


def write_workflow(root: Path, text: str, *, force: bool) -> Written:
    """Write the workflow.

    Raises:
        OperatorError: there is another one and `force` is not given, or it cannot be written.
    """
    path = root / WORKFLOW
    if path.is_file() and not path.is_symlink() and path.read_bytes() == text.encode():  # no pipe is waited for
        return Written(WORKFLOW, "is there already")
    if os.path.lexists(path) and not force:
        message = f"{WORKFLOW} is there and says something else: take --force to write it anew"
        raise OperatorError(message)
    try:
        _mind_the_way(root, path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        _put(path, text, _NEW)
    except OSError as exc:
        message = f"cannot write {WORKFLOW}: {exc.strerror}"
        raise OperatorError(message) from exc
    return Written(WORKFLOW, "written")


def add_configuration(root: Path, shared: str, own: str) -> Written:
    """Append `shared` to `pyproject.toml`, or write `own` to `fixbot.toml` where there is no such file.

    Raises:
        OperatorError: it cannot be written.
    """
    name = SHARED if (root / SHARED).is_file() else OWN
    if is_configured(root):
        return Written(OWN if (root / OWN).exists() else SHARED, "configures fixbot already")
    try:
        _put(root / name, shared if name == SHARED else own, _MORE if name == SHARED else _NEW)
    except OSError as exc:
        message = f"cannot write {name}: {exc.strerror}"
        raise OperatorError(message) from exc
    return Written(name, "got a table [tool.fixbot], all of it commented" if name == SHARED else "written")


def _put(path: Path, text: str, flags: int) -> None:
    with open(os.open(path, flags, 0o666), "ab") as file:  # noqa: PTH123 - Path.open follows links
        file.write(text.encode())


def _mind_the_way(root: Path, folder: Path) -> None:
    """Look whether a folder leads out of the repository.

    Raises:
        OperatorError: it does.
    """
    if not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(root)):
        message = f"{folder.relative_to(root)} is a link that leads out of the repository"
        raise OperatorError(message)
