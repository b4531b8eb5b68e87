"""A repository on the local forge in which a test lives as its people do: it runs fixbot, and edits records by hand."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.parts.command import Done, commit, fixbot, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALL = "fixbot/bare-except/all"
IN_HALVES = bool(os.environ.get("FIXBOT_IN_HALVES"))
_OF_APPLY = {
    "--commit-via",
    "--draft",
    "--dry-run",
    "--format",
    "--max-hourly",
    "--max-open",
    "--no-dashboard",
    "--review",
    "--strict",
}
LONG_AGO = "2001-02-03T04:05:06Z"


def smell(*names: str) -> str:
    """Give a module whose functions have one finding each."""
    return "\n\n".join(
        f'def {name}(path):\n    try:\n        return open(path).read()\n    except:\n        return ""\n'
        for name in names
    )


@dataclass(frozen=True)
class Ran:
    """What a run said."""

    document: Any

    @property
    def states(self) -> list[tuple[str, str]]:
        """Each pull request's branch, without `fixbot/bare-except/`, and state."""
        return [(pull["branch"].removeprefix("fixbot/bare-except/"), pull["state"]) for pull in self.pulls]

    @property
    def pulls(self) -> list[Any]:
        """The pull requests as the document lists them."""
        pulls: list[Any] = self.document["pulls"]
        return pulls

    @property
    def reasons(self) -> list[str]:
        """The reason of each, empty where it gives none."""
        return [pull.get("reason", "") for pull in self.pulls]

    @property
    def because(self) -> list[str]:
        """Why findings were refused."""
        return [one["because"] for one in self.document["refused"]]

    @property
    def writes(self) -> int:
        """How many writes it counted."""
        writes: int = self.document["summary"]["writes"]
        return writes


def in_halves(root: Path, *arguments: str | Path) -> Done:
    """Do what `fixbot run` does with a plan that goes through a file."""
    made = root.parent / "plan.json"
    options: list[list[str | Path]] = []
    for word in arguments:
        options += [[word]] if str(word).startswith("--") else []
        options[-1] += [] if str(word).startswith("--") else [word]
    looking, publishing = (
        [word for option in options if option[0] not in others for word in option]
        for others in (_OF_APPLY, {"--jobs", "--verify-command"})
    )
    plan = fixbot("plan", root, *looking, "--quiet", "--output", made)
    if plan.code:
        return plan
    with contextlib.chdir(root):
        return fixbot("apply", made, *publishing)


