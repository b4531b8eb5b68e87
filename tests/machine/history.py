"""What people do to the branches of a repository, without a working tree: each act is one or two git processes."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from tests.parts.git import git, git_bytes
from tests.parts.github import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


_HEADS = "refs/heads/"


class History:
    """The branches of the repository at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = 0
        self._reached: dict[str, set[str]] = {}

    def heads(self) -> dict[str, str]:
        """Give every branch with its commit, as git keeps them in files: a process takes thirty times as long."""
        folder = self.path if (self.path / "HEAD").exists() else self.path / ".git"
        packed = folder / "packed-refs"
        lines = packed.read_text("utf-8").splitlines() if packed.exists() else []
        known = {name: commit for commit, _, name in (line.partition(" ") for line in lines if line[0] not in "#^")}
        loose = (path for path in folder.glob("refs/heads/**/*") if path.is_file() and path.suffix != ".lock")
        known |= {str(path.relative_to(folder)): path.read_text("ascii").strip() for path in loose}
        return {name.removeprefix(_HEADS): known[name] for name in sorted(known) if name.startswith(_HEADS)}

    def files(self, commit: str) -> dict[str, str]:
        """Give every file of a commit with its content."""
        with tarfile.open(fileobj=io.BytesIO(git_bytes(self.path, "archive", commit))) as archive:
            members = [member for member in archive.getmembers() if member.isfile()]
            return {member.name: (archive.extractfile(member) or io.BytesIO()).read().decode() for member in members}

    def message(self, commit: str) -> str:
        """Give the message of a commit."""
        return git(self.path, "show", "--no-patch", "--format=%B", commit)

    def reachable(self, branch: str) -> set[str]:
        """Give every commit that can be reached from a branch; none where it is gone."""
        head = self.heads().get(branch)
        return set() if head is None else self.behind(head)

    def behind(self, commit: str) -> set[str]:
        """Give a commit and every one that it rests on."""
        if commit not in self._reached:
            self._reached[commit] = set(git(self.path, "rev-list", commit).split())
        return self._reached[commit]

    def commit(self, branch: str, changes: Mapping[str, str | None], onto: str, message: str = "") -> str:
        """Point a branch at a new commit on `onto`, with files written or (None) deleted; gives its id."""
        self._count += 1
        who = "Octo <octo@example.org> 1700000000 +0000"
        lines = [
            f"commit refs/heads/{branch}",
            "mark :1",
            f"committer {who}",
            _data(message or f"By hand {self._count}\n"),
        ]
        lines.append(f"from {onto}")
        for path, content in changes.items():
            lines.append(f"D {path}" if content is None else f"M 100644 inline {path}\n{_data(content)}")
        text = "\n".join(["feature done", *lines, "", "get-mark :1", "done", ""])
        return git(self.path, "fast-import", "--quiet", "--force", stdin=text)

    def merge(self, branch: str, other: str) -> str | None:
        """Merge a branch into another as a person does; gives the commit, None where there is a conflict."""
        heads = self.heads()
        try:
            tree = git(self.path, "merge-tree", "--write-tree", heads[branch], heads[other])
        except AssertionError:
            return None
        parents = ["-p", heads[branch], "-p", heads[other]]
        made = git(self.path, "commit-tree", tree.split()[0], *parents, "-m", "Merge", environment=IDENTITY)
        self.point(branch, made)
        return made

    def squash(self, branch: str, other: str) -> str | None:
        """Bring what a branch changes to another as one commit; gives it, None where there is a conflict."""
        heads = self.heads()
        try:
            tree = git(self.path, "merge-tree", "--write-tree", heads[branch], heads[other])
        except AssertionError:
            return None
        made = git(self.path, "commit-tree", tree.split()[0], "-p", heads[branch], "-m", "Squash", environment=IDENTITY)
        self.point(branch, made)
        return made

    def point(self, branch: str, commit: str | None) -> None:
        """Move a branch, make it, or (None) delete it."""
        action = ["-d", f"refs/heads/{branch}"] if commit is None else [f"refs/heads/{branch}", commit]
        git(self.path, "update-ref", *action)


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}"
