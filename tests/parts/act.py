"""Runs workflows with `act` on this machine: no container, and what actions of GitHub's own do is done by stand-ins."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.parts.installed import keep
from tests.parts.node import UnavailableError, cache
from tests.parts.watch import Spy

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
_USED = re.compile(r"uses: ([\w-]+/[\w-]+)@([0-9a-f]{40})")
# What brings code to a job, and carries a file from one job to the next; GitHub's own actions talk to a server that
# only GitHub has. What is uploaded gets company: whoever controls a job can upload more than the plan.
_STAND_INS = {
    "actions/checkout": (
        ["ref", "persist-credentials"],
        """\
        git init --quiet . && git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"
        git fetch --quiet --no-tags --depth=1 "$CODE" "+refs/heads/$REF:refs/remotes/origin/$REF"
        git checkout --quiet -B "$REF" "refs/remotes/origin/$REF" --""",
    ),
    "actions/upload-artifact": (
        ["name", "path", "if-no-files-found", "retention-days"],
        """\
        mkdir -p "$SHELF"
        if [ -d "$FILE" ]; then cp -R "$FILE"/. "$SHELF/"; else cp "$FILE" "$SHELF/"; fi
        cp "$POISON"/* "$SHELF"/""",
    ),
    "actions/download-artifact": (
        ["name", "path", "pattern", "merge-multiple"],
        """\
        shopt -s nullglob
        for shelf in $SHELF; do mkdir -p "$FILE" && cp "$shelf"/* "$FILE/"; done""",
    ),
}


def available() -> str:
    """Return the program; empty where it is not installed or cannot run workflows on this machine."""
    beside = Path(sys.executable).parent / "act"
    found = str(beside) if beside.exists() else shutil.which("act") or ""
    return found if sys.platform == "linux" else ""


def require() -> None:
    """Skip where workflows cannot be run; on CI, where they can, that is a failure, lest nobody notice.

    Raises:
        UnavailableError: act is missing on Linux, and CI is "true".
    """
    if available():
        return
    message = "act runs workflows of Linux on Linux, and has to be installed"
    if os.environ.get("CI") == "true" and sys.platform == "linux":
        raise UnavailableError(message)
    pytest.skip(message)


def copy_project(folder: Path) -> None:
    """Copy what the action needs of this project."""
    for name in ("action.yml", "pyproject.toml", "README.md", "LICENSE"):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    for name in (".github/action", "codemods", "fixbot", "templates"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


@dataclass
class Runner:
    """Everything that stays the same between the nights of one repository.

    Attributes:
        folder: where stand-ins, artifacts and homes of the runs are.
        environment: what every step sees, addresses above all; `CODE` is where a checkout gets the code.
        token: the secret `GITHUB_TOKEN`.
        poison: files that come along with each artifact.
        spy: the git that steps find on PATH.
        own: the folder of fixbot's own action; this checkout where it is None.
        kept: where jobs keep what they have installed, for those of later nights; each installs it anew where it is
            None.
    """

    folder: Path
    environment: Mapping[str, str]
    token: str
    poison: Path
    spy: Spy
    own: Path | None = None
    kept: Path | None = None
    runs: int = field(default=0)

    def run(
        self,
        repository: Path,
        event: str,
        payload: Mapping[str, object] | None = None,
        actor: str = "octo",
        *,
        workflow: str = "fixbot.yml",
        more: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Let a workflow of a clone run on an event that somebody brings about; `more` are further secrets."""
        self.runs += 1
        place = self.folder / f"run{self.runs}"
        place.mkdir(parents=True)
        told = place / "event.json"
        told.write_text(json.dumps(payload or {}), "utf-8")
        started = repository / ".github/workflows" / workflow
        arguments = [available(), event, "--workflows", str(started), "--eventpath", str(told), "--actor", actor]
        arguments += ["--platform", "ubuntu-24.04=-self-hosted", "--no-cache-server", "--json"]
        arguments += ["--action-offline-mode", "--no-skip-checkout", "--defaultbranch", "main"]
        # not in the environment, which `act` hands on to each step
        secrets = self.folder.parent / f"secrets{self.runs}"
        known = {"GITHUB_TOKEN": self.token, **(more or {})}
        secrets.write_text("".join(f"{name}={value}\n" for name, value in known.items()), "utf-8")
        arguments += ["--secret-file", str(secrets)]
        apart = {"SHELVES": str(place / "shelves"), "POISON": str(self.poison)}
        apart |= {"PIP_CACHE_DIR": str(cache() / "pip"), "PIP_NO_COMPILE": "1"}
        for name, value in {**self.environment, **apart}.items():
            arguments += ["--env", f"{name}={value}"]
        texts = [path.read_text("utf-8") for path in sorted(started.parent.iterdir())]
        for used, where in self._actions("".join(texts), place).items():
            arguments += ["--local-repository", f"{used}={where}"]
        kept = ("PATH", "NO_PROXY", "PIP_INDEX_URL", "PIP_CERT", "PIP_FIND_LINKS", "SSL_CERT_FILE", "HTTPS_PROXY")
        around = {name: os.environ[name] for name in kept if name in os.environ}
        around |= {"HOME": str(place), "XDG_CACHE_HOME": str(place / "cache")}
        around["PATH"] = f"{self.spy.programs}:{os.environ['PATH']}"
        return subprocess.run(arguments, cwd=repository, env=around, capture_output=True, text=True, check=False)

    def _actions(self, workflows: str, place: Path) -> dict[str, Path]:
        """Give each action that workflows use a folder: this checkout for fixbot's own, else a stand-in."""
        used = sorted(set(_USED.findall(workflows)))
        return {f"{name}@{at}": self._stand_in(name, place) if name in _STAND_INS else self._own() for name, at in used}

    def _own(self) -> Path:
        """Give this project as GitHub hands out an action: what is tracked, without its history."""
        folder = self.own or self.folder / "own"
        if not folder.exists():
            copy_project(folder)
            if self.kept is not None:
                keep(folder, self.kept)
        return folder

    def _stand_in(self, name: str, place: Path) -> Path:
        inputs, script = _STAND_INS[name]
        folder = place / name
        folder.mkdir(parents=True)
        told = {
            "SHELF": "${{ env.SHELVES }}/${{ inputs.name || inputs.pattern }}",
            "FILE": "${{ inputs.path }}",
            "REF": "${{ inputs.ref || github.ref_name }}",
        }
        step = {"shell": "bash", "run": textwrap.dedent(script), "env": told}
        action = {
            "name": name,
            "description": "stands in for GitHub's",
            "inputs": {one: {"description": one} for one in inputs},
            "runs": {"using": "composite", "steps": [step]},
        }
        (folder / "action.yml").write_text(json.dumps(action), "utf-8")  # JSON is YAML
        return folder
