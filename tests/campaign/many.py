"""Many small repositories on this machine, each with an origin, and a campaign over them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.parts.command import CLEAN, SMELLY, WHO, Done, commit, fixbot, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIGURED = {"fixbot.toml": "max-open = 3\n"}
SMELL: Mapping[str, str] = {"a.py": SMELLY, **CONFIGURED}
TIDY: Mapping[str, str] = {"a.py": CLEAN, **CONFIGURED}
TWO_FOLDERS: Mapping[str, str] = {"one/a.py": SMELLY, "two/b.py": SMELLY, "fixbot.toml": "max-files = 1\n"}
ALL = "fixbot/bare-except/all"


@dataclass
class Many:
    """Repositories in one folder and a campaign's file beside it; methods act as people do."""

    place: Path
    tables: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The campaign's file, as it is to be now."""
        usual: dict[str, object] = {"name": "tidy", "codemods": ["bare-except"], "forge": "local"}
        about = usual | self.tables.get("campaign", {})
        tables: dict[str, dict[str, object]] = {"repositories": {"folder": "work"}, **self.tables, "campaign": about}
        lines: list[str] = []
        for name, rows in tables.items():
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in rows.items())]
        path = self.place / "campaign.toml"
        path.write_text("\n".join(lines))
        return path

    @property
    def folder(self) -> Path:
        """What the campaign keeps."""
        return self.place / "tidy.campaign"

    def add(self, name: str, files: Mapping[str, str] = SMELL) -> Path:
        """Make a repository with an origin."""
        made = repository(self.place / "work" / name, dict(files))
        origin = self.place / "origins" / f"{name}.git"
        git(made, "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
        git(made, "remote", "add", "origin", str(origin))
        git(made, "push", "--quiet", "origin", "main")
        return made

    def repository(self, name: str) -> Path:
        """Return where one is."""
        return self.place / "work" / name

    def start(self, *arguments: str | Path) -> Any:  # noqa: ANN401 - a document is for a test to judge
        """Make a pass that succeeds, and return its document."""
        done = self.run("start", "--jobs", "2", *arguments)
        assert done.code == 0, done.err
        return done.json

    def run(self, command: str, *arguments: str | Path) -> Done:
        """Run a command about the campaign."""
        shape = ("--format", "json") if command in {"start", "status"} else ()
        return fixbot("campaign", command, self.file, *shape, *arguments)

    def merge(self, name: str, branch: str = ALL) -> None:
        """Merge a pull request as a maintainer."""
        git(self.repository(name), "merge", "--quiet", "--no-ff", "-m", "merged", branch, environment=WHO)

    def decline(self, name: str, number: int = 1) -> None:
        """Close a pull request as a maintainer who does not want it."""
        record = self.repository(name) / f".git/fixbot/pulls/{number}.json"
        record.write_text(json.dumps(json.loads(record.read_text()) | {"state": "closed"}))

    def change(self, name: str, files: Mapping[str, str]) -> None:
        """Commit other files."""
        commit(self.repository(name), files)

    def pulls(self) -> dict[str, list[str]]:
        """Return the states of all pull requests there are, by repository."""
        found: dict[str, list[str]] = {}
        for record in sorted(self.place.glob("work/*/.git/fixbot/pulls/*.json")):
            found.setdefault(record.parents[3].name, []).append(json.loads(record.read_text())["state"])
        return found

    def writes(self) -> dict[str, int]:
        """Return when each file of a record or a branch was written last, origins too."""
        places = [*self.place.glob("work/*/.git/fixbot/**/*"), *self.place.glob("work/*/.git/refs/heads/**/*")]
        places += self.place.glob("origins/*/refs/heads/**/*")
        return {str(path): path.stat().st_mtime_ns for path in places if path.is_file()}


def states(document: Any) -> dict[str, str]:  # noqa: ANN401 - as above
    """Return where each repository stands, as a document says."""
    return {row["name"]: row["state"] for row in document["repositories"]}


def because(document: Any, name: str) -> str:  # noqa: ANN401 - as above
    """Return why one waits."""
    return next(str(row["because"]) for row in document["repositories"] if row["name"] == name)
