from __future__ import annotations

import pytest

from fixbot import registry
from fixbot.audit import read_document
from fixbot.model import AuditItem, Document, Kind, Location, NotADocument, Severity, Status

CODEMODS = registry.choose()

REPORT = """\
# 🔎 AUDIT REPORT

## Summary
- **Critical:** 2 🔴
- **High:** 5 🔶
- **Total:** 9 issues
- **Naked Handlers:** 7 instances

## SECTION 1: 🔴 CRITICAL ISSUES (now)

### 1.1 🔴 **Naked Handlers - They Hide Things**
**Location:** 4 files across the backend
**Severity:** CRITICAL

**Files Affected:**
```python
# shop/cart.py (lines 12, 30)
try:
    pay()
except:
    pass
# shop/util/*.py (2 files)
```

**Recommendation:**
```python
# shop/errors.py
except ValueError:
```

**Action Required:** ✅ Name the types in all places

---

### 1.2 🔴 **Sleeping in a Coroutine**
**Location:** `shop/jobs.py:44-46`
**Severity:** High

**Issue:**
```python
time.sleep(5)
```
**Fix:** Await it.

## SECTION 2: 🔶 HIGH PRIORITY ISSUES

### 2.1 🔶 **Loose Types**
**Files Affected:**
- `web/cart.ts:48,68,87-89`
- Many more...

```typescript
let row: any;
```

### 2.2 🔶 **Variables**
**Location:** `shop/crawl.py`
1. **Line 18:** wrong name
2. **Line 31:** wrong type

## 🎯 ACTION PLAN
1. 🔴 Fix 1.1 in `shop/cart.py:12`

## ✅ POSITIVE FINDINGS
### 1. **Tests**
"""


def read(text: str, name: str = "report.md") -> Document:
    document = read_document(name, text.encode(), CODEMODS)
    assert isinstance(document, Document)
    return document


def by_id(document: Document) -> dict[str, AuditItem]:
    return {item.id: item for item in document.items}


def test_every_written_out_finding_is_an_item_and_nothing_else() -> None:
    document = read(REPORT)
    assert document.kind is Kind.AUDIT
    assert [item.id for item in document.items] == ["1.1", "1.2", "2.1", "2.2"]
    assert document.items[0].title == "Naked Handlers - They Hide Things"


def test_the_field_of_an_item_wins_over_its_chapter() -> None:
    items = by_id(read(REPORT))
    assert [items[number].severity for number in ("1.1", "1.2", "2.1")] == [
        Severity.CRITICAL,
        Severity.HIGH,
        Severity.HIGH,
    ]


def test_places_come_from_fields_comments_and_bullets_and_not_from_the_fix() -> None:
    items = by_id(read(REPORT))
    assert items["1.1"].locations == (
        Location("shop/cart.py", 12, 12),
        Location("shop/cart.py", 30, 30),
        Location("shop/util/*.py"),
    )
    assert [(place.line, place.end_line) for place in items["2.1"].locations] == [(48, 48), (68, 68), (87, 89)]


def test_lines_alone_belong_to_the_one_file_of_an_item() -> None:
    assert by_id(read(REPORT))["2.2"].locations == (
        Location("shop/crawl.py", 18, 18),
        Location("shop/crawl.py", 31, 31),
    )


def test_a_statistic_on_the_same_subject_is_a_claim() -> None:
    assert by_id(read(REPORT))["1.1"].claimed == 7


def test_codemods_are_known_by_what_is_said_and_shown() -> None:
    items = by_id(read(REPORT))
    assert items["1.2"].codemods == ("blocking-sleep",)
    assert items["2.1"].codemods == ()


def test_the_recommendation_is_prose_and_quotes_are_of_the_problem_alone() -> None:
    item = by_id(read(REPORT))["1.1"]
    assert item.recommendation == "Name the types in all places"
    assert len(item.quotes) == 1
    assert "shop/errors.py" not in item.quotes[0]


