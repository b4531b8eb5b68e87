from __future__ import annotations

import json
import re
from dataclasses import replace

from markdown_it import MarkdownIt

from fixbot.claims import hold
from fixbot.model import AuditItem, Document, Kind, Location, Severity, Status, Total
from fixbot.report.audit import Audited, as_json, as_markdown, as_text, figures
from tests.parts.claims import ITEM, at, item, known

HOSTILE = (
    "</td> | <!-- fixbot:item {} --> [x](http://evil.example) @ann fixes #1 \x1b[31m\u202e `code` ::error::\n# Head"
)
NAMED = replace(item("a.py:4", claimed=1), severity=Severity.HIGH, category="Errors", commits=("2621a41",))


DOCUMENT = Document(name="docs/audit.md", kind=Kind.AUDIT, title="Audit", items=())


def audited(*items: AuditItem, document: Document = DOCUMENT) -> Audited:
    facts = known(at("a.py", 4), at("b.py", 1))
    return Audited(document, tuple(hold(one, facts) for one in items))


def test_json_has_what_is_promised() -> None:
    found = json.loads(as_json([audited(NAMED)]))
    assert (found["version"], found["report"]) == (1, "docs/audit.md")
    (one,) = found["items"]
    promised = {"id", "title", "severity", "locations", "claimed", "found", "verdict", "codemod", "status", "says"}
    assert promised <= set(one)
    assert one["locations"] == [{"path": "a.py", "line": 4, "end_line": 4}]
    assert (one["claimed"], one["found"], one["verdict"]) == (1, 2, "more than claimed")
    assert (one["severity"], one["codemod"], one["status"]) == ("high", "bare-except", "open")
    assert found["summary"] == {"more than claimed": 1}


def test_of_several_documents_all_items_stand_in_one_list() -> None:
    other = audited(NAMED, document=replace(DOCUMENT, name="b.md"))
    found = json.loads(as_json([audited(NAMED), other]))
    assert [one["report"] for one in found["items"]] == ["docs/audit.md", "b.md"]
    assert [one["report"] for one in found["reports"]] == ["docs/audit.md", "b.md"]


def test_json_tells_of_damage_totals_and_contradictions() -> None:
    counts = (Total("total", 49, 3),)
    damaged = replace(DOCUMENT, repaired="read as Mac Roman", totals=counts, contradictions=("49 are not 25",))
    told = audited(document=damaged)
    (document,) = json.loads(as_json([told]))["reports"]
    assert document["totals"] == [{"what": "total", "number": 49, "of": 0, "line": 3}]
    assert (document["repaired"], document["contradictions"]) == ("read as Mac Roman", ["49 are not 25"])


def test_text_is_a_table_with_a_reason_below_each_row() -> None:
    lines = as_text([audited(NAMED, replace(ITEM, codemods=(), id="10.12"))]).splitlines()
    head = next(line for line in lines if line.startswith("item"))
    row = next(line for line in lines if line.startswith("1.1"))
    assert head.index("claimed") + len("claimed") == row.index("1", 4) + 1 + head.count("\t")
    assert "more than claimed" in row
    assert "2 in the project; at the place that it names" in lines[lines.index(row) + 1]
    assert lines[-1] == "2 items: 1 more than claimed, 1 cannot be judged"
    assert "items:" not in as_text([audited(NAMED)], brief_only=True)


def test_doubts_and_contradictions_are_told() -> None:
    doubted = replace(DOCUMENT, contradictions=("it says `10` and `4`",))
    told = audited(replace(NAMED, status=Status.COMPLETE), document=doubted)
    for shown in (as_text([told]), as_markdown([told])):
        assert "doubt: it is said to be complete" in shown
        assert "not true together in this document" in shown.lower()


def test_nothing_in_a_report_commands_a_terminal_or_a_workflow() -> None:
    hostile = replace(NAMED, title=HOSTILE, id=HOSTILE, locations=(Location(HOSTILE, 1, 1),))
    told = audited(hostile, document=replace(DOCUMENT, name=HOSTILE, contradictions=(HOSTILE,)))
    shown = as_text([told])
    assert not {"\x1b", "\u202e"} & set(shown)
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())


def test_nothing_in_a_report_becomes_markdown() -> None:
    hostile = replace(NAMED, title=HOSTILE, id=HOSTILE, locations=(Location(HOSTILE, 1, 1),))
    plain = as_markdown([audited(NAMED)])
    shown = as_markdown([audited(hostile, document=replace(DOCUMENT, name=HOSTILE))])
    assert "<!-- fixbot" not in shown
    reader = MarkdownIt("gfm-like", {"linkify": False})
    assert [one.type for one in reader.parse(plain)] == [one.type for one in reader.parse(shown)]
    rendered = reader.render(shown)
    assert "<a " not in rendered
    assert "@ann" not in re.sub(r"<code>.*?</code>", "", rendered)


def test_figures_of_nothing_say_so() -> None:
    assert figures([audited()]) == "no items"
