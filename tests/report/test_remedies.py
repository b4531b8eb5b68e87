"""What a SARIF log says of how each finding would be fixed."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from fixbot.model import Breaking, Rewrite, Safety, Severity
from fixbot.report import Remedies, Rule, as_sarif
from tests.report.applying import applied

if TYPE_CHECKING:
    from fixbot.model import ScanReport

SCHEMA = Path(__file__).parents[1] / "data" / "sarif-2.1.0.json"
RULES = (Rule("bare-except", "Say what an `except:` catches", "It hides errors.", Severity.CRITICAL),)


def run_of(report: ScanReport, *rewrites: Rewrite, refused: str = "") -> Any:  # noqa: ANN401 - parsed JSON is anything
    remedies = Remedies({"f1": rewrites} if rewrites else {}, {"f1": refused} if refused else {})
    log = json.loads(as_sarif(report, RULES, remedies).encode())
    schema = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    assert [error.message for error in schema.iter_errors(log)] == []
    (run,) = log["runs"]
    return run


def rewrite(path: str, before: str | bytes, after: str | bytes) -> Rewrite:
    one, other = (side if isinstance(side, bytes) else side.encode() for side in (before, after))
    return Rewrite(path, one, other, ())


def test_a_fix_says_what_to_delete_where_and_what_to_put_there(report: ScanReport) -> None:
    (result,) = run_of(report, rewrite("src/a.py", "x\nexcept:\n", "x\nexcept OSError:\n"))["results"]
    region = {"startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 7}
    assert result["fixes"] == [
        {
            "description": {"text": "Say what an `except:` catches. A person must agree to it."},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "src/a.py", "uriBaseId": "%SRCROOT%"},
                    "replacements": [{"deletedRegion": region, "insertedContent": {"text": " OSError"}}],
                }
            ],
        }
    ]
    assert "properties" not in result


def test_what_is_only_deleted_inserts_nothing(report: ScanReport) -> None:
    (result,) = run_of(report, rewrite("a.py", "x\ny\nz\n", "x\nz\n"))["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert [list(replacement) for replacement in change["replacements"]] == [["deletedRegion"]]


def test_every_file_that_has_to_change_is_in_the_fix(report: ScanReport) -> None:
    rewrites = (rewrite("a.py", "f()\n", "g()\n"), rewrite("b c.py", "def f(): 0\n", "def g(): 0\n"))
    run = run_of(report, *rewrites)
    changes = run["results"][0]["fixes"][0]["artifactChanges"]
    assert [change["artifactLocation"]["uri"] for change in changes] == ["a.py", "b%20c.py"]
    files = {"a.py": b"f()\n", "b c.py": b"def f(): 0\n"}
    assert applied(run, run["results"][0], files) == {"a.py": b"g()\n", "b c.py": b"def g(): 0\n"}


ODD = {
    "a byte order mark": (b"\xef\xbb\xbff()\n", b"\xef\xbb\xbfg()\n"),
    "another encoding": (b"# coding: latin-1\n'\xe9', f()\n", b"# coding: latin-1\n'\xe9', g('\xfc')\n"),
    "lone carriage returns": (b"a\rf()\r", b"a\rimport b\rg()\r"),
    "all line ends": (b"a\r\nb\rf()\n", b"a\r\nb\rc\rg()\n"),
    "characters of four bytes": ("'\U0001f600', f()\n".encode(), "'\U0001f600', g('\U0001f600')\n".encode()),
    "no final line end": (b"f()", b"import g\ng()"),
    "form feeds": (b"\x0cx\n\x1cf()\n", b"\x0cx\n\x1cg()\n"),
}


@pytest.mark.parametrize("odd", ODD)
def test_who_knows_the_specification_alone_applies_a_fix_to_a_file_with(odd: str, report: ScanReport) -> None:
    before, after = ODD[odd]
    run = run_of(report, rewrite("a.py", before, after))
    assert applied(run, run["results"][0], {"a.py": before}) == {"a.py": after}


def test_a_file_in_another_encoding_is_named_with_it(report: ScanReport) -> None:
    run = run_of(
        report, rewrite("a.py", b"# coding: latin-1\nf()\n", b"# coding: latin-1\ng()\n"), rewrite("b.py", "f", "g")
    )
    assert run["defaultEncoding"] == "utf-8"
    place = {"uri": "a.py", "uriBaseId": "%SRCROOT%"}
    assert run["artifacts"] == [{"location": place, "encoding": "iso-8859-1"}]
    assert "artifacts" not in run_of(report, rewrite("b.py", "f", "g"))


def test_a_log_says_where_python_ends_a_line(report: ScanReport) -> None:
    assert run_of(report)["newlineSequences"] == ["\r\n", "\n", "\r"]


def test_what_is_refused_says_why_and_has_no_fix(report: ScanReport) -> None:
    (result,) = run_of(report, refused="ruff finds something new: F821")["results"]
    assert result["properties"] == {"notFixedBecause": "ruff finds something new: F821"}
    assert "fixes" not in result


def test_a_reason_that_is_the_message_already_is_not_said_twice(report: ScanReport) -> None:
    (result,) = run_of(report, refused=report.findings[0].message)["results"]
    assert "properties" not in result


def test_a_fix_that_asks_something_of_callers_says_so(report: ScanReport) -> None:
    found = dataclasses.replace(report.findings[0], safety=Safety.SAFE, breaking=Breaking("Callers pass a `P`", "", ""))
    (result,) = run_of(dataclasses.replace(report, findings=(found,)), rewrite("a.py", "f", "g"))["results"]
    said = "Say what an `except:` catches. Nothing but the smell changes. Callers pass a `P`."
    assert result["fixes"][0]["description"]["text"] == said


def test_the_description_of_an_unknown_rule_is_its_name(report: ScanReport) -> None:
    log = json.loads(as_sarif(report, (), Remedies({"f1": (rewrite("a.py", "f", "g"),)})))
    (fix,) = log["runs"][0]["results"][0]["fixes"]
    assert fix["description"]["text"] == "bare-except. A person must agree to it."
