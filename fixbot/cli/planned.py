"""Tells a person what is planned, on a terminal and in Markdown."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from fixbot.chatops.tickets import title_of, told
from fixbot.fitting import plural
from fixbot.handover.documents import Plan
from fixbot.reviewing import Review, of_plan


def summary(made: Plan, digest: str) -> list[str]:
    """Return what a person sees: a line for each codemod, the figures, and the plan's SHA-256."""
    if made.because:
        return [made.because, f"SHA-256: {digest}"]
    lines = [f"{slug}: {said}" for slug, said in _planned(made).items()]
    found, planned = len(made.report.findings), _findings(made)
    figures = f"{plural(found, 'finding')}, {planned} planned, {len(made.refused)} left"
    lines += [f"{wish.path}:{wish.line}: an issue is to be filed: {title_of(wish)}" for wish in made.wishes]
    return [*lines, figures, f"SHA-256: {digest}"]


def reviewed(made: Plan) -> Review:
    """Return the review of what is planned."""
    said = of_plan(made.base, made.report, made.refused, changes=made.changes, because=made.because)
    return replace(said, filed=tuple(map(told, made.wishes)))


def _planned(made: Plan) -> dict[str, str]:
    counts = Counter(change.codemod for change in made.changes for _ in change.findings)
    files = {slug: {r.path for c in made.changes if c.codemod == slug for r in c.rewrites} for slug in counts}
    return {slug: f"{plural(counts[slug], 'finding')} in {plural(len(files[slug]), 'file')}" for slug in counts}


def _findings(made: Plan) -> int:
    return sum(len(change.findings) for change in made.changes)
