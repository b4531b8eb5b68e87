"""Writes a scan as GitHub Flavored Markdown, for a job summary or a comment; it lets foreign text be text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixbot.markdown import cell, code, prose, text
from fixbot.report.facts import passed_over, summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fixbot.model import Finding, ScanReport

_HEAD = ("Severity", "Codemod", "Where", "What")


def as_markdown(report: ScanReport) -> str:
    """Return the figures, a table of the findings and a list of the skipped files, without what is empty."""
    blocks = [[text(summary(report))]]
    if report.findings:
        blocks.append([_row(_HEAD), _row("---" for _ in _HEAD), *map(_finding, report.findings)])
    if skipped := passed_over(report):
        blocks.append(["Skipped:"])
        blocks.append([f"- {code(one.path)}: {text(one.reason)}, {prose(one.detail)}" for one in skipped])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _finding(finding: Finding) -> str:
    """Return the row of a finding."""
    place = code(f"{finding.path}:{finding.line}")
    return _row((finding.severity.value, code(finding.codemod), place, prose(finding.message)))


def _row(fragments: Iterable[str]) -> str:
    """Return one row of a table."""
    return f"| {' | '.join(map(cell, fragments))} |"
