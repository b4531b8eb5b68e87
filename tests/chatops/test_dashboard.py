from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fixbot.chatops.boxes import Box, ticked
from fixbot.chatops.dashboard import DASHBOARD_LIMIT, MARK, box, dashboard
from fixbot.chatops.pinned import heard_until, ignored, is_current, is_dashboard
from fixbot.chatops.sections import SECTIONS
from fixbot.model import Change, PullRequest, Safety, Standing, State

HOSTILE = (
    "`x`|@octo/team fixes #1 fixes octo/shop#2 ](http://evil.invalid) \u202e\n"
    "- [x] <!-- fixbot:do rebase fixbot/evil/all -->\n"
    '<!-- fixbot:dashboard {"heard":0,"ignores":["evil"],"says":"","text":""} -->'
)
CHANGE = Change("bare-except", Safety.REVIEW, ())
HEADING = re.compile(r"^## (.*)$", re.MULTILINE)


def pull(
    number: int = 3,
    *,
    title: str = "Name what is caught",
    state: str = "open",
    url: str = "",
    labels: tuple[str, ...] = (),
) -> PullRequest:
    return PullRequest(
        number=number,
        state=state,
        title=title,
        branch="fixbot/bare-except/all",
        base="main",
        head="1" * 40,
        url=url or f"https://github.com/octo/shop/pull/{number}",
        labels=labels,
    )


def standing(
    state: State, branch: str = "fixbot/bare-except/all", reason: str = "", of: PullRequest | None = None
) -> Standing:
    return Standing(state=state, branch=branch, reason=reason, pull=of, change=CHANGE)


def shown(*standings: Standing, **more: object) -> str:  # fixbot: ignore[kwargs-schema]
    return dashboard(standings, **{"left": 2, "findings": 5, **more})  # type: ignore[arg-type]


def boxes(body: str) -> frozenset[Box]:
    """Tick every box, and read what is ticked."""
    return ticked(body.replace("- [ ] <!--", "- [x] <!--"))


def test_every_state_has_its_section_in_the_order_of_states() -> None:
    body = shown(*(standing(state, f"fixbot/bare-except/{number}") for number, state in enumerate(State)))
    headings = HEADING.findall(body)
    assert headings[:-1] == [f"{SECTIONS[state].heading} (1)" for state in State]
    assert list(SECTIONS) == list(State)


def test_a_pull_request_is_linked_with_its_title_reason_and_box() -> None:
    body = shown(standing(State.LEFT_ALONE, reason="anna has committed to it", of=pull()))
    assert (
        "- [ ] <!-- fixbot:do recreate fixbot/bare-except/all --> recreate: "
        "[#3](https://github.com/octo/shop/pull/3) Name what is caught (anna has committed to it)\n"
    ) in body


def test_one_that_is_only_to_come_is_named_by_its_branch_and_size() -> None:
    waiting = standing(State.WAITING, reason="three are open")
    assert "go ahead: `fixbot/bare-except/all`, 0 findings (three are open)" in shown(waiting)


def test_an_address_that_could_break_out_is_no_link() -> None:
    body = shown(standing(State.UNCHANGED, of=pull(url="https://x.invalid/a) [b](c")))
    assert "rebase: #3 Name what is caught" in body
    assert "x.invalid" not in body


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (State.CONFLICT, "rebase"),
        (State.LEFT_ALONE, "recreate"),
        (State.WAITING, "open"),
        (State.REGRESSED, "rebase"),
        (State.OPENED, "rebase"),
        (State.UPDATED, "rebase"),
        (State.UNCHANGED, "rebase"),
        (State.SUPERSEDED, ""),
        (State.EMPTIED, ""),
        (State.DECLINED, "unignore"),
        (State.MERGED, ""),
    ],
)
def test_a_box_asks_for_what_fits_the_state(state: State, verb: str) -> None:
    one = standing(state, of=pull())
    asked = frozenset({Box(verb, one.branch)} if verb else ())
    assert boxes(shown(one)) == asked
    assert box(one) == next(iter(asked), None)


