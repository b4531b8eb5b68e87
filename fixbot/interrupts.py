"""Remembers Ctrl-C and SIGTERM: one that gets lost on its way up is raised again; what to do then it leaves open.

`KeyboardInterrupt` is raised wherever the program happens to be, and may never arrive: a `finally` of a library that
fails puts another exception in its place, so does Python 3.11 around `__set_name__`, and what is raised in `__del__`
or in the callback of a weak reference is dropped.

Python runs handlers in the main thread, so that is the only one in which anything is raised or held back here: what
another thread raised would end up in what somebody waits for, and the program would go on.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

_heard: list[int] = []  # no lock: a handler that waits for what it interrupted would wait forever
_held: list[bool] = []  # one for each `later` that is not over; the same goes for it


class Terminated(KeyboardInterrupt):
    """Somebody asked the program to end, as who cancels a job does: SIGTERM."""


@contextmanager
def remembered() -> Iterator[None]:
    """Remember Ctrl-C and SIGTERM meanwhile, besides raising them where they hit; at the latest it is done in the end.

    Nothing is remembered of a signal that is ignored or that somebody else handles, nor in other threads than the main
    one, which alone may set a handler.

    Raises:
        Terminated: there was a SIGTERM, whatever exception has come of it.
        KeyboardInterrupt: there was a Ctrl-C and no SIGTERM.
    """
    mine = _mine() if _is_main() else {}
    if not mine:
        yield
        return
    for number in mine:
        signal.signal(number, _hear)
    dropped, sys.unraisablehook = sys.unraisablehook, _passed_over(sys.unraisablehook)
    try:
        yield
    finally:
        sys.unraisablehook = dropped
        for number, before in mine.items():
            signal.signal(number, before)
        heard = list(_heard)
        _heard.clear()
        if heard:
            raise _told(heard)


def check() -> None:
    """Stop here if there was a signal; whoever catches every `Exception` asks first.

    Raises:
        KeyboardInterrupt: there was one, and this is the main thread.
    """
    if _heard and _is_main():
        raise _told(_heard)


def between(items: Iterable[T]) -> Iterator[T]:
    """Yield items; stop before the first, between two and after the last if there was a signal.

    Raises:
        KeyboardInterrupt: there was one.
    """
    check()
    for item in items:
        yield item
        check()


@contextmanager
def later() -> Iterator[None]:
    """Let signals that are remembered wait for the end of something short that must not be left half done.

    In other threads than the main one it does nothing: no signal hits them.

    Raises:
        KeyboardInterrupt: one came meanwhile.
    """
    if not _is_main():
        yield
        return
    before = len(_heard)
    _held.append(True)
    try:
        yield
    finally:
        _held.pop()
        if not _held and len(_heard) > before:
            raise _told(_heard)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def _mine() -> dict[int, signal.Handlers]:
    """Return the signals that nobody handles yet, with what they do."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    return {number: what for number, what in usual.items() if signal.getsignal(number) is what}  # type: ignore[misc]


def _passed_over(hook: Callable[[sys.UnraisableHookArgs], object]) -> Callable[[sys.UnraisableHookArgs], object]:
    """Return what prints no trace of a signal that Python drops: it is raised again."""

    def quiet(dropped: sys.UnraisableHookArgs) -> None:
        if not (_heard and isinstance(dropped.exc_value, KeyboardInterrupt)):
            hook(dropped)

    return quiet


def _told(heard: Iterable[int]) -> KeyboardInterrupt:
    return Terminated() if signal.SIGTERM in heard else KeyboardInterrupt()


def _hear(number: int, frame: FrameType | None) -> None:
    del frame
    _heard.append(number)
    if not _held:
        raise _told([number])
