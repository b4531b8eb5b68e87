from __future__ import annotations

import multiprocessing
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from fixbot.shell.deadline import Deadline, confine, fate
from fixbot.shell.workers import Bounds, spread

SECONDS = 0.5
BUSY = 5

pytestmark = [
    pytest.mark.single,
    pytest.mark.skipif(sys.platform == "win32", reason="nothing there ends a process in time"),
]


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def told(item: int, reason: str, detail: str) -> str:
    return f"{item}: {reason}: {detail}"


def backtracks(_number: int) -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")  # C code that no Python handler interrupts


def waits(_number: int) -> None:
    time.sleep(1000)


def loops(_number: int) -> None:
    while True:
        pass


def crashes(_number: int) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def is_killed(_number: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leaves(_number: int) -> None:
    os._exit(7)


class Sometimes:
    """Does something bad with some items, and returns the others."""

    def __init__(self, bad: Callable[[int], None], at: frozenset[int]) -> None:
        self.bad, self.at = bad, at

    def __call__(self, number: int) -> str:
        if number in self.at:
            self.bad(number)
        return str(number)


TOO_LONG = "timeout: took longer than 1 s"
DIED = "crash: the process that worked on it died"
KILLED = "crash: the process that worked on it was killed, as when memory runs out"


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("bad", "because"),
    [
        (backtracks, TOO_LONG),
        (waits, TOO_LONG),
        (loops, TOO_LONG),
        (crashes, f"{DIED} (SIGSEGV)"),
        (is_killed, KILLED),
        (leaves, f"{DIED} (exit code 7)"),
    ],
)
def test_whatever_an_item_does_the_others_are_done(bad: Callable[[int], None], because: str, jobs: int) -> None:
    work = Sometimes(bad, frozenset({BUSY}))
    done = list(spread(work, range(20), jobs=jobs, bounds=Bounds(told, SECONDS, 10**9)))
    assert done == [f"{number}: {because}" if number == BUSY else str(number) for number in range(20)]


def test_every_item_may_be_bad() -> None:
    work = Sometimes(leaves, frozenset(range(12)))
    done = list(spread(work, range(12), jobs=2, bounds=Bounds(told, SECONDS, 10**9)))
    assert done == [f"{number}: {DIED} (exit code 7)" for number in range(12)]


def test_the_only_item_has_a_process_of_its_own() -> None:
    assert list(spread(whose, [0], jobs=1, bounds=Bounds(told, SECONDS, 10**9))) != [str(os.getpid())]
    assert list(spread(whose, [0], jobs=1)) == [str(os.getpid())]


def whose(_number: int) -> str:
    return str(os.getpid())


def test_many_items_may_take_longer_together() -> None:
    work = Sometimes(lambda _: time.sleep(SECONDS / 2), frozenset(range(6)))
    assert list(spread(work, range(6), jobs=1, bounds=Bounds(told, SECONDS, 10**9))) == list(map(str, range(6)))


def asks(number: int) -> str:
    try:
        return str(len(bytearray(number)))
    except MemoryError:
        return "none left"


@pytest.mark.skipif(sys.platform != "linux", reason="no other system can be asked")
def test_a_process_gets_no_more_memory_than_it_may_have() -> None:
    done = spread(asks, [10**6, 3 * 10**8], jobs=1, bounds=Bounds(told, 10.0, 10**8))
    assert list(done) == ["1000000", "none left"]


def test_work_that_was_held_up_by_other_processes_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stood = iter([0.0, 1000.0, 1000.0])
    monkeypatch.setattr("fixbot.shell.deadline._stood", lambda: next(stood))
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _, number: killed.append(number))
    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGPROF)
    try:
        deadline = Deadline(0.05)
        deadline.start()
        time.sleep(0.2)
        deadline.stop()
    finally:
        signal.signal(signal.SIGALRM, before[0])
        signal.signal(signal.SIGPROF, before[1])
    assert killed == []


def test_no_limit_is_raised_that_the_system_sets() -> None:
    resource = pytest.importorskip("resource")
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_DATA, (5 * 10**8, 5 * 10**8))
        confine(10**12)
        os._exit(resource.getrlimit(resource.RLIMIT_DATA)[0] != 5 * 10**8)
    assert os.waitpid(pid, 0)[1] == 0


def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    assert fate(-250, 1) == ("crash", "the process that worked on it died (exit code -250)")
