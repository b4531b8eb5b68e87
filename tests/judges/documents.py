"""The workflows and actions that judges read: those of this project, or texts that a test names; judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[2]
WORKFLOWS = ".github/workflows"
DEFAULT_SHELL = "bash -e"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: where it stands, what it says, and the shell that its `run` gets."""

    where: str
    says: dict[str, Any]
    shell: str
    runs_on: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A workflow or an action; `path` is its place in a repository, with forward slashes."""

    path: str
    text: str

    @property
    def is_action(self) -> bool:
        """Say whether it describes an action; all else is a workflow."""
        return self.path.rpartition("/")[2] == "action.yml"

    @property
    def parsed(self) -> dict[str, Any]:
        """Give what the text says; YAML 1.1 makes `True` of the key `on`."""
        found: dict[str, Any] = yaml.safe_load(self.text)
        return found

    @property
    def jobs(self) -> dict[str, dict[str, Any]]:
        """Give the jobs by name; an action has none."""
        return dict(self.parsed.get("jobs") or {})

    def steps(self) -> Iterator[Step]:
        """Yield every step of every job, or of a composite action."""
        if self.is_action:
            for number, step in enumerate(self.parsed["runs"].get("steps", []), 1):
                yield Step(f"{self.path}: step {number}", step, step.get("shell", ""))
        for name, job in self.jobs.items():
            shell = _default_shell(job) or _default_shell(self.parsed) or DEFAULT_SHELL
            runs_on = f"{job.get('runs-on')} {job.get('strategy', '')}"
            for number, step in enumerate(job.get("steps", []), 1):
                yield Step(f"{self.path}: {name}: step {number}", step, step.get("shell", shell), runs_on)


def _default_shell(scope: dict[str, Any]) -> str:
    return str(scope.get("defaults", {}).get("run", {}).get("shell", ""))


def workflow(text: str, name: str = "fixbot.yml") -> Document:
    """Make a workflow of a text, as if it stood under `name` among a repository's workflows."""
    return Document(f"{WORKFLOWS}/{name}", text)


def of_project() -> list[Document]:
    """Give every workflow of this project, and its action."""
    paths = [*sorted((ROOT / WORKFLOWS).glob("*.y*ml")), *ROOT.glob("action.y*ml")]
    return [Document(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths]


def plant(documents: Iterable[Document], folder: Path) -> list[Path]:
    """Write documents to where they belong in a repository at `folder`; gives their places."""
    places = []
    for document in documents:
        place = folder / document.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(document.text, "utf-8", newline="\n")
        places.append(place)
    return places
