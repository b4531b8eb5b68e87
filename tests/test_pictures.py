"""The pictures of the pages: what they show is what fixbot writes, and they are safe, small and told to everybody."""

from __future__ import annotations

import re
from difflib import unified_diff
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from derive.pictures import drawings, runs
from derive.pictures.__main__ import FOLDER
from derive.pictures.letters import Piece, lines, width

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PICTURES = sorted(FOLDER.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "style", "rect", "path", "text"}
ATTRIBUTES = {
    *("width", "height", "viewBox", "role", "aria-labelledby", "id", "data-changing", "font-size", "class"),
    *("x", "y", "rx", "d", "textLength", "{http://www.w3.org/XML/1998/namespace}space"),
}
LINK = re.compile(r"!\[([^]]*)\]\(([^)]+\.svg)\)")


def shown(picture: str) -> list[str]:
    """Give the texts of a picture, from the top."""
    return [text.text or "" for text in ET.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314 - a file of ours


def letters(text: str) -> str:
    """Give a text without what layout may change."""
    return "".join(text.split())


@pytest.mark.real
def test_the_pictures_show_what_runs_write_today_but_for_the_seconds(tmp_path: Path) -> None:
    made = drawings.draw(runs.record(tmp_path / "shop"), drawings.earlier(FOLDER))
    there = {place.name: place.read_text(encoding="utf-8") for place in PICTURES}
    differ = [
        line
        for name in sorted(made | there)
        if made.get(name) != there.get(name)
        for line in (
            f"{name} is not what it would be now",
            *unified_diff(shown(there.get(name, "<svg/>")), shown(made.get(name, "<svg/>")), lineterm="", n=1),
        )
    ]

    assert not differ, "\n".join(
        [*differ, "Make them anew (the checks count what the newest ruff says): python -m derive.pictures"]
    )


def records(terminal: str) -> runs.Records:
    """Give records whose texts the tests know."""
    pull = runs.Pull(7, "closed", "Say `what`", "fixbot/a", "trunk", ("one", "two"), "It *is*.\n\n### Controls\n\nno\n")
    return runs.Records(terminal, "$ fixbot plan\n", "# fixbot\n\n| | |\n|---|---|\n| seconds | 1.5 |\n", pull)


def test_a_terminal_shows_every_letter_of_a_run_and_no_other() -> None:
    text = (
        f"$ fixbot scan\na/b.py:1:2: high x: `f` <&> {'very ' * 40}{'l' * 300}\n    line 1: why\n3 findings in 1 file\n"
    )

    assert letters("".join(shown(drawings.draw(records(text), {})["maintainer.svg"]))) == letters(text)


def test_a_pull_request_shows_its_head_and_its_body_up_to_the_controls() -> None:
    picture = drawings.draw(records(""), {})["reviewer.svg"]

    assert shown(picture) == ["Say", "what", "#7", "closed", "trunk", "fixbot/a", "one", "two", "It is."]


def test_what_a_page_folds_or_hides_is_not_shown() -> None:
    text = (
        "## A\n\n- one\n- two `x`\n\n<!-- hidden -->\n\n<details><summary>More</summary>\n\nfolded\n\n</details>\n\n"
        "```diff\n a\n-b\n+c\n```\n"
    )
    pull = runs.Pull(1, "open", "T", "b", "m", (), text)
    made = drawings.draw(runs.Records("", "", "", pull), {})["reviewer.svg"]

    assert shown(made)[5:] == ["A", "one", "two", "x", "More", "a", "-b", "+c"]
    assert [made.count(f'class="{look}"') for look in ("plus", "minus")] == [1, 1]


def test_a_picture_of_a_run_that_took_longer_stays_as_it_is() -> None:
    before = drawings.draw(records("$ fixbot scan\n1 finding in 1 file; 0.2 s\n"), {})
    slow = records("$ fixbot scan\n1 finding in 1 file; 12.0 s\n")

    assert drawings.draw(slow, {"maintainer.svg": ["0.2"]})["maintainer.svg"] == before["maintainer.svg"]
    assert drawings.draw(slow, {"maintainer.svg": []})["maintainer.svg"] != before["maintainer.svg"]
    assert 'data-changing="1.5"' in before["summary.svg"]


def test_lines_break_at_spaces_and_long_words_where_the_line_ends() -> None:
    words = [Piece("one two "), Piece("three", bold=True), Piece(" " + "w" * 30, code=True)]
    broken = lines(words, 60)

    assert ["".join(piece.text for piece in line) for line in broken[:2]] == ["one two", "three"]
    assert all(width(line) <= 60 for line in broken)
    assert "".join(piece.text for line in broken for piece in line) == "one twothree" + "w" * 30


@pytest.mark.parametrize("place", PICTURES, ids=lambda place: place.name)
def test_a_picture_is_small_and_needs_and_does_nothing(place: Path) -> None:
    text = place.read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314 - a file of ours

    assert len(text.encode()) < 60_000
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS
    assert {name for element in root.iter() for name in element.attrib} <= ATTRIBUTES
    assert not re.search(r"url\(|@import|@font-face|<!|<\?", text)
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("place", PICTURES, ids=lambda place: place.name)
def test_a_picture_says_what_it_is_to_those_who_do_not_see_it(place: Path) -> None:
    root = ET.fromstring(place.read_text(encoding="utf-8"))  # noqa: S314 - a file of ours
    told = [root.findtext(f"{SVG}{name}", "") for name in ("title", "desc")]

    assert root.get("role") == "img"
    assert [root.find(f"{SVG}*[@id='{name}']") is not None for name in root.get("aria-labelledby", "").split()] == [
        True,
        True,
    ]
    assert all(len(words) > 15 for words in told)


def test_every_picture_is_on_a_page_in_words_as_well_and_every_page_shows_what_is_there() -> None:
    links = [(page, *link) for page in PAGES for link in LINK.findall(page.read_text(encoding="utf-8"))]

    assert {(page.parent / target).resolve() for page, _, target in links} == {place.resolve() for place in PICTURES}
    assert [target for _, words, target in links if len(words) < 15] == []
