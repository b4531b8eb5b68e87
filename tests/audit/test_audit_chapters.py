from __future__ import annotations

import pytest

from fixbot import registry
from fixbot.audit import read_document
from fixbot.model import AuditItem, Document, Kind, Location, NotADocument, Severity, Status

CODEMODS = registry.choose()


def read(text: str, name: str = "notes.md") -> Document:
    document = read_document(name, text.encode(), CODEMODS)
    assert isinstance(document, Document)
    return document


def only(text: str) -> AuditItem:
    (item,) = read(text).items
    return item


def test_a_heading_that_is_a_place_is_an_item_named_by_what_is_behind_it() -> None:
    text = (
        "# Audit\n\n### H1. Keys leak\n- **File:** `a/b.py:1`\n\n## Defects\n\n### `a/c.py:8-9` - Wrong"
        " indent\n- **Issue:** Line 9\n"
    )
    second = read(text).items[1]
    assert (second.id, second.title, second.locations) == ("2", "Wrong indent", (Location("a/c.py", 8, 9),))


def test_a_heading_that_is_a_file_is_named_by_what_is_said_of_it() -> None:
    text = (
        "# Code quality\n\n## Critical issues\n\n### 1.1 No boundaries - CRITICAL\n\n"
        "#### /shop/cart.py (1,504 lines)\n- **Issue:** Knows too much\n- **Severity:** HIGH\n- **Action:** Split it\n"
    )
    item = only(text)
    assert (item.title, item.severity, item.locations) == (
        "Knows too much",
        Severity.HIGH,
        (Location("shop/cart.py"),),
    )


def test_a_heading_without_a_number_is_an_item_where_its_labels_are_those_of_one() -> None:
    text = (
        "# Production audit\n\n## Blockers\n\n### \U0001f534 WORKER_DOWN\n**Issue:** It dies\n\n**Impact:** No mail\n\n"
        "### \U0001f7e0 KEY_OLD\n**Issue:** It is old\n\n**Impact:** No money\n\n## Backends\n\n### Mail\nRuns.\n"
    )
    assert [item.title for item in read(text).items] == ["WORKER_DOWN", "KEY_OLD"]


def test_rows_and_headings_come_in_the_order_of_the_text() -> None:
    text = (
        "# Audit\n\n## High\n\n### H1. Keys leak\n- **File:** `a/b.py:1`\n\n## Low\n\n| ID | File | Issue |\n|-|-|-|\n"
        "| L1 | `a/c.py:2` | Old names |\n\n### H2. Names leak\n- **File:** `a/d.py:3`\n"
    )
    assert [item.id for item in read(text).items] == ["H1", "L1", "H2"]


def test_a_number_and_fields_make_an_item_of_what_is_called_as_a_chapter() -> None:
    text = (
        "# Audit\n\n### 1. Next.js config is loose\n**Severity:** High\n**File:** `a/b.js:2`\n\n"
        "### 2. Usage of eval in rules\n**Severity:** High\n**File:** `a/b.py:2`\n\n### 3. Next steps\nFix it.\n"
    )
    assert [item.title for item in read(text).items] == ["Next.js config is loose", "Usage of eval in rules"]


def test_the_title_of_a_report_closes_nothing_and_its_sign_says_nothing() -> None:
    text = (
        "# \U0001f6a8 EXECUTIVE SUMMARY - BUG REPORT\n\n## Security (today)\n\n1. **Keys leak**\n   - File:"
        " `a/b.py:1`\n"
        "2. **Names leak**\n   - File: `a/c.py:2`\n"
    )
    assert [(item.title, item.severity) for item in read(text).items] == [("Keys leak", None), ("Names leak", None)]


@pytest.mark.parametrize(
    ("heading", "severity"),
    [
        ("Notes & Additional Information", Severity.LOW),
        ("Nitpicks", Severity.LOW),
        ("Must fix", Severity.HIGH),
        ("Should fix", Severity.MEDIUM),
        ("Serious problems (High) - 2 of them", Severity.HIGH),
    ],
)
def test_chapters_say_how_bad_things_are_in_many_words(heading: str, severity: Severity) -> None:
    assert only(f"# Audit\n\n## {heading}\n\n### Typos\n\nIn `a/b.py:3`.\n").severity is severity


def test_high_level_is_no_severity() -> None:
    text = "# Audit\n\n## Findings\n\n### High-level view of keys\n**File:** `a/b.py:1`\n**Issue:** they leak\n"
    assert only(text).severity is None


def test_a_risk_level_gives_way_to_the_chapter_and_stands_where_there_is_none() -> None:
    text = "# Plan\n\n{}### 1. Split the driver\n**Risk Level**: Low\n**Location:** `a/b.py:1`\n"
    assert only(text.format("## High priority\n\n")).severity is Severity.HIGH
    assert only(text.format("")).severity is Severity.LOW


