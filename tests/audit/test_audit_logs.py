from __future__ import annotations

import json

import pytest

from fixbot import registry
from fixbot.audit import read_document
from fixbot.model import Document, Kind, Location, NotADocument, Severity

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
