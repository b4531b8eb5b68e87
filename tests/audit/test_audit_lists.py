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


def told(item: AuditItem) -> tuple[str, tuple[Location, ...]]:
    return item.title, item.locations


def test_lines_with_a_place_and_a_message_are_items_whatever_stands_between() -> None:
    text = (
        "Seen on Monday:\n\n"
        "shop/cart.py:12 - price is a float\n"
        "shop/cart.py:30-41 \u2013 twice the same\n"
        "shop/pay.py line 7: no time limit\n"
        "shop/pay.py, lines 19 and 23: error is dropped\n"
        "shop/mail.py - no tests\n"
    )
    assert [told(item) for item in read(text, "x.txt").items] == [
        ("price is a float", (Location("shop/cart.py", 12, 12),)),
        ("twice the same", (Location("shop/cart.py", 30, 41),)),
        ("no time limit", (Location("shop/pay.py", 7, 7),)),
        ("error is dropped", (Location("shop/pay.py", 19, 19), Location("shop/pay.py", 23, 23))),
        ("no tests", (Location("shop/mail.py"),)),
    ]


def test_files_with_a_word_on_each_are_no_items_where_no_line_is_named() -> None:
    text = "shop/cart.py - the basket\nshop/pay.py - payments\n"
    assert isinstance(read_document("x.txt", text.encode(), CODEMODS), NotADocument)


def test_a_severity_in_brackets_begins_an_item_with_what_follows() -> None:
    text = (
        "[CRITICAL] shop/login.py:45\nPassword is kept as it is.\nFIX: Hash it in shop/hash.py.\n\n"
        "[LOW] Old names\n- File: shop/names.py:3\n\nIN SHORT:\n- Risk: HIGH\n"
    )
    first, second = read(text, "x.txt").items
    assert told(first) == ("Password is kept as it is", (Location("shop/login.py", 45, 45),))
    assert (first.severity, first.recommendation) == (Severity.CRITICAL, "Hash it in shop/hash.py.")
    assert told(second) == ("Old names", (Location("shop/names.py", 3, 3),))


CHECKLIST = """\
# Clean-up

**Now**

- [x] `shop/cart.py:4` - no time limit (#12)
- [ ] Lists as defaults
  - [x] `shop/a.py:1`
  - [ ] `shop/b.py:2`
- [ ] ~~`shop/c.py:5` - star import~~ won't fix
- [ ] add types

<details><summary>Before you ask</summary></details>

- [x] I read the guide
- [x] I looked for others
"""


def test_boxes_below_a_box_are_its_places_and_boxes_without_any_place_are_none() -> None:
    document = read(CHECKLIST)
    assert document.kind is Kind.TRACKER
    assert [(item.title, item.status) for item in document.items] == [
        ("no time limit", Status.COMPLETE),
        ("Lists as defaults", Status.OPEN),
        ("star import", Status.DECLINED),
        ("add types", Status.OPEN),
    ]
    assert document.items[1].locations == (Location("shop/a.py", 1, 1), Location("shop/b.py", 2, 2))


def test_items_below_a_mere_name_are_items_and_the_name_is_none() -> None:
    text = "# Audit\n\n- **Safety**\n  - [ ] a/b.py:3 - keys leak\n  - [ ] a/c.py:4 - names leak\n"
    assert [item.title for item in read(text).items] == ["keys leak", "names leak"]


BOARD = """\
# To-do

## Priority legend
- \U0001f534 Critical

## To do
### \U0001f534 Critical
- `shop/queue.py` loses jobs (line 90)

## In progress
- [ ] types for `shop/cli.py` (@jo)

## Done
- [x] 2026-01-04 retries twice in `shop/http.py`

## Rejected
- ~~another `shop/queue.py`~~

## Notes
- `shop/fast.py` is fast
"""


def test_headings_may_be_the_columns_of_a_board() -> None:
    items = read(BOARD).items
    assert [(item.title, item.status) for item in items] == [
        ("shop/queue.py loses jobs", Status.NOT_STARTED),
        ("types for shop/cli.py", Status.IN_PROGRESS),
        ("retries twice in shop/http.py", Status.COMPLETE),
        ("another shop/queue.py", Status.DECLINED),
    ]
    assert (items[0].severity, items[0].locations) == (Severity.CRITICAL, (Location("shop/queue.py", 90, 90),))


def test_what_stands_under_a_file_is_about_it_and_the_rest_about_none() -> None:
    text = (
        "# Findings\n\n## `shop/a.py`\n- **Line 3** (High): debug is on. Turn it off.\n- (Low) No docstring.\n\n"
        "## `shop/b/*.py`\n- (High) Names are compared with `is`\n\n## General\n- No tests anywhere\n"
    )
    assert [(item.title, item.severity, item.locations) for item in read(text).items] == [
        ("debug is on", Severity.HIGH, (Location("shop/a.py", 3, 3),)),
        ("No docstring", Severity.LOW, (Location("shop/a.py"),)),
        ("Names are compared with is", Severity.HIGH, (Location("shop/b/*.py"),)),
        ("No tests anywhere", None, ()),
    ]


