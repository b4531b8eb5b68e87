from __future__ import annotations

import json

import pytest

from fixbot import registry
from fixbot.audit import read_document
from fixbot.model import Document, Kind, Location, NotADocument, Severity, Status

CODEMODS = registry.choose()


def read(text: str, name: str = "x.json") -> Document:
    document = read_document(name, text.encode(), CODEMODS)
    assert isinstance(document, Document)
    return document


FINDINGS: list[dict[str, object]] = [
    {
        "id": "SEC-1",
        "severity": "high",
        "file": "shop/a.py",
        "line": 4,
        "end_line": 9,
        "title": "Archives are trusted",
        "description": "They write anywhere.",
        "suggestion": "Look at the names; see shop/names.py.",
    },
    {"severity": "MEDIUM", "path": "shop/b.py", "line": "12-18", "message": "One query a row"},
    {"severity": "critical", "location": "shop/c.py:12", "title": "Debug is open", "status": "fixed"},
    {"priority": "P3", "locations": [{"file": "shop/d.py", "line": 3}, {"file": "shop/e.py"}], "issue": "No words"},
]


def test_findings_with_changing_keys_are_items() -> None:
    document = read(json.dumps({"score": 62, "findings": FINDINGS, "stats": {"total": 4}}, indent=1))
    assert document.kind is Kind.AUDIT
    assert [(item.id, item.title, item.severity, item.locations) for item in document.items] == [
        ("SEC-1", "Archives are trusted", Severity.HIGH, (Location("shop/a.py", 4, 9),)),
        ("2", "One query a row", Severity.MEDIUM, (Location("shop/b.py", 12, 18),)),
        ("3", "Debug is open", Severity.CRITICAL, (Location("shop/c.py", 12, 12),)),
        ("4", "No words", Severity.LOW, (Location("shop/d.py", 3, 3), Location("shop/e.py"))),
    ]
    first = document.items[0]
    assert (first.recommendation, first.prose) == (
        "Look at the names; see shop/names.py.",
        "They write anywhere.",
    )
    assert first.line > 1
    assert document.items[2].status is Status.COMPLETE


@pytest.mark.parametrize(
    "data",
    [
        {"results": {"files": [{"name": "shop/a.py", "issues": [{"line": 6, "description": "No time limit"}]}]}},
        {"shop/a.py": [{"line": 6, "message": "No time limit"}]},
        [{"file": "shop/a.py", "findings": [{"lines": [6], "title": "No time limit"}]}],
    ],
)
def test_findings_may_stand_under_their_file(data: object) -> None:
    (item,) = read(json.dumps(data)).items
    assert (item.title, item.locations) == ("No time limit", (Location("shop/a.py", 6, 6),))


@pytest.mark.parametrize(
    "data",
    [
        {"name": "shop", "description": "A shop of things", "main": "src/shop.js", "type": "module", "files": ["a.js"]},
        {"info": {"title": "Shop of things"}, "paths": {"/a": {"get": {"summary": "Gives all", "tags": ["a"]}}}},
        [{"title": "A book", "author": "Kim", "year": 1999}],
    ],
)
def test_other_json_holds_no_findings(data: object) -> None:
    assert isinstance(read_document("x.json", json.dumps(data).encode(), CODEMODS), NotADocument)


def test_an_export_with_rules_is_one_item_for_each_rule() -> None:
    text = (
        "Key,Rule,Severity,File,Line,Message,Status\n"
        '1,S1,MAJOR,shop/a.py,9,"Say which, or none",OPEN\n'
        '2,S1,MAJOR,shop/b.py,,"Say which, or none",RESOLVED\n'
    )
    document = read(text, "x.csv")
    (item,) = document.items
    assert document.kind is Kind.LOG
    assert (item.id, item.title, item.status, item.claimed) == ("S1", "Say which, or none", Status.OPEN, 2)
    assert item.locations == (Location("shop/a.py", 9, 9), Location("shop/b.py"))


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_an_export_without_rules_is_one_item_for_each_row(delimiter: str) -> None:
    rows = [["file_path", "line_number", "severity", "issue_description"], ["shop/a.py", "3", "high", "keys leak"]]
    document = read("\n".join(delimiter.join(row) for row in rows), "x.csv")
    (item,) = document.items
    assert (item.title, item.severity, item.locations) == ("keys leak", Severity.HIGH, (Location("shop/a.py", 3, 3),))


def test_a_list_of_names_with_commas_is_no_export() -> None:
    text = "name,age,town\nKim,3,Rome\n"
    assert isinstance(read_document("x.csv", text.encode(), CODEMODS), NotADocument)
