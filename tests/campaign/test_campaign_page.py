"""The page of a campaign in a real Chromium: what it shows, what can be done with it, and what it never does."""

from __future__ import annotations

import hashlib
import re
import time
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from fixbot.campaign import page as page_module
from fixbot.campaign.file import Rollout
from fixbot.campaign.overview import GRAVEST, Overview, overview_of
from fixbot.campaign.page import MEANINGS
from fixbot.render import campaign_page
from tests.campaign.overviews import CAMPAIGN, NOW, many, pull, seen
from tests.preview.browser import CONTRAST, Chromium, Opened, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real

SCRIPT = "</script><script>alert(1)</script>"
HOSTILE = (
    f"\"'><img src=x onerror=alert(2)>{SCRIPT}</style></title><svg onload=alert(3)>{{{{ 7*7 }}}}\u202eevil\u200b\r\n"
)
SHOWN = HOSTILE.encode("unicode_escape").decode()
HEADS = ["State", "Repository", "Wave", "Left", "Pull requests", "Why"]
# Writes a letter in each colour of each shape beside it, so that both are compared with what they stand on.
LETTERS = """() => [...document.querySelectorAll("main svg:not(td svg) rect")].map((shape, at) => {
    const style = getComputedStyle(shape);
    for (const color of [style.fill, style.stroke].filter((one) => one !== "none")) {
        const letter = document.createElement("b");
        letter.className = `shape-${at}-${color}`;
        letter.textContent = "x";
        letter.style.color = color;
        shape.closest("svg").before(letter);
    }
    return shape.classList[0];
})"""
SHOP = replace(CAMPAIGN, rollout=Rollout(canary=5, size=25, decisions=3))


