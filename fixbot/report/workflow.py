"""Writes a scan as workflow commands, which GitHub shows beside the code; it escapes what could end one.

The escaping is that of actions/toolkit, packages/core/src/command.ts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixbot.markdown import visible
from fixbot.model import Severity
from fixbot.report.facts import BROKEN, encodable, passed_over

if TYPE_CHECKING:
    from fixbot.model import Finding, ScanReport, Skipped

_COMMANDS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def as_github(report: ScanReport) -> str:
    """Return one workflow command a finding and a skipped file; no text where there is neither.

    Lone surrogates become U+FFFD, and what else does not show is spelled out.
    """
    commands = [_finding(finding) for finding in report.findings]
    commands += [_skipped(skipped) for skipped in passed_over(report)]
    return "".join(f"{command}\n" for command in commands)


def warning(message: str) -> str:
    """Return one workflow command that warns, and stands beside no code."""
    return _command("warning", {"title": "fixbot"}, message) + "\n"


def _finding(finding: Finding) -> str:
    """Return the command that annotates a finding, with its evidence in the lines of the message."""
    evidence = [f"line {evidence.line}: {evidence.says}" for evidence in finding.evidence]
    properties = {
        "file": finding.path,
        "line": str(finding.line),
        "endLine": str(finding.end_line),
        "col": str(finding.column),
        "title": finding.codemod,
    }
    return _command(_COMMANDS[finding.severity], properties, "\n".join([finding.message, *evidence]))


def _skipped(skipped: Skipped) -> str:
    """Return the command that says that a file was not looked at."""
    name = "warning" if skipped.reason == BROKEN else "notice"
    return _command(name, {"file": skipped.path, "title": f"skipped, {skipped.reason}"}, skipped.detail)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    """Return one workflow command on one line."""
    listed = ",".join(f"{key}={_shown(value).translate(_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {listed}::{_shown(message).translate(_DATA)}"


def _shown(value: str) -> str:
    """Return a value without what steers a terminal; its line breaks are escaped later."""
    return visible(encodable(value), keep="\r\n\t")
