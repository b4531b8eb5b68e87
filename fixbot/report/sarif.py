"""Writes a scan as SARIF 2.1.0, with what GitHub's code scanning reads of it; it adds nothing of its own.

The format is OASIS' "Static Analysis Results Interchange Format Version 2.1.0"; what GitHub reads of it, and
its limits, are in "SARIF support for code scanning" of GitHub's documentation.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fixbot import VERSION
from fixbot.model import Severity
from fixbot.report.facts import BROKEN, encodable, passed_over, showing
from fixbot.report.pieces import Json, location, message
from fixbot.report.remedies import DEFAULT_ENCODING, Remedies, encodings, remedy

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
# Python ends a line at a lone carriage return too, which SARIF does not unless it is told.
_LINE_ENDS = ("\r\n", "\n", "\r")
_NO_REMEDIES = Remedies()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a codemod says of itself: its slug, a title, why the smell is one (Markdown), how bad it is."""

    slug: str
    title: str
    why: str
    severity: Severity


def as_sarif(report: ScanReport, rules: Sequence[Rule], remedies: Remedies = _NO_REMEDIES) -> str:
    """Return the scan as a SARIF log with one run.

    A file that a codemod broke on makes the run unsuccessful, so that nobody takes its findings for mended.

    Args:
        report: what was seen.
        rules: the codemods that took part, in any order.
        remedies: how each finding would be fixed by itself; what is neither fixed nor refused there says nothing.
    """
    positions = {rule.slug: position for position, rule in enumerate(rules)}
    titles = {rule.slug: rule.title for rule in rules}
    run: Json = {
        "tool": {"driver": {"name": "fixbot", "version": VERSION, "rules": [_rule(rule) for rule in rules]}},
        "invocations": [_invocation(passed_over(report))],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": _LINE_ENDS,
        "defaultEncoding": DEFAULT_ENCODING,
        "results": [
            _result(finding, positions) | remedy(finding, titles.get(finding.codemod, finding.codemod), remedies)
            for finding in report.findings
        ],
    }
    if artifacts := encodings(remedies):
        run["artifacts"] = artifacts
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return showing(encodable(json.dumps(log, indent=2, ensure_ascii=False))) + "\n"


def _rule(rule: Rule) -> Json:
    """Return the descriptor of a rule."""
    title = rule.title.rstrip(".") + "."
    return {
        "id": rule.slug,
        "name": "".join(word[:1].upper() + word[1:] for word in re.split("[-:]", rule.slug)),
        "shortDescription": {"text": _shortened(title)},
        "fullDescription": {"text": _shortened(rule.why)},
        "help": {"text": rule.why, "markdown": rule.why},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, positions: Mapping[str, int]) -> Json:
    """Return a finding with its evidence; one of an unknown rule has no index."""
    region = {"startLine": finding.line, "startColumn": finding.column, "endLine": finding.end_line}
    result: Json = {"ruleId": finding.codemod}
    if finding.codemod in positions:
        result["ruleIndex"] = positions[finding.codemod]
    result |= {
        "level": _LEVELS[finding.severity],
        "message": message(finding.message),
        "locations": [location(finding.path, region)],
        "partialFingerprints": {"fixbot/v1": finding.fingerprint},
    }
    if finding.evidence:
        result["relatedLocations"] = _evidence(finding)
    return result


def _evidence(finding: Finding) -> list[Json]:
    """Return the lines that speak for a finding; their ids keep equal ones apart."""
    return [
        {
            "id": number,
            **location(finding.path, {"startLine": evidence.line}),
            "message": message(evidence.says),
        }
        for number, evidence in enumerate(finding.evidence, start=1)
    ]


def _invocation(passed: Sequence[Skipped]) -> Json:
    """Return how the scan went."""
    return {
        "executionSuccessful": all(skipped.reason != BROKEN for skipped in passed),
        "toolExecutionNotifications": [
            {
                "level": "error" if skipped.reason == BROKEN else "note",
                "message": message(f"{skipped.reason}: {skipped.detail}"),
                "locations": [location(skipped.path)],
            }
            for skipped in passed
        ],
    }


def _shortened(text: str) -> str:
    """Return a description within GitHub's limit."""
    return text if len(text) <= _DESCRIPTION else text[: _DESCRIPTION - 1] + "…"
