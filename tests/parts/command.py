"""Runs `fixbot` as a person would: its exit code, what it prints, and a repository to run it on."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fixbot.cli.main import main
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Mapping

SMELLY = 'def load(path):\n    try:\n        return open(path).read()\n    except:\n        return ""\n'
SAFE = "def save(row):\n    try:\n        row.write()\n    except:\n        row.undo()\n        raise\n"
MANUAL = 'def ask():\n    try:\n        return input("?")\n    except:\n        return ""\n'
CLEAN = "def one():\n    return 1\n"
WHO = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in {"NAME": "Ada", "EMAIL": "ada@example.org", "DATE": "1700000000 +0130"}.items()
}


@dataclass(frozen=True)
class Done:
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - what is in a document is for a test to say
        """The standard output as a JSON document."""
        import json  # noqa: PLC0415 - hidden by the name of this property elsewhere

        return json.loads(self.out)


def fixbot(*arguments: str | Path) -> Done:
    """Run a command in this process; a path argument may be given as it is."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as exc:
            code = exc.code
    assert isinstance(code, int)
    return Done(code, _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


PROGRAM = (sys.executable, "-c", "import sys; from fixbot.cli import main; sys.exit(main())")


def program(*arguments: str | Path, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> Done:
    """Run a command in a process of its own, with `environment` added."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="surrogateescape",
    )
    return Done(done.returncode, done.stdout, done.stderr)


def unmeasured() -> dict[str, str]:
    """Give the environment without what measures coverage: that writes to stderr where it is hindered."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")}


def plant(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a root."""
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())


def commit(repository: Path, files: Mapping[str, str | bytes] | None = None, message: str = "Begin") -> str:
    """Write files, commit everything and return the commit's id."""
    plant(repository, files or {})
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--no-verify", "-m", message, environment=WHO)
    return git(repository, "rev-parse", "HEAD")


def repository(place: Path, files: Mapping[str, str | bytes]) -> Path:
    """Make a repository with one commit on `main`."""
    place.mkdir(parents=True, exist_ok=True)
    git(place, "init", "--quiet", "--initial-branch=main")
    commit(place, files)
    return place
