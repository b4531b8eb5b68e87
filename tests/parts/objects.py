"""Copies commits between a git repository and the emulator's Git Data API, under the same ids."""

from __future__ import annotations

import base64
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.parts.git import git, git_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.parts.emulator import Emulator

# Author and committer with dates as ISO 8601, tree, parents, message: git-log(1), "PRETTY FORMATS".
COMMIT = "%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%T%x00%P%x00%B"


class Objects:
    """The objects of the bare repository `path` and of the emulator's repository `name` (`owner/name`)."""

    def __init__(self, path: Path, emulator: Emulator, name: str) -> None:
        self._path = path
        self._emulator = emulator
        self._name = name
        self._in_both: set[str] = set()

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON is any
        """Ask the emulator for something of the repository; `path` begins after its name."""
        return self._emulator.call(method, f"/repos/{self._name}{path}", body)

    def send(self, tip: str, known: Iterable[str]) -> None:
        """Copy the commit `tip` and its history into the emulator, which has the commits `known`."""
        without = [f"^{commit}" for commit in known]
        for commit in git(self._path, "rev-list", "--reverse", "--topo-order", tip, *without).split():
            self._send_commit(commit)

    def take(self, tip: str) -> None:
        """Copy the commit `tip` and its history out of the emulator."""
        missing = [tip]
        while missing:
            commit = self.call("GET", f"/git/commits/{missing[-1]}")
            parents = [parent["sha"] for parent in commit["parents"]]
            absent = [sha for sha in parents if sha not in self._in_both]
            missing.extend(absent)
            if not absent:
                self._take_commit(commit, parents)
                missing.pop()

    def _send_commit(self, commit: str) -> None:
        shown = git(self._path, "show", "--no-patch", f"--format=tformat:{COMMIT}", commit)
        *people, tree, parents, message = shown.split("\0")
        names = ("name", "email", "date")
        author, committer = (dict(zip(names, one, strict=True)) for one in (people[:3], people[3:]))
        self._send_tree(tree)
        body = {"message": message, "tree": tree, "parents": parents.split()}
        sent = self.call("POST", "/git/commits", {**body, "author": author, "committer": committer})
        self._same(commit, sent["sha"])

    def _send_tree(self, tree: str) -> None:
        entries = []
        for line in git(self._path, "ls-tree", "-r", "-z", tree).split("\0")[:-1]:
            about, path = line.split("\t", 1)
            mode, kind, sha = about.split()
            entries.append({"path": path, "mode": mode, "type": kind, "sha": sha})
            if kind == "blob" and sha not in self._in_both:
                content = base64.b64encode(git_bytes(self._path, "cat-file", "blob", sha)).decode()
                sent = self.call("POST", "/git/blobs", {"content": content, "encoding": "base64"})
                self._same(sha, sent["sha"])
        self._same(tree, self.call("POST", "/git/trees", {"tree": entries})["sha"])

    def _take_commit(self, commit: dict[str, Any], parents: list[str]) -> None:
        self._take_tree(commit["tree"]["sha"])
        lines = [f"tree {commit['tree']['sha']}", *(f"parent {parent}" for parent in parents)]
        lines += [f"{role} {_signature(commit[role])}" for role in ("author", "committer")]
        text = "\n".join([*lines, "", commit["message"].removesuffix("\n"), ""])
        self._same(commit["sha"], git(self._path, "hash-object", "-t", "commit", "-w", "--stdin", stdin=text))

    def _take_tree(self, tree: str) -> None:
        listed = self.call("GET", f"/git/trees/{tree}?recursive=1")["tree"]
        entries = [entry for entry in listed if entry["type"] != "tree"]
        for entry in entries:
            if entry["type"] == "blob" and entry["sha"] not in self._in_both:
                content = base64.b64decode(self.call("GET", f"/git/blobs/{entry['sha']}")["content"])
                taken = git_bytes(self._path, "hash-object", "-w", "--stdin", stdin=content).decode().strip()
                self._same(entry["sha"], taken)
        text = "".join(f"{entry['mode']} {entry['sha']}\t{entry['path']}\0" for entry in entries)
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            git(self._path, "update-index", "-z", "--index-info", stdin=text, environment=index)
            self._same(tree, git(self._path, "write-tree", environment=index))

    def _same(self, wanted: str, made: str) -> None:
        assert made == wanted, f"the copy of {wanted} became {made}"
        self._in_both.add(made)


def _signature(person: dict[str, str]) -> str:
    """Give a person and date as they stand in a commit object."""
    when = datetime.fromisoformat(person["date"])
    return f"{person['name']} <{person['email']}> {int(when.timestamp())} {when:%z}"