def test_one_that_waits_to_be_opened_has_a_box_before_there_is_a_pull_request() -> None:
    assert box(standing(State.WAITING)) == Box("open", "fixbot/bare-except/all")


@pytest.mark.parametrize(
    "one",
    [
        standing(State.LEFT_ALONE),
        replace(standing(State.LEFT_ALONE, of=pull()), change=None),
        standing(State.LEFT_ALONE, of=pull(labels=("bug", "fixbot:hold"))),
        standing(State.LEFT_ALONE, of=pull(labels=("Fixbot:HOLD",))),
        replace(standing(State.WAITING), change=None),
        replace(standing(State.WAITING, of=pull()), change=None),
    ],
    ids=["a branch of a person", "nothing to write", "held", "held in capitals", "nothing to open", "nothing to do"],
)
def test_where_a_tick_would_do_nothing_there_is_no_box(one: Standing) -> None:
    body = shown(one, kept=[Box("recreate", one.branch), Box("open", one.branch)])
    assert box(one) is None
    assert "[ ]" not in body
    assert ticked(body) == frozenset()
    assert one.branch in body or "#3" in body


def test_a_box_that_is_gone_is_unticked() -> None:
    ticked_before = shown(standing(State.LEFT_ALONE, of=pull())).replace("- [ ] <!--", "- [x] <!--")
    wanted = shown(standing(State.LEFT_ALONE, of=pull(labels=("fixbot:hold",))))
    assert not is_current(ticked_before, wanted)


def test_the_declined_are_told_to_come_again_one_by_one() -> None:
    body = shown(*(standing(State.DECLINED, of=pull(number, state="closed")) for number in (4, 9)))
    assert "offers again what is in that one pull request" in body
    assert "`/fixbot unignore`" in body


@pytest.mark.parametrize(
    "branch", ["main", "fixbot/", "fixbot/a b", "fixbot/a--b", f"fixbot/{'x' * 191}", "fixbot/a\n"]
)
def test_a_branch_that_is_none_of_fixbots_has_no_box(branch: str) -> None:
    one = standing(State.UNCHANGED, branch)
    assert box(one) is None
    assert boxes(shown(one)) == frozenset()


def test_the_day_on_which_a_window_opens_is_no_news() -> None:
    why = "outside of the schedule (22:00-06:00 UTC)"
    monday, tuesday = (shown(standing(State.WAITING, reason=f"{why}; opens {day} 22:00")) for day in ("mon", "tue"))
    assert monday == tuesday
    assert "outside of the schedule" in monday
    assert "opens" not in monday.partition("outside")[2].partition("\n")[0]


def test_a_tick_that_nobody_acted_on_stays() -> None:
    first, second = (standing(State.WAITING, f"fixbot/bare-except/{name}") for name in ("a", "b"))
    kept = {Box("open", second.branch), Box("open", "fixbot/gone/all")}
    assert ticked(shown(first, second, kept=kept)) == {Box("open", second.branch)}


def test_a_tick_is_not_lost_among_many() -> None:
    many = [standing(State.WAITING, f"fixbot/bare-except/d{number}") for number in range(2_000)]
    last = Box("open", many[-1].branch)
    assert ticked(shown(*many, kept=[last])) == {last}


@pytest.mark.parametrize(
    "line",
    [
        " - [x] <!-- fixbot:do rebase fixbot/a/all -->",
        "> - [x] <!-- fixbot:do rebase fixbot/a/all -->",
        "* [x] <!-- fixbot:do rebase fixbot/a/all -->",
        "- [y] <!-- fixbot:do rebase fixbot/a/all -->",
        "- [ ] <!-- fixbot:do rebase fixbot/a/all -->",
        "- [x] <!-- fixbot:do merge fixbot/a/all -->",
        "- [x] <!-- fixbot:do rebase main -->",
        "- [x] <!-- fixbot:do rebase fixbot/a$(x) -->",
        "- [x] text <!-- fixbot:do rebase fixbot/a/all -->",
    ],
)
def test_only_boxes_as_fixbot_writes_them_are_read(line: str) -> None:
    assert ticked(line) == frozenset()


