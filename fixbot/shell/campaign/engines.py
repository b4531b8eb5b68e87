"""Where planning is done: on this machine, or on a cluster; every engine is a `concurrent.futures.Executor`."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from fixbot.errors import OperatorError
from fixbot.shell.campaign.errand import Answer, Errand, run_errand

_T = TypeVar("_T")
#: How an address of a Dask scheduler begins.
DASK = "dask://"
_PATIENCE = 120.0  # seconds for a cluster to come back
_OFTEN, _LONG = 2.0, 20.0
_PORT = 8786  # as `dask scheduler` takes it


class Engine(Protocol):
    """What does errands; what it is given may fail with it, and is then given again."""

    slots: int

    def submit(self, errand: Errand, parcel: Path) -> Future[Answer]:
        """Begin an errand; a future that fails says that the engine, not the errand, failed."""

    def renew(self) -> None:
        """Make an engine that failed fit for more.

        Raises:
            OperatorError: it cannot be.
        """


class Processes:
    """A process on this machine for each errand, so many at once; a thread waits for each."""

    def __init__(self, workers: int) -> None:
        self.slots = workers
        self._halt = Event()
        self._executor: Executor = ThreadPoolExecutor(workers, thread_name_prefix="errand")

    def submit(self, errand: Errand, parcel: Path) -> Future[Answer]:
        """Begin an errand."""
        return self._executor.submit(run_errand, errand, parcel, self._halt)

    def renew(self) -> None:
        """Do nothing: a process that dies takes one errand with it, which says so."""

    def close(self) -> None:
        """End all errands."""
        self._halt.set()
        self._executor.shutdown(wait=True, cancel_futures=True)


class Cluster:
    """The workers of a Dask scheduler; parcels go there as bytes, so that nobody shares a file system.

    Args:
        address: as in `dask://host:8786`.
        nap: waits some seconds.

    Raises:
        OperatorError: Dask is not installed, or there is no scheduler or no worker.
    """

    def __init__(self, address: str, nap: Callable[[float], None] = time.sleep) -> None:
        parts = urlsplit(address)
        if not parts.hostname or parts.username or parts.password:
            message = f"--engine takes {DASK}HOST:PORT, and not {parts._replace(netloc=parts.hostname or '').geturl()}"
            raise OperatorError(message)
        self._host, self._port = parts.hostname, parts.port or _PORT
        self._address, self._nap = f"tcp://{self._host}:{self._port}", nap
        self._client: Any = None
        self.renew()

    def submit(self, errand: Errand, parcel: Path) -> Future[Answer]:
        """Send an errand to a worker; where that dies, Dask sends it to another."""
        content = parcel.read_bytes()
        try:
            future: Future[Answer] = self._executor.submit(run_errand, errand, content)
        except Exception:  # noqa: BLE001 - a client whose scheduler is gone raises what it likes
            future = Future()
            future.set_exception(CancelledError())
        return future

    def renew(self) -> None:
        """Connect, and wait until there is a worker."""
        self.close()
        until = time.monotonic() + _PATIENCE
        while not self._connected():
            if time.monotonic() > until:
                message = f"no Dask worker answers at {self._address}: start `dask scheduler` and `dask worker` there"
                raise OperatorError(message)
            self._nap(_OFTEN)

    def _connected(self) -> bool:
        client = _dask()
        with suppress(OSError, TimeoutError):
            socket.create_connection((self._host, self._port), timeout=_OFTEN).close()
            made = partial(client, self._address, timeout=_LONG, set_as_default=False)
            self._client = _within(_LONG, made)
            threads = _within(_LONG, self._client.nthreads)
            if threads:
                self.slots = sum(threads.values())
                self._executor = self._client.get_executor(pure=False, retries=1)
                return True
        self.close()
        return False

    def close(self) -> None:
        """Let go of the cluster, and of what it has not done."""
        if self._client is not None:
            with suppress(OSError, TimeoutError):
                _within(_OFTEN, self._client.close)
        self._client = None


def _within(seconds: float, function: Callable[[], _T]) -> _T:
    """Return what a function does in a thread of its own: where a scheduler is gone, Dask may wait for ever.

    Raises:
        TimeoutError: it takes longer.
    """
    done: Future[_T] = Future()

    def run() -> None:
        try:
            done.set_result(function())
        except Exception as exc:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
            done.set_exception(exc)

    Thread(target=run, daemon=True).start()
    return done.result(timeout=seconds)


def _dask() -> Any:  # noqa: ANN401 - Dask has no types
    try:
        from distributed import Client  # noqa: PLC0415 - an extra, and nobody else needs it
    except ImportError as exc:
        message = "planning on a Dask cluster needs one more package: pip install 'fixbot[dask]'"
        raise OperatorError(message) from exc
    return Client


@contextmanager
def engine(address: str, workers: int) -> Iterator[Engine]:
    """Give the engine of an address, and end its work afterwards.

    Args:
        address: `dask://HOST:PORT`, or `processes` for this machine.
        workers: how many processes at once on this machine.

    Raises:
        OperatorError: there is no such engine.
    """
    if address != "processes" and not address.startswith(DASK):
        message = f"--engine takes 'processes' or {DASK}HOST:PORT, and not {address!r}"
        raise OperatorError(message)
    made = Cluster(address) if address.startswith(DASK) else Processes(workers)
    try:
        yield made
    finally:
        made.close()
