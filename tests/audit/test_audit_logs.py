from __future__ import annotations

import json

import pytest

from fixbot import registry
from fixbot.audit import read_document
from fixbot.model import Document, Kind, Location, NotADocument, Severity, Status

CODEMODS = registry.choose()

LINES = {
    "flake8": ("a/b.py:3:1: E722 do not use bare 'except'", "E722", None),
    "pylint": ("a/b.py:3:0: W0702: No exception type(s) specified (bare-except)", "W0702", Severity.MEDIUM),
    "mypy": ('a/b.py:3: error: Argument 1 to "f" is wrong  [arg-type]', "arg-type", Severity.HIGH),
    "ruff": ("E722 Do not use bare `except`\n --> a/b.py:3:5\n  |\n3 | except:\n", "E722", None),
    "github": ("::error title=Ruff (E722),file=a/b.py,line=3,endLine=3::a/b.py:3:1: E722 No", "E722", Severity.HIGH),
}

DOCUMENTS: dict[str, object] = {
    "ruff": [
        {"filename": "a/b.py", "location": {"row": 3, "column": 1}, "code": "E722", "message": "No bare `except`"}
    ],
    "flake8": {"a/b.py": [{"filename": "a/b.py", "line_number": 3, "code": "E722", "text": "no bare 'except'"}]},
    "bandit": {
        "results": [
            {"filename": "a/b.py", "line_number": 3, "test_id": "E722", "issue_text": "x", "issue_severity": "LOW"}
        ]
    },
    "pylint": [
        {"path": "a/b.py", "line": 3, "message-id": "E722", "symbol": "bare-except", "message": "x", "type": "warning"}
    ],
    "semgrep": {"results": [{"path": "a/b.py", "start": {"line": 3}, "check_id": "E722", "extra": {"message": "x"}}]},
    "mypy": {"file": "a/b.py", "line": 3, "message": "x", "code": "E722", "severity": "error", "messages": None},
    "sarif": {
        "runs": [
            {
                "results": [
                    {
                        "ruleId": "E722",
                        "message": {"text": "x"},
                        "locations": [
                            {"physicalLocation": {"artifactLocation": {"uri": "a/b.py"}, "region": {"startLine": 3}}}
                        ],
                    }
                ]
            }
        ]
    },
}


@pytest.mark.parametrize("linter", LINES)
def test_lines_of_linters_are_read(linter: str) -> None:
    text, rule, severity = LINES[linter]
    document = read_document("out.txt", text.encode(), CODEMODS)
    assert isinstance(document, Document)
    (item,) = document.items
    assert (document.kind, item.id, item.severity, item.claimed) == (Kind.LOG, rule, severity, 1)
    assert item.locations[0].path == "a/b.py"
    assert item.locations[0].line == 3


@pytest.mark.parametrize("linter", DOCUMENTS)
def test_documents_of_linters_are_read(linter: str) -> None:
    data = DOCUMENTS[linter]
    lines = json.dumps(data) + ("\n" + json.dumps(data) if linter == "mypy" else "")
    document = read_document("out.json", lines.encode(), CODEMODS)
    assert isinstance(document, Document)
    (item,) = document.items
    assert (item.id, item.locations) == ("E722", (Location("a/b.py", 3, 3),))
    assert item.codemods[0] == "bare-except"


def test_a_rule_is_one_item_with_all_its_places_and_the_worst_severity() -> None:
    text = "a/b.py:3: warning: x [some-rule]\na/c.py:9: error: x [some-rule]\nFound 2 errors.\n"
    document = read_document("out.txt", text.encode(), CODEMODS)
    assert isinstance(document, Document)
    (item,) = document.items
    assert item.locations == (Location("a/b.py", 3, 3), Location("a/c.py", 9, 9))
    assert (item.claimed, item.severity) == (2, Severity.HIGH)


def test_absolute_paths_of_a_runner_become_those_of_the_repository() -> None:
    text = "/home/runner/work/shop/shop/a/b.py:3:1: E722 no\n/home/kim/shop/a/b.py:4:1: E722 no\n"
    on_runner, at_home = text.splitlines()
    first = read_document("x", on_runner.encode(), CODEMODS)
    second = read_document("x", at_home.encode(), CODEMODS, "acme/shop")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.items[0].locations == (Location("a/b.py", 3, 3),)
    assert second.items[0].locations == (Location("a/b.py", 4, 4),)


def test_a_linter_that_found_nothing_has_no_items() -> None:
    refused = read_document("x.json", b'{"results": []}', CODEMODS)
    assert isinstance(refused, NotADocument)
    assert "found nothing" in refused.because


BLOCKS = {
    "concise": ("a/b.py:4:11: invalid-syntax: Expected `:`\n", "invalid-syntax", "Expected :", None),
    "notebook": ("a/b.ipynb:cell 3:4:1: F821 Undefined name `x`\n", "F821", "Undefined name x", None),
    "ranks": ("a/b.py\n    F 4:0 handle - D (24)\n", "1", "cyclomatic complexity", None),
    "tools": (
        "a/b.py\n  Line: 4\n    pylint: bare-except / No type given (col 4)\n",
        "bare-except",
        "No type given",
        None,
    ),
    "columns": ("a/b.py\n  4:1  error  'x' is not used  no-unused\n", "no-unused", "'x' is not used", Severity.HIGH),
    "hooks": (
        "trim ends....Failed\n- hook id: ends\n- exit code: 1\n\nFixing a/b.py\n",
        "ends",
        "trim ends",
        None,
    ),
    "arrows": (
        "    a/b.py\n    \u276f\u2771 lang.rule-one\n      Waits for\n      ever.\n\n       4\u2506 get(url)\n",
        "lang.rule-one",
        "Waits for ever.",
        Severity.MEDIUM,
    ),
    "search": ("a/b.py:4:    # TODO: no time limit\n", "1", "TODO", None),
}


