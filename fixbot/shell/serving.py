"""The life of a worker process: it answers chunks of items until the other side closes the pipe."""

from __future__ import annotations

import gc
import pickle
import signal
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fixbot.errors import FixbotError
from fixbot.shell.deadline import Deadline, confine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from multiprocessing.connection import Connection

Answer = tuple[list[Any], Exception | None]


def serve(
    pipe: Connection,
    foreign: Sequence[Connection],
    function: Callable[[Any], Any],
    initializer: Callable[..., object] | None,
    initargs: tuple[object, ...],
    bounds: tuple[float, int] | None,
) -> None:
    """Answer chunks; this is all that a worker process does.

    Args:
        pipe: where chunks come from and answers go.
        foreign: ends of other pipes that the process has inherited.
        function: is called with each item.
        initializer: is called once before the first item.
        initargs: what it is called with.
        bounds: the seconds for one item and the bytes of memory for all; None for no limits.
    """
    _leave_signals_to_the_parent()
    for connection in foreign:
        connection.close()
    _, error = _attempt(lambda start: start(*initargs), [initializer] if initializer else [])
    gc.freeze()
    gc.disable()
    work = function if bounds is None else _bounded(function, *bounds)
    with suppress(EOFError, ConnectionError):
        while True:
            chunk = pipe.recv()
            _send(pipe, ([], error) if error else _attempt(work, chunk))
            gc.collect(0)  # between chunks, never in the middle of a tree


def _leave_signals_to_the_parent() -> None:
    """Ignore Ctrl-C, of which the parent decides what it means, and end at once where the parent says so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})


def _bounded(function: Callable[[Any], Any], seconds: float, memory: int) -> Callable[[Any], Any]:
    confine(memory)
    deadline = Deadline(seconds)

    def work(item: object) -> object:
        deadline.start()
        try:
            return function(item)
        finally:
            deadline.stop()

    return work


def _attempt(function: Callable[[Any], Any], chunk: Iterable[Any]) -> Answer:
    results: list[Any] = []
    try:
        results.extend(map(function, chunk))
    except Exception as exc:  # noqa: BLE001 - it is raised again on the other side
        return results, _portable(exc)
    return results, None


def _send(pipe: Connection, answer: Answer) -> None:
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
