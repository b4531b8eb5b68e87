"""Writes a scan as SARIF 2.1.0, with what GitHub's code scanning reads of it; it adds nothing of its own.

The format is OASIS' "Static Analysis Results Interchange Format Version 2.1.0"; what GitHub reads of it, and
its limits, are in "SARIF support for code scanning" of GitHub's documentation.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from fixbot import VERSION
from fixbot.model import Severity
from fixbot.report.facts import BROKEN, encodable, passed_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fixbot.model import Finding, ScanReport, Skipped

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
# GitHub's limit for both descriptions of a rule, in characters.
_DESCRIPTION = 1024
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")
_NOT_A_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")

_Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a codemod says of itself: its slug, a title, why the smell is one (Markdown), how bad it is."""

    slug: str
    title: str
    why: str
    severity: Severity


def as_sarif(report: ScanReport, rules: Sequence[Rule]) -> str:
    """Return the scan as a SARIF log with one run; `rules` are the codemods that took part, in any order.

    A file that a codemod broke on makes the run unsuccessful, so that nobody takes its findings for mended.
    """
    positions = {rule.slug: position for position, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "fixbot", "version": VERSION, "rules": [_rule(rule) for rule in rules]}},
        "invocations": [_invocation(passed_over(report))],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, positions) for finding in report.findings],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return encodable(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _rule(rule: Rule) -> _Json:
    """Return the descriptor of a rule."""
    title = rule.title.rstrip(".") + "."
    return {
        "id": rule.slug,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        "shortDescription": {"text": _shortened(title)},
        "fullDescription": {"text": _shortened(rule.why)},
        "help": {"text": rule.why, "markdown": rule.why},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, positions: Mapping[str, int]) -> _Json:
    """Return a finding with its evidence; one of an unknown rule has no index."""
    region = {"startLine": finding.line, "startColumn": finding.column, "endLine": finding.end_line}
    result: _Json = {"ruleId": finding.codemod}
    if finding.codemod in positions:
        result["ruleIndex"] = positions[finding.codemod]
    result |= {
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [_location(finding.path, region)],
        "partialFingerprints": {"fixbot/v1": finding.fingerprint},
    }
    if finding.evidence:
        result["relatedLocations"] = _evidence(finding)
    return result


def _evidence(finding: Finding) -> list[_Json]:
    """Return the lines that speak for a finding; their ids keep equal ones apart."""
    return [
        {
            "id": number,
            **_location(finding.path, {"startLine": evidence.line}),
            "message": _message(evidence.says),
        }
        for number, evidence in enumerate(finding.evidence, start=1)
    ]


def _invocation(passed: Sequence[Skipped]) -> _Json:
    """Return how the scan went."""
    return {
        "executionSuccessful": all(skipped.reason != BROKEN for skipped in passed),
        "toolExecutionNotifications": [
            {
                "level": "error" if skipped.reason == BROKEN else "note",
                "message": _message(f"{skipped.reason}: {skipped.detail}"),
                "locations": [_location(skipped.path)],
            }
            for skipped in passed
        ],
    }


def _location(path: str, region: Mapping[str, int] | None = None) -> _Json:
    """Return a place below the root of the source; the path's own bytes are percent-encoded."""
    raw = _NOT_A_BYTE.sub("\ufffd", path).encode("utf-8", "surrogateescape")
    place: _Json = {"artifactLocation": {"uri": quote(raw), "uriBaseId": "%SRCROOT%"}}
    if region:
        place["region"] = dict(region)
    return {"physicalLocation": place}


def _message(text: str) -> _Json:
    """Return a message in which brackets make no link (SARIF 2.1.0, 3.11.6)."""
    return {"text": _LINK.sub(r"\\[", text)}


def _shortened(text: str) -> str:
    """Return a description within GitHub's limit."""
    return text if len(text) <= _DESCRIPTION else text[: _DESCRIPTION - 1] + "…"
