"""The machine without a server: half of the repositories have an `origin` that is a path."""

from __future__ import annotations

import itertools
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.choices import PARTS, chosen, seeded
from tests.machine.locally import Locally, through_gates
from tests.machine.machine import Machine
from tests.machine.sparing import sparing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.machine.world import World

# What it looks at is measured by other tests, and measuring takes it half as long again.
pytestmark = [pytest.mark.real, pytest.mark.long, pytest.mark.no_cover]


@pytest.mark.parametrize("part", PARTS)
def test_fixbot_keeps_its_promises_without_a_server(part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = itertools.count(1)

    class Here(Machine):
        def make(self, files: dict[str, str], *, variant: bool) -> World:
            folder = tmp_path / str(next(numbers))
            folder.mkdir()
            return Locally(folder, dict(files), origin=variant)

    with through_gates(monkeypatch), sparing() if part else nullcontext():
        run_state_machine_as_test(seeded(Here, part), settings=chosen(0.5 / len(PARTS)))
