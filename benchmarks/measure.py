"""Runs one command and says what it cost in time and memory; knows nothing of what the command is for."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SAMPLE_EVERY = 0.01  # seconds; short enough to see a worker that lives for a few hundredths
TAIL = 4000  # bytes of output kept: every tool's summary is at its end
RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, KiB elsewhere


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its options, what it is pointed at, and the exit codes that mean it did its work."""

    name: str
    argv: tuple[str, ...]
    target: str
    folder: Path
    accepts: frozenset[int]


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds of wall clock and processor, peak bytes, and the end of what it printed.

    `peak` is the largest single process, of the command or any descendant it waited for. `tree` is the whole
    process tree at its largest, shared pages counted once; None where it was not sampled.
    """

    wall: float
    cpu: float
    peak: int
    tree: int | None
    said: str


class CommandFailedError(Exception):
    """A measured program ended with an exit code that does not mean it did its work."""


def run_once(command: Command, *, watch: bool = False, every: float = SAMPLE_EVERY) -> Run:
    """Run a command once, output to a file, in the caller's environment.

    `watch` samples the memory of the whole process tree `every` so many seconds, which costs the other processes a
    little: leave it off in runs whose time counts.

    Raises:
        CommandFailedError: The exit code is none of those the command accepts.
    """
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            [*command.argv, command.target],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=command.folder,
            process_group=0,
        )
        with _killed_if_interrupted(child), TreeWatch(child.pid if watch else None, every) as tree:
            _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        said = _tail(output)
    if child.returncode not in command.accepts:
        last = (said.strip().splitlines() or ["no output"])[-1]
        reason = f"{command.name} ended with exit code {child.returncode}: {last}"
        raise CommandFailedError(reason)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT, tree.peak, said)


def alternate(
    first: Command, second: Command, *, rounds: int, before: Callable[[], object] | None = None
) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Run two commands in turn, first second first second, so that a busy machine slows both alike.

    `before` is called before every single run and is not timed.

    Raises:
        CommandFailedError: One of them failed.
    """
    runs: tuple[list[Run], list[Run]] = ([], [])
    for number in range(rounds):
        for command, kept in zip((first, second), runs, strict=True):
            if before:
                before()
            kept.append(run_once(command))
            print(
                f"  round {number + 1} of {rounds}: {command.name} {kept[-1].wall:.2f} s",
                file=sys.stderr,
                flush=True,
            )
    return tuple(runs[0]), tuple(runs[1])


def pairwise_ratio(above: tuple[Run, ...], below: tuple[Run, ...]) -> float:
    """Return the median over rounds of one command's wall time divided by its neighbour's."""
    return median(a.wall / b.wall for a, b in zip(above, below, strict=True))


class TreeWatch:
    """Samples the memory of one process group in a thread; without a group it does nothing.

    `peak` is in bytes, or None where nothing could be read (no /proc, as on macOS).
    """

    def __init__(self, group: int | None, every: float = SAMPLE_EVERY) -> None:
        self.peak: int | None = None
        self._group, self._every = group, every
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while self._group is not None and not self._done.wait(self._every):
            used = _group_memory(self._group)
            if used:
                self.peak = max(self.peak or 0, used)


def _group_memory(group: int) -> int:
    """Add up the proportional set sizes of a process group (proc(5): stat field 5, smaps_rollup Pss)."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        # a process may end between being listed and being read
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[2]) == group:
                total += _proportional(folder / "smaps_rollup")
    return total


def _proportional(rollup: Path) -> int:
    for line in rollup.read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


@contextlib.contextmanager
def _killed_if_interrupted(child: subprocess.Popen[bytes]) -> Iterator[None]:
    # in a process group of its own, the child does not hear the terminal's Ctrl-C
    try:
        yield
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise


def _tail(output: IO[bytes]) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - TAIL))
    return output.read().decode(errors="replace")
