"""A preview in a real Chromium: what it shows, what it does when keys are pressed, and what it never does."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.parts.command import CLEAN, MANUAL, PROGRAM, SAFE, SMELLY, plant, program, unmeasured
from tests.preview.browser import CONTRAST, Chromium, Opened, UnavailableError, chromium, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real

IMAGE = "<img src=x onerror=alert(1)>"
SCRIPT = "</script><script>alert(2)</script>"
TRICKS = (
    IMAGE,
    '"><svg onload=alert(3)>',
    "a\n<b>\r",
    "\u202eevil\u200b\u2066",
    "{{ 7*7 }}",
    "&lt;i&gt;",
    "'` --><!--",
)
# Every hostile word is in a name, in a string that becomes evidence, in a comment and in the name of a function.
CODE = (
    "async def \u05d0\u05d1\u05d2(path):  # \u202e } \u2066 if admin \u2069\n    try:\n"
    f"        return open({IMAGE + SCRIPT!r}).read(), '{{{{ 7*7 }}}}', '<!--'\n"
    f"    except:  # {IMAGE}{SCRIPT}]]>\x0c\x7f\u200b\n        return '{'x' * 3000}'\n"
)
SLEEPY = "import time\n\n\nasync def wait():\n    time.sleep(1)\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the page that the command makes of a project in which everything is hostile that may be."""
    root = tmp_path_factory.mktemp("work") / f"{IMAGE}\u202e"
    files = {f"src/{trick}.py": CODE for trick in TRICKS if "/" not in trick}
    files |= {f"{SCRIPT}.py": CODE, f"src/{os.fsdecode(bytes([0xFF]))}.py": SMELLY}
    files |= {"safe.py": SAFE, "ask.py": MANUAL, "clean.py": CLEAN, "sleepy.py": SLEEPY, "old.py": "print '<hr>'\n"}
    plant(root, {**files, "pyproject.toml": '[project]\nname = "x"\n'})
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    done = subprocess.run(
        [*PROGRAM, "preview"], cwd=root, env=unmeasured(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    made = root / "fixbot-preview.html"
    assert re.fullmatch(r"fixbot-preview\.html: \d+ findings, \d+ would be rewritten\n", done.stdout)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and path != made} == before
    place = tmp_path_factory.mktemp("page") / "page.html"
    place.write_bytes(made.read_bytes())
    return place


@pytest.fixture
def opened(browser: Chromium, preview: Path) -> Iterator[Opened]:
    with browser.showing(preview) as page:
        yield page
        assert page.said == []
        assert page.requests == [preview.as_uri()]


def amounts(opened: Opened) -> list[tuple[str, str, int]]:
    read = "all => all.map(one => [one.name, one.value, Number(one.parentElement.lastElementChild.textContent)])"
    return [tuple(each) for each in opened.page.eval_on_selector_all("input[type=checkbox]", read)]


def data(opened: Opened, name: str) -> list[str]:
    found: list[str] = opened.page.eval_on_selector_all(
        ".finding", f"all => all.filter(one => one.checkVisibility()).map(one => one.dataset.{name})"
    )
    return found


def test_nothing_is_loaded_said_or_put_in(opened: Opened) -> None:
    page = opened.page
    page.wait_for_timeout(300)
    assert page.locator("script").count() == page.locator("style").count() == 1
    assert page.locator("img, svg, iframe, object, embed, link, base, hr, audio, video, area").count() == 0
    attributes = "all => [...new Set(all.flatMap(one => one.getAttributeNames()))]"
    names = page.eval_on_selector_all("head *, body, body *", attributes)
    assert [name for name in names if name.startswith("on") or name in {"style", "src", "srcdoc", "action"}] == []
    assert page.locator("a").evaluate_all("all => all.filter(one => !one.href.startsWith('https://')).length") == 0
    assert "{{ 7*7 }}" in (page.locator("main").text_content() or "")


def test_what_is_hostile_is_shown_as_it_is(opened: Opened) -> None:
    paths = opened.page.locator(".path bdi").all_text_contents()
    assert {f"src/{IMAGE}.py", f"{SCRIPT}.py", "src/{{ 7*7 }}.py", "src/&lt;i&gt;.py", "src/'` --><!--.py"} <= set(
        paths
    )
    assert {"src/a\\n<b>\\r.py", "src/\\u202eevil\\u200b\\u2066.py", "src/\\udcff.py"} <= set(paths)
    code = opened.page.locator(".old code").all_text_contents()
    assert any(line == f"    except:  # {IMAGE}{SCRIPT}]]>\\x0c\\x7f\\u200b" for line in code)
    assert any(line.endswith("2,617 more characters") for line in code)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", opened.page.content())
    assert opened.page.title().startswith(f"fixbot preview of {IMAGE}\\u202e")


def test_each_filter_narrows_as_its_count_says(opened: Opened) -> None:
    total = len(opened.marks())
    given = amounts(opened)
    assert {name for name, _, _ in given} == {"codemod", "severity", "safety", "status"}
    assert {value for _, value, _ in given} >= {"bare-except", "blocking-sleep", "safe", "manual", "rewritten", "left"}
    for name, value, count in given:
        box = opened.page.locator(f'input[name="{name}"][value="{value}"]')
        box.check()
        assert data(opened, name) == [value] * count
        assert opened.page.inner_text("#count") == f"{count} of {total} findings"
        assert opened.address() == f"{name}={value}"
        for around in (".codemod", ".card"):
            assert opened.page.locator(f"{around}:not([hidden]) .finding:not([hidden])").count() == count
            assert opened.page.locator(f"{around}:not([hidden]):not(:has(.finding:not([hidden])))").count() == 0
        box.uncheck()
    assert (len(opened.marks()), opened.address()) == (total, "")


def test_filters_of_several_kinds_hold_together_and_their_counts_follow(opened: Opened) -> None:
    page = opened.page
    page.check('input[value="bare-except"]')
    page.check('input[value="left"]')
    for name, value, count in amounts(opened):
        if name == "safety" and count:
            page.check(f'input[value="{value}"]')
            assert len(opened.marks()) == count
            page.uncheck(f'input[value="{value}"]')
    assert set(data(opened, "codemod")) == {"bare-except"}
    assert set(data(opened, "status")) == {"left"}
    page.check('input[value="blocking-sleep"]')
    assert set(data(opened, "codemod")) >= {"bare-except"}
    page.fill("#path", "nowhere")
    assert page.is_visible("#empty")
    assert page.inner_text("#count").startswith("0 of ")
    page.click("#clear")
    expect(page.locator("#clear")).to_be_disabled()
    assert not page.is_visible("#empty")


def test_what_is_chosen_stands_in_the_address_and_is_chosen_again(browser: Chromium, preview: Path) -> None:
    with browser.showing(preview) as first:
        first.page.check('input[value="rewritten"]')
        first.page.fill("#path", "SRC/<img")
        marks, address = first.marks(), first.address()
    assert marks
    assert address == "status=rewritten&path=src%2F%3Cimg"
    with browser.showing(preview, at=f"#{address}") as second:
        assert second.marks() == marks
        second.page.evaluate("location.hash = '#severity=critical'")
        expect(second.page.locator("#path")).to_have_value("")
        assert set(data(second, "severity")) == {"critical"}
        assert second.said == []


def test_a_hostile_address_chooses_nothing_and_does_nothing(browser: Chromium, preview: Path) -> None:
    with browser.showing(preview, at=f"#severity=__proto__,]&constructor=1&path={IMAGE}%22%00") as page:
        assert page.said == []
        assert page.marks() == []
        assert page.page.locator("img").count() == 0
        page.page.keyboard.press("Escape")
        assert page.marks()


def test_keys_move_the_focus_from_finding_to_finding(opened: Opened) -> None:
    page, marks = opened.page, opened.marks()
    page.keyboard.press("j")
    assert opened.focused() == marks[0]
    page.keyboard.press("j")
    assert opened.focused() == marks[1]
    top = "document.activeElement.getBoundingClientRect().top"
    assert page.evaluate(f"{top} >= document.querySelector('.filters').getBoundingClientRect().bottom")
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert opened.focused() == marks[0]
    page.check('input[value="left"]')
    page.keyboard.press("j")
    assert opened.focused() == opened.marks()[0]


def test_keys_fold_filter_clear_and_explain(opened: Opened) -> None:
    page = opened.page
    page.keyboard.press("j")
    diff = page.locator(".window:has(:focus) .diff")
    for key in ("o", "Enter"):
        page.keyboard.press(key)
        assert not diff.is_visible()
        assert page.locator(".window:has(:focus) .toggle").get_attribute("aria-expanded") == "false"
        page.keyboard.press(key)
        assert diff.is_visible()
    page.keyboard.press("/")
    assert opened.focused() == "path"
    page.keyboard.type("jok/?")
    assert (page.input_value("#path"), opened.marks()) == ("jok/?", [])
    page.keyboard.press("Escape")
    assert (page.input_value("#path"), opened.focused(), opened.address()) == ("", "", "")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    assert not page.is_visible("#keys")
    page.click("#help")
    page.click("#keys button")
    assert not page.is_visible("#keys")


def test_every_control_is_reached_with_tab_and_shows_it(opened: Opened) -> None:
    controls = "all => all.filter(one => one.checkVisibility() && !one.disabled).length"
    wanted = opened.page.eval_on_selector_all("button, input, summary, a", controls)
    now = """() => {
        const one = document.activeElement;
        const at = one === document.body ? -1 : [...document.querySelectorAll("*")].indexOf(one);
        return [at, getComputedStyle(one).outlineStyle, parseFloat(getComputedStyle(one).outlineWidth)];
    }"""
    reached: dict[int, Any] = {}
    for _ in range(wanted + 1):
        opened.page.keyboard.press("Tab")
        at, *outline = opened.page.evaluate(now)
        if at < 0:
            break
        reached[at] = outline
    assert len(reached) == wanted
    assert [outline for outline in reached.values() if outline[0] == "none" or outline[1] < 2] == []
    assert opened.page.get_attribute("#count", "aria-live") == "polite"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_all_text_has_contrast_in_both_schemes(browser: Chromium, preview: Path, *, dark: bool) -> None:
    with browser.showing(preview, dark=dark) as opened:
        opened.page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        opened.page.keyboard.press("?")
        found: dict[str, float] = opened.page.evaluate(CONTRAST)
        assert len(found) > 30
        assert {name: ratio for name, ratio in found.items() if ratio < 4.5} == {}
        back = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert back == ("rgb(20, 23, 28)" if dark else "rgb(255, 255, 255)")


def test_the_theme_can_be_chosen(opened: Opened) -> None:
    back = "getComputedStyle(document.body).backgroundColor"
    system = opened.page.evaluate(back)
    opened.page.click("#theme")
    assert opened.page.evaluate(back) == system, "it was light"
    opened.page.click("#theme")
    assert opened.page.evaluate(back) != system
    opened.page.click("#theme")
    assert (opened.page.evaluate(back), opened.page.inner_text("#theme")) == (system, "Theme: system")


@pytest.mark.parametrize("width", [320, 390, 800, 1280, 2200])
def test_the_page_never_scrolls_sideways(browser: Chromium, preview: Path, width: int) -> None:
    with browser.showing(preview, width=width) as opened:
        opened.page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        wide = "all => all.filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1).length"
        assert opened.page.eval_on_selector_all(".diff, .told, .path, .old, .new", wide) == 0


def test_old_and_new_lines_stand_side_by_side_and_stack_where_it_is_narrow(browser: Chromium, preview: Path) -> None:
    boxes = """() => {
        const block = document.querySelector(".changed:has(.old:not(.none)):has(.new:not(.none))");
        block.scrollIntoView();
        return [...block.children].filter((one) => !one.matches(".none")).map((one) => [one.className.slice(0, 3),
            Math.round(one.getBoundingClientRect().left), Math.round(one.getBoundingClientRect().top)]);
    }"""
    with browser.showing(preview, width=1280) as opened:
        wide = opened.page.evaluate(boxes)
    with browser.showing(preview, width=390) as opened:
        narrow = opened.page.evaluate(boxes)
    (_, left, top), (_, right, beside) = wide[0], next(box for box in wide if box[0] == "new")
    assert right > left + 200
    assert beside == top
    assert len({box[1] for box in narrow}) == 1
    olds, news = ([box[2] for box in narrow if box[0] == side] for side in ("old", "new"))
    assert max(olds) < min(news)


def test_without_javascript_all_is_shown_and_no_filter(browser: Chromium, preview: Path) -> None:
    with browser.showing(preview, script=False) as opened:
        findings = opened.page.locator(".finding")
        assert findings.count() > 10
        assert opened.page.locator(".finding:visible").count() == findings.count()
        assert opened.page.locator(".filters:visible, .toggle:visible, .tools:visible, #keys:visible").count() == 0
        assert opened.page.locator(".diff:visible").count() == opened.page.locator(".diff").count() > 10


def test_a_page_without_findings_says_so(browser: Chromium, tmp_path: Path) -> None:
    plant(tmp_path, {"a.py": CLEAN, "pyproject.toml": ""})
    assert program("preview", "--quiet", cwd=tmp_path).out == ""
    with browser.showing(tmp_path / "fixbot-preview.html") as opened:
        assert opened.page.is_visible("text=Nothing was found.")
        opened.page.keyboard.press("j")
        opened.page.keyboard.press("?")
        assert opened.page.is_visible("#keys")
        assert opened.said == []


def test_where_there_is_no_browser_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(UnavailableError, match="none of chromium, "):
        chromium()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        chromium()
