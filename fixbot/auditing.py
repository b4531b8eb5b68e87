"""The story of `fixbot audit`: documents in, each claim in them held against the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from fixbot.claims import Facts, hold
from fixbot.codemod import Recipe
from fixbot.model import Document, ScanReport
from fixbot.report.audit import Audited
from fixbot.settings import excluder
from fixbot.shell.annals import annals_of
from fixbot.shell.listing import all_paths, text_at


def audited(
    documents: Sequence[Document],
    report: ScanReport,
    codemods: Sequence[Recipe],
    root: Path,
    exclude: Sequence[str] = (),
) -> list[Audited]:
    """Return each document with what the code says of its items.

    Args:
        documents: what was read.
        report: what a scan of the project found.
        codemods: what the scan looked for.
        root: the top of the project; where it is a git repository, its history is asked too.
        exclude: globs of the files that the scan left out.
    """
    facts = _facts(report, codemods, root, exclude)
    return [Audited(document, tuple(hold(item, facts) for item in document.items)) for document in documents]


def _facts(report: ScanReport, codemods: Sequence[Recipe], root: Path, exclude: Sequence[str]) -> Facts:
    annals = annals_of(root)
    facts = Facts(
        report=report,
        codemods=frozenset(codemod.slug() for codemod in codemods),
        paths=all_paths(root),
        root=root.resolve().as_posix(),
        excluded=excluder(exclude),
        text=cache(partial(text_at, root)),
    )
    if annals is None:
        return facts
    return replace(facts, renamed=cache(annals.renamed), commit=cache(annals.claimed), has_git=not annals.is_shallow())
