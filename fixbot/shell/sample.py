"""Makes the sample repository of `fixbot demo`: a working tree with one commit, and a bare `origin` beside it."""

from __future__ import annotations

import os
import subprocess
import tomllib
from importlib.resources import files
from pathlib import Path

from fixbot.errors import OperatorError
from fixbot.shell.environment import safe_environment
from fixbot.shell.network import towards

_WHO = {"NAME": "Corner Shop", "EMAIL": "shop@example.invalid", "DATE": "1767225600 +0000"}


def make_sample(folder: Path) -> Path:
    """Make the sample below an empty or new folder and return its working tree.

    Raises:
        OperatorError: the folder cannot be written, or git is missing.
    """
    tree, origin = folder / "corner-shop", folder / "origin.git"
    try:
        for path, content in sample_files().items():
            place = tree / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
    except OSError as exc:
        message = f"{folder} cannot be written: {exc.strerror}"
        raise OperatorError(message) from exc
    _git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    _git(folder, "init", "--quiet", "--initial-branch=main", str(tree))
    _git(tree, "add", "--all")
    _git(tree, "commit", "--quiet", "--message=Open the shop")
    _git(tree, "remote", "add", "origin", str(origin))
    _git(tree, "push", "--quiet", "origin", "main")
    return tree


def sample_files() -> dict[str, str]:
    """Return the sample's files by path."""
    listed = tomllib.loads((files("fixbot.templates") / "sample.toml").read_text(encoding="utf-8"))
    return {path: entry["content"].lstrip("\n") for path, entry in listed.items()}


def _git(folder: Path, *args: str) -> None:
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _WHO.items()}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, its arguments never through a shell
            ["git", "-C", os.fspath(folder), *args],  # noqa: S607 - git is found on PATH like any tool
            capture_output=True,
            check=False,
            env=safe_environment() | towards(os.fspath(folder)) | who,
        )
    except FileNotFoundError as exc:
        message = "git is not installed, or not on PATH"
        raise OperatorError(message) from exc
    if done.returncode != 0:
        message = f"git {args[0]} failed: {os.fsdecode(done.stderr).strip()}"
        raise OperatorError(message)
