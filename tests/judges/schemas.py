"""Holds workflows and actions against their JSON schemas, which check-jsonschema brings along."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.judges.documents import plant
from tests.judges.programs import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.judges.documents import Document


def judge(documents: Sequence[Document], folder: Path) -> list[str]:
    """Give what the schemas refuse."""
    workflows = [document for document in documents if not document.is_action]
    actions = [document for document in documents if document.is_action]
    return [
        *_against("vendor.github-workflows", workflows, folder),
        *_against("vendor.github-actions", actions, folder),
    ]


def _against(schema: str, documents: Sequence[Document], folder: Path) -> list[str]:
    if not documents:
        return []
    places = [str(place) for place in plant(documents, folder)]
    done = run([sys.executable, "-m", "check_jsonschema", "--verbose", "--builtin-schema", schema, *places], folder)
    return [] if done.returncode == 0 else [done.stdout + done.stderr]
