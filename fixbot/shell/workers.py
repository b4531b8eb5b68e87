"""Spreads pure work over processes and hands the results back in order; knows nothing of the work itself."""

from __future__ import annotations

import os
import reprlib
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from fixbot.errors import FixbotError
from fixbot.interrupts import between, later
from fixbot.shell.deadline import fate
from fixbot.shell.serving import Answer, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

T = TypeVar("T")
R = TypeVar("R")

FEWEST = 8  # fewer items are not worth a process
_LARGEST_CHUNK = 8  # items; garbage is collected between chunks, so this bounds memory too
_PATIENCE = 5.0  # seconds that a process has to end by itself
_HASTE = 1.0  # and where it was told to end


@dataclass(frozen=True, slots=True)
class Bounds(Generic[T, R]):
    """What one item may cost, and what stands for an item that costs more or that its process dies of.

    `instead` gets the item and why there is no result: a reason of one word, and the detail. `memory` is what a
    process may have besides what it starts with, in bytes.
    """

    instead: Callable[[T, str, str], R]
    seconds: float
    memory: int


def default_jobs() -> int:
    """Return how many CPUs this process may use; at least 1."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    function: Callable[[T], R],
    items: Iterable[T],
    *,
    jobs: int,
    initializer: Callable[..., object] | None = None,
    initargs: tuple[object, ...] = (),
    bounds: Bounds[T, R] | None = None,
) -> Iterator[R]:
    """Yield `function(item)` for each item, in their order.

    The work is done here where `jobs` is 1 or the items are few, else in `jobs` processes that end with the
    iterator, however it ends. There, functions, items and results must be picklable. With `bounds` there is a process
    even for one job and few items, because nothing else ends all work; but not where this process has several threads,
    as that of somebody who uses fixbot as a library may: then such work has no bounds.

    Args:
        function: is called once for each item; what it raises is raised here, when its item's turn comes.
        items: should be small, such as paths: they are all kept in memory.
        jobs: the most processes at once.
        initializer: is called once in each process before its first item.
        initargs: what the initializer is called with.
        bounds: what an item may cost; None for whatever it takes.

    Raises:
        FixbotError: a process died, as when memory runs out, and there are no bounds.
    """
    todo = list(items)
    jobs = jobs if len(todo) >= FEWEST else 1
    if jobs > 1 or (bounds is not None and todo and threads() == 1):
        yield from _spread_over((function, initializer, initargs), todo, max(jobs, 1), bounds)
        return
    if initializer is not None:
        initializer(*initargs)
    yield from between(map(function, todo))


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, this side of its pipe, its chunk with the items that are left, and what came of the others.

    An item that may be what killed a process is sent alone.
    """

    process: BaseProcess
    pipe: Connection
    number: int = -1
    left: Sequence[Any] = ()
    alone: bool = False
    results: list[Any] = field(default_factory=list)

    @property
    def sent(self) -> Sequence[Any]:
        """What it works on now."""
        return self.left[:1] if self.alone else self.left

    def take(self, number: int, chunk: Sequence[Any]) -> None:
        """Begin with another chunk."""
        self.number, self.left, self.alone, self.results = number, chunk, False, []

    def send(self) -> None:
        """Hand over what is to be done; it is idle and listens, so even much cannot block both sides."""
        with suppress(OSError):  # that it is dead shows where it is waited for
            self.pipe.send(self.sent)

    def got(self, results: list[Any]) -> None:
        """Remember what came of what it worked on."""
        self.results += results
        self.left = self.left[len(self.sent) :]


