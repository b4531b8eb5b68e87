"""A Dask scheduler with workers, as real processes on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE = 60.0


@dataclass
class Cluster:
    """A scheduler on a port of its own, and its workers, which can be killed and started again."""

    folder: Path
    port: int
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """What `--engine` takes."""
        return f"dask://127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Start the scheduler, and wait until it listens."""
        self.scheduler = self._program("scheduler", "--host", "127.0.0.1", "--port", str(self.port))
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert time.monotonic() < until, (self.folder / "said").read_text()
                time.sleep(0.1)
            else:
                return

    def add(self) -> None:
        """Start a worker, which comes when it is ready."""
        number = str(len(self.workers))
        place = str(self.folder / f"worker-{number}")
        address = f"tcp://127.0.0.1:{self.port}"
        self.workers.append(
            self._program("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", place)
        )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process, so that it can do nothing about it."""
        process.send_signal(signal.SIGKILL)
        process.wait()

    def _program(self, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"]
        around = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        with (self.folder / "said").open("ab") as said:
            return subprocess.Popen(command, stdout=said, stderr=said, env=around)


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Give a cluster, and end all of it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    made = Cluster(folder, port)
    try:
        made.begin()
        for _ in range(workers):
            made.add()
        yield made
    finally:
        for process in [*made.workers, made.scheduler]:
            if process is not None and process.poll() is None:
                made.kill(process)
