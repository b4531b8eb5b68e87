from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fixbot.interrupts import Terminated, check, later, remembered
from fixbot.shell import programs
from fixbot.shell.scratch import outside, scratch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")

# A program that takes away what it has begun when it is asked to end, as git does with its locks.
TIDY = """
import pathlib, signal, sys, time
lock = pathlib.Path(sys.argv[1])
signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.2), lock.unlink(), sys.exit(1)))
lock.touch()
time.sleep(60)
"""
STUBBORN = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""
PARENT = "import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', sys.argv[1], sys.argv[2]]).returncode)"


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Let both signals be heard, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler), signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    assert signal.signal(signal.SIGINT, before[0]) is signal.default_int_handler
    assert signal.signal(signal.SIGTERM, before[1]) is signal.SIG_DFL


def work(*steps: Callable[[], object]) -> None:
    """Take steps while signals are remembered."""
    with remembered():
        for step in steps:
            step()


def test_sigterm_is_raised_where_it_hits() -> None:
    after: list[int] = []
    with pytest.raises(Terminated):
        work(lambda: signal.raise_signal(signal.SIGTERM), lambda: after.append(1))
    assert after == []


def test_ctrl_c_is_no_sigterm() -> None:
    with pytest.raises(KeyboardInterrupt) as caught:
        work(lambda: signal.raise_signal(signal.SIGINT))
    assert not isinstance(caught.value, Terminated)


def test_a_signal_waits_for_the_end_of_what_must_not_be_half_done() -> None:
    done: list[str] = []

    def wait() -> None:
        with later():
            with later():
                signal.raise_signal(signal.SIGTERM)
                done.append("inside")
            done.append("outside")
        done.append("after")

    with pytest.raises(Terminated):
        work(wait)
    assert done == ["inside", "outside"]


def test_a_signal_of_before_is_not_raised_once_more_by_what_cleans_up() -> None:
    cleaned: list[str] = []

    def clean() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            with later():
                cleaned.append("this")
            cleaned.append("that")

    with pytest.raises(KeyboardInterrupt):
        work(clean)
    assert cleaned == ["this", "that"]


def test_nothing_waits_where_nothing_is_remembered() -> None:
    with pytest.raises(KeyboardInterrupt), later():
        signal.raise_signal(signal.SIGINT)
    check()


def test_whatever_is_left_in_the_scratch_folder_goes_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with scratch():
        place = Path(tempfile.mkdtemp())
        (place / "file").touch()
        assert place.parent.parent == tmp_path
    assert list(tmp_path.iterdir()) == []
    assert tempfile.gettempdir() == str(tmp_path)


def test_what_is_to_stay_is_made_outside_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with scratch():
        inside = tempfile.gettempdir()
        assert outside() == str(tmp_path)
        assert tempfile.gettempdir() == inside


def test_nothing_is_made_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with scratch():
        assert tempfile.tempdir == str(tmp_path / "missing")


@pytest.mark.parametrize("group", [False, True])
def test_a_program_that_is_in_the_way_takes_its_lock_along(tmp_path: Path, *, group: bool) -> None:
    lock = tmp_path / "lock"
    command = [sys.executable, "-c", PARENT, TIDY] if group else [sys.executable, "-c", TIDY]
    with pytest.raises(subprocess.TimeoutExpired):
        programs.run([*command, str(lock)], group=group, timeout=3)
    assert not lock.exists()


def test_a_program_that_will_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_PATIENCE", 0.2)
    began = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        programs.run([sys.executable, "-c", STUBBORN, str(tmp_path / "started")], timeout=3)
    assert time.monotonic() - began < 30


def test_what_a_program_says_and_reads_is_kept_apart() -> None:
    said = "import sys; print(sys.stdin.read().upper()); print('no', file=sys.stderr); sys.exit(3)"
    done = programs.run([sys.executable, "-c", said], stdin="yes", text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (3, "YES\n", "no\n")


def elsewhere(inside: threading.Event, over: threading.Event) -> tuple[threading.Thread, list[BaseException]]:
    """Return a thread that is inside something that must not be left half done until it is over, and what hits it."""
    hits: list[BaseException] = []

    def short() -> None:
        try:
            with later():
                inside.set()
                over.wait(60)
            check()
        except BaseException as exc:  # noqa: BLE001 - as an executor keeps it
            hits.append(exc)

    return threading.Thread(target=short, daemon=True), hits


def test_what_another_thread_must_not_leave_half_done_holds_no_signal_back() -> None:
    inside, over = threading.Event(), threading.Event()
    thread, hits = elsewhere(inside, over)
    thread.start()
    after: list[int] = []
    with pytest.raises(Terminated):
        work(lambda: inside.wait(60), lambda: signal.raise_signal(signal.SIGTERM), lambda: after.append(1))
    over.set()
    thread.join(60)
    assert (after, hits) == ([], [])


def test_a_signal_that_waits_for_the_main_thread_is_raised_in_no_other() -> None:
    inside, over = threading.Event(), threading.Event()
    thread, hits = elsewhere(inside, over)
    done: list[str] = []

    def wait() -> None:
        thread.start()
        inside.wait(60)
        with later():
            signal.raise_signal(signal.SIGTERM)
            over.set()
            thread.join(60)
            done.append("inside")
        done.append("after")

    with pytest.raises(Terminated):
        work(wait)
    assert (done, hits) == (["inside"], [])