def chunks(items: Sequence[T], jobs: int) -> Iterator[Sequence[T]]:
    """Cut items into chunks that get smaller towards the end, so that all processes finish together."""
    start = 0
    while start < len(items):
        size = max(1, min(_LARGEST_CHUNK, (len(items) - start) // (jobs * 8)))
        yield items[start : start + size]
        start += size


def _spread_over(
    setup: tuple[object, ...], items: Sequence[Any], jobs: int, bounds: Bounds[Any, Any] | None
) -> Iterator[Any]:
    crew = _Crew(setup, bounds)
    gently = False
    try:
        crew.start(min(jobs, len(items)))
        for results, error in between(crew.in_order(enumerate(chunks(items, jobs)))):
            yield from results
            if error is not None:
                raise error
        gently = True
    finally:
        crew.dismiss(gently=gently)


class _Crew:
    """The processes that share some work."""

    def __init__(self, setup: tuple[object, ...], bounds: Bounds[Any, Any] | None) -> None:
        self._setup, self._bounds = setup, bounds
        self._workers: list[_Worker] = []

    def start(self, count: int) -> None:
        """Start some processes."""
        with _signals_wait():
            for _ in range(count):
                self._workers.append(_Worker(*self._process()))

    def _process(self) -> tuple[BaseProcess, Connection]:
        context = _context()
        new: Callable[..., BaseProcess] = context.Process  # type: ignore[attr-defined]  # typeshed knows it of each kind
        here, there = context.Pipe()
        # What is forked inherits this side of every pipe and would keep the others from seeing the end.
        forked = context.get_start_method() == "fork"
        foreign = [*(worker.pipe for worker in self._workers), here] if forked else []
        limits = None if self._bounds is None else (self._bounds.seconds, self._bounds.memory)
        process = new(target=serve, args=(there, foreign, *self._setup, limits), daemon=True)
        process.start()
        there.close()
        return process, here

    def in_order(self, todo: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[Answer]:
        """Yield what comes of each chunk."""
        from multiprocessing.connection import wait  # noqa: PLC0415 - costs 10 ms that most commands need not pay

        early: dict[int, Answer] = {}
        busy = {worker.pipe: worker for worker in self._workers if self._next(worker, todo)}
        turn = 0
        while busy:
            for pipe in wait(list(busy)):
                worker = busy.pop(pipe)  # type: ignore[call-overload]
                error = self._heard(worker)
                if error is not None or not worker.left:
                    early[worker.number] = worker.results, error
                    worker.left = ()
                if self._next(worker, todo):
                    busy[worker.pipe] = worker
            while turn in early:
                yield early.pop(turn)
                turn += 1

    def _next(self, worker: _Worker, todo: Iterator[tuple[int, Sequence[Any]]]) -> bool:
        """Give a worker the rest of its chunk or the next one; say whether there is anything."""
        if not worker.left:
            worker.take(*next(todo, (-1, ())))
        if worker.left:
            worker.send()
        return bool(worker.left)

    def _heard(self, worker: _Worker) -> Exception | None:
        """Take the answer of a worker; return the error that it tells of."""
        try:
            results, error = worker.pipe.recv()
        except (EOFError, OSError) as exc:
            self._bury(worker, exc)
            return None
        worker.got(results)
        return error  # type: ignore[no-any-return]  # it is what `serve` sends

    def _bury(self, worker: _Worker, because: Exception) -> None:
        """Put another process in the place of a dead one, which does item by item what that one has not done."""
        worker.process.join(_PATIENCE)
        exit_code = worker.process.exitcode
        if self._bounds is None:
            message = f"a worker process died (exit code {exit_code}) at one of {reprlib.repr(list(worker.sent))}"
            raise FixbotError(message) from because
        if len(worker.sent) == 1:
            worker.got([self._bounds.instead(worker.left[0], *fate(exit_code, self._bounds.seconds))])
        worker.alone = True
        with _signals_wait():
            _end(worker, gently=False)
            self._workers.remove(worker)
            worker.process, worker.pipe = self._process()
            self._workers.append(worker)

    def dismiss(self, *, gently: bool) -> None:
        """End all processes."""
        with later():
            for worker in self._workers:
                worker.pipe.close()
                if not gently:
                    worker.process.terminate()
            for worker in self._workers:
                _end(worker, gently=gently)


def _end(worker: _Worker, *, gently: bool) -> None:
    worker.pipe.close()
    worker.process.join(_PATIENCE if gently else _HASTE)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    worker.process.close()


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Hold signals back while processes start, so that none is hit before it ignores them, and none is forgotten."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _context() -> BaseContext:
    import multiprocessing  # noqa: PLC0415 - costs 10 ms that most commands need not pay

    # On macOS the system's own libraries do not survive a fork.
    can_fork = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    return multiprocessing.get_context("fork" if can_fork and threads() == 1 else "spawn")


def threads() -> int:
    """Return how many threads this process has, those that Python does not know of too where /proc tells."""
    with suppress(OSError):
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names are enough
    return threading.active_count()