def test_ticks_are_read_whatever_the_line_ends_and_the_cross() -> None:
    body = (
        "words\r\n- [X] <!-- fixbot:do open fixbot/a/all --> go ahead\r\n- [x] <!-- fixbot:do rebase fixbot/b/all -->"
    )
    assert ticked(body) == {Box("open", "fixbot/a/all"), Box("rebase", "fixbot/b/all")}
    assert ticked(None) == frozenset()


def test_what_is_ignored_is_shown_and_read_back() -> None:
    body = shown(ignores=["bare-except", "path:src/b`<x>.py", "path:src/ä"])
    assert "## Ignored here" in body
    assert "comment `/fixbot unignore bare-except` on" in body
    assert ignored(body) == ("bare-except", "path:src/ä")
    assert "Ignored here" not in shown()


@pytest.mark.parametrize(
    "marker",
    [
        "",
        "<!-- fixbot:dashboard {no} -->",
        "<!-- fixbot:dashboard [] -->",
        *(
            f"<!-- {MARK} {json.dumps(one)} -->"
            for one in (
                {},
                {"heard": 0, "ignores": [], "says": "", "text": "", "more": 1},
                {"heard": 0, "ignores": "bare-except", "says": "", "text": ""},
                {"heard": 0, "ignores": [7], "says": "", "text": ""},
                {"heard": 0, "ignores": ["a\nb"], "says": "", "text": ""},
                {"heard": 0, "ignores": [], "says": 1, "text": ""},
                {"heard": -1, "ignores": [], "says": "", "text": ""},
                {"heard": "1", "ignores": [], "says": "", "text": ""},
            )
        ),
        f"<!-- fixbot:dashboard {'[' * 20_000} -->",
    ],
    ids=range(12),
)
def test_a_marker_that_is_not_well_formed_is_not_believed(marker: str) -> None:
    assert not is_dashboard(marker)
    assert (ignored(marker), heard_until(marker)) == ((), 0)
    assert not is_current(marker, shown())


def test_what_was_heard_is_remembered() -> None:
    body = shown(heard=17)
    assert heard_until(body) == 17
    assert is_current(body, shown(heard=17))
    assert not is_current(body, shown(heard=18))


def test_of_two_markers_none_is_believed() -> None:
    body = shown(ignores=["bare-except"])
    assert is_dashboard(body)
    assert not is_dashboard(body * 2)
    assert not is_dashboard(None)


def test_of_several_on_one_branch_the_newest_has_the_box() -> None:
    declined = [standing(State.DECLINED, of=pull(number)) for number in (4, 9, 6)]
    body = shown(*declined)
    assert re.findall(r"^- \[ \].*#(\d)\]", body, re.MULTILINE) == ["9"]
    assert "\n- [#6](" in body


def test_the_order_of_what_is_told_does_not_matter() -> None:
    many = [standing(state, f"fixbot/x/{name}", of=pull(7)) for state in State for name in "abc"]
    assert shown(*many) == shown(*reversed(many))


def test_the_newest_come_first_and_old_merges_are_counted() -> None:
    body = shown(*(standing(State.MERGED, of=pull(number, state="merged")) for number in range(1, 13)))
    assert re.findall(r"\[#(\d+)\]", body) == [str(number) for number in range(12, 2, -1)]
    assert "\n- and 2 more\n" in body


def test_open_pull_requests_are_counted() -> None:
    body = shown(
        standing(State.OPENED, of=pull(1)),
        standing(State.WAITING),
        standing(State.LEFT_ALONE, of=pull(2)),
        standing(State.MERGED, of=pull(3, state="merged")),
    )
    assert "5 findings, 2 of them left to a person; 2 pull requests of fixbot open." in body


def test_a_run_that_finds_everything_as_it_was_writes_nothing() -> None:
    waiting = standing(State.WAITING, "fixbot/b/all", reason="three are open")
    fresh = [standing(State.OPENED, reason="new", of=pull()), waiting, standing(State.EMPTIED, "fixbot/c/all")]
    later = [standing(State.UNCHANGED, of=pull()), waiting]
    assert is_current(shown(*fresh), shown(*later))
    assert is_current(shown(*fresh).replace("\n", "\r\n"), shown(*later))


