"""Watches the processes that belong to a folder while a block runs: how they are called, and what they are told."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAUSE = 0.002  # seconds


@dataclass(frozen=True, slots=True)
class Seen:
    """A process: its arguments and its environment, as the kernel shows them."""

    arguments: str
    environment: str


@dataclass
class Watch:
    """What was seen so far, each pair of arguments and environment once."""

    seen: set[Seen] = field(default_factory=set)

    def holding(self, secret: str) -> list[str]:
        """Give the arguments of the processes that have a secret in their environment."""
        return sorted(one.arguments for one in self.seen if secret in one.environment)

    def showing(self, secret: str) -> list[str]:
        """Give the arguments that hold a secret."""
        return sorted(one.arguments for one in self.seen if secret in one.arguments)


@contextmanager
def watching(folder: Path) -> Iterator[Watch]:
    """Watch while the block runs every process that is told of a folder, and all that these start."""
    watch, over = Watch(), threading.Event()
    thread = threading.Thread(target=_look, args=(str(folder), watch, over), daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()


def _look(folder: str, watch: Watch, over: threading.Event) -> None:
    mine: set[str] = set()
    while not over.wait(_PAUSE):
        for place in Path("/proc").iterdir():
            if not place.name.isdecimal():
                continue
            one = Seen(_read(place / "cmdline"), _read(place / "environ"))
            if folder in one.arguments or folder in one.environment or _parent(place) in mine:
                mine.add(place.name)
                watch.seen.add(one)


def _parent(place: Path) -> str:
    """Return the number of the process that started one: proc_pid_stat(5), the field after the name and the state."""
    return next(iter(_read(place / "stat").rpartition(") ")[2].split()[1:2]), "")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:  # it is over already, or somebody else's
        return ""
