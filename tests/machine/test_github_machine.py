"""The machine on GitHub: a real git server and the emulator, behind what lets faults in."""

from __future__ import annotations

import itertools
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.choices import PARTS, chosen, seeded
from tests.machine.machine import Machine
from tests.machine.on_github import OnGitHub
from tests.machine.sparing import sparing

if TYPE_CHECKING:
    from tests.machine.world import Spy, World
    from tests.parts.github import Site

# What it looks at is measured by other tests, and measuring takes it half as long again.
pytestmark = [pytest.mark.real, pytest.mark.long, pytest.mark.no_cover]
_numbers = itertools.count(1)


@pytest.mark.parametrize("part", PARTS)
def test_fixbot_keeps_its_promises_on_github(part: int, running_site: Site, spy: Spy) -> None:
    class OnSite(Machine):
        def make(self, files: dict[str, str], *, variant: bool) -> World:
            return OnGitHub(running_site, f"octo/r{next(_numbers)}", dict(files), spy, apart=int(variant))

    with sparing() if part else nullcontext():
        run_state_machine_as_test(seeded(OnSite, part), settings=chosen(0.5 / len(PARTS)))
