"""Makes the real parts known as fixtures to every test."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # `pytest` itself puts only this folder there

pytest_plugins = ["tests.parts.fixtures"]
