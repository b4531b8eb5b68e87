"""Watches the processes that belong to a folder while a block runs: how they are called, and what they are told."""

from __future__ import annotations

import os
import shutil
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAUSE = 0.005  # seconds
_TRIES, _MOMENT = 20, 0.001
# A git that lives too short to be noticed writes down what it was told, and what it left in its own files.
_GIT = """\
#!/bin/sh
{{ printf 'git'; printf ' %s' "$@"; printf '\\n'; cat /proc/$$/environ; }} > '{told}'/$$.$PPID
'{git}' "$@"
code=$?
for left in "$2"/config "$2"/.git/config "$2"/FETCH_HEAD "$2"/.git/FETCH_HEAD; do
  [ ! -f "$left" ] || cat "$left" >> '{told}'/left
done
exit $code
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A process: its arguments, its environment, as the kernel shows them, and the script that it runs, if it does."""

    arguments: str
    environment: str
    script: str = ""


@dataclass
class Watch:
    """What was seen so far, each process once for everything that it was."""

    seen: set[Seen] = field(default_factory=set)
    left: str = ""

    def holding(self, secret: str) -> list[Seen]:
        """Give the processes that have a secret in their environment."""
        return sorted((one for one in self.seen if secret in one.environment), key=str)

    def showing(self, secret: str) -> list[str]:
        """Give the arguments that hold a secret."""
        return sorted(one.arguments for one in self.seen if secret in one.arguments)


@dataclass(frozen=True, slots=True)
class Spy:
    """A folder for PATH in which `git` is one that writes down what it is told, and then does what git does.

    Attributes:
        programs: the folder for PATH.
        told: where it is written.
    """

    programs: Path
    told: Path

    @classmethod
    def at(cls, folder: Path) -> Spy:
        """Make one, or take the one that is there."""
        spy = cls(folder / "programs", folder / "told")
        for place in (spy.programs, spy.told):
            place.mkdir(parents=True, exist_ok=True)
        script = spy.programs / "git"
        script.write_text(_GIT.format(told=spy.told, git=shutil.which("git")), "utf-8")
        script.chmod(0o755)
        return spy

    def take(self, watch: Watch) -> None:
        """Move what was written to a watch."""
        for place in sorted(self.told.iterdir()):
            text = place.read_bytes().decode(errors="replace")
            place.unlink()
            if place.name == "left":
                watch.left += text
            else:
                arguments, _, environment = text.partition("\n")
                watch.seen.add(Seen(arguments, environment.replace("\0", " ")))


@contextmanager
def watching(folder: Path, spy: Spy) -> Iterator[Watch]:
    """Watch while the block runs every process that is told of a folder, and all that these start."""
    watch, over = Watch(), threading.Event()
    thread = threading.Thread(target=_look, args=(str(folder), watch, over), daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()
        spy.take(watch)


def _look(folder: str, watch: Watch, over: threading.Event) -> None:
    mine: set[tuple[str, str]] = set()
    known: dict[str, tuple[_Stat, Seen]] = {}
    others = _processes()  # what was there before is nobody's child here
    while not over.wait(_PAUSE):
        now = _processes()
        others &= now  # a number may be given again
        stats = {name: _stat(name) for name in now - others}
        for name, stat in stats.items():
            if name not in known or known[name][0] != stat:  # to read it all again and again takes a processor
                known[name] = stat, _seen(Path("/proc", name))
            one, parent = known[name][1], stats.get(stat.parent, _GONE)
            if folder in one.arguments or folder in one.environment or (stat.parent, parent.began) in mine:
                mine.add((name, stat.began))
                watch.seen.add(one)


def _processes() -> set[str]:
    return set(os.listdir("/proc"))  # noqa: PTH208 - names are enough


def _seen(place: Path) -> Seen:
    arguments = _arguments(place)
    script = arguments.rpartition(" ")[2]
    is_script = arguments.startswith("bash ") and script.endswith(".sh")
    return Seen(arguments, _read(place / "environ"), _read(Path(script)) if is_script else "")


def _arguments(place: Path) -> str:
    """Return how a process was called; while it becomes another program the kernel does not say."""
    for _ in range(_TRIES):
        if (arguments := _read(place / "cmdline")) or not _read(place / "environ"):
            return arguments
        time.sleep(_MOMENT)
    return ""


@dataclass(frozen=True, slots=True)
class _Stat:
    """Who started a process, when it began, and where its program, arguments and environment are in its memory.

    A process that becomes another program has them elsewhere.
    """

    parent: str
    began: str
    places: tuple[str, ...]


_GONE = _Stat("", "", ())


def _stat(number: str) -> _Stat:
    """Read proc_pid_stat(5): fields 4, 22, 26 to 28, and 45 to 51.

    The name, which may hold anything, is the second field; a number alone may belong to another process by now.
    """
    fields = _read(Path("/proc", number, "stat")).rpartition(") ")[2].split()
    return _Stat(fields[1], fields[19], (*fields[23:26], *fields[42:49])) if len(fields) > 19 else _GONE


def _read(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:  # it is over already, or somebody else's
        return ""
