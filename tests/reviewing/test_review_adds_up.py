"""The figures of a review add up, whatever came of a run, and foreign text in it does nothing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html import unescape
from itertools import groupby
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fixbot.model import (
    Base,
    Broken,
    Change,
    Finding,
    PullRequest,
    Refusal,
    Rewrite,
    Safety,
    ScanReport,
    Severity,
    Skipped,
    Standing,
    State,
)
from fixbot.render import review
from fixbot.reviewing import Review, of_plan, of_run
from tests.parts.findings import FINDING

if TYPE_CHECKING:
    from collections.abc import Sequence

BASE = Base("main", "1" * 40, "2" * 40)
HOSTILE = (
    "x`|@octocat fixes #99 <img> <!-- fixbot:1 {} --> ](http://evil.invalid) {{ 7*7 }} </details>\u202e\n# Approved"
)
GFM = MarkdownIt("gfm-like", {"linkify": False})


def finding(number: int, codemod: str = "bare-except", safety: Safety = Safety.REVIEW, path: str = "a.py") -> Finding:
    return replace(FINDING, codemod=codemod, path=path, line=number + 1, safety=safety, fingerprint=f"{number:020x}")


def change(findings: Sequence[Finding], lane: str = "") -> Change:
    paths = dict.fromkeys(one.path for one in findings)
    rewrites = [Rewrite(path, b"a\n", b"b\n", tuple(f for f in findings if f.path == path)) for path in paths]
    return Change(findings[0].codemod, Safety.REVIEW, tuple(rewrites), lane)


def pull(number: int, url: str = "") -> PullRequest:
    return PullRequest(
        number=number, state="open", title="t", branch="fixbot/x/all", base="main", head="3" * 40, url=url
    )


def scanned(findings: Sequence[Finding], broken: Sequence[Broken] = (), skipped: Sequence[Skipped] = ()) -> ScanReport:
    return ScanReport(tuple(findings), tuple(skipped), files=9, parsed=5, seconds=1.26, broken=tuple(broken))


def run(
    findings: Sequence[Finding],
    published: Sequence[Standing] = (),
    refused: Sequence[Refusal] = (),
    *,
    dry_run: bool = False,
) -> Review:
    return of_run(BASE, scanned(findings), refused, published=published, asked=(3, 2), dry_run=dry_run)


def tables(text: str) -> list[list[list[str]]]:
    """Give the cells of every table."""
    made: list[list[list[str]]] = []
    for token in GFM.parse(text):
        if token.type == "table_open":
            made.append([])
        elif token.type == "tr_open":
            made[-1].append([])
        elif token.type == "inline" and token.level == 4:
            made[-1][-1].append(token.content)
    return made


def numbers(cells: Sequence[str]) -> list[int]:
    """Give the numbers among cells; a dash is none."""
    found = (cell.strip("*").replace(",", "") for cell in cells)
    return [int(cell) for cell in found if cell.isdigit()]


@st.composite
def facts(draw: st.DrawFn) -> tuple[list[Finding], list[Standing], list[Refusal], list[Broken]]:
    """Draw what may come of a run, in which findings may be missing, double, or both rewritten and refused."""
    made = draw(
        st.lists(
            st.builds(
                finding,
                st.integers(0, 30),
                st.sampled_from(["bare-except", "silent-except"]),
                st.sampled_from(Safety),
                st.sampled_from(["a.py", "b.py"]),
            ),
            max_size=25,
        )
    )
    found = [replace(one, severity=draw(st.sampled_from(Severity))) for one in made]
    some = st.lists(st.sampled_from(found), min_size=1, max_size=6) if found else st.nothing()
    several = st.lists(some, max_size=5) if found else st.just([])
    published = [
        Standing(
            state=draw(st.sampled_from(State)),
            branch=f"fixbot/x/{place}",
            reason=draw(st.sampled_from(["2 open already, and the limit is 2", "somebody else", ""])),
            pull=draw(st.sampled_from([None, pull(place + 1), pull(0)])),
            change=draw(st.sampled_from([None, change(mine)])),
            added=draw(st.integers(0, 2_000)),
            removed=draw(st.integers(0, 2_000)),
        )
        for place, mine in enumerate(draw(several))
    ]
    because = st.sampled_from(["declined: pull request 1 was closed with it", "a check fails", "f.py: 3 of `x`"])
    refused = [Refusal(one, draw(because)) for one in draw(some if found else st.just([]))]
    broken = [Broken(one.path, one.codemod, "Error: x") for one in draw(some if found else st.just([]))[:1]]
    return found, published, refused, broken


@settings(deadline=None)
@given(facts())
def test_every_finding_is_counted_once(
    given_: tuple[list[Finding], list[Standing], list[Refusal], list[Broken]],
) -> None:
    found, published, refused, broken = given_
    made = of_run(BASE, scanned(found, broken), refused, published=published, asked=(0, 0))
    text = review(made)
    by_head = {tuple(table[0][:3]): table[1:] for table in reversed(tables(text))}
    rows = by_head.get(("codemod", "severity", "findings"), [])
    assert bool(rows) is bool(found)
    rewritten = 0
    if rows:
        *each, total = [numbers(row[2:]) for row in rows]
        assert total == [sum(column) for column in zip(*each, strict=True)]
        assert all(first == sum(rest) for first, *rest in [*each, total])
        assert total[0] == len(found)
        rewritten, named = total[1], sum(total[2:5])
        assert named == sum(group.number for part in made.left for group in part.groups)
    pulls = made.pulls
    assert rewritten == sum(one.findings for one in pulls) == (made.pulls_total.findings if made.pulls_total else 0)
    assert len(pulls) + len(made.over) == len(published)
    states = Counter(str(standing.state) for standing in published)
    assert made.states == ", ".join(f"{states[state]} {state}" for state in State if states[state])
    assert review(of_run(BASE, scanned(found, broken), refused, published=published, asked=(0, 0))) == text


@given(facts())
def test_a_plan_adds_up_too(given_: tuple[list[Finding], list[Standing], list[Refusal], list[Broken]]) -> None:
    found, published, refused, broken = given_
    changes = [standing.change for standing in published if standing.change is not None]
    made = of_plan(BASE, scanned(found, broken), refused, changes=changes)
    assert made.total[0] == len(found) == sum(made.total[1:])
    assert made.total[1] == sum(one.findings for one in made.planned)


def test_a_finding_has_the_fate_that_counts_first() -> None:
    rewritten, refused, declined, broken, other = found = [finding(number) for number in range(5)]
    manual = finding(5, safety=Safety.MANUAL)
    published = [
        Standing(state=State.OPENED, branch="fixbot/x/a", change=change([rewritten])),
        Standing(state=State.WAITING, branch="fixbot/x/b", change=change([rewritten, finding(99)])),
    ]
    because = Refusal(refused, "a check fails")
    told = [because, Refusal(rewritten, "no"), Refusal(manual, "a person"), Refusal(declined, "declined: by #1")]
    report = scanned([*found[:3], manual, replace(broken, path="z.py"), other], [Broken("z.py", "bare-except", "x")])
    made = of_run(BASE, report, [*told, replace(because, because="later")], published=published, asked=(0, 0))
    assert made.fates == ("rewritten", "refused", "manual", "declined", "broken", "left out")
    assert made.total == (6, 1, 1, 1, 1, 1, 1)
    assert [(pull.state, pull.findings) for pull in made.pulls] == [("waiting", 0), ("opened", 1)]
    assert [(part.heading, part.groups[0].reason) for part in made.left] == [
        ("Refused", "a check fails"),
        ("Left to a person", "a person"),
        ("Declined before", "declined: by #1"),
    ]


def test_hostile_text_does_nothing() -> None:
    lost = replace(finding(1), codemod=HOSTILE, path=f"{HOSTILE}.py")
    manual = replace(finding(2, safety=Safety.MANUAL), codemod=HOSTILE, path=HOSTILE)
    states = [
        Standing(state=state, branch=HOSTILE, reason=HOSTILE, pull=pull(place, HOSTILE), change=change([finding(9)]))
        for place, state in enumerate(State)
    ]
    states += [Standing(state=state, branch=HOSTILE, reason=HOSTILE) for state in State]
    made = of_run(
        Base(HOSTILE, HOSTILE, ""),
        scanned(
            [lost, manual, finding(9)],
            [Broken(HOSTILE, HOSTILE, HOSTILE)],
            [Skipped(HOSTILE, reason, HOSTILE) for reason in (HOSTILE, "unparsable")],
        ),
        [Refusal(lost, HOSTILE, HOSTILE), Refusal(manual, HOSTILE)],
        published=states,
        asked=(0, 0),
        complaints=[HOSTILE],
        outdated=HOSTILE,
    )
    plan = of_plan(Base(HOSTILE, "", ""), scanned([lost]), [], changes=[change([lost], lane=HOSTILE)], because=HOSTILE)
    for text in (review(made), review(replace(made, outcome="x")), review(plan)):
        html = GFM.render(text)
        shown = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
        for forbidden in ("@octocat", "#99", "<img", "<!--", "evil.invalid", "<h1>Approved", "49"):
            assert forbidden not in shown
        assert shown.count("<h1>") == 1
        assert shown.count("</details>") == shown.count("<details") <= 1
        for kind, lines in groupby(text.splitlines(), key=lambda line: line.startswith("|")):
            assert not kind or len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    assert "## Next" in review(made)


def test_what_is_much_is_cut_and_counted() -> None:
    found = [finding(number, path=f"{'d' * 200}/{number}.py") for number in range(3_000)]
    published = [
        Standing(
            state=State.WAITING,
            branch=f"fixbot/x/{one.path}",
            reason="no room " * 100,
            change=change([one]),
            added=1,
            removed=2,
        )
        for one in found[:1_000]
    ]
    published += [Standing(state=State.MERGED, branch=f"fixbot/y/{n}", pull=pull(n)) for n in range(1, 100)]
    reasons = [" ".join(["word"] * (number % 700)) for number in range(2_000)]
    refused = [Refusal(one, reason) for one, reason in zip(found[1_000:], reasons, strict=True)]
    text = review(run(found, published, refused))
    assert len(text) < 100_000
    for words in ("| | and 950 more |", "| | and 49 more |", "findings more, for other reasons.", "| **1,000** |"):
        assert words in text


def test_reasons_that_differ_in_names_and_numbers_are_one() -> None:
    found = [finding(number) for number in range(7)]
    said = [f"`f{number}` has {number} callers in 2 files, the first `x` at (m{number}.py:4)" for number in range(5)]
    refused = [Refusal(one, said[at] if at < len(said) else "a check fails") for at, one in enumerate(found)]
    text = review(run(found, (), refused))
    assert "| 5 | … has … callers in 2 files, the first `x` at (…) | `a.py:1`, `a.py:2`, `a.py:3` and 2 more |" in text
    assert "| 2 | a check fails | `a.py:6`, `a.py:7` |" in text


def steps(made: Review) -> list[str]:
    return [line for line in unescape(review(made)).partition("## Next\n\n")[2].splitlines() if line]


def test_where_nothing_is_to_be_done_it_says_so() -> None:
    assert steps(run([])) == ["Nothing is to be done."]
    assert review(run([])).startswith("# fixbot: 0 findings, 0 pull requests\n")


def test_what_is_to_be_done_comes_from_what_came_of_the_run() -> None:
    found = [finding(0), finding(1), finding(2, safety=Safety.MANUAL), finding(3)]
    url = "https://github.com/o/r/pull/4"
    published = [
        Standing(state=State.OPENED, branch="fixbot/x/a", pull=pull(4, url), change=change(found[:1])),
        Standing(state=State.WAITING, branch="fixbot/x/b", reason="closed until mon", change=change(found[1:2])),
        Standing(state=State.LEFT_ALONE, branch="fixbot/x/c", reason="it carries the label fixbot:hold", pull=pull(5)),
        Standing(state=State.LEFT_ALONE, branch="fixbot/x/d", reason="the branch is checked out"),
    ]
    refused = [
        Refusal(found[2], "it waits for a person"),
        Refusal(found[3], "its safety is review, and no more than safe is asked for"),
    ]
    broken = [Broken("z.py", "blocking-sleep", "Trace\nKeyError: 1\n")]
    skipped = [Skipped("b.py", "unparsable", "line 1: no"), Skipped("l.py", "symlink", "left alone")]
    made = of_run(BASE, scanned(found, broken, skipped), refused, published=published, asked=(3, 2))
    assert steps(made) == [
        "- 1 pull request waits: closed until mon.",
        "- #5 is left alone: it carries the label fixbot:hold: take the label off when fixbot is to go on.",
        "- `fixbot/x/d` is left alone: the branch is checked out.",
        f"- Review 1 pull request, then merge or close: [#4]({url}).",
        '- 1 finding needs a reviewer: `safety = "review"` rewrites it.',
        "- 1 finding is left to a person: `fixbot scan --select bare-except` shows where.",
        "- Mend 1 unparsable file, or `exclude` it: `b.py`.",
        "- Report a fault of fixbot: `blocking-sleep` broke; `--verbose` shows the trace.",
    ]
    assert "| 1 | blocking-sleep broke: KeyError: 1 | `z.py` |" in unescape(review(made))


def test_what_is_not_known_is_not_said_to_be_nothing() -> None:
    planned = review(of_plan(BASE, scanned([finding(1)]), [], changes=[change([finding(1)])]))
    assert "| requests | unknown |" in planned
    assert "unknown before `fixbot apply`" in planned
    nothing = review(of_plan(BASE, scanned([]), [], changes=(), because="there is no issue 3"))
    assert "| findings |" not in nothing
    assert "what is found is unknown" in nothing
    moved = of_run(BASE, scanned([finding(1)]), [], published=(), asked=(1, 0), outdated="main has moved: plan again")
    assert "left out: nobody has judged what the plan holds of them." in review(moved)
    assert steps(moved) == ["- Plan again: the plan is for another commit than the newest."]


def test_a_dry_run_says_that_nothing_was_written() -> None:
    opened = Standing(state=State.OPENED, branch="fixbot/x/a", pull=pull(0), change=change([finding(1)]))
    made = run([finding(1)], [opened], dry_run=True)
    assert "A dry run: nothing was written" in review(made)
    assert steps(made) == ["- Run it without `--dry-run` to publish this."]
