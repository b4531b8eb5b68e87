from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from fixbot.hunks import Hunk, hunks
from fixbot.model import (
    Breaking,
    Broken,
    Change,
    Evidence,
    Finding,
    Refusal,
    Rewrite,
    Safety,
    ScanReport,
    Severity,
    Skipped,
)
from fixbot.preview import Page, Seen, page
from fixbot.preview.aligned import Row, aligned
from fixbot.preview.pieces import Piece, of_line, paragraphs, sentence
from fixbot.preview.windows import Window
from fixbot.registry import catalogue
from fixbot.render import PREVIEW_MARK, preview_page
from tests.parts.findings import FINDING

if TYPE_CHECKING:
    from collections.abc import Sequence

CODEMODS = tuple(catalogue()[slug]() for slug in ("silent-except", "bare-except"))
BEFORE = "".join(f"line {number}\n" for number in range(1, 101))


def finding(line: int = 50, path: str = "a.py", **more: object) -> Finding:  # fixbot: ignore[kwargs-schema]
    mark = hashlib.sha256(f"{path}:{line}:{more}".encode(errors="surrogatepass")).hexdigest()[:20]
    return replace(FINDING, path=path, line=line, end_line=line, fingerprint=mark, **more)  # type: ignore[arg-type]


def made(
    changes: Sequence[Change] = (), refused: Sequence[Refusal] = (), *, before: str = BEFORE, most: int = 2_000
) -> Page:
    found = [one for change in changes for one in change.findings] + [refusal.finding for refusal in refused]
    seen = Seen(ScanReport(tuple(found), (), 7, 7, 0.5), changes, refused)
    return page("shop", seen, CODEMODS, lambda _: before.encode(), most)


def changed(*lines: int, group: str = "", findings: Sequence[Finding] | None = None) -> Rewrite:
    after = re.sub(rf"line ({'|'.join(map(str, lines))})\n", r"new line \1\n", BEFORE)
    known = [finding(line) for line in lines] if findings is None else findings
    return Rewrite("a.py", BEFORE.encode(), after.encode(), tuple(known), group=group)


def change(*rewrites: Rewrite) -> Change:
    return Change("bare-except", Safety.REVIEW, rewrites)


def windows(shown: Page) -> tuple[Window, ...]:
    return shown.sections[0].cards[0].windows


def texts(window: Window, kind: str) -> list[tuple[str | None, str | None]]:
    return [both(row) for block in window.blocks if block.kind == kind for row in block.rows]


def text(pieces: Sequence[Piece] | None) -> str | None:
    return None if pieces is None else "".join(piece.text for piece in pieces)


def side_by_side(before: str, after: str) -> list[tuple[str | None, str | None]]:
    (hunk,) = hunks(before, after)
    return [both(row) for row in aligned(hunk, 0, {})]


def both(row: Row) -> tuple[str | None, str | None]:
    return text(row.left.pieces if row.left else None), text(row.right.pieces if row.right else None)


def test_a_change_has_three_lines_around_it() -> None:
    (window,) = windows(made([change(changed(50))]))
    assert (window.first, window.last, window.sides, window.more) == (47, 53, 2, 0)
    assert texts(window, "changed") == [("line 50", "new line 50")]
    assert texts(window, "same") == [(f"line {n}", f"line {n}") for n in (47, 48, 49, 51, 52, 53)]
    assert [one.place for one in window.told] == ["a.py:50"]


def test_findings_in_one_place_share_a_diff() -> None:
    (window,) = windows(made([change(changed(50, 52))]))
    assert [one.line for one in window.told] == [50, 52]
    assert [window.told[0].line for window in windows(made([change(changed(20, 80))]))] == [20, 80]


def test_lines_are_numbered_as_they_are_before_and_after() -> None:
    after = BEFORE.replace("line 10\n", "line 10\nmore\nmore\n").replace("line 90\n", "")
    rewrite = Rewrite("a.py", BEFORE.encode(), after.encode(), (finding(10), finding(90)))
    first, last = windows(made([change(rewrite)]))
    numbers = [
        (row.left and row.left.number, row.right and row.right.number)
        for window in (first, last)
        for block in window.blocks
        for row in block.rows
    ]
    assert numbers[:7] == [(7, 7), (8, 8), (9, 9), (10, 10), (None, 11), (None, 12), (11, 13)]
    assert numbers[-5:] == [(89, 91), (90, None), (91, 92), (92, 93), (93, 94)]


