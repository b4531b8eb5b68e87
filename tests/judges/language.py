"""Asks GitHub's own language service, which editors use, about workflows and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.judges.programs import ask_script

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.judges.documents import Document


def judge(documents: Sequence[Document], folder: Path) -> list[str]:
    """Give everything that it says, hints included."""
    said = ask_script("language.cjs", documents, folder)
    return [f"{one['path']}:{one['line']}: {one['message']}" for one in said]
