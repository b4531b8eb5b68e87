"""The branches of the local forge, here and in an `origin` that is a path; it knows no record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from fixbot.errors import BlockedError
from fixbot.model import Touched
from fixbot.plan import PREFIX
from fixbot.shell.git import Git


class Branches:
    """Fixbot's branches in two places; `writes` counts how often one was moved."""

    def __init__(self, git: Git) -> None:
        self._git = git
        path = _path_of(git.remote_url())
        # git takes it from the top of the working tree, and a repository for the moment has none
        self._origin = path if path is None or Path(path).is_absolute() else str(git.top() / path)
        self.writes = 0

    def heads(self, pushed: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Return the branches by name; where the two places differ, the one that is not as it should be.

        Args:
            pushed: the commits that fixbot put on each branch, the oldest first, as far as bodies tell the truth.
        """
        here, there = self._git.heads(PREFIX), self._there(PREFIX)
        both = {branch: [side[branch] for side in (there, here) if branch in side] for branch in here | there}
        return {branch: self._oddest(commits, pushed.get(branch, ())) for branch, commits in both.items()}

    def _oddest(self, commits: Sequence[str], pushed: Sequence[str]) -> str:
        """Return the commit that fixbot did not push, else the one that it pushed first."""
        if len(set(commits)) == 1:
            return commits[0]
        return min(commits, key=lambda commit: pushed.index(commit) if self._is_own(commit, pushed) else -1)

    def _is_own(self, commit: str, pushed: Collection[str]) -> bool:
        return commit in pushed and bool(self.touched(commit))

    def touched(self, commit: str) -> Sequence[Touched]:
        """Return what a commit of fixbot's changes, wherever it is."""
        with self.holding(commit) as git:
            return git.touched(commit)

    def _there(self, prefix: str) -> dict[str, str]:
        return {} if self._origin is None else self._git.remote_heads(self._origin, prefix)

    def move(self, branch: str, new: str, old: str | None, pushed: Collection[str]) -> None:
        """Push to `origin`, then move the branch here; neither may hold what is not in `pushed`, nor `old` or `new`.

        Raises:
            BlockedError: one of them does.
            ForgeError: one of them has been moved in the meantime.
        """
        here, there = self._git.heads(PREFIX).get(branch), self._there(PREFIX).get(branch)
        others = {here, there} - {None, old, new}
        if not all(self._is_own(commit, pushed) for commit in others if commit):
            raise BlockedError(_why_not(branch, here, there))
        if self._origin is not None and there != new:
            self.writes += 1
            self._git.push(self._origin, branch, new, there)
        if here != new:
            self.writes += 1
            self._git.move_branch(branch, new, here)

    def complete(self, branch: str, commit: str, pushed: Collection[str]) -> None:
        """Bring a branch to both places where a run that was cut off brought it to one.

        What fixbot has not pushed stays, wherever it is, and so does a branch whose commit is not here.
        """
        here, there = self._git.heads(PREFIX).get(branch), self._there(PREFIX).get(branch)
        if here == commit and (self._origin is None or there == commit):
            return
        places = {here, there} - {None, commit}
        if self._git.has(commit) and all(self._is_own(place, pushed) for place in places if place):
            self.move(branch, commit, commit, pushed)

    def keep(self, branch: str, commit: str) -> None:
        """Make a branch in both places where it is not there yet; here only if the commit is here.

        Raises:
            ForgeError: another branch's name stands in the way.
        """
        if branch not in self._git.heads(branch) and self._git.has(commit):
            self.writes += 1
            self._git.move_branch(branch, commit, None)
        if self._origin is not None and branch not in self._there(branch):
            self.writes += 1
            with self.holding(commit) as git:
                git.push(self._origin, branch, commit, None)

    @contextmanager
    def holding(self, commit: str) -> Iterator[Git]:
        """Give a repository that has a commit: this one, or one for the moment where only `origin` has it."""
        if self._origin is None or self._git.has(commit):
            yield self._git
            return
        with self._git.holding(commit, self._origin) as git:
            yield git


def _why_not(branch: str, here: str | None, there: str | None) -> str:
    if here and there and here != there:
        return f"the branch {branch} is not the same here and in origin: delete one of them"
    return f"the branch {branch} was moved by somebody else in the meantime; run fixbot again"


def _path_of(url: str | None) -> str | None:
    """Return the path behind a remote's address, None where it is on another machine or not there."""
    if url is None:
        return None
    if url.startswith("file://"):
        return unquote(url.removeprefix("file://"))
    # git-clone(1): `host:path` is another machine, provided that no slash comes before the colon
    return None if ":" in url.partition("/")[0] else url
