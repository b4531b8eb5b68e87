from __future__ import annotations

import difflib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fixbot.analysis.module import split_lines
from fixbot.model import Change, Evidence, Finding, Note, Rewrite, Safety, Severity
from fixbot.notes import NOTE_LIMIT, notes

HOSTILE = "x`|@octo/team fixes #1 <!-- fixbot:note 00 --> ](http://evil.invalid) \u202e\n# heading"
SOURCE = (
    "import json\n\n\ndef read(body):\n    try:\n        return json.loads(body)\n    except:\n        return None\n"
)


def finding(
    line: int, end: int = 0, *, number: int = 1, says: tuple[str, ...] = ("why",), message: str = "smell; what"
) -> Finding:
    return Finding(
        codemod="bare-except",
        path="a.py",
        line=line,
        column=1,
        end_line=end or line,
        qualname="f",
        severity=Severity.HIGH,
        safety=Safety.REVIEW,
        message=message,
        fingerprint=f"{number:020x}",
        evidence=tuple(Evidence(line, one) for one in says),
    )


def noted(before: str, after: str, *findings: Finding, limit: int = 50) -> tuple[Note, ...]:
    rewrite = Rewrite("a.py", before.encode(), after.encode(), findings)
    return notes(Change("bare-except", Safety.REVIEW, (rewrite,)), limit)


def where(before: str, after: str, *findings: Finding) -> list[tuple[str, int]]:
    return [(note.side, note.line) for note in noted(before, after, *findings)]


def test_a_note_stands_on_the_changed_line_and_says_what_and_why() -> None:
    after = SOURCE.replace("except:", "except ValueError:")
    (note,) = noted(SOURCE, after, finding(7, 8, says=("`json.loads` raises it", "`json.loads` raises it", "more")))
    assert (note.path, note.side, note.line, note.finding) == ("a.py", "RIGHT", 7, "0" * 19 + "1")
    assert note.says == ("what\n\n- `json.loads` raises it\n- more")


def test_lines_that_moved_are_counted_in_the_file_after() -> None:
    after = f"import logging\nimport os\n{SOURCE.replace('except:', 'except ValueError:')}"
    assert where(SOURCE, after, finding(7, 8)) == [("RIGHT", 9)]


def test_the_import_is_not_what_the_note_is_about() -> None:
    after = SOURCE.replace("import json", "import logging").replace("except:", "except ValueError:")
    assert where(SOURCE, after, finding(7, 8)) == [("RIGHT", 7)]


def test_a_line_that_is_only_taken_out_is_noted_on_the_left() -> None:
    before = "a = 1\nb = 2\nc = 3\nd = 4\n"
    assert where(before, before.replace("c = 3\n", ""), finding(3)) == [("LEFT", 3)]


def test_what_was_put_in_between_the_lines_of_a_finding_is_noted() -> None:
    after = SOURCE.replace("    except:\n", "    except:\n        log.exception('no')\n")
    assert where(SOURCE, after, finding(7, 8)) == [("RIGHT", 8)]


def test_a_finding_beside_a_change_is_noted_on_its_own_line() -> None:
    before = "".join(f"line{number} = {number}\n" for number in range(1, 30))
    after = before.replace("line12 = 12", "line12 = 'twelve'")
    assert where(before, after, finding(10)) == [("RIGHT", 10)]
    assert where(before, after, finding(1, 10)) == [("RIGHT", 9)]


def test_a_finding_far_from_every_change_is_noted_on_the_nearest_one() -> None:
    before = "".join(f"line{number} = {number}\n" for number in range(1, 60))
    after = before.replace("line12 = 12", "line12 = 'twelve'").replace("line50 = 50\n", "")
    assert where(before, after, finding(25)) == [("RIGHT", 12)]
    assert where(before, before.replace("line50 = 50\n", ""), finding(2)) == [("LEFT", 50)]


def test_the_same_rewrite_in_two_places_is_noted_in_both() -> None:
    two = SOURCE + SOURCE.replace("read", "write")
    after = two.replace("except:", "except ValueError:")
    assert where(two, after, finding(15, 16, number=2), finding(7, 8)) == [("RIGHT", 7), ("RIGHT", 15)]


def test_findings_on_one_line_share_a_note() -> None:
    after = SOURCE.replace("except:", "except ValueError:")
    (note,) = noted(
        SOURCE,
        after,
        finding(7, number=1, says=("one",)),
        finding(7, number=2, says=("two", "one"), message="other"),
    )
    assert note.says == "what\n\nother\n\n- one\n- two"
    assert note.finding.endswith("1")


