"""Spreads pure work over processes and hands the results back in order; knows nothing of the work itself."""

from __future__ import annotations

import gc
import os
import pickle
import reprlib
import signal
import sys
import threading
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from fixbot.errors import FixbotError
from fixbot.interrupts import between

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
_Answer = tuple[list[Any], Exception | None]


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
) -> Iterator[R]:
    """Yield `function(item)` for each item, in their order.

    The work is done here where `jobs` is 1 or the items are few, else in `jobs` processes that end with the
    iterator, however it ends. There, functions, items and results must be picklable.

    Args:
        function: is called once for each item; what it raises is raised here, when its item's turn comes.
        items: should be small, such as paths: they are all kept in memory.
        jobs: the most processes at once.
        initializer: is called once in each process before its first item.
        initargs: what the initializer is called with.

    Raises:
        FixbotError: a process died, as when memory runs out.
    """
    todo = list(items)
    if jobs > 1 and len(todo) >= FEWEST:
        yield from _spread_over((function, initializer, initargs), todo, jobs)
        return
    if initializer is not None:
        initializer(*initargs)
    yield from between(map(function, todo))


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, this side of its pipe, and the number and items of the chunk that it works on."""

    process: BaseProcess
    pipe: Connection
    number: int = -1
    chunk: Sequence[Any] = ()


def chunks(items: Sequence[T], jobs: int) -> Iterator[Sequence[T]]:
    """Cut items into chunks that get smaller towards the end, so that all processes finish together."""
    start = 0
    while start < len(items):
        size = max(1, min(_LARGEST_CHUNK, (len(items) - start) // (jobs * 8)))
        yield items[start : start + size]
        start += size


def _spread_over(setup: tuple[object, ...], items: Sequence[Any], jobs: int) -> Iterator[Any]:
    workers: list[_Worker] = []
    gently = False
    try:
        _start(workers, setup, min(jobs, len(items)))
        for results, error in between(_in_order(workers, enumerate(chunks(items, jobs)))):
            yield from results
            if error is not None:
                raise error
        gently = True
    finally:
        _dismiss(workers, gently=gently)


def _in_order(workers: Sequence[_Worker], todo: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[_Answer]:
    from multiprocessing.connection import wait  # noqa: PLC0415 - costs 10 ms that most commands need not pay

    early: dict[int, _Answer] = {}
    busy = {worker.pipe: worker for worker in workers if _hand_over(worker, todo)}
    turn = 0
    while busy:
        for pipe in wait(list(busy)):
            worker = busy.pop(pipe)  # type: ignore[call-overload]
            with _alive(worker):
                early[worker.number] = worker.pipe.recv()
            if _hand_over(worker, todo):
                busy[worker.pipe] = worker
        while turn in early:
            yield early.pop(turn)
            turn += 1


def _hand_over(worker: _Worker, todo: Iterator[tuple[int, Sequence[Any]]]) -> bool:
    """Give a worker its next chunk; it is idle and listens, so even a large one cannot block both sides."""
    worker.number, worker.chunk = next(todo, (-1, ()))
    if worker.chunk:
        with _alive(worker):
            worker.pipe.send(worker.chunk)
    return bool(worker.chunk)


@contextmanager
def _alive(worker: _Worker) -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as exc:
        worker.process.join(_PATIENCE)
        fate = f"a worker process died (exit code {worker.process.exitcode})"
        message = f"{fate} at one of {reprlib.repr(list(worker.chunk))}"
        raise FixbotError(message) from exc


def _start(workers: list[_Worker], setup: tuple[object, ...], count: int) -> None:
    context = _context()
    forked = context.get_start_method() == "fork"
    new: Callable[..., BaseProcess] = context.Process  # type: ignore[attr-defined]  # typeshed knows it of each kind
    with _interrupts_wait():
        for _ in range(count):
            here, there = context.Pipe()
            # What is forked inherits this side of every pipe and would keep the others from seeing the end.
            foreign = [*(worker.pipe for worker in workers), here] if forked else []
            process = new(target=_serve, args=(there, foreign, *setup), daemon=True)
            process.start()
            there.close()
            workers.append(_Worker(process, here))


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


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Hold Ctrl-C back while processes start, so that none is hit before it ignores it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _dismiss(workers: Iterable[_Worker], *, gently: bool) -> None:
    for worker in workers:
        worker.pipe.close()
        if not gently:
            worker.process.terminate()
    for worker in workers:
        worker.process.join(_PATIENCE)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()
        worker.process.close()


def _serve(
    pipe: Connection,
    foreign: Sequence[Connection],
    function: Callable[[Any], Any],
    initializer: Callable[..., object] | None,
    initargs: tuple[object, ...],
) -> None:
    """Answer chunks until the other side closes the pipe; this is the whole life of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for connection in foreign:
        connection.close()
    _, error = _attempt(lambda start: start(*initargs), [initializer] if initializer else [])
    gc.freeze()
    gc.disable()
    with suppress(EOFError, ConnectionError):
        while True:
            chunk = pipe.recv()
            _send(pipe, ([], error) if error else _attempt(function, chunk))
            gc.collect(0)  # between chunks, never in the middle of a tree


def _attempt(function: Callable[[Any], Any], chunk: Iterable[Any]) -> _Answer:
    results: list[Any] = []
    try:
        results.extend(map(function, chunk))
    except Exception as exc:  # noqa: BLE001 - it is raised again on the other side
        return results, _portable(exc)
    return results, None


def _send(pipe: Connection, answer: _Answer) -> None:
    try:
        pipe.send(answer)
    except ConnectionError:
        raise
    except Exception as exc:  # noqa: BLE001 - whatever pickling a foreign object may raise
        pipe.send(([], _portable(exc)))


def _portable(error: Exception) -> Exception:
    """Return the error, or what can be said of it where it does not survive pickling, with its traceback."""
    trace = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - its own bytes, back at once
    except Exception:  # noqa: BLE001 - whatever pickling a foreign object may raise
        error = FixbotError(f"{type(error).__name__}: {error}")
    error.add_note(f"in a worker process:\n{trace}")
    return error
