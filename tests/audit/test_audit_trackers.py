from __future__ import annotations

from fixbot import registry
from fixbot.audit import read_document
from fixbot.model import Document, Kind, Severity, Status

CODEMODS = registry.choose()

TRACKER = """\
# 🔧 PROGRESS TRACKER

**Total Issues:** 9 (2 Critical, 7 High)

## ✅ COMPLETED FIXES

### 🔴 CRITICAL ISSUE #1: Naked Handlers (COMPLETED ✅)
**Commit:** `1a2b3c4` - "fix: name them"

## ⏳ PENDING FIXES

### 🟠 HIGH PRIORITY ISSUE #2: Timeouts (COMPLETED ✅)
**Commit:** `2b3c4d5`

### Issue #3: No Bundles (IN PROGRESS 🔶)
**Status:** 🔶 **STARTING NOW**

### Issue #4: Health
**Status:** ⏳ NOT STARTED

## 📊 STATISTICS
```
Total Issues: 9
  ✅ Complete: 3 (33%)
```
```
Total Issues: 9
Completed: 1 (11%)
```

**HIGH PRIORITY ISSUE #3: Bundles** ✅
- Commit: 3c4d5e6
"""

REVIEW = """\
# Session 7 - Summary

### Quick Wins (2 total)

| ID | Epic | Issue |
|----|------|-------|
| q-1 | - | Same import twice |
| q-2 | 2.1 | Limit of requests |
| q-3 | 2.2 | Parsing of hooks |

```
0a1b2c3 - fix: limit of requests for exports
```

### Epic 1: Data 100% COMPLETE
- ✅ Issue 1.1: Race in payments (CRITICAL)
- 🔶 Issue 1.2: Wish lists (LOW) - TODO

### Epic 2: Safety
- ✅ Issue 2.1: Limit of requests
- ✅ Issue 2.2: Parsing of hooks
- 🔶 Issues 2.3-2.4: Pages of lists - Deferred
"""


def read(text: str) -> Document:
    document = read_document("x.md", text.encode(), CODEMODS)
    assert isinstance(document, Document)
    return document


def test_a_tracker_has_numbers_states_and_commits() -> None:
    document = read(TRACKER)
    assert document.kind is Kind.TRACKER
    told = [(item.id, item.title, item.status, item.commits) for item in document.items]
    assert told == [
        ("1", "Naked Handlers", Status.COMPLETE, ("1a2b3c4",)),
        ("2", "Timeouts", Status.COMPLETE, ("2b3c4d5",)),
        ("3", "No Bundles", Status.COMPLETE, ("3c4d5e6",)),
        ("4", "Health", Status.NOT_STARTED, ()),
    ]
    assert document.items[1].severity is Severity.HIGH


def test_an_issue_that_is_told_twice_is_one_with_a_contradiction() -> None:
    said = read(TRACKER).contradictions
    assert "item 3 is complete in line 31 and in progress in line 15; it is taken as complete" in said
    assert any("item 2 is complete" in each and "'PENDING FIXES' of line 10" in each for each in said)


def test_counts_of_one_thing_that_differ_are_a_contradiction() -> None:
    said = read(TRACKER).contradictions
    assert "its counts of what is complete differ: 3 of 9 in line 24, 1 of 9 in line 28" in said


def test_a_review_has_the_bullets_of_its_epics_and_the_rows_of_its_tables_once() -> None:
    document = read(REVIEW)
    assert document.kind is Kind.REVIEW
    states = {item.id: item.status for item in document.items}
    assert list(states) == ["1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "q-1"]
    assert states["1.2"] is Status.NOT_STARTED
    assert states["2.4"] is Status.NOT_STARTED


def test_a_commit_belongs_to_the_item_whose_words_it_has() -> None:
    commits = {item.id: item.commits for item in read(REVIEW).items}
    assert commits["2.1"] == ("0a1b2c3",)
    assert commits["2.2"] == ()


def test_a_heading_that_counts_wrongly_is_a_contradiction() -> None:
    said = read(REVIEW).contradictions
    assert "the heading of line 3 counts 2; 3 stand below it" in said
    assert any("100%" in each and "not complete in it: 1.2" in each for each in said)