def test_what_changes_along_has_no_finding_beside_it() -> None:
    first, last = windows(made([change(changed(3, 50, findings=[finding(50)]))]))
    assert ([one.line for one in first.told], [one.line for one in last.told]) == ([], [50])


def test_lines_of_evidence_nearby_are_shown_and_the_lines_between_are_folded() -> None:
    told = finding(50, evidence=(Evidence(30, "`f()` raises `OSError`"), Evidence(2, "far away")))
    (window,) = windows(made([change(changed(50, findings=[told]))]))
    assert (window.first, window.last) == (27, 53)
    assert [len(block.rows) for block in window.blocks if block.kind == "folded"] == [13]
    marks = {row.left.number: row.left.mark for block in window.blocks for row in block.rows if row.left}
    assert {line: mark for line, mark in marks.items() if mark} == {30: "noted", 50: "found"}
    assert [line for line, _ in window.told[0].evidence] == [30, 2]


def test_what_is_left_shows_its_code_and_why() -> None:
    shown = made(refused=[Refusal(finding(50, message="m"), "it `yields`"), Refusal(finding(70, message="me"), "me")])
    first, last = windows(shown)
    assert (first.sides, texts(first, "same")[3]) == (1, ("line 50", None))
    assert [one.told[0].because for one in (first, last)] == [(Piece("it "), Piece("yields", code=True)), ()]
    assert {one.status for window in (first, last) for one in window.told} == {"left"}
    assert (shown.rewritten, shown.left) == (0, 2)


def test_what_a_program_said_last_is_told() -> None:
    (window,) = windows(made(refused=[Refusal(finding(), "the check fails", "exit 1")]))
    assert text(window.told[0].because) == "the check fails; it says last: exit 1"


def test_what_is_left_stands_with_what_is_rewritten_in_the_same_file() -> None:
    shown = made([change(changed(50))], [Refusal(finding(52), "no"), Refusal(finding(5, "b.py"), "no")])
    assert [(card.path, card.findings) for card in shown.sections[0].cards] == [("a.py", 2), ("b.py", 1)]
    (window,) = windows(shown)
    assert [one.status for one in window.told] == ["rewritten", "left"]


def test_a_finding_of_which_nothing_is_known_is_left_because_the_codemod_broke() -> None:
    broken = Broken("a.py", "bare-except", "Traceback\nValueError: x")
    skipped = Skipped("b<.py", "unparsable", "line 1: `x`")
    seen = Seen(ScanReport((finding(),), (skipped,), 2, 2, 0.1, (broken,)), (), ())
    shown = page("shop", seen, CODEMODS, lambda _: None)
    (window,) = windows(shown)
    assert "broke" in (text(window.told[0].because) or "")
    assert window.blocks == ()
    assert [path for path, _ in shown.skipped] == ["a.py", "b<.py"]


def test_files_that_change_along_stand_below_the_first_of_their_group() -> None:
    def along(path: str, group: str) -> Rewrite:
        return replace(changed(9, group=group, findings=()), path=path)

    rewrites = (changed(50, group="g"), *(along(f"{n:02}.py", "g") for n in range(12)), along("z.py", "h"))
    (card,) = made([change(*rewrites)]).sections[0].cards
    assert [one.path for one in card.along] == [f"{n:02}.py" for n in range(10)]
    assert card.more_along == 2
    assert texts(card.along[0].windows[0], "changed") == [("line 9", "new line 9")]


def test_a_window_has_a_limit_and_counts_the_rest() -> None:
    rewrite = Rewrite("a.py", BEFORE.encode(), (BEFORE + "x = 1\n" * 400).encode(), (finding(100),))
    (window,) = windows(made([change(rewrite)]))
    assert sum(len(block.rows) for block in window.blocks) == 160
    assert window.more == 244


