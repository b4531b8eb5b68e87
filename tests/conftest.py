"""Makes the real parts known as fixtures to every test."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parents[1]))  # `pytest` itself puts only this folder there

pytest_plugins = ["tests.parts.fixtures"]

# How long something takes on a machine that does ten things at once says nothing of the test.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
