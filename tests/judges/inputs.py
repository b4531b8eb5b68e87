"""Holds the inputs an action declares against those that it and workflows beside it name, as no other judge does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.judges.documents import Document

USED = re.compile(r"\binputs\.([\w-]+)")


def judge(documents: Sequence[Document], _folder: Path) -> list[str]:
    """Give inputs that are used and not declared, declared and not used, or handed to this action and unknown to it."""
    actions = [document for document in documents if document.is_action]
    complaints = [complaint for action in actions for complaint in _of_action(action)]
    for root in (action for action in actions if "/" not in action.path):
        declared = set(root.parsed.get("inputs", {}))
        complaints += [complaint for document in documents for complaint in _of_callers(document, declared)]
    return complaints


def _of_action(action: Document) -> Iterator[str]:
    declared = set(action.parsed.get("inputs", {}))
    used = set(USED.findall(action.text))
    yield from (f"{action.path}: the input {name} is not declared" for name in sorted(used - declared))
    yield from (f"{action.path}: the input {name} is not used" for name in sorted(declared - used))


def _of_callers(document: Document, declared: set[str]) -> Iterator[str]:
    for step in document.steps():
        if step.says.get("uses") in {"./", "$/"}:
            unknown = sorted(set(step.says.get("with", {})) - declared)
            yield from (f"{step.where}: the action has no input {name}" for name in unknown)