def test_hours_are_no_part_of_a_title() -> None:
    item = only(
        "# Tech debt\n\n### 1. Split it (10-12 hours) - **IN PROGRESS**\n\n**Current State**: all in `a/b.py:3`\n"
    )
    assert (item.title, item.status) == ("Split it", Status.IN_PROGRESS)
    assert item.locations == (Location("a/b.py", 3, 3),)


def test_a_field_that_says_everywhere_leaves_no_place_to_the_text() -> None:
    item = only("# Audit\n\n### 1. Three formats\n**Severity:** Low\n**Where:** throughout\n\nSee a/good.py for one.\n")
    assert item.locations == ()


def test_files_that_have_no_ending_are_places() -> None:
    item = only("# Audit\n\n### 1. Keys\n**Severity:** Low\n**Location:** `deploy/Dockerfile:12`, `Makefile`\n")
    assert item.locations == (Location("deploy/Dockerfile", 12, 12), Location("Makefile"))


def test_a_solution_that_begins_with_a_state_tells_it() -> None:
    text = (
        "# Audit\n\n### 1. Slow\n**Where?** `a/b.py` (L4\u2013L8)\n**How bad?** (high)\n**Solution:** \u2705"
        " FIXED - in batches\n"
    )
    item = only(text)
    assert (item.severity, item.status, item.locations) == (
        Severity.HIGH,
        Status.COMPLETE,
        (Location("a/b.py", 4, 8),),
    )
    assert only(text.replace("FIXED - in", "Complete all")).status is Status.OPEN


def test_a_table_whose_only_words_are_files_is_one_of_files() -> None:
    text = (
        "# Diet\n\n| Phase | File | Before | Status |\n|-|-|-|-|\n| P1 | a/b.py | 620 | \u2705 TESTED |\n"
        "| P2 | a/c.py | 505 | \u23f3 PENDING |\n| **Total** | **2 files** | 1125 | |\n"
    )
    document = read(text)
    assert document.kind is Kind.TRACKER
    assert [(item.id, item.locations, item.status) for item in document.items] == [
        ("P1", (Location("a/b.py"),), Status.COMPLETE),
        ("P2", (Location("a/c.py"),), Status.NOT_STARTED),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Commands\n\n## \U0001f534 Redis\n\n### 1. Open it\n\n`redis-cli`\n\n### 2. Look at it\n\n`monitor`\n",
        "# Setup guide\n\n## Critical information\n\n1. **Phone**\n2. **Mail**\n",
        "# Questions\n\n## High priority\n\n- When will it come?\n- How long does it stay?\n",
        "# Runbook\n\n1. **Call** (Critical)\n2. **Write**\n",
        "# Changelog\n\n## Unreleased\n\n### Fixed\n\n- Critical bug in `a/b.py:3`\n",
        "# A scraper\n\n## 5. Test\n\n- [ ] Create `tests/test_main.py`\n- [ ] Run it\n",
        "# Change\n\n## Kind\n\n- [ ] Minor (fix)\n\n## Where\n\n- [ ] Shop (apps/shop)\n- [ ] Mail (apps/mail)\n",
    ],
)
def test_a_severity_without_any_place_makes_no_report_of_other_documents(text: str) -> None:
    assert isinstance(read_document("x.md", text.encode(), CODEMODS), NotADocument)


def test_a_comment_on_a_pull_request_is_a_review_by_one_of_its_first_headings() -> None:
    text = "## Kim is done\n\n### Pull request review: more tries\n\n#### Blocking\n\n1. **Twice** (`a/b.py:6-7`)\n"
    assert read(text).kind is Kind.REVIEW


MATRIX = """\
# Bug report

| Category | Critical | High | Total |
|-|-|-|-|
| Shop | 1 | 2 | 3 |
| **Total** | **1** | **4** | **5** |

| Part | Weight | Score |
|-|-|-|
| **Total** | **100%** | **97** |

- **Total:** 847+ files

## Shop

#### Critical issues (2)

### B1. Keys leak
**Severity:** Critical
**File:** `/home/kim/shop/a/b.py:1`
"""


def test_the_last_row_of_a_table_by_severity_counts_and_other_figures_do_not() -> None:
    document = read(MATRIX)
    assert [(total.what, total.number) for total in document.totals] == [("critical", 1), ("high", 4), ("total", 5)]
    assert document.contradictions == (
        "its summary claims 5 items in line 6; 1 is written out",
        "it claims 4 high items in line 6; 0 are written out",
    )


def test_the_folder_of_somebodys_machine_is_no_part_of_a_path() -> None:
    assert read(MATRIX).items[0].locations == (Location("a/b.py", 1, 1),)
    text = MATRIX.replace("/home/kim/shop", "/Users/kim/x/y/shop")
    document = read_document("x.md", text.encode(), CODEMODS, "acme/shop")
    assert isinstance(document, Document)
    assert document.items[0].locations == (Location("a/b.py", 1, 1),)