@pytest.mark.parametrize("step", [2, 5, 7, 9])
def test_many_places_side_by_side_are_several_windows_and_none_is_lost(step: int) -> None:
    lines = range(1, 101, step)
    shown = windows(made([change(changed(*lines))]))
    assert [one.line for window in shown for one in window.told] == list(lines)
    assert [row[0] for window in shown for row in texts(window, "changed")] == [f"line {line}" for line in lines]
    assert [window.more for window in shown] == [0] * len(shown)
    assert all(one.last < other.first for one, other in pairwise(shown))
    assert all(window.last - window.first < 70 for window in shown)


def test_what_is_put_in_at_the_end_of_a_file_is_shown() -> None:
    for lines in ((5,), range(2, 96, 5), range(1, 101, 3)):
        rewrite = changed(*lines)
        shown = windows(made([change(replace(rewrite, after=rewrite.after + b"x = 1\n"))]))
        assert len([row for window in shown for row in texts(window, "changed")]) == len(lines) + 1
        assert texts(shown[-1], "changed")[-1] == (None, "x = 1")


def test_a_file_that_has_become_shorter_shows_its_last_line() -> None:
    (window,) = windows(made(refused=[Refusal(finding(50), "no"), Refusal(finding(500), "no")], before="one\ntwo\n"))
    assert (window.first, window.last, len(window.told)) == (1, 2, 2)


def test_a_page_has_a_limit_and_counts_the_rest() -> None:
    severe = [Refusal(finding(n), "no") for n in range(1, 4)]
    others = [Refusal(finding(n, codemod="silent-except"), "no") for n in range(1, 6)]
    shown = made(refused=[*others, *severe], most=4)
    assert (shown.findings, shown.shown, shown.left) == (8, 4, 8)
    assert [(section.codemod, section.left) for section in shown.sections] == [("bare-except", 3), ("silent-except", 1)]
    assert "4 more findings not" in preview_page(shown)


def test_filters_count_what_is_shown() -> None:
    manual = finding(9, safety=Safety.MANUAL, severity=Severity.CRITICAL)
    facets = {one.name: one.choices for one in made([change(changed(50))], [Refusal(manual, "no")]).facets}
    assert [(one.value, one.count) for one in facets["severity"]] == [("critical", 1), ("low", 1)]
    assert [(one.value, one.count) for one in facets["safety"]] == [("review", 1), ("manual", 1)]
    assert [(one.value, one.count) for one in facets["status"]] == [("rewritten", 1), ("left", 1)]
    assert [(one.value, one.count) for one in facets["codemod"]] == [("bare-except", 2)]


def test_alike_lines_stand_side_by_side_wherever_they_are_indented() -> None:
    assert side_by_side("a = f(1)\nb = g(2)\n", "with x:\n    a = f(1)\n    b = g(2)\n") == [
        (None, "with x:"),
        ("a = f(1)", "    a = f(1)"),
        ("b = g(2)", "    b = g(2)"),
    ]
    assert side_by_side("except:\n", "except Exception:\n    log()\n") == [
        ("except:", "except Exception:"),
        (None, "    log()"),
    ]


def test_many_changed_lines_stand_side_by_side_as_they_come() -> None:
    rows = side_by_side("".join(f"a{n}\n" for n in range(50)), "".join(f"b{n}\n" for n in range(40)))
    assert rows[39:41] == [("a39", "b39"), ("a40", None)]
    assert len(rows) == 50


def test_only_what_differs_within_a_line_is_marked() -> None:
    (row,) = aligned(Hunk(3, ("except: # a\u202e\n",), ("except Exception: # a\u202e\n",)), 2, {3: "found"})
    assert row.left
    assert row.right
    assert (row.left.number, row.left.mark, row.right.number, row.right.mark) == (3, "found", 5, "")
    assert [piece.text for piece in row.right.pieces if piece.changed] == [" Exception"]
    assert [piece.text for piece in row.left.pieces if piece.changed] == []
    assert row.left.pieces[-1] == Piece("\\u202e", sign=True)


def test_lines_that_have_nothing_in_common_are_not_marked() -> None:
    (row,) = aligned(Hunk(1, ("abc\n",), ("x(1, 2)\n",)), 0, {})
    assert not [piece for line in (row.left, row.right) if line for piece in line.pieces if piece.changed]


