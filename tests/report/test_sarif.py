"""The SARIF log is one that its schema and GitHub's code scanning accept."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from fixbot import VERSION
from fixbot.model import Severity
from fixbot.report import Rule, as_sarif

if TYPE_CHECKING:
    from fixbot.model import ScanReport

SCHEMA = Path(__file__).parents[1] / "data" / "sarif-2.1.0.json"
RULES = (
    Rule("other-smell", "Another smell", "Because.", Severity.LOW),
    Rule("bare-except", "A bare except", "It hides `KeyboardInterrupt`.\n\nAnd more.", Severity.CRITICAL),
)


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    """Load the schema once."""
    return Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def run_of(report: ScanReport, rules: tuple[Rule, ...] = RULES) -> Any:  # noqa: ANN401 - parsed JSON is anything
    """Return the only run of the log."""
    (run,) = json.loads(as_sarif(report, rules).encode())["runs"]
    return run


@pytest.mark.parametrize("scan", ["report", "clean", "hostile", "broken"])
def test_the_log_is_valid(scan: str, schema: Draft202012Validator, request: pytest.FixtureRequest) -> None:
    log = json.loads(as_sarif(request.getfixturevalue(scan), RULES))
    assert [error.message for error in schema.iter_errors(log)] == []


def test_the_schema_notices_a_wrong_level(report: ScanReport, schema: Draft202012Validator) -> None:
    log = json.loads(as_sarif(report, RULES))
    log["runs"][0]["results"][0]["level"] = "critical"
    assert not schema.is_valid(log)


def test_the_driver_names_its_version_and_rules(report: ScanReport) -> None:
    driver = run_of(report)["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("fixbot", VERSION)
    assert driver["rules"][1] == {
        "id": "bare-except",
        "name": "BareExcept",
        "shortDescription": {"text": "A bare except."},
        "fullDescription": {"text": RULES[1].why},
        "help": {"text": RULES[1].why, "markdown": RULES[1].why},
        "defaultConfiguration": {"level": "error"},
    }


def test_a_result_says_what_where_and_why(report: ScanReport) -> None:
    place = {"uri": "src/a.py", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 12, "startColumn": 5, "endLine": 14}
    says = "`json.loads(body)` raises `json.JSONDecodeError`"
    assert run_of(report)["results"] == [
        {
            "ruleId": "bare-except",
            "ruleIndex": 1,
            "level": "error",
            "message": {"text": "`except:` hides errors"},
            "locations": [{"physicalLocation": {"artifactLocation": place, "region": region}}],
            "partialFingerprints": {"fixbot/v1": "f1"},
            "relatedLocations": [
                {
                    "id": 1,
                    "physicalLocation": {"artifactLocation": place, "region": {"startLine": 11}},
                    "message": {"text": says},
                }
            ],
        }
    ]


def test_a_result_of_an_unknown_rule_has_no_index(report: ScanReport) -> None:
    (result,) = run_of(report, RULES[:1])["results"]
    assert "ruleIndex" not in result


def test_a_finding_without_evidence_has_no_related_locations(report: ScanReport) -> None:
    bare = dataclasses.replace(report.findings[0], evidence=())
    (result,) = run_of(dataclasses.replace(report, findings=(bare,)))["results"]
    assert "relatedLocations" not in result


def test_columns_are_characters(report: ScanReport) -> None:
    assert run_of(report)["columnKind"] == "unicodeCodePoints"


def test_a_scan_without_findings_has_results_all_the_same(clean: ScanReport) -> None:
    assert run_of(clean)["results"] == []


def test_a_path_keeps_its_bytes_in_a_relative_uri(hostile: ScanReport) -> None:
    for found, result in zip(hostile.findings, run_of(hostile)["results"], strict=True):
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert ":" not in uri
        assert unquote_to_bytes(uri) == found.path.encode("utf-8", "surrogateescape")


def test_a_surrogate_that_is_no_byte_does_not_stop_the_report(report: ScanReport) -> None:
    odd = dataclasses.replace(report.findings[0], path="\ud800.py", message="\ud800")
    (result,) = run_of(dataclasses.replace(report, findings=(odd,)))["results"]
    assert result["message"] == {"text": "\ufffd"}
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "%EF%BF%BD.py"


def test_brackets_in_a_message_make_no_link(hostile: ScanReport) -> None:
    assert r"\[click](http://x)" in run_of(hostile)["results"][0]["message"]["text"]


def test_a_long_description_is_cut_at_githubs_limit(report: ScanReport) -> None:
    (rule,) = run_of(report, (Rule("a", "b", "x" * 1025, Severity.MEDIUM),))["tool"]["driver"]["rules"]
    assert rule["fullDescription"]["text"] == "x" * 1023 + "…"
    assert rule["help"]["text"] == "x" * 1025
    assert rule["defaultConfiguration"] == {"level": "warning"}


def test_a_description_at_githubs_limit_is_whole(report: ScanReport) -> None:
    (rule,) = run_of(report, (Rule("a", "b", "x" * 1024, Severity.MEDIUM),))["tool"]["driver"]["rules"]
    assert rule["fullDescription"]["text"] == "x" * 1024


def test_a_skipped_file_is_a_notification(report: ScanReport) -> None:
    (invocation,) = run_of(report)["invocations"]
    (said,) = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"] is True
    assert said["message"] == {"text": "unparsable: line 3: invalid syntax"}
    assert said["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "b.py"
    assert said["level"] == "note"


def test_a_codemod_that_broke_makes_the_run_unsuccessful(broken: ScanReport) -> None:
    (invocation,) = run_of(broken)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [one["level"] for one in invocation["toolExecutionNotifications"]] == ["error", "note"]
