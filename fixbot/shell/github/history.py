"""Finds out what commits on GitHub are: what they change and how they are signed; brings nothing into the clone."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from github import GithubException

from fixbot.errors import ForgeError
from fixbot.marker import is_of_fixbot, marker_of_commit
from fixbot.model import Touched
from fixbot.shell.git import Git
from fixbot.shell.github.refusals import speaking
from fixbot.shell.github.wire import Row, Wire

_NO_COMMIT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})


class History:
    """The commits of one repository; `url` is where git finds them."""

    def __init__(self, wire: Wire, git: Git, url: str, token: str) -> None:
        self._wire, self._git, self._url, self._token = wire, git, url, token

    def touched(self, commit: str) -> Sequence[Touched]:
        """Look here, ask the git server, and where that does not answer the API."""
        if self._git.has(commit):
            return self._git.touched(commit)
        try:
            with self._git.holding(commit, self._url, self._token) as there:
                return there.touched(commit)
        except ForgeError:  # it does not answer, or has no such commit: GitHub keeps more than git's server gives
            return self._asked(commit)

    def _asked(self, commit: str) -> Sequence[Touched]:
        with speaking(f"the commit {commit}"):
            found = self._commit(commit)
            if found is None or len(found["parents"]) != 1 or marker_of_commit(found["message"], "fixbot") is None:
                return ()
            below = self._commit(found["parents"][0]["sha"])
            touched = () if below is None else tuple(self._between(below["tree"]["sha"], found["tree"]["sha"], ""))
            return touched if is_of_fixbot(found["message"], touched) else ()

    def _commit(self, commit: str) -> Row | None:
        try:
            return self._wire.get(f"{self._wire.here}/git/commits/{commit}")
        except GithubException as exc:
            if exc.status not in _NO_COMMIT:
                raise
            return None

    def _between(self, old: str, new: str, folder: str) -> Iterator[Touched]:
        """Walk down the folders that differ; an empty id is a folder that is not there."""
        before, after = self._entries(old), self._entries(new)
        for name in sorted(before.keys() | after.keys()):
            one, other = before.get(name), after.get(name)
            if one == other:
                continue
            trees = [side["sha"] if side is not None and side["type"] == "tree" else "" for side in (one, other)]
            if any(trees):
                yield from self._between(trees[0], trees[1], f"{folder}{name}/")
            contents = [self._content(side) for side in (one, other)]
            if not all(trees):
                yield from [Touched(f"{folder}{name}", contents[0], contents[1])] if contents != [None, None] else []

    def _entries(self, tree: str) -> dict[str, Row]:
        if not tree:
            return {}
        rows = self._wire.get(f"{self._wire.here}/git/trees/{tree}")["tree"]
        return {row["path"]: {key: row[key] for key in ("mode", "type", "sha")} for row in rows}

    def _content(self, entry: Row | None) -> bytes | None:
        if entry is None or entry["type"] != "blob" or not entry["mode"].startswith("100"):
            return None
        return base64.b64decode(self._wire.get(f"{self._wire.here}/git/blobs/{entry['sha']}")["content"])

    def verified(self, commit: str) -> str:
        """Ask how GitHub sees a commit's signature."""
        with speaking(f"the commit {commit}"):
            said = self._wire.get(f"{self._wire.here}/git/commits/{commit}")["verification"]
        return "verified" if said["verified"] else f"not verified: {said['reason']}"