LIMITS = ("2 open already, and the limit is 2", "1 opened within the hour, and the limit is 1")
STAYS = {
    State.LEFT_ALONE: "it carries the label fixbot:hold",
    State.WAITING: LIMITS[0],
    State.DECLINED: "closed by a person; 1 of its findings are there and not offered again",
    State.MERGED: "",
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("limit", LIMITS)
def test_what_one_run_did_the_next_does_not_write_about(state: State, limit: str) -> None:
    """Each state beside one that waits because of the same run, and one that was unchanged all the time."""
    others = [
        standing(State.WAITING, "fixbot/b/all", limit),
        standing(State.UNCHANGED, "fixbot/c/all", of=pull(1)),
        standing(State.MERGED, "fixbot/d/all", of=pull(2, state="merged")),
    ]
    over = {State.DECLINED: "closed", State.MERGED: "merged", State.SUPERSEDED: "closed", State.EMPTIED: "closed"}
    told = standing(state, reason=STAYS.get(state, "said once"), of=pull(state=over.get(state, "open")))
    opened = {State.CONFLICT, State.REGRESSED, State.OPENED, State.UPDATED, State.UNCHANGED}
    again = [told] if state in STAYS else [replace(told, state=State.UNCHANGED, reason="")] if state in opened else []
    first, second = shown(told, *others), shown(*reversed(others), *again)
    assert is_current(first, second)
    assert is_current(second, second)


def test_a_pull_request_that_replaces_another_is_told_once() -> None:
    first = [
        standing(State.SUPERSEDED, "fixbot/a/all", "its findings are in `fixbot/a/one` now", pull(3, state="closed")),
        standing(State.OPENED, "fixbot/a/one", of=pull(4)),
        standing(State.REGRESSED, "fixbot/a/two", "it was in #1, merged since, and is there", pull(5)),
        standing(State.WAITING, "fixbot/a/three", LIMITS[0]),
    ]
    second = [
        standing(State.UNCHANGED, "fixbot/a/one", of=pull(4)),
        standing(State.UNCHANGED, "fixbot/a/two", of=pull(5)),
        standing(State.WAITING, "fixbot/a/three", LIMITS[0]),
    ]
    assert is_current(shown(*first), shown(*second))


def test_a_reason_that_is_another_by_now_is_written() -> None:
    first, second = (standing(State.WAITING, reason=limit) for limit in LIMITS)
    assert not is_current(shown(first), shown(second))


@pytest.mark.parametrize(
    "now",
    [
        lambda body: body.replace("- [ ] <!--", "- [x] <!--"),
        lambda body: body.replace("rebase:", "rebuild:"),
        lambda _: shown(standing(State.UNCHANGED, of=pull()), left=1),
        lambda _: shown(standing(State.UNCHANGED, of=pull()), ignores=["bare-except"]),
        lambda _: shown(standing(State.MERGED, of=pull())),
        lambda _: "",
    ],
    ids=["ticked", "edited", "other totals", "other ignores", "merged", "emptied"],
)
def test_an_issue_that_says_something_else_is_written_again(now: object) -> None:
    wanted = shown(standing(State.UNCHANGED, of=pull()))
    assert is_current(wanted, wanted)
    assert not is_current(now(wanted), wanted)  # type: ignore[operator]


def test_a_tick_that_stays_is_no_reason_to_write() -> None:
    one = standing(State.WAITING)
    body = shown(one).replace("- [ ] <!--", "- [x] <!--")
    assert is_current(body, shown(one, kept=[Box("open", one.branch)]))


def test_foreign_text_forges_nothing() -> None:
    body = shown(
        *(standing(state, HOSTILE, HOSTILE, pull(title=HOSTILE)) for state in State),
        standing(State.WAITING, HOSTILE, HOSTILE),
        ignores=[HOSTILE, "path:<!-- x -->"],
    )
    assert boxes(body) == frozenset()
    assert is_dashboard(body)
    assert ignored(body) == ()
    html = MarkdownIt("gfm-like", {"linkify": False}).render(body)
    assert 'href="http://evil.invalid"' not in html
    text = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert "@octo" not in text
    assert not re.search(r"fixes [\w/]*#", text)


HEAVY = [
    "<!--",
    "-->",
    "`",
    "``",
    "\n- [x] ",
    "<!-- fixbot:do rebase fixbot/a/all -->",
    "@x",
    "fixes #1",
    "\u202e" * 90,
]
foreign = st.one_of(st.lists(st.sampled_from(HEAVY), max_size=40).map("".join), st.text(max_size=60))
branches = st.one_of(st.from_regex(r"fixbot/[a-z0-9-]{1,20}/[a-z0-9]{1,9}", fullmatch=True), foreign)
pulls = st.builds(pull, st.integers(1, 99), title=foreign, url=foreign)
standings = st.builds(
    Standing,
    state=st.sampled_from(State),
    branch=branches,
    reason=foreign,
    pull=st.none() | pulls,
    change=st.none() | st.just(CHANGE),
)


PAGE = MarkdownIt("gfm-like", {"linkify": False})
ONES = re.compile(r'<a href="https?://[\w.~:/-]+">#\d+</a>')


@settings(max_examples=60, deadline=None)
@given(st.lists(standings, max_size=4), st.lists(foreign, max_size=3))
def test_whatever_is_told_is_only_shown(told: list[Standing], ignores: list[str]) -> None:
    body = shown(*told, ignores=ignores)
    html = PAGE.render(body)
    shape = PAGE.render(shown(*(replace(one, reason="", pull=None, branch="fixbot/x/y") for one in told)))
    for tag in ("<ul>", "<h2>", "<pre", "<blockquote", "<table", "<img", "<em>", "<strong>", "<s>", "<hr"):
        assert html.count(tag) <= shape.count(tag) + (tag in {"<ul>", "<h2>"} and bool(ignores)), tag
    plain = re.sub(r"<code>.*?</code>", "", ONES.sub("", html), flags=re.DOTALL)
    visible = re.sub(r"<!--.*?-->", "", plain, flags=re.DOTALL)
    assert "@" not in visible
    assert "<!--" not in visible
    assert "<a " not in visible
    assert not re.search(r"(?:fix|close|resolve)\w* [\w/]*#\d", visible)


@settings(max_examples=40, deadline=None)
@given(st.lists(standings, max_size=8), st.integers(1, 20), st.lists(foreign, max_size=5), st.integers(0, 8))
def test_whatever_is_told_fits_and_comes_back(told: list[Standing], times: int, ignores: list[str], some: int) -> None:
    many = told * times
    wanted = {one for one in map(box, many) if one is not None}
    kept = frozenset(islice(sorted(wanted), some))
    body = shown(*many, kept=kept, ignores=ignores)

    assert len(body) <= DASHBOARD_LIMIT
    assert is_dashboard(body)
    assert set(ignored(body)) <= set(ignores)
    assert ticked(body) == kept
    assert boxes(body) <= wanted
    assert boxes(body) == wanted or times > 1, "only what is told over and over may not find room"
    assert is_current(body, body)


def test_the_longest_text_there_can_be_fits() -> None:
    worst = "\U000e0001`@" * 500
    many = [
        standing(state, f"fixbot/{'x' * 185}/{number}", worst, pull(10**8, title=worst, url=f"https://{'u' * 300}"))
        for state in State
        for number in range(30)
    ]
    ignores = [f"path:{number}{chr(0xE9) * 250}" for number in range(300)]
    assert 45_000 < len(shown(*many, ignores=ignores, left=10**9, findings=10**9)) <= DASHBOARD_LIMIT


def test_many_short_lines_fit() -> None:
    many = [standing(state, f"fixbot/x/{number}") for state in State for number in range(400)]
    body = shown(*many, ignores=[f"x{number}" for number in range(900)])
    assert 40_000 < len(body) <= DASHBOARD_LIMIT
