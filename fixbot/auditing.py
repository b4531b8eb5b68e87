"""The story of `fixbot audit`: documents in, each claim in them held against the code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from fixbot.claims import Facts, hold
from fixbot.codemod import Recipe
from fixbot.model import Document, ScanReport
from fixbot.report.audit import Audited
from fixbot.shell.annals import annals_of
from fixbot.shell.listing import all_paths, text_at


def audited(documents: Sequence[Document], report: ScanReport, codemods: Sequence[Recipe], root: Path) -> list[Audited]:
    """Return each document with what the code says of its items.

    Args:
        documents: what was read.
        report: what a scan of the project found.
        codemods: what the scan looked for.
        root: the top of the project; where it is a git repository, its history is asked too.
    """
    facts = facts_of(report, codemods, root)
    return [Audited(document, tuple(hold(item, facts) for item in document.items)) for document in documents]


def facts_of(report: ScanReport, codemods: Sequence[Recipe], root: Path) -> Facts:
    """Return what is known of a project."""
    slugs = frozenset(codemod.slug() for codemod in codemods)
    paths, annals = all_paths(root), annals_of(root)
    text = cache(partial(text_at, root))
    if annals is None:
        return Facts(report=report, codemods=slugs, paths=paths, text=text)
    named = cache(annals.claimed)
    renamed = cache(annals.renamed)
    return Facts(report=report, codemods=slugs, paths=paths, text=text, renamed=renamed, commit=named, has_git=True)
