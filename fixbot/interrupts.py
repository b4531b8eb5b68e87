"""Remembers Ctrl-C, so that an interrupt that gets lost on its way up is raised again; what to do then it leaves open.

`KeyboardInterrupt` is raised wherever the program happens to be, and may never arrive: a `finally` of a library that
fails puts another exception in its place, so does Python 3.11 around `__set_name__`, and what is raised in `__del__`
or in the callback of a weak reference is dropped.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

_heard: list[int] = []  # no lock: a handler that waits for what it interrupted would wait forever


@contextmanager
def remembered() -> Iterator[None]:
    """Remember Ctrl-C meanwhile, besides raising it where it hits; at the latest in the end it is raised again.

    Nothing is remembered where Ctrl-C is ignored or somebody else handles it, nor in other threads than the main one,
    which alone may set a handler.

    Raises:
        KeyboardInterrupt: there was a Ctrl-C, whatever exception has come of it.
    """
    if threading.current_thread() is not threading.main_thread() or not _is_default():
        yield
        return
    signal.signal(signal.SIGINT, _hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        heard = bool(_heard)
        _heard.clear()
        if heard:
            raise KeyboardInterrupt


def check() -> None:
    """Stop here if there was a Ctrl-C; whoever catches every `Exception` asks first.

    Raises:
        KeyboardInterrupt: there was one.
    """
    if _heard:
        raise KeyboardInterrupt


def between(items: Iterable[T]) -> Iterator[T]:
    """Yield items; stop before the first, between two and after the last if there was a Ctrl-C.

    Raises:
        KeyboardInterrupt: there was one.
    """
    check()
    for item in items:
        yield item
        check()


def _is_default() -> bool:
    return signal.getsignal(signal.SIGINT) is signal.default_int_handler


def _hear(number: int, frame: FrameType | None) -> None:
    _heard.append(number)
    signal.default_int_handler(number, frame)
