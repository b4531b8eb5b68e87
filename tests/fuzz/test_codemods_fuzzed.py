"""Every codemod on modules that nobody would write: it never crashes, settles, and keeps what it did not find.

`FIXBOT_FUZZ` says how many modules; it is a few hundred in CI.
"""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

import pytest

from benchmarks.fuzz import Piece, fuzzed

pytest.importorskip("hypothesmith")
# What it looks at is measured by other tests, and measuring takes it half as long again.
pytestmark = [pytest.mark.long, pytest.mark.no_cover]
PARTS = 4
REAL = Path(sysconfig.get_path("stdlib")) / "asyncio"


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_must_not_happens(part: int) -> None:
    _, figures = fuzzed(Piece(part, int(os.environ.get("FIXBOT_FUZZ", "240")) // PARTS, REAL))
    assert figures.counts["rewritten"] > 0
    assert [(one.said, one.name) for one in figures.wrong] == []