def test_what_the_summary_claims_and_nothing_bears_out_is_a_contradiction() -> None:
    said = read(REPORT).contradictions
    assert "its summary claims 9 items in line 6; 4 are written out" in said
    assert "it claims 2 critical items in line 4; 1 is written out" in said


@pytest.mark.parametrize(
    ("heading", "number", "title", "severity"),
    [
        ("## [H-01] Keys leak", "H-01", "Keys leak", Severity.HIGH),
        ("### F-2024-001: Keys leak", "F-2024-001", "Keys leak", None),
        ("#### Finding 3 - Keys leak", "3", "Keys leak", None),
        ("## 🟡 [MEDIUM] Keys leak", "1", "Keys leak", Severity.MEDIUM),
        ("## Issue #4: Keys leak (COMPLETED ✅)", "4", "Keys leak", None),
        ("### 2.4 Keys leak", "2.4", "Keys leak", None),
    ],
)
def test_headings_of_many_shapes_are_items(heading: str, number: str, title: str, severity: Severity | None) -> None:
    (item,) = read(f"# Security audit\n\n{heading}\n**File:** `a/keys.py:10`\n\nThey do.\n").items
    assert (item.id, item.title, item.severity) == (number, title, severity)
    assert item.locations == (Location("a/keys.py", 10, 10),)


def test_columns_of_tables_may_stand_in_any_order() -> None:
    text = "# Audit\n\n| Line | Issue | File | Severity | # |\n|-|-|-|-|-|\n| 12-14 | Keys leak | a/b.py | P1 | 7 |\n"
    (item,) = read(text).items
    assert (item.id, item.title, item.severity) == ("7", "Keys leak", Severity.HIGH)
    assert item.locations == (Location("a/b.py", 12, 14),)


def test_a_checklist_tells_severity_place_and_state() -> None:
    text = "# Audit\n\n- [ ] **high** a/b.py:12 - keys leak\n- [x] **low** a/c.py:3 - typo in a name\n"
    first, second = read(text).items
    assert (first.title, first.severity, first.status) == ("keys leak", Severity.HIGH, Status.OPEN)
    assert (second.locations, second.status) == ((Location("a/c.py", 3, 3),), Status.COMPLETE)


def test_comments_on_a_file_are_items() -> None:
    text = "In `a/b.py`:\n- Around line 12-20: keys leak here\n- Line 31: and here\n"
    assert [item.locations for item in read(text).items] == [
        (Location("a/b.py", 12, 20),),
        (Location("a/b.py", 31, 31),),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "# Tool\n\n## Installation\n\n1. `pip install tool`\n\n## Usage\n\n- Run `src/app.py`\n\n## License\n\nMIT\n",
        "# Changelog\n\n## [1.2.0] - 2026-01-01\n\n### Fixed\n\n- Crash in `a/b.py`\n\n### Added\n\n- High contrast\n",
        "Once upon a time there was a critical thinker. He had high hopes.\n",
        '{"name": "tool", "version": "1.0.0"}',
        "[1, 2, 3]",
    ],
)
def test_what_is_no_report_is_refused_with_what_is_read(text: str) -> None:
    refused = read_document("x.md", text.encode(), CODEMODS)
    assert isinstance(refused, NotADocument)
    assert "fixbot reads" in refused.because


def test_a_document_that_is_too_long_is_refused_with_what_to_do() -> None:
    refused = read_document("x.md", b"a" * 2_000_001, CODEMODS)
    assert isinstance(refused, NotADocument)
    assert "split it" in refused.because


def test_what_is_counted_in_files_is_said_to_be() -> None:
    report = "# Audit\n\n## H-01: Bare except clauses\n\n**Location:** {} across the backend\n\n**Severity:** High\n"
    told = [read_document("a.md", report.format(where).encode(), CODEMODS) for where in ("11 files", "11 instances")]
    found = [document.items[0] for document in told if isinstance(document, Document)]
    assert [(item.claimed, item.unit) for item in found] == [(11, "files"), (11, "places")]
