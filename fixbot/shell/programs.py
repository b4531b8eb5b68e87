"""Runs other programs; one that is still at work when fixbot has to end is asked to end and to leave no trace."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import Any

from fixbot.interrupts import later

_PATIENCE = 10.0  # seconds that a program has to take away what it has begun, such as git its locks
_BREATH = 0.02  # seconds


def run(
    command: list[str] | tuple[str, ...],
    *,
    stdin: bytes | str | None = None,
    group: bool = False,
    timeout: float,
    **options: Any,  # noqa: ANN401 - what `Popen` takes
) -> subprocess.CompletedProcess[Any]:
    """Run a program to its end, as `subprocess.run` does, with its output captured unless it goes elsewhere.

    Args:
        command: the program and its arguments, never through a shell.
        stdin: what it reads; nothing where that is None.
        group: whether whatever it has started ends with it.
        timeout: the seconds that it may take.
        options: as `subprocess.Popen` has them.

    Raises:
        OSError: it cannot be started.
        subprocess.TimeoutExpired: it took too long.
    """
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    streams["stdin"] = subprocess.DEVNULL if stdin is None else subprocess.PIPE
    own_group = {"process_group": 0} if group and hasattr(os, "killpg") else {}
    process: subprocess.Popen[Any] | None = None
    try:
        with later():  # else nobody knows of what has just been started
            process = subprocess.Popen(command, **streams | own_group | options)  # noqa: S603 - see `command`
        out, err = process.communicate(stdin, timeout=timeout)
    except BaseException:
        if process is not None:
            with later():
                _end(process, group=bool(own_group))
        raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _end(process: subprocess.Popen[Any], *, group: bool) -> None:
    """Ask a program to end, and where it does not, end it."""
    begun = time.monotonic()
    _signal(process, signal.SIGTERM, group=group)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)
    while group and _is_there(process.pid) and time.monotonic() < begun + _PATIENCE:
        time.sleep(_BREATH)
    if group or process.returncode is None:
        _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM), group=group)
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _signal(process: subprocess.Popen[Any], number: int, *, group: bool) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
