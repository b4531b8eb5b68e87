"""Writes a scan for a person at a terminal; nothing that it writes can steer the terminal or a CI runner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fixbot.markdown import visible
from fixbot.report.facts import passed_over, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fixbot.model import Finding, ScanReport

# GitHub's runner obeys a line that starts with `::`, and `##[` anywhere; Azure and TeamCity obey `##word[`.
_COMMAND = re.compile(r"\A\s*:(?=:)|#(?=#\w*\[)")


def as_text(report: ScanReport, *, brief: bool = False) -> str:
    """Return one line a finding with its evidence below, then the files that were skipped, then the figures.

    Characters that a terminal does not show are written as Python escapes. A brief text has the findings only.
    """
    lines = [line for finding in report.findings for line in _finding(finding)]
    if not brief:
        lines += [f"{one.path}: skipped, {one.reason}: {one.detail}" for one in passed_over(report)]
        lines.append(summary(report))
    return "".join(f"{harmless(line)}\n" for line in lines)


def _finding(finding: Finding) -> Iterator[str]:
    """Yield the line of a finding and the lines of its evidence."""
    place = f"{finding.path}:{finding.line}:{finding.column}"
    yield f"{place}: {finding.severity} {finding.codemod}: {finding.message} [{finding.safety}]"
    for evidence in finding.evidence:
        yield f"    line {evidence.line}: {evidence.says}"


def harmless(line: str) -> str:
    """Return one line that commands nothing."""
    return _COMMAND.sub(lambda found: f"{found[0][:-1]}\\x{ord(found[0][-1]):02x}", visible(line))
