"""Runs the judges that are programs; what a judge means by its exit code or its words, each one's module knows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.parts import node

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.judges.documents import Document

PATIENCE = 120.0  # seconds


def installed(name: str) -> str:
    """Give the program that pip put beside this Python.

    Raises:
        AssertionError: it is not there; a judge that is missing must not pass for one that has no complaint.
    """
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(
        name, path=Path(sys.executable).parent
    )
    assert found, f"{name} is missing: pip install -e '.[dev]'"
    return found


def run(
    command: Sequence[str], folder: Path, *, stdin: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a judge in `folder`, far from the settings of the person at this machine."""
    home = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder / ".cache"), "XDG_CONFIG_HOME": str(folder / ".config")}
    around = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GH_", "GITHUB_"))}
    return subprocess.run(
        command,
        cwd=folder,
        env={**around, **home, "PYTHONUTF8": "1", **(environment or {})},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )


def from_npm() -> Path:
    """Give the folder of the judges that npm has; skips where they cannot be had, which on CI is a failure.

    Raises:
        UnavailableError: they cannot be had, and CI is "true".
    """
    try:
        return node.judges()
    except node.UnavailableError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


def ask_script(name: str, documents: Sequence[Document], folder: Path) -> list[dict[str, Any]]:
    """Give what a script beside the judges of npm says of documents: `path`, `line`, `message` and more.

    Raises:
        AssertionError: the script fails; shows what it said.
    """
    asked = json.dumps([{"path": document.path, "text": document.text} for document in documents])
    done = run([str(node.node()), str(from_npm() / name)], folder, stdin=asked)
    assert done.returncode == 0, done.stderr
    said: list[dict[str, Any]] = json.loads(done.stdout)
    return said
