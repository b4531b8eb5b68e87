"""Asks `act`, which runs workflows, whether it could run these; it runs none."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.judges.documents import WORKFLOWS, plant
from tests.judges.programs import installed, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.judges.documents import Document


def judge(documents: Sequence[Document], folder: Path) -> list[str]:
    """Give the first complaint about workflows; actions it only reads when it runs them."""
    if sys.platform != "linux":
        pytest.skip("act runs workflows of Linux on Linux")
    workflows = [document for document in documents if not document.is_action]
    if not workflows:
        return []
    plant(workflows, folder)
    done = run([installed("act"), "--validate", "--strict", "-W", WORKFLOWS], folder)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "docker connection" not in line]
    return [] if done.returncode == 0 else said
