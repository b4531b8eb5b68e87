"""Keeps the branches of a git repository and of one in the emulator the same."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tests.parts.git import git
from tests.parts.objects import Objects

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parts.emulator import Emulator


class Mirror:
    """Carries branches between the bare repository `path` and the emulator's `name` (`owner/name`)."""

    def __init__(self, path: Path, emulator: Emulator, name: str) -> None:
        self._path = path
        self._objects = Objects(path, emulator, name)
        self._branches: dict[str, str] = {}  # full name to commit, as both had it last
        self._lock = threading.Lock()

    def to_emulator(self) -> None:
        """Make, move and delete in the emulator the branches that changed in git."""
        with self._lock:
            listed = git(self._path, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")
            now = dict(line.split(" ", 1) for line in listed.splitlines())
            for ref in self._branches.keys() - now.keys():
                self._objects.call("DELETE", f"/git/{ref}")
            for ref, tip in self._changed(now).items():
                self._objects.send(tip, self._branches.values())
                if ref in self._branches:
                    self._objects.call("PATCH", f"/git/{ref}", {"sha": tip, "force": True})
                else:
                    self._objects.call("POST", "/git/refs", {"ref": ref, "sha": tip})
            self._branches = now

    def to_git(self) -> None:
        """Make, move and delete in git the branches that changed in the emulator."""
        with self._lock:
            listed = self._objects.call("GET", "/git/matching-refs/heads/")
            now = {one["ref"]: one["object"]["sha"] for one in listed}
            for ref in self._branches.keys() - now.keys():
                git(self._path, "update-ref", "-d", ref)
            for ref, tip in self._changed(now).items():
                self._objects.take(tip)
                git(self._path, "update-ref", ref, tip)
            self._branches = now

    def _changed(self, now: dict[str, str]) -> dict[str, str]:
        return {ref: tip for ref, tip in now.items() if self._branches.get(ref) != tip}
