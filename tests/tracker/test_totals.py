from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from fixbot.model import Held
from fixbot.tracker.document import as_json
from fixbot.tracker.page import page, summary, table
from fixbot.tracker.progress import entry
from fixbot.tracker.records import Entry, Progress
from fixbot.tracker.totals import ALL, totals
from tests.parts.books import books, done, helds, memory, pull


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Draw items of any kind, with pull requests and commits about some of their findings."""
    drawn: list[Held] = draw(st.lists(helds(), max_size=8))
    marks = sorted({finding.fingerprint for held in drawn for finding in held.findings})
    some = st.lists(st.sampled_from(marks), unique=True, max_size=4) if marks else st.just([])
    pulls = [pull(n, draw(st.sampled_from(["open", "closed", "merged"])), *draw(some)) for n in range(1, 4)]
    commits = [done(n, findings=tuple(draw(some)), undone=draw(st.sampled_from(["", "e" * 40]))) for n in range(2)]
    return [entry("audit.md", held, [c for c in commits if draw(st.booleans())], memory(*pulls)) for held in drawn]


@given(entries())
def test_rows_and_columns_add_up(drawn: list[Entry]) -> None:
    *rows, whole = totals(drawn)
    assert whole.name == ALL
    assert whole.total == len(drawn) == sum(row.total for row in rows)
    for progress in Progress:
        assert whole.of(progress) == sum(row.of(progress) for row in rows)
        assert whole.of(progress) == sum(one.progress is progress for one in drawn)


@given(entries())
def test_the_numbers_on_the_page_add_up(drawn: list[Entry]) -> None:
    shown = page(books(*drawn), {})
    rows = [[int(cell) for cell in re.findall(r"(\d+) \|", line)] for line in table(drawn).splitlines()[2:]]
    assert [sum(column) for column in zip(*rows[:-1], strict=True)] == (rows[-1] if rows[:-1] else [])
    assert all(sum(row[:-1]) == row[-1] for row in rows)
    sections = {name: int(count) for name, count in re.findall(r"^## (\w[\w ]*) \((\d+)\)$", shown, re.MULTILINE)}
    told = [sections.get(progress.capitalize(), 0) for progress in Progress]
    assert told == rows[-1][:-1]


@given(entries())
def test_equal_books_give_equal_text(drawn: list[Entry]) -> None:
    assert page(books(*drawn), {}) == page(books(*drawn), {})
    assert as_json(books(*drawn)) == as_json(books(*drawn))


@given(entries())
def test_the_part_for_an_issue_has_one_line_for_each_item(drawn: list[Entry]) -> None:
    shown = summary(books(*drawn))
    assert sum(line.startswith(("- `", "- **regressed**")) for line in shown.splitlines()) == len(drawn)