def test_a_finding_without_evidence_has_no_note() -> None:
    assert noted(SOURCE, SOURCE.replace("except:", "except ValueError:"), finding(7, says=())) == ()


def test_where_no_line_is_sure_to_be_seen_nothing_is_noted() -> None:
    before = "pass\n" * 40
    assert noted(before, f"{before}pass\n", finding(20)) == ()


def test_there_are_at_most_so_many_notes_and_the_first_ones() -> None:
    before = "".join(f"line{number} = {number}\n" for number in range(1, 60))
    found = [finding(number, number=number) for number in range(1, 60)]
    made = noted(before, before.replace(" = ", " == "), *reversed(found), limit=7)
    assert [note.line for note in made] == [1, 2, 3, 4, 5, 6, 7]


def test_only_a_line_feed_ends_a_line_in_the_diff() -> None:
    before = "a = 1\rb = 2\rc = 3\nd = 4\r\ne = 5\n"
    assert where(before, before.replace("d = 4", "d = 5"), finding(4)) == [("RIGHT", 2)]


def test_bytes_that_are_no_text_are_compared_all_the_same() -> None:
    rewrite = Rewrite("a.py", b"a = '\xff'\nb\n", b"a = '\xff'\nc\n", (finding(2),))
    assert [note.line for note in notes(Change("x", Safety.SAFE, (rewrite,)))] == [2]


def test_a_line_beyond_the_file_is_taken_for_the_last() -> None:
    assert where(SOURCE, SOURCE.replace("except:", "except ValueError:"), finding(99)) == [("RIGHT", 7)]


@pytest.mark.parametrize("part", ["says", "message"])
def test_foreign_text_stays_text(part: str) -> None:
    made = {"says": (HOSTILE,)} if part == "says" else {"message": HOSTILE}
    (note,) = noted(SOURCE, SOURCE.replace("except:", "except X:"), finding(7, **made))
    assert "<!--" not in note.says, "which note it is, the forge says"
    html = MarkdownIt("gfm-like", {"linkify": False}).render(note.says)
    text = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert 'href="http://evil.invalid"' not in html
    assert "<h1>" not in html
    assert "@octo/team" not in text
    assert "fixes #1" not in text


@given(st.lists(st.text(max_size=900), min_size=1, max_size=30), st.text(max_size=2_000))
@settings(max_examples=50, deadline=None)
def test_a_note_is_never_too_long_and_keeps_its_marker(says: list[str], message: str) -> None:
    found = [finding(7, number=number, says=tuple(says), message=f"{message}{number}") for number in (1, 2, 3)]
    (note,) = noted(SOURCE, SOURCE.replace("except:", "except X:"), *found)
    assert len(note.says) <= NOTE_LIMIT
    assert "<!--" not in note.says


def shown(before: str, after: str) -> set[tuple[str, int]]:
    """Return what a unified diff shows that differs as little as there is to differ."""
    found, old, new = set(), 0, 0
    for line in difflib.unified_diff(split_lines(before), split_lines(after), n=3):
        if start := re.match(r"@@ -(\d+)(?:,\d+)? \+(\d+)", line):
            old, new = int(start[1]), int(start[2])
        elif old or new:
            found |= {("LEFT", old)} if line[0] == "-" else {("RIGHT", new)}
            old, new = old + (line[0] != "+"), new + (line[0] != "-")
    return found


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    """Make a text of lines that are all different, and one that differs from it in some of them."""
    numbers = range(draw(st.integers(1, 40)))
    before = [f"line {number}\n" for number in numbers]
    kinds = draw(st.lists(st.sampled_from(["keep"] * 9 + ["out", "in", "other"]), min_size=40, max_size=40))
    after = [
        line
        for number, kind in zip(numbers, kinds, strict=False)
        for line in {
            "keep": [before[number]],
            "out": [],
            "in": [before[number], f"new {number}\n"],
            "other": [f"other {number}\n"],
        }[kind]
    ]
    return "".join(before), "".join(after)


@settings(max_examples=150, deadline=None)
@given(texts(), st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9)), min_size=1, max_size=6))
def test_every_note_stands_on_a_line_of_the_diff(pair: tuple[str, str], spans: list[tuple[int, int]]) -> None:
    before, after = pair
    found = [finding(first, first + more, number=number) for number, (first, more) in enumerate(spans)]
    made = noted(before, after, *found)
    places = [(note.side, note.line) for note in made]
    assert set(places) <= shown(before, after)
    assert len(set(places)) == len(places)
    assert bool(made) == (before != after)
