"""Writes a scan as fixbot's own JSON, version 1; its keys and their order are a contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fixbot.report.facts import passed_over, showing

if TYPE_CHECKING:
    from fixbot.model import Finding, ScanReport

_VERSION = 1


def as_json(report: ScanReport) -> str:
    r"""Return the scan as a JSON document that UTF-8 can encode; seconds have three decimals.

    A byte of a path that is not UTF-8 stands there as `\udcXX`, which Python's `json.loads` and `os.fsencode`
    turn back into the byte.
    """
    document = {
        "version": _VERSION,
        "findings": [_finding(finding) for finding in report.findings],
        "skipped": [
            {"path": skipped.path, "reason": skipped.reason, "detail": skipped.detail}
            for skipped in passed_over(report)
        ],
        "summary": {
            "files": report.files,
            "parsed": report.parsed,
            "findings": len(report.findings),
            "seconds": round(report.seconds, 3),
        },
    }
    return showing(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    """Return a finding with the keys of the contract, in their order."""
    return {
        "codemod": finding.codemod,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "qualname": finding.qualname,
        "severity": finding.severity.value,
        "safety": finding.safety.value,
        "message": finding.message,
        "fixable": finding.fixable,
        "fingerprint": finding.fingerprint,
        "evidence": [{"line": evidence.line, "says": evidence.says} for evidence in finding.evidence],
    }