def test_a_long_line_is_cut_where_it_is_changed_too() -> None:
    assert of_line("x" * 401 + "\n") == (Piece("x" * 400), Piece("… 1 more characters", sign=True))
    (row,) = aligned(Hunk(1, (f"a = '{'x' * 500}'\n",), (f"b = '{'x' * 500}'\n",)), 0, {})
    assert row.left
    assert row.left.pieces[0] == Piece("a", changed=True)
    assert row.left.pieces[-1] == Piece("… 106 more characters", sign=True)


def test_code_in_a_sentence_is_code_and_a_lone_backtick_is_shown() -> None:
    assert sentence("`a\u200b` and ` b\n c") == (
        Piece("a", code=True),
        Piece("\\u200b", sign=True, code=True),
        Piece(" and ` b c"),
    )
    assert sentence("x" * 2_000)[-1].text == "… 500 more characters"
    assert paragraphs("one\ntwo\n\n`three`\n") == ((Piece("one two"),), (Piece("three", code=True),))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"# coding: latin-1\nx = '\xe9'\n", "x = 'é'"),
        (b"\xef\xbb\xbf\nx = '\xc3\xa9'\n", "x = 'é'"),
        (b"# coding: no-such\nx = '\xc3\xa9'\n", "x = 'é'"),
        (b"\nx = '\xff'\n", "x = '\ufffd'"),
        (b"\rx = 1\r", "x = 1"),
    ],
)
def test_a_file_is_read_as_python_reads_it(content: bytes, line: str) -> None:
    seen = Seen(ScanReport((finding(2),), (), 1, 1, 0.1), (), [Refusal(finding(2), "no")])
    (window,) = windows(page("shop", seen, CODEMODS, lambda _: content))
    assert texts(window, "same")[1] == (line, None)


HOSTILE = "</script><img src=x onerror=alert(1)>\"' `</code>` {{ 7*7 }} \u202e\u200b\x00\r\n\ud800 &amp; -->"


class Elements(HTMLParser):
    """Collects the elements of a page, and what they are opened and closed by."""

    VOID = frozenset({"meta", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.open += [] if tag in self.VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def hostile() -> str:
    breaking = Breaking(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))
    told = finding(
        1, HOSTILE, message=HOSTILE, qualname=HOSTILE, breaking=breaking, evidence=(Evidence(1, HOSTILE),) * 30
    )
    lines = f"x = 1  # {HOSTILE}\n".encode("utf-8", "replace")
    rewrite = Rewrite(HOSTILE, lines, lines.replace(b"1", b"2", 1), (told,), group="g")
    along = replace(rewrite, path=HOSTILE + "b", findings=())
    left = Refusal(finding(2, HOSTILE, message=HOSTILE), HOSTILE)
    report = ScanReport((told, left.finding), (Skipped(HOSTILE, HOSTILE, HOSTILE),), 1, 1, 0.1)
    return preview_page(page(HOSTILE, Seen(report, [change(rewrite, along)], [left]), CODEMODS, lambda _: lines))


def test_foreign_text_stays_text_wherever_it_stands() -> None:
    shown = hostile()
    elements = Elements()
    elements.feed(shown)
    elements.close()
    assert elements.open == []
    assert len(elements.ids) == len(set(elements.ids))
    assert "img" not in elements.names
    assert not [name for name in elements.attributes if name.startswith("on") or name in {"src", "style"}]
    assert shown.count("<script>") == shown.count("</script>") == 1
    assert shown.encode("utf-8").decode("utf-8") == shown
    body = shown.partition("<body>")[2].partition("<script>")[0]
    assert "{{ 7*7 }}" in body
    assert not [char for char in body if not char.isprintable() and char not in "\n\t"]


def test_a_page_may_do_nothing_but_what_is_in_it() -> None:
    shown = hostile()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', shown)
    assert policy
    parts = dict(part.split(" ", 1) for part in policy[1].split("; "))
    assert (parts["default-src"], parts["base-uri"], parts["form-action"]) == ("'none'",) * 3
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        content = shown.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        assert len(content) > 1_000
        assert parts[name] == f"'sha256-{b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
    assert "http" not in re.sub(r'<a href="https://[^<]*</a>|http-equiv', "", shown.partition("<body>")[0])
    assert PREVIEW_MARK in shown[:1_000]


def test_the_same_makes_the_same_page() -> None:
    assert hostile() == hostile()
