"""Runs git as a test wants it: without the machine's settings, and with its words on failure."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def git(repository: Path, *arguments: str, stdin: str = "", environment: Mapping[str, str] | None = None) -> str:
    """Run git in a repository, with `environment` added; gives what it printed without the last newline.

    Raises:
        AssertionError: git fails; shows what it said.
    """
    return git_bytes(repository, *arguments, stdin=stdin.encode(), environment=environment).decode().removesuffix("\n")


def git_bytes(
    repository: Path, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
) -> bytes:
    """Run git in a repository, with `environment` added; gives exactly what it printed.

    Raises:
        AssertionError: git fails; shows what it said.
    """
    around = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}  # as in a hook
    settings = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}
    command = ["git", "-C", str(repository), *arguments]
    done = subprocess.run(
        command,
        input=stdin,
        env={**around, **settings, **(environment or {})},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}"
    return done.stdout
