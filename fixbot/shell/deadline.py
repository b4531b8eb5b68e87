"""Ends a process that takes too long over one piece of work or takes too much memory, whatever it is amid."""

from __future__ import annotations

import math
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

# The signal that a process dies of when its time is up: nothing handles it, so that it ends C code as well.
_UP = getattr(signal, "SIGPROF", signal.SIGTERM)
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_NANOSECONDS = 1e9
# Seconds; how long a process stood still is looked up no more often, because that takes longer than a file.
_OFTEN = 1.0


class Deadline:
    """The time that a process has for each piece of work.

    What counts is the time that it computes or waits for something, not the time in which it could compute and other
    processes do: a busy machine skips nothing. Where the system does not tell that time (macOS), all of it counts.
    There is no limit where the system has no timers (Windows).

    Args:
        seconds: for each piece of work.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began = self._stood = 0.0
        self._looked = -math.inf
        self._works = hasattr(signal, "setitimer")
        if self._works:
            signal.signal(_UP, signal.SIG_DFL)
            signal.signal(signal.SIGALRM, self._look)

    def start(self) -> None:
        """Begin a piece of work: the process dies when that takes too long."""
        if self._works:
            self._began = time.monotonic()
            if self._began > self._looked + _OFTEN:
                self._looked, self._stood = self._began, _stood()
            signal.setitimer(signal.ITIMER_PROF, self._seconds)  # counts while it computes
            signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def stop(self) -> None:
        """End a piece of work; what follows may take as long as it likes."""
        if self._works:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _look(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        left = self._seconds - (time.monotonic() - self._began) + (_stood() - self._stood)
        if left <= 0:
            os.kill(os.getpid(), _UP)
        signal.setitimer(signal.ITIMER_REAL, max(left, 0.01))


def _stood() -> float:
    """Return how many seconds this process was ready to compute and had no processor; 0 where nobody counts them."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/schedstat").read_text("ascii").split()[1]) / _NANOSECONDS
    return 0.0


def confine(more: int) -> None:
    """Let this process have some bytes of memory more than it has; whatever asks for more fails, or the process dies.

    Only Linux can be asked for that; elsewhere nothing happens.
    """
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - not every system has it

    with suppress(OSError, ValueError, IndexError):
        now = int(Path("/proc/self/statm").read_text("ascii").split()[5]) * _PAGE
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        limit = now + more if most == resource.RLIM_INFINITY else min(now + more, most)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def fate(exit_code: int | None, seconds: float) -> tuple[str, str]:
    """Return why a process is dead, as the reason and the detail of a file that is skipped.

    Args:
        exit_code: what it left with, negative where it died of a signal.
        seconds: what it had for a piece of work.
    """
    code = exit_code or 0
    if code == -_UP:
        return "timeout", f"took longer than {math.ceil(seconds)} s"
    if code == -getattr(signal, "SIGKILL", 0):
        return "crash", "the process that worked on it was killed, as when memory runs out"
    names = {-one.value: one.name for one in signal.Signals}
    return "crash", f"the process that worked on it died ({names.get(code, f'exit code {code}')})"