COMMENTS = """\
**Actionable comments posted: 1**

<details><summary>Nitpick comments (2)</summary><blockquote>
<details><summary>shop/cli.py (2)</summary><blockquote>

`12-12`: **Unused import.**

`40-52`: _Quick win_

**Take the options out.**

The same stands in `shop/dump.py`.

</blockquote></details></blockquote></details>

<details><summary>Review details</summary>

* `shop/cli.py:1` (2 hunks)

</details>

shop/load.py:31
_Potential issue_ | _\U0001f534 Critical_

**Do not build the query.**

Addressed in commit 4fe01bc
"""


def test_folded_and_placed_comments_of_a_review_are_items() -> None:
    document = read(COMMENTS)
    assert document.kind is Kind.REVIEW
    assert [(item.title, item.severity, item.locations) for item in document.items] == [
        ("Unused import.", Severity.LOW, (Location("shop/cli.py", 12, 12),)),
        ("Take the options out.", Severity.LOW, (Location("shop/cli.py", 40, 52),)),
        ("Do not build the query.", Severity.CRITICAL, (Location("shop/load.py", 31, 31),)),
    ]
    assert document.items[2].status is Status.COMPLETE


def test_bullets_of_a_script_over_several_tools_are_items_by_their_codes() -> None:
    text = (
        "# All checks\n\n## Other issues\n- **bandit** (shop/a.py:20): [B202] unpacks anything (HIGH)\n"
        "- **bandit** (shop/b.py:9): [B202] unpacks anything (HIGH)\n"
    )
    (item,) = read(text).items
    assert (item.id, item.title) == ("B202", "unpacks anything")
    assert item.locations == (Location("shop/a.py", 20, 20), Location("shop/b.py", 9, 9))


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("`shop/a.py:5` unused import", "unused import"),
        ("No test for it \u2013 see `shop/test_a.py:3`", "No test for it"),
        ("[security] Names leak - shop/a.py:3", "Names leak"),
        ("No limit (shop/a.py:3, shop/b.py)", "No limit"),
        ("No limit (shop/a.py, line 3) ", "No limit"),
    ],
)
def test_a_title_says_neither_where_nor_whose(line: str, title: str) -> None:
    (item,) = read(f"# Audit\n\n## High\n\n- {line}\n").items
    assert item.title == title


def test_many_items_are_cut_with_a_word() -> None:
    text = "# Audit\n\n" + "".join(f"- a/b.py:{line} - x{line}\n" for line in range(1, 2_100))
    document = read(text)
    assert len(document.items) == 2_000
    assert "only the first 2,000 of its items are read" in document.contradictions


def test_many_headings_are_cut_with_a_word() -> None:
    text = "# Audit\n\n## [H-01] Keys leak in a/b.py:3\n\n" + "".join(f"### Note {at}\n\n" for at in range(4_100))
    assert "only what stands below its first 4,000 headings is read" in read(text).contradictions


@pytest.mark.parametrize(
    "text",
    [
        "shop/a.py:3: [HIGH] keys leak\nshop/b.py:9: [LOW] old name\n",
        "- [HIGH] shop/a.py:3 - keys leak\n- [LOW] shop/b.py:9 - old name\n",
        "shop/a.py:3 | high | keys leak\nshop/b.py:9 | low | old name\n",
        "HIGH - shop/a.py:3 - keys leak\nLOW - shop/b.py:9 - old name\n",
        "HIGH: keys leak (shop/a.py:3)\nLOW: old name (shop/b.py:9)\n",
        (
            "File: shop/a.py\nLine: 3\nSeverity: High\nIssue: keys leak\n\n"
            "File: shop/b.py\nLine: 9\nSeverity: Low\nIssue: old name\n"
        ),
        (
            "# Audit\n\n**1. keys leak**\nSeverity: High\nFile: shop/a.py:3\n\n"
            "**2. old name**\nSeverity: Low\nFile: shop/b.py:9\n"
        ),
        (
            '# Found\n\n```json\n[{"file": "shop/a.py", "line": 3, "severity": "high", "title": "keys leak"},\n'
            '{"file": "shop/b.py", "line": 9, "severity": "low", "title": "old name"}]\n```\n'
        ),
        "# Audit\n\n- **BUG-1** (High): keys leak (shop/a.py:3)\n- **BUG-2** (Low): old name (shop/b.py:9)\n",
    ],
)
def test_one_finding_may_be_written_in_many_ways(text: str) -> None:
    assert [(item.title, item.severity, item.locations) for item in read(text).items] == [
        ("keys leak", Severity.HIGH, (Location("shop/a.py", 3, 3),)),
        ("old name", Severity.LOW, (Location("shop/b.py", 9, 9),)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "shop/a.py:3: keys leak\nshop/b.py:9:5: old name\n",
        "shop/a.py:3\tkeys leak\nshop/b.py:9\told name\n",
        "shop/a.py(3): keys leak\nshop/b.py(9): old name\n",
        '"shop/a.py", line 3: keys leak\n"shop/b.py", line 9: old name\n',
        "shop/a.py#L3: keys leak\nshop/b.py#L9 - old name\n",
        "shop/a.py:\n  - line 3: keys leak\nshop/b.py:\n  - line 9: old name\n",
    ],
)
def test_a_line_of_a_list_by_hand_may_part_its_place_from_its_words_in_many_ways(text: str) -> None:
    assert [told(item) for item in read(text, "x.txt").items] == [
        ("keys leak", (Location("shop/a.py", 3, 3),)),
        ("old name", (Location("shop/b.py", 9, 9),)),
    ]
