from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.campaign.many import Many, states
from tests.parts.command import SMELLY, fixbot
from tests.parts.dask_cluster import Cluster, cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.real, pytest.mark.long, pytest.mark.no_cover]
NAMES = [f"r{number}" for number in range(6)]
# Planning takes a moment, so that something can happen meanwhile.
SLOWLY: dict[str, object] = {"verify-command": "sleep 1"}


@pytest.fixture
def many(tmp_path: Path) -> Many:
    """Give a campaign over some repositories."""
    made = Many(tmp_path)
    for number, name in enumerate(NAMES):
        made.add(
            name, {f"{letter}.py": SMELLY for letter in "abc"[: number % 3 + 1]} | {"fixbot.toml": "max-open = 3\n"}
        )
    return made


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Cluster]:
    """Give a scheduler with two workers."""
    with cluster(tmp_path / "cluster") as made:
        yield made


def begun(many: Many, workers: Cluster) -> subprocess.Popen[str]:
    """Start a campaign at the cluster, as a program."""
    command = [sys.executable, "-c", "from fixbot.cli import main; main()", "campaign", "start", str(many.file)]
    command += ["--engine", workers.address]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def until(holds: Callable[[], bool], seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def plans(many: Many) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in many.folder.glob("plans/*.json")}


def opened(many: Many) -> list[str]:
    """Give the state of every pull request that there is: the canaries have one each."""
    return [state for pulls in many.pulls().values() for state in pulls]


def ended(start: subprocess.Popen[str]) -> str:
    said, _ = start.communicate(timeout=240)
    assert start.returncode == 0, said
    return said


def test_every_engine_makes_the_same_plans_byte_for_byte(many: Many, workers: Cluster) -> None:
    many.start("--dry-run")
    here = plans(many)
    for path in many.folder.glob("plans/*"):
        path.unlink()
    many.start("--dry-run", "--engine", workers.address)
    assert plans(many) == here
    assert len(here) == len(NAMES)


def test_a_worker_that_is_killed_loses_nothing(many: Many, workers: Cluster) -> None:
    many.tables["campaign"] = SLOWLY
    start = begun(many, workers)
    until(lambda: len(plans(many)) >= 1)
    workers.kill(workers.workers[0])
    ended(start)
    assert len(plans(many)) == len(NAMES)
    assert opened(many) == ["open"] * 5
    before = many.writes()
    assert set(states(many.start()).values()) == {"open", "waiting"}
    assert many.writes() == before


def test_a_scheduler_that_starts_again_is_found_again(many: Many, workers: Cluster) -> None:
    many.tables["campaign"] = SLOWLY
    start = begun(many, workers)
    until(lambda: len(plans(many)) >= 1)
    assert workers.scheduler is not None
    workers.kill(workers.scheduler)
    for worker in workers.workers:
        if worker.poll() is None:
            workers.kill(worker)
    workers.begin()
    workers.add()
    ended(start)
    assert len(plans(many)) == len(NAMES)
    assert opened(many) == ["open"] * 5


def test_without_a_worker_it_says_what_to_do(many: Many, workers: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fixbot.shell.campaign.engines._PATIENCE", 3.0)
    for worker in workers.workers:
        workers.kill(worker)
    done = fixbot("campaign", "start", many.file, "--engine", workers.address)
    assert done.code == 2
    assert "no Dask worker answers" in done.err
    assert "dask worker" in done.err
