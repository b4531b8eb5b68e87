"""The repository in which most lives begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.publish.living import Life, smell

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """Give a repository with one open pull request of one finding, and its dashboard."""
    life = Life(tmp_path / "place", {"a.py": smell("load")})
    life.run()
    return life
