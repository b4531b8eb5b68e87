"""Runs workflows with `act` on this machine: no container, and what actions of GitHub's own do is done by stand-ins."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.parts.node import cache

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
_USED = re.compile(r"uses: ([\w-]+/[\w-]+)@([0-9a-f]{40})")
# What carries a file from one job to the next; GitHub's own actions talk to a server that only GitHub has.
_CARRY = {
    "actions/upload-artifact": (["name", "path"], 'mkdir -p "$SHELF" && cp "$FILE" "$SHELF/"'),
    "actions/download-artifact": (["name"], 'mkdir -p "$FILE" && cp "$SHELF"/* "$FILE/"'),
}


def available() -> str:
    """Return the program; empty where it is not installed or cannot run workflows on this machine."""
    beside = Path(sys.executable).parent / "act"
    found = str(beside) if beside.exists() else shutil.which("act") or ""
    return found if sys.platform == "linux" else ""


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
        environment: what every step sees, addresses above all.
        token: the secret `GITHUB_TOKEN`.
    """

    folder: Path
    environment: Mapping[str, str]
    token: str
    runs: int = field(default=0)

    def run(
        self, repository: Path, event: str, payload: Mapping[str, object] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Let the workflow `fixbot.yml` of a clone run on an event."""
        self.runs += 1
        place = self.folder / f"run{self.runs}"
        place.mkdir(parents=True)
        told = place / "event.json"
        told.write_text(json.dumps(payload or {}), "utf-8")
        workflow = repository / ".github/workflows/fixbot.yml"
        arguments = [available(), event, "--workflows", str(workflow), "--eventpath", str(told)]
        arguments += ["--platform", "ubuntu-24.04=-self-hosted", "--no-cache-server", "--json"]
        arguments += ["--artifact-server-path", str(place / "server"), "--action-offline-mode"]
        secrets = (
            self.folder.parent / f"secrets{self.runs}"
        )  # not in the environment, which `act` hands on to each step
        secrets.write_text(f"GITHUB_TOKEN={self.token}\n", "utf-8")
        arguments += ["--secret-file", str(secrets)]
        apart = {"SHELVES": str(place / "shelves"), "PIP_CACHE_DIR": str(cache() / "pip")}
        for name, value in {**self.environment, **apart}.items():
            arguments += ["--env", f"{name}={value}"]
        for used, where in self._actions(workflow.read_text("utf-8"), place).items():
            arguments += ["--local-repository", f"{used}={where}"]
        kept = ("PATH", "NO_PROXY", "PIP_INDEX_URL", "PIP_CERT", "PIP_FIND_LINKS", "SSL_CERT_FILE", "HTTPS_PROXY")
        around = {name: os.environ[name] for name in kept if name in os.environ}
        around |= {"HOME": str(place), "XDG_CACHE_HOME": str(place / "cache")}
        return subprocess.run(arguments, cwd=repository, env=around, capture_output=True, text=True, check=False)

    def _actions(self, workflow: str, place: Path) -> dict[str, Path]:
        """Give each action that a workflow uses a folder: this checkout for fixbot's own, else a stand-in."""
        found = {}
        for name, commit in sorted(set(_USED.findall(workflow))):
            if name == "actions/checkout":
                continue  # act does that itself
            found[f"{name}@{commit}"] = self._stand_in(name, place) if name in _CARRY else self._own()
        return found

    def _own(self) -> Path:
        """Give this project as GitHub hands out an action: what is tracked, without its history."""
        folder = self.folder / "own"
        if not folder.exists():
            copy_project(folder)
        return folder

    def _stand_in(self, name: str, place: Path) -> Path:
        inputs, line = _CARRY[name]
        folder = place / name
        folder.mkdir(parents=True)
        step = {
            "shell": "bash",
            "run": line,
            "env": {"SHELF": "${{ env.SHELVES }}/${{ inputs.name }}", "FILE": "${{ inputs.path }}"},
        }
        action = {
            "name": name,
            "description": "carries a file",
            "inputs": {one: {"description": one} for one in [*inputs, "path", "if-no-files-found", "retention-days"]},
            "runs": {"using": "composite", "steps": [step]},
        }
        (folder / "action.yml").write_text(json.dumps(action), "utf-8")  # JSON is YAML
        return folder
