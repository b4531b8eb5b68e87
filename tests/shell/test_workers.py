import contextlib
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fixbot.errors import FixbotError
from fixbot.shell.workers import FEWEST, chunks, default_jobs, spread

SLEEPERS = """
import os, signal, time
from fixbot.shell.workers import spread

def sleep(_):
    os.write(1, b"%d\\n" % os.getpid())  # in one piece, which print does not promise
    time.sleep(60)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell may have had it ignore
    for _ in spread(sleep, range(100), jobs=2):
        pass
"""

started: list[int] = []


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    started.clear()
    yield
    assert multiprocessing.active_children() == []


def square(number: int) -> int:
    return number * number


def unevenly(number: int) -> int:
    time.sleep(0.03 if number == 0 else 0)
    return number


def whose(_number: int) -> int:
    time.sleep(0.001)
    return os.getpid()


def start(number: int) -> None:
    started.append(number)


def what_started(_number: int) -> list[int]:
    return started


def fail_at_nine(number: int) -> int:
    if number == 9:
        message = "nine"
        raise LookupError(message)
    return number


class StubbornError(Exception):
    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


def fail_stubbornly(_number: int) -> None:
    raise StubbornError("not", "again")  # noqa: EM101 - two words are what makes it impossible to unpickle


def no_start() -> None:
    message = "no start"
    raise OSError(message)


def no_pickle(_number: int) -> Callable[[], None]:
    return lambda: None


def die(number: int) -> int:
    if number == 20:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def collects(_number: int) -> tuple[bool, bool]:
    return gc.isenabled(), gc.get_freeze_count() > 0


def large(number: int) -> bytes:
    return bytes([number % 256]) * 1_000_000


@pytest.mark.parametrize("jobs", [0, 1, 2, 3, 50])
def test_results_come_in_the_order_of_the_items(jobs: int) -> None:
    assert list(spread(square, iter(range(40)), jobs=jobs)) == [number * number for number in range(40)]


def test_a_slow_item_does_not_change_the_order() -> None:
    assert list(spread(unevenly, range(40), jobs=2)) == list(range(40))


def test_one_job_and_few_items_need_no_process() -> None:
    assert set(spread(whose, range(FEWEST - 1), jobs=2)) == {os.getpid()}
    assert set(spread(whose, range(40), jobs=1)) == {os.getpid()}
    assert list(spread(whose, [], jobs=2)) == []


def test_many_items_are_done_by_other_processes() -> None:
    processes = set(spread(whose, range(40), jobs=2))
    assert len(processes) == 2
    assert os.getpid() not in processes


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_process_is_set_up_once(jobs: int) -> None:
    results = list(spread(what_started, range(40), jobs=jobs, initializer=start, initargs=(7,)))
    assert results == [[7]] * 40


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_is_raised_when_its_item_s_turn_comes(jobs: int) -> None:
    results = spread(fail_at_nine, range(100), jobs=jobs)
    assert [next(results) for _ in range(9)] == list(range(9))
    with pytest.raises(LookupError, match="nine"):
        next(results)


def test_an_error_from_another_process_brings_its_traceback() -> None:
    with pytest.raises(LookupError) as caught:
        list(spread(fail_at_nine, range(100), jobs=2))
    assert "in fail_at_nine" in caught.value.__notes__[0]


def test_an_error_that_cannot_be_pickled_is_told_in_words() -> None:
    with pytest.raises(FixbotError) as caught:
        list(spread(fail_stubbornly, range(100), jobs=2))
    assert str(caught.value) == "StubbornError: not again"


def test_a_result_that_cannot_be_pickled_is_an_error() -> None:
    with pytest.raises(Exception, match="lambda"):
        list(spread(no_pickle, range(100), jobs=2))


def test_a_set_up_that_fails_is_an_error() -> None:
    with pytest.raises(OSError, match="no start"):
        list(spread(square, range(100), jobs=2, initializer=no_start))


def test_a_process_that_dies_is_reported_with_what_it_worked_on() -> None:
    with pytest.raises(FixbotError, match=r"^a worker process died \(exit code -9\) at one of \["):
        list(spread(die, range(100), jobs=2))


def test_results_and_items_larger_than_a_pipe_s_buffer_pass() -> None:
    assert [len(result) for result in spread(large, range(12), jobs=2)] == [1_000_000] * 12
    assert list(spread(len, [b"x" * 1_000_000] * 12, jobs=2)) == [1_000_000] * 12


def test_an_iterator_that_is_closed_early_ends_its_processes() -> None:
    results = spread(whose, range(1000), jobs=2)
    process = next(results)
    assert {child.pid for child in multiprocessing.active_children()} >= {process}
    results.close()  # type: ignore[attr-defined]  # an iterator by contract, a generator in fact
    assert not alive(process)


def test_an_interrupt_ends_the_processes() -> None:
    results = spread(whose, range(1000), jobs=2)
    process = next(results)
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)  # type: ignore[attr-defined]  # an iterator by contract, a generator in fact
    assert not alive(process)


def test_processes_collect_no_garbage_amid_an_item() -> None:
    assert set(spread(collects, range(40), jobs=2)) == {(False, True)}
    assert gc.isenabled()


def test_a_process_with_threads_is_not_forked() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert list(spread(square, range(40), jobs=2)) == [number * number for number in range(40)]
    finally:
        done.set()
        thread.join()


def test_no_job_imports_no_multiprocessing() -> None:
    program = (
        "import sys; before = set(sys.modules); from fixbot.shell.workers import spread; "
        "assert list(spread(abs, range(100), jobs=1)) == list(range(100)); "
        "assert not [name for name in set(sys.modules) - before if name.startswith('multiprocessing')]"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals to a group of processes")
def test_ctrl_c_ends_all_processes_and_only_the_first_one_says_so(tmp_path: Path) -> None:
    with sleepers(tmp_path) as (parent, processes):
        os.killpg(parent.pid, signal.SIGINT)
        _, errors = parent.communicate(timeout=10)
        assert errors.count("Traceback") == 1
        assert errors.rstrip().endswith("KeyboardInterrupt")
        assert not any(map(alive, processes))


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process")
def test_processes_end_when_the_first_one_is_killed_between_items(tmp_path: Path) -> None:
    with sleepers(tmp_path, seconds="0.05") as (parent, processes):
        parent.kill()
        parent.communicate(timeout=10)
        deadline = time.monotonic() + 10
        while any(map(alive, processes)) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not any(map(alive, processes))


@contextlib.contextmanager
def sleepers(folder: Path, seconds: str = "60") -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    program = folder / "sleepers.py"
    program.write_text(SLEEPERS.replace("60", seconds))
    pipe = subprocess.PIPE
    command = [sys.executable, str(program)]
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as parent:
        try:
            assert parent.stdout is not None
            yield parent, [int(parent.stdout.readline()) for _ in range(2)]
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(parent.pid, signal.SIGKILL)


def alive(process: int) -> bool:
    """Say whether a process runs; one that only waits to be collected by init does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("count", [0, 1, 8, 170, 3000])
def test_chunks_hold_every_item_once_and_get_smaller(count: int) -> None:
    cut = list(chunks(range(count), 2))
    sizes = [len(chunk) for chunk in cut]
    assert [item for chunk in cut for item in chunk] == list(range(count))
    assert sizes == sorted(sizes, reverse=True)
    assert max(sizes, default=1) <= min(32, max(1, count // 16))


def test_the_default_is_the_number_of_usable_cpus() -> None:
    assert 1 <= default_jobs() <= (os.cpu_count() or 1)
