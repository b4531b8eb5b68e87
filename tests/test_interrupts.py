from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from fixbot.interrupts import between, check, remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Let Ctrl-C be heard, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def replaced() -> None:
    """Interrupt, and fail while cleaning up."""
    try:
        signal.raise_signal(signal.SIGINT)
    finally:
        {"": None}["missing"]


class Dying:
    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


class Failing:
    def __del__(self) -> None:
        raise ValueError


def work(*steps: Callable[[], object]) -> None:
    """Take steps while interrupts are remembered."""
    with remembered():
        for step in steps:
            step()


def test_an_interrupt_is_raised_where_it_hits() -> None:
    after: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        work(lambda: signal.raise_signal(signal.SIGINT), lambda: after.append(1))
    assert after == []


def test_an_interrupt_that_became_another_exception_leaves_as_an_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt) as caught:
        work(replaced)
    assert isinstance(caught.value.__context__, KeyError)


def test_an_interrupt_that_was_dropped_leaves_in_the_end() -> None:
    after: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        work(Dying, lambda: after.append(1))
    assert after == [1]


def test_of_an_interrupt_that_is_dropped_and_raised_again_nothing_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda seen: told.append(seen.exc_type))
    with pytest.raises(KeyboardInterrupt):
        work(Dying)
    assert told == []
    with remembered():
        Failing()
    assert told == [ValueError]


def test_whoever_catches_everything_can_ask() -> None:
    asked = []

    def ask() -> None:
        check()
        try:
            replaced()
        except KeyError:
            asked.append(1)
            check()
            asked.append(2)

    with pytest.raises(KeyboardInterrupt):
        work(ask)
    assert asked == [1]


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_no_item_follows_an_interrupt(at: int) -> None:
    seen: list[int] = []

    def each() -> None:
        if at == 0:
            Dying()
        for item in between([1, 2, 3]):
            seen.append(item)
            if item == at:
                Dying()
        seen.append(4)

    with pytest.raises(KeyboardInterrupt):
        work(each)
    assert seen == list(range(1, at + 1))


def test_an_interrupt_is_forgotten_with_the_work_that_it_was_meant_for() -> None:
    with pytest.raises(KeyboardInterrupt):
        work(replaced)
    work(check)


def test_other_exceptions_pass() -> None:
    with pytest.raises(KeyError, match="nothing"):
        work(lambda: {"": None}["nothing"])


def test_ctrl_c_that_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work(lambda: signal.raise_signal(signal.SIGINT), check)
    assert signal.signal(signal.SIGINT, signal.default_int_handler) is signal.SIG_IGN


def test_another_thread_sets_no_handler() -> None:
    seen: list[object] = []
    thread = threading.Thread(target=work, args=[lambda: seen.append(signal.getsignal(signal.SIGINT))])
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
