from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.parts.command import CLEAN, MANUAL, SAFE, SMELLY, plant

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "a.py": SMELLY,
    "b.py": SAFE,
    "c.py": CLEAN,
    "pkg/ask.py": MANUAL,
    "pkg/old.py": "print 'two'\nexcept:\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project without git, as the current directory, with one finding of each safety."""
    place = tmp_path / "project"
    plant(place, {**FILES, "pyproject.toml": '[project]\nname = "x"\n'})
    monkeypatch.chdir(place)
    return place