@pytest.mark.parametrize("form", BLOCKS)
def test_what_programs_print_in_blocks_is_read(form: str) -> None:
    text, rule, title, severity = BLOCKS[form]
    document = read_document("out.txt", text.encode(), CODEMODS)
    assert isinstance(document, Document)
    (item,) = document.items
    assert (item.id, item.title, item.severity) == (rule, title, severity)
    (place,) = item.locations
    assert place.path in {"a/b.py", "a/b.ipynb"}
    assert place.line == (0 if form == "hooks" else 4)


def test_lines_of_code_behind_one_another_are_one_place() -> None:
    code = "    22\u2506 run(\n    23\u2506 )\n     \u22ee\u2506---\n    40\u2506 run()\n"
    text = f"a/b.py\n   \u276f\u276f\u2771 lang.rule\n     Bad.\n\n{code}"
    document = read_document("out.txt", text.encode(), CODEMODS)
    assert isinstance(document, Document)
    assert document.items[0].locations == (Location("a/b.py", 22, 23), Location("a/b.py", 40, 40))


def test_what_follows_a_whole_message_is_only_about_it() -> None:
    text = 'a/b.py:4:1 - error: Wrong type\n    "int" is not "str" (reportType)\n'
    document = read_document("out.txt", text.encode(), CODEMODS)
    assert isinstance(document, Document)
    assert (document.items[0].id, document.items[0].title) == ("reportType", "Wrong type")


@pytest.mark.parametrize(
    ("rule", "result", "severity"),
    [
        ({}, {}, Severity.MEDIUM),
        ({"defaultConfiguration": {"level": "note"}}, {}, Severity.LOW),
        ({"defaultConfiguration": {"level": "note"}}, {"level": "error"}, Severity.HIGH),
        ({"properties": {"security-severity": "9.1"}}, {"level": "note"}, Severity.CRITICAL),
        ({}, {"properties": {"security-severity": "5.0"}}, Severity.MEDIUM),
        ({}, {"rank": 95.0}, Severity.CRITICAL),
    ],
)
def test_how_bad_a_result_is_comes_from_its_score_its_level_or_its_rank(
    rule: dict[str, object], result: dict[str, object], severity: Severity
) -> None:
    place = {"physicalLocation": {"artifactLocation": {"uri": "a/b.py"}}}
    results = [{"ruleId": "R", "message": {"text": "x"}, "locations": [place], **result}]
    data = {"runs": [{"tool": {"driver": {"rules": [{"id": "R", **rule}]}}, "results": results}]}
    document = read_document("out.sarif", json.dumps(data).encode(), CODEMODS)
    assert isinstance(document, Document)
    assert document.items[0].severity is severity


def test_a_record_without_a_code_has_its_name_and_all_its_lines() -> None:
    data = [{"filename": "a.py", "code": None, "name": "invalid-syntax", "message": "x", "line": 4, "end_line": 6}]
    document = read_document("out.json", json.dumps(data).encode(), CODEMODS)
    assert isinstance(document, Document)
    assert (document.items[0].id, document.items[0].locations) == ("invalid-syntax", (Location("a.py", 4, 6),))


def test_the_severity_of_a_whole_output_is_that_of_what_says_none() -> None:
    data = {
        "severity": "ERROR",
        "diagnostics": [{"message": "x", "location": {"path": "a.py"}, "code": {"value": "E1"}}],
    }
    document = read_document("out.json", json.dumps(data).encode(), CODEMODS)
    assert isinstance(document, Document)
    assert document.items[0].severity is Severity.HIGH


def test_a_rule_is_settled_where_all_of_it_is() -> None:
    def issue(line: int, status: str, resolution: str = "") -> dict[str, object]:
        known = {"rule": "S1", "component": "p:a.py", "message": "x"}
        return {**known, "line": line, "status": status, "resolution": resolution}

    settled = {"issues": [issue(1, "RESOLVED", "WONTFIX")]}
    mixed = {"issues": [issue(1, "RESOLVED", "FIXED"), issue(2, "CONFIRMED")]}
    told = [read_document("x.json", json.dumps(data).encode(), CODEMODS) for data in (settled, mixed)]
    assert [one.items[0].status for one in told if isinstance(one, Document)] == [Status.DECLINED, Status.OPEN]


def test_rules_beyond_the_most_are_left_out_with_a_word() -> None:
    text = "".join(f"a.py:1:1: E{number} x\n" for number in range(10_000, 12_100))
    document = read_document("out.txt", text.encode(), CODEMODS)
    assert isinstance(document, Document)
    assert document.contradictions == ("only the first 2,000 of its rules are read",)
