"""Makes the real parts known as fixtures to every test."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # `pytest` itself puts only this folder there

os.environ.pop("PIP_CONSTRAINT", None)  # it is for the environment of the tests, not for those that they make

pytest_plugins = ["tests.parts.fixtures", "tests.single"]

# How long something takes on a machine that does ten things at once says nothing of the test.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# Nothing of what is collected here is ever thrown away, and looking for that takes as long as a thousand small tests.
gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage from now on, and only among what is made from now on."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each worker begin with its share of what takes minutes, so that none is left alone with it at the end."""
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    long = [item for item in items if item.get_closest_marker("long")]
    short = [item for item in items if not item.get_closest_marker("long")]
    bounds = [len(short) * worker // workers for worker in range(workers + 1)]
    parts = (long[worker::workers] + short[bounds[worker] : bounds[worker + 1]] for worker in range(workers))
    items[:] = [item for part in parts for item in part]
