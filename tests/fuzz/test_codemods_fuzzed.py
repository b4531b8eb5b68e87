"""Every codemod on modules that nobody would write: it never crashes, settles, and keeps what it did not find.

`FIXBOT_FUZZ` says how many modules; it is a few hundred in CI.
"""

from __future__ import annotations

import os
import sysconfig
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.fuzz import Figures, examined, grown
from benchmarks.mutants import breed, examples, pieces
from fixbot import registry

pytest.importorskip("hypothesmith")
# What it looks at is measured by other tests, and measuring takes it half as long again.
pytestmark = [pytest.mark.long, pytest.mark.no_cover]
PARTS = 4
REAL = Path(sysconfig.get_path("stdlib")) / "asyncio"


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_must_not_happens(part: int) -> None:
    figures = Figures()
    bred = breed(part, pieces(REAL), examples(registry.catalogue()), grown)
    for mutant in islice(bred, int(os.environ.get("FIXBOT_FUZZ", "240")) // PARTS):
        figures.add(examined(mutant, registry.every()))
    assert figures.counts["rewritten findings"] > 0
    assert [(said, name) for said, name, _ in figures.wrong] == []


def test_what_must_not_happen_would_be_seen() -> None:
    """The judge is no use if it is blind: a change outside, a lost comment and an odd file are noticed."""
    from benchmarks.fuzz import objections_to  # noqa: PLC0415 - of this test alone

    before = b"x = 1  # keep\ny = 2\nz = 3\n"
    assert [*objections_to(before, b"x = 1  # keep\ny = 3\nz = 3\n", [(2, 2)])] == []
    assert [*objections_to(before, b"x = 1\ny = 2\nz = 3\n", [(1, 1)])] == ["loses of its comments ['keep']"]
    assert [*objections_to(before, b"x = 1  # keep\ny = 2\nz = 4\n", [(2, 2)])] == [
        "changes line 3, outside of what it found"
    ]
    assert [*objections_to(before, b"x = 1  # keep\ny = (\nz = 3\n", [(2, 2)])] == ["does not compile"]
