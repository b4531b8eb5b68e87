"""An organisation with many small repositories on one GitHub: those that take part, and one for each reason not to."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.parts.github import COLLABORATOR, HUMAN, STRANGER, TOKEN, site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.parts.git_server import GitServer
    from tests.parts.github import GitHub, Site

OWNER = "acme"
SMELL = 'def {}(path):\n    try:\n        return open(path).read()\n    except:\n        return ""\n'
CLEAN = "def one():\n    return 1\n"
OWN, SHARED = {"fixbot.toml": "max-hourly = 9\n"}, {"pyproject.toml": "[tool.fixbot]\nmax-hourly = 9\n"}
#: How often something is found in the repositories that take part, one after the other.
FINDINGS = (2, 1, 3, 0, 2)


@dataclass(frozen=True, slots=True)
class Plot:
    """What a repository is to be like; `about` are fields as GitHub has them, `files` is empty for an empty one."""

    name: str
    files: Mapping[str, str | bytes]
    topics: tuple[str, ...] = ("backend",)
    language: str = "Python"
    permission: str = "push"
    about: Mapping[str, object] = field(default_factory=dict)


def smelly(findings: int, **more: str) -> dict[str, str | bytes]:
    """Return the files of a package in which something is found so many times, with some `more` beside them."""
    names = [f"load_{number}" for number in range(findings)]
    code = {f"src/app/{name}.py": SMELL.format(name) for name in names}
    return {"README.md": "# app\n", "src/app/clean.py": CLEAN, **code, **more}


def partaking(count: int) -> list[Plot]:
    """Return so many repositories that take part; every second one is configured in pyproject.toml."""
    return [
        Plot(
            f"{'service' if number % 3 else 'library'}-{number:02}",
            smelly(FINDINGS[number % len(FINDINGS)]) | (SHARED if number % 2 else OWN),
            topics=("backend",) if number % 3 else ("library", "shared"),
        )
        for number in range(count)
    ]


def apart() -> list[Plot]:
    """Return the repositories in which nothing may be opened, each for a reason of its own."""
    files = smelly(2) | OWN
    return [
        Plot("archived", files, about={"archived": True}),
        Plot("disabled", files, about={"disabled": True}),
        Plot("empty", {}, about={"pushed_at": "2026-01-02T03:04:05Z"}),  # as GitHub says it: when it was made
        Plot("fork", files, about={"fork": True}),
        Plot("new", {}),
        Plot("read-only", files, permission="pull"),
        Plot("script", smelly(1) | OWN, language="Shell"),
        Plot("unconfigured", smelly(2)),
    ]


@dataclass(frozen=True, slots=True)
class Organisation:
    """The repositories of `acme` by their short names, and what they share."""

    site: Site
    repositories: Mapping[str, GitHub]

    def pulls(self, name: str, state: str = "all") -> list[dict[str, Any]]:
        """Return the pull requests of a repository as its owner sees them."""
        found: list[dict[str, Any]] = self.repositories[name].as_human("GET", f"/pulls?state={state}")
        return sorted(found, key=lambda pull: int(pull["number"]))

    def open(self) -> dict[str, list[int]]:
        """Return the numbers of the open pull requests by repository; a repository without one is left out."""
        found = {name: [pull["number"] for pull in self.pulls(name, "open")] for name in self.repositories}
        return {name: numbers for name, numbers in found.items() if numbers}

    def every(self) -> dict[str, int]:
        """Return how many pull requests there are, or were, by repository; one that never had any is left out."""
        found = {name: len(self.pulls(name)) for name in self.repositories}
        return {name: number for name, number in found.items() if number}

    def decide(self, names: Sequence[str], *, merged: bool) -> None:
        """Merge as a person what is open in some repositories, or close it."""
        for name in names:
            for pull in self.pulls(name, "open"):
                if merged:
                    self.repositories[name].as_human("PUT", f"/pulls/{pull['number']}/merge", {})
                else:
                    self.repositories[name].as_human("PATCH", f"/pulls/{pull['number']}", {"state": "closed"})


@contextlib.contextmanager
def organisation(folder: Path, server: GitServer, plots: Sequence[Plot]) -> Iterator[Organisation]:
    """Run a GitHub while the block runs on which `acme` has some repositories; `octo` owns all of it."""
    with site(folder, server, _seed(plots)) as made:
        yield Organisation(made, {plot.name: _made(made, plot) for plot in plots})


def _made(site: Site, plot: Plot) -> GitHub:
    name = f"{OWNER}/{plot.name}"
    site.emulator.call("PUT", f"/repos/{name}/collaborators/fixbot", {"permission": plot.permission})
    grown = site.grow(name, plot.files)
    if plot.about:
        site.emulator.call("PATCH", f"/_tests/repos/{name}", plot.about)
    return grown


def _seed(plots: Sequence[Plot]) -> dict[str, object]:
    """Return the emulator's seed."""
    people = {TOKEN: "fixbot", HUMAN: "octo", COLLABORATOR: "ada", STRANGER: "mallory"}
    members = [{"login": "octo", "role": "admin"}]
    repositories = [
        {"owner": OWNER, "name": plot.name, "auto_init": False, "topics": plot.topics, "language": plot.language}
        for plot in plots
    ]
    return {
        "tokens": {token: {"login": login, "scopes": ["repo"]} for token, login in people.items()},
        "github": {
            "users": [{"login": login} for login in people.values()],
            "orgs": [{"login": OWNER, "members": members}],
            "repos": repositories,
        },
    }