def hostile() -> Overview:
    """Make a campaign in which all that may come from outside is hostile."""
    urls = ("javascript:alert(4)", "data:text/html,<script>alert(5)</script>", f"https://x.test/{HOSTILE}")
    pulls = [
        pull(n, state, 2, opened=3, decided=1, title=HOSTILE, url=url, codemod=HOSTILE)
        for state in ("open", "merged", "declined")
        for n, url in enumerate(urls, start=1)
    ]
    repositories = [
        seen(f"a{HOSTILE}", 2, pulls, offered=1, because=HOSTILE),
        seen(f"b{HOSTILE}", None, failed=f"\ud800{HOSTILE}"),
        seen(f"c{HOSTILE}", None, skipped=HOSTILE),
        seen("d/quiet", 1, [pull(7, url='https://x.test/"onmouseover="alert(6)')], offered=1),
    ]
    return overview_of(replace(CAMPAIGN, name=HOSTILE, codemods=(HOSTILE,)), repositories, NOW, HOSTILE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("large") / "campaign.html"
    page.write_text(campaign_page(overview_of(SHOP, many(2_000), NOW)), encoding="utf-8")
    return page


@pytest.fixture
def small(tmp_path: Path) -> Path:
    place = tmp_path / "campaign.html"
    place.write_text(campaign_page(overview_of(SHOP, many(300), NOW)), encoding="utf-8")
    return place


@pytest.fixture
def opened(browser: Chromium, large: Path) -> Iterator[Opened]:
    with browser.showing(large) as page:
        yield page
        assert page.said == []
        assert page.requests == [large.as_uri()]


def cells(opened: Opened, column: int) -> list[str]:
    """Give what is seen in a column of the table, from the top."""
    read = f"all => all.filter(row => !row.hidden).map(row => row.cells[{column}].textContent.trim())"
    found: list[str] = opened.page.eval_on_selector_all("tbody tr", read)
    return found


def test_the_page_says_how_far_the_campaign_is(opened: Opened) -> None:
    figures = opened.page.locator(".figures").inner_text().split("\n")
    assert figures[:4] == ["findings left, of at least 10,783", "at least 8,399", "of them gone", "22%"]
    assert opened.page.inner_text(".made") == "As of 2026-03-31 12:00 UTC"
    assert opened.page.inner_text(".notice") == "36 repositories failed: what went wrong stands first in the table."
    assert opened.page.is_visible(
        "text=Wave 29 of 78 has begun; the next one waits: wave 29: 0 of 3 decisions; 25 repositories wait for one."
    )


def test_the_burndown_ends_at_the_height_of_what_is_left(opened: Opened) -> None:
    place = """path => {
        const point = path.getPointAtLength(path.getTotalLength());
        const box = path.ownerSVGElement.getBoundingClientRect();
        const matrix = path.getScreenCTM();
        return [(point.x * matrix.a + matrix.e - box.left) / box.width,
                (point.y * matrix.d + matrix.f - box.top) / box.height, box.width, box.height];
    }"""
    across, down, width, height = opened.page.eval_on_selector("#burndown .line", place)
    assert across == pytest.approx(1, abs=0.002)
    assert down == pytest.approx(1 - 8_399 / 12_000, abs=0.002)
    assert (width > 400, height > 200) == (True, True)
    levels = opened.page.locator(".levels span")
    assert levels.all_text_contents() == ["12,000", "10,000", "8,000", "6,000", "4,000", "2,000", "0"]
    lines = opened.page.locator("#burndown .grid").evaluate_all("all => all.map(one => one.getBoundingClientRect().y)")
    edges = "all => all.map(one => one.getBoundingClientRect()).map(one => [one.left, one.width])"
    svg = opened.page.locator("#burndown").evaluate_all(edges)
    assert opened.page.locator("#burndown .grid").evaluate_all(edges) == [pytest.approx(svg[0], abs=1.5)] * 7
    boxes = levels.evaluate_all("all => all.map(one => one.getBoundingClientRect()).map(one => one.y + one.height / 2)")
    assert boxes == pytest.approx(lines, abs=1.5), "each number stands beside its line"


def test_who_hears_the_page_is_told_what_the_burndown_shows(opened: Opened) -> None:
    assert opened.page.get_attribute("#burndown", "aria-label") == (
        "Findings left: at least 10,783 on 2026-01-30 00:00 UTC, at least 8,399 on 2026-03-31 12:00 UTC"
    )


def test_what_a_state_means_can_be_read_without_a_mouse(opened: Opened) -> None:
    page = opened.page
    assert not page.is_visible("#meanings dd")
    page.focus("#meanings summary")
    page.keyboard.press("Enter")
    names = page.locator("#meanings dt:visible").all_inner_texts()
    assert [name.strip() for name in names] == [state.value for state in GRAVEST]
    assert page.locator("#meanings dd:visible").all_inner_texts() == [MEANINGS[state] for state in GRAVEST]


@pytest.mark.parametrize("dark", [False, True])
def test_every_state_stands_out_from_what_is_behind_it(browser: Chromium, small: Path, *, dark: bool) -> None:
    with browser.showing(small, dark=dark) as opened:
        opened.page.click("#meanings summary")
        shapes: list[str] = opened.page.evaluate(LETTERS)
        ratios: dict[int, float] = {}
        for name, ratio in opened.page.evaluate(CONTRAST).items():
            if found := re.match(r"B\.shape-(\d+)-", name):
                ratios[int(found[1])] = max(ratio, ratios.get(int(found[1]), 0))
        assert set(shapes) > {state.value for state in GRAVEST}
        assert {shapes[at] for at, ratio in ratios.items() if ratio < 3} == set()
        assert len(ratios) == len(shapes)


def test_each_wave_is_a_bar_and_those_that_have_begun_are_marked(opened: Opened) -> None:
    assert opened.page.locator("#waves g").count() == 78
    assert opened.page.locator("#waves rect.begun").count() == 29
    first = opened.page.locator("#waves title").first
    assert first.text_content() == "wave 1: 1 open, 2 left, 2 done; 3 of 4 merged (75%)"
    heights = "all => all.map(one => one.getBoundingClientRect().height)"
    bar = opened.page.locator("#waves g").first.locator("rect:not(.begun)").evaluate_all(heights)
    assert len(bar) == 3
    assert sum(bar) == pytest.approx(120 * 100 / 110, abs=0.5)
    marks = "all => all.map(one => one.getBoundingClientRect()).map(one => [one.top, one.bottom])"
    (above, below), *_ = opened.page.locator("#waves rect.begun").evaluate_all(marks)
    (_, bar_ends), *_ = opened.page.locator("#waves g").first.locator("rect:not(.begun)").last.evaluate_all(marks)
    ((_, ends),) = opened.page.locator("#waves").evaluate_all(marks)
    assert bar_ends < above < below < ends, "the mark stands below its bar, and in the picture"
    opened.page.click("text=Each wave in figures")
    assert opened.page.locator(".each li:visible").count() == 78


def test_the_share_of_merges_stands_against_what_is_asked_for(opened: Opened) -> None:
    widths = "all => all.map(one => one.getBoundingClientRect().width / one.parentElement.clientWidth)"
    assert opened.page.locator(".share .merged").evaluate_all(widths) == pytest.approx([1, 158 / 253], abs=0.003)
    place = """all => all.map(one => [one.getBoundingClientRect(), one.parentElement.getBoundingClientRect()])
        .map(([one, all]) => (one.left + one.width / 2 - all.left) / all.width)"""
    assert opened.page.locator(".share .threshold").evaluate_all(place) == pytest.approx([0.5, 0.5], abs=0.003)


def test_the_table_filters_by_state_and_words(opened: Opened) -> None:
    page = opened.page
    assert (page.inner_text("#count"), page.is_disabled("#clear")) == ("all 2,000", True)
    assert cells(opened, 0)[:37] == ["failed"] * 36 + ["ready"]
    amounts = page.eval_on_selector_all(
        "input[type=checkbox]", "all => all.map(one => [one.value, one.parentElement.lastElementChild.textContent])"
    )
    for state, amount in amounts:
        page.check(f"input[value={state}]")
        assert page.inner_text("#count") == f"{amount} of 2,000"
        assert set(cells(opened, 0)) == {state}
        page.uncheck(f"input[value={state}]")
    page.check("input[value=failed]")
    page.check("input[value=ready]")
    page.fill("#words", "ML-SERVICE-0")
    assert {name[:23] for name in cells(opened, 1)} == {"organisation/ml-service"}
    assert set(cells(opened, 0)) == {"failed", "ready"}
    page.fill("#words", "nowhere")
    assert page.is_visible("#empty")
    page.click("#clear")
    expect(page.locator("#clear")).to_be_disabled()
    assert len(cells(opened, 0)) == 2_000


@pytest.fixture
def middling(browser: Chromium, small: Path) -> Iterator[Opened]:
    with browser.showing(small) as page:
        yield page
        assert page.said == []


def test_the_table_sorts_by_every_column(middling: Opened) -> None:
    opened, page = middling, middling.page
    given = cells(opened, 1)
    for column, name in enumerate(HEADS):
        page.click(f"thead button >> text={name}")
        assert page.get_attribute("thead th[aria-sort]", "aria-sort") == "ascending"
        upwards = cells(opened, column)
        page.click(f"thead button >> text={name}")
        assert page.get_attribute("thead th[aria-sort]", "aria-sort") == "descending"
        assert cells(opened, column) != upwards
    page.click("thead button >> text=Repository")
    assert cells(opened, 1) == sorted(given)
    page.click("thead button >> text=Left")
    page.click("thead button >> text=Left")
    left = [number for number in cells(opened, 3) if number != "?"]
    assert list(map(int, left)) == sorted(map(int, left), reverse=True)
    page.click("thead button >> text=State")
    assert cells(opened, 1) == given


def columns(opened: Opened) -> list[list[str]]:
    """Give what who hears the page is told: the names of the columns, and the roles in each row."""
    session = opened.page.context.new_cdp_session(opened.page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}

    def inside(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for child in map(nodes.__getitem__, node["childIds"]):
            yield from [child] if not child["ignored"] else inside(child)

    (table,) = [node for node in nodes.values() if node.get("role", {}).get("value") == "table"]
    rows = [row for group in inside(table) for row in inside(group) if row["role"]["value"] == "row"]
    cells = [[cell for cell in inside(row) if cell["role"]["value"] != "StaticText"] for row in rows]
    return [[cell["name"]["value"] for cell in cells[0]], *([cell["role"]["value"] for cell in row] for row in cells)]


@pytest.mark.parametrize("script", [False, True])
def test_a_small_window_keeps_the_table_a_table(browser: Chromium, small: Path, *, script: bool) -> None:
    with browser.showing(small, width=400, script=script) as opened:
        names, heads, *rows = columns(opened)
        assert names == HEADS
        assert heads == ["columnheader"] * 6
        assert rows == [["cell", "rowheader", "cell", "cell", "cell", "cell"]] * 300
        assert opened.page.evaluate("document.documentElement.scrollWidth") == 400


def test_a_small_window_sorts(browser: Chromium, small: Path) -> None:
    with browser.showing(small, width=400) as opened:
        given = cells(opened, 1)
        for name in HEADS:
            box = opened.page.locator(f"thead button >> text={name}").bounding_box()
            assert box
            assert (box["height"] >= 24, box["width"] >= 24) == (True, True), "there is room for a finger"
        opened.page.click("thead button >> text=Repository")
        assert cells(opened, 1) == sorted(given) != given


def test_of_too_many_repositories_those_are_shown_that_need_somebody(
    browser: Chromium, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "campaign.html"
    for most, shown, says in ((299, 47, "the table has the 47 that"), (40, 40, "the first 40 of the 47 that")):
        monkeypatch.setattr(page_module, "MOST_LINES", most)
        place.write_text(campaign_page(overview_of(SHOP, many(300), NOW)), encoding="utf-8")
        with browser.showing(place) as opened:
            assert opened.page.inner_text("#table-title") == "Repositories 300"
            assert says in opened.page.inner_text("#cut")
            assert opened.page.inner_text("#count") == f"all {shown}"
            assert set(cells(opened, 0)) <= {"failed", "ready", "open"}
            opened.page.check("input[value=ready]")
            assert opened.page.inner_text("#count").endswith(f" of {shown}")
            assert opened.page.locator("input[value=waiting]").count() == 0
            assert "waiting 128" in opened.page.inner_text(".key >> nth=0")
            assert opened.said == []


def test_two_thousand_repositories_are_there_at_once(browser: Chromium, large: Path) -> None:
    began = time.perf_counter()
    page = campaign_page(overview_of(SHOP, many(2_000), NOW))
    assert time.perf_counter() - began < 5
    assert len(page) < 3_000_000
    began = time.perf_counter()
    with browser.showing(large) as opened:
        opened.page.fill("#words", "gateway")
        opened.page.click("thead button >> text=Wave")
        assert len(cells(opened, 0)) == 400
    assert time.perf_counter() - began < 15


def test_without_scripts_everything_can_be_read(browser: Chromium, large: Path) -> None:
    with browser.showing(large, script=False) as opened:
        assert not opened.page.is_visible(".filters")
        assert not opened.page.is_visible(".tools")
        assert opened.page.locator("tbody tr").count() == 2_000
        assert opened.page.locator("thead").inner_text().split("\t")[0] == "State"
        assert opened.page.is_visible("#burndown")


@pytest.mark.parametrize("width", [320, 400, 700, 1_000, 1_900])
def test_a_window_of_any_width_scrolls_downwards_only(browser: Chromium, large: Path, width: int) -> None:
    with browser.showing(large, width=width) as opened:
        assert opened.page.evaluate("document.documentElement.scrollWidth") == width
        over = f"all => all.filter(one => one.checkVisibility() && one.getBoundingClientRect().right > {width}).length"
        assert opened.page.eval_on_selector_all("main *", over) == 0


@pytest.mark.parametrize("dark", [False, True])
def test_what_is_written_can_be_read_in_light_and_dark(browser: Chromium, large: Path, *, dark: bool) -> None:
    with browser.showing(large, dark=dark) as opened:
        found: dict[str, float] = opened.page.evaluate(CONTRAST)
        assert len(found) > 20
        assert {name: ratio for name, ratio in found.items() if ratio < 4.5} == {}
        back = "getComputedStyle(document.body).backgroundColor"
        system = opened.page.evaluate(back)
        assert system == ("rgb(20, 23, 28)" if dark else "rgb(255, 255, 255)")
        opened.page.click("#theme")
        opened.page.click("#theme")
        assert opened.page.evaluate(back) == "rgb(20, 23, 28)"


def test_paper_shows_the_figures_and_no_buttons(opened: Opened) -> None:
    assert not opened.page.is_visible(".each li")
    opened.page.emulate_media(media="print")
    assert opened.page.locator(".each li:visible").count() == 78
    assert opened.page.locator("#meanings dd:visible").count() == len(GRAVEST)
    assert not opened.page.is_visible(".filters")
    assert not opened.page.is_visible(".tools")
    assert opened.page.is_visible("#burndown")
    assert opened.page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"


def test_hostile_text_does_nothing_and_shows(browser: Chromium, tmp_path: Path) -> None:
    place = tmp_path / "campaign.html"
    place.write_text(campaign_page(hostile()), encoding="utf-8")
    with browser.showing(place) as opened:
        page = opened.page
        page.wait_for_timeout(200)
        assert page.locator("script").count() == page.locator("style").count() == 1
        assert page.locator("img, iframe, object, embed, link, base, svg[onload]").count() == 0
        names = page.eval_on_selector_all(
            "body, body *", "all => [...new Set(all.flatMap(e => e.getAttributeNames()))]"
        )
        assert [name for name in names if name.startswith("on") or name in {"style", "src", "action"}] == []
        links = page.locator("main a").evaluate_all("all => all.map(one => one.href)")
        assert links == ["https://x.test/%22onmouseover=%22alert(6)"] * 2
        assert page.title() == f"fixbot campaign {SHOWN}"
        assert page.text_content("h1 bdi") == SHOWN
        assert {f"a{SHOWN}", f"b{SHOWN}", f"c{SHOWN}"} < set(page.locator("tbody bdi").all_text_contents())
        assert f"\\ud800{SHOWN}" in page.locator(".because").all_text_contents()
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", page.content())
        page.fill("#words", HOSTILE)
        page.click("thead button >> text=Why")
        assert page.evaluate("document.documentElement.scrollWidth") == 1280
        assert (opened.said, opened.requests) == ([], [place.as_uri()])


def test_the_policy_lets_nothing_run_but_what_is_in_the_page(browser: Chromium, large: Path) -> None:
    written = large.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', written)
    assert policy
    parts = dict(part.split(" ", 1) for part in policy[1].split("; "))
    assert (parts["default-src"], parts["base-uri"], parts["form-action"]) == ("'none'",) * 3
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        content = written.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        assert parts[name] == f"'sha256-{b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
    with browser.showing(large) as opened:
        put_in = "one => { one.textContent = 'document.title = 1'; document.body.append(one); }"
        opened.page.evaluate(f"() => ({put_in})(document.createElement('script'))")
        assert opened.page.title() == "fixbot campaign timeouts"
        assert len(opened.said) == 1, "the browser says that it refused"


def test_a_campaign_that_has_not_begun_has_a_page(browser: Chromium, tmp_path: Path) -> None:
    for number, repositories in enumerate(([], [seen("shop/cart", None)], [seen("shop/cart", 0)])):
        place = tmp_path / f"{number}.html"
        place.write_text(campaign_page(overview_of(CAMPAIGN, repositories, NOW)), encoding="utf-8")
        with browser.showing(place) as opened:
            assert opened.page.locator("#burndown").count() == 0
            assert opened.page.inner_text("#count") == f"all {len(repositories)}"
            assert opened.page.is_visible("text=Nothing waits for review.")
            assert opened.said == []