class Life:
    """The repository, the records of its forge, and the settings of all runs."""

    def __init__(self, root: Path, files: Mapping[str, str | bytes], **settings: object) -> None:
        self.root = repository(root, files)
        self.settings: dict[str, object] = {"max_hourly": 9, **settings}

    def fixbot(self, *arguments: str | Path, **settings: object) -> Done:
        """Run fixbot, in halves where the tests ask for that, with settings in a file outside of the repository."""
        path = self.root.parent / "settings.toml"
        table = {**self.settings, **settings}
        path.write_text("".join(f"{key.replace('_', '-')} = {json.dumps(value)}\n" for key, value in table.items()))
        always = ("--forge", "local", "--jobs", "1", "--format", "json", "--config", path)
        if IN_HALVES:
            return in_halves(self.root, *always, *arguments)
        return fixbot("run", self.root, *always, *arguments)

    def run(self, *arguments: str | Path, **settings: object) -> Ran:
        """Run fixbot, which succeeds without a word on stderr."""
        done = self.fixbot(*arguments, **settings)
        assert (done.code, done.err) == (0, ""), done.err
        return Ran(done.json)

    def settled(self, *arguments: str | Path, **settings: object) -> Ran:
        """Run fixbot, which writes nothing at all, not even an object."""
        before = self.files()
        ran = self.run(*arguments, **settings)
        after = self.files()
        changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
        assert (changed, ran.writes) == (set(), 0)
        return ran

    def only_shown(self, *arguments: str | Path, **settings: object) -> Ran:
        """Let a dry run write nothing, then give what the real one does."""
        self.settled("--dry-run", *arguments, **settings)
        return self.run(*arguments, **settings)

    def files(self) -> dict[str, bytes]:
        """Give every file of the git directory."""
        folder = self.root / ".git"
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    # What people do

    def commit(self, files: Mapping[str, str], branch: str = "main", message: str = "By hand") -> str:
        """Commit on a branch and come back."""
        self.git("checkout", "--quiet", branch)
        head = commit(self.root, files, message)
        self.git("checkout", "--quiet", "main")
        return head

    def git(self, *arguments: str) -> str:
        """Run git as Ada."""
        who = {f"GIT_{role}_{key}": "ada@example.org" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
        return git(self.root, *arguments, environment=who)

    def head(self, branch: str = ALL) -> str:
        """Give the commit of a branch."""
        return self.git("rev-parse", branch)

    def amend(self, branch: str = ALL) -> str:
        """Reword the last commit of a branch."""
        self.git("checkout", "--quiet", branch)
        self.git("commit", "--quiet", "--amend", "-m", "In other words")
        self.git("checkout", "--quiet", "main")
        return self.head(branch)

    def merge(self, branch: str = ALL) -> None:
        """Merge a branch into main."""
        self.git("merge", "--quiet", "--no-ff", "--no-edit", branch)

    def record(self, number: int = 1, kind: str = "pulls") -> dict[str, Any]:
        """Give a record as it is on disk."""
        found: dict[str, Any] = json.loads((self.root / f".git/fixbot/{kind}/{number}.json").read_text())
        return found

    def edit(self, number: int = 1, kind: str = "pulls", /, **changes: object) -> None:
        """Change a record by hand."""
        path = self.root / f".git/fixbot/{kind}/{number}.json"
        path.write_text(json.dumps(self.record(number, kind) | changes))

    def close(self, number: int = 1) -> None:
        """Say no."""
        self.edit(number, state="closed", closed_at=LONG_AGO)

    def reopen(self, number: int = 1) -> None:
        """Take it back."""
        self.edit(number, state="open", closed_at=None)

    def comment(self, *lines: str, number: int = 1, kind: str = "pulls") -> None:
        """Say something on a pull request or an issue."""
        said = {"author": "ada", "body": "\n".join(lines)}
        self.edit(number, kind, comments=[*self.record(number, kind)["comments"], said])

    def comments(self, number: int = 1, kind: str = "pulls", *, author: str = "fixbot") -> list[dict[str, Any]]:
        """Give what somebody said there."""
        return [said for said in self.record(number, kind)["comments"] if said["author"] == author]

    def answers(self, number: int = 1, kind: str = "pulls") -> list[str]:
        """Give the lines of the one comment with answers that are neither markers nor empty, without the first."""
        (said,) = (one for one in self.comments(number, kind) if "<!-- fixbot:answers " in one["body"])
        return [line for line in said["body"].splitlines() if line and not line.startswith("<!-- ")][1:]

    def marker(self, number: int = 1) -> dict[str, Any]:
        """Give what the hidden marker of a pull request holds."""
        found: dict[str, Any] = json.loads(
            self.record(number)["body"].rpartition("<!-- fixbot:1 ")[2].removesuffix(" -->\n")
        )
        return found

    def pulls(self, state: str = "open") -> list[dict[str, Any]]:
        """Give the records of pull requests in a state."""
        numbers = sorted(int(path.stem) for path in (self.root / ".git/fixbot/pulls").glob("*.json"))
        return [one for one in map(self.record, numbers) if one["state"] == state]

    def board(self) -> int:
        """Give the number of the one dashboard with a record, as its page tells."""
        folder = self.root / ".git/fixbot/issues"
        pages = (path for path in folder.glob("*.md") if path.with_suffix(".json").exists())
        (path,) = (one for one in pages if "<!-- fixbot:dashboard " in one.read_text())
        return int(path.stem)

    def tick(self, verb: str, branch: str = ALL) -> None:
        """Tick a box of the dashboard, on its page."""
        path = self.root / f".git/fixbot/issues/{self.board()}.md"
        box = f"- [ ] <!-- fixbot:do {verb} {branch} -->"
        assert box in path.read_text()
        path.write_text(path.read_text().replace(box, box.replace("[ ]", "[x]")))

    def issue(self, number: int, text: str) -> None:
        """Write an issue by hand."""
        path = self.root / f".git/fixbot/issues/{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
