"""Tells a person what is planned, on a terminal and in Markdown."""

from __future__ import annotations

from collections import Counter

from fixbot.fitting import plural
from fixbot.handover.documents import Plan


def summary(made: Plan, digest: str) -> list[str]:
    """Return what a person sees: a line for each codemod, the figures, and the plan's SHA-256."""
    if made.because:
        return [made.because, f"SHA-256: {digest}"]
    lines = [f"{slug}: {said}" for slug, said in _planned(made).items()]
    found, planned = len(made.report.findings), _findings(made)
    figures = f"{plural(found, 'finding')}, {planned} planned, {len(made.refused)} left"
    return [*lines, figures, f"SHA-256: {digest}"]


def facts(made: Plan) -> dict[str, object]:
    """Return the figures that the review shows."""
    report, planned = made.report, _findings(made)
    return {
        "outcome": made.because or f"{plural(len(report.findings), 'finding')}, {planned} planned",
        "base": f"{made.base.branch} at {made.base.commit[:12]}",
        "files": report.files,
        "findings": len(report.findings),
        "rewritten": planned,
        "seconds": f"{report.seconds:.1f}",
        "requests": 0,
        "writes": 0,
        "published": [
            {"branch": slug, "state": "planned", "number": 0, "link": "", "reason": said}
            for slug, said in _planned(made).items()
        ],
        "refused": [{"where": f"{r.finding.path}:{r.finding.line}", "because": r.told} for r in made.refused],
        "skipped": report.skipped,
    }


def _planned(made: Plan) -> dict[str, str]:
    counts = Counter(change.codemod for change in made.changes for _ in change.findings)
    files = {slug: {r.path for c in made.changes if c.codemod == slug for r in c.rewrites} for slug in counts}
    return {slug: f"{plural(counts[slug], 'finding')} in {plural(len(files[slug]), 'file')}" for slug in counts}


def _findings(made: Plan) -> int:
    return sum(len(change.findings) for change in made.changes)
