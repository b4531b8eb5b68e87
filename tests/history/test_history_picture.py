from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from fixbot.errors import OperatorError
from fixbot.history import Point
from fixbot.model import Severity
from fixbot.picture import picture

if TYPE_CHECKING:
    from pathlib import Path

matplotlib = pytest.importorskip("matplotlib")

DAY = 86_400
START = 1_700_000_000
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</svg><script>alert(1)</script> $\\frac{1}{2}$ @everyone http://evil.example"


def point(time: int, *counts: int, subject: str = "Change") -> Point:
    severities = dict(zip(Severity, (*counts, 0, 0, 0, 0)[:4], strict=True))
    return Point("1" * 40, time, "+0130", subject, 9, 0, severities, {"bare-except": sum(counts)})


PASTS = {
    "one commit": [point(START, 1, 5, 0, 40)],
    "nothing ever": [point(START + n * DAY) for n in range(30)],
    "one minute": [point(START + n, 1, n, 40 - n) for n in range(30)],
    "one moment": [point(START, n) for n in range(3)],
    "an hour": [point(START + n * 97, 0, n) for n in range(40)],
    "years": [point(START + n * 9 * DAY, n % 7, n, n // 3, 500 - n) for n in range(400)],
    "wrong clocks": [point(-5, 1), point(2**62, 2), point(START, 3), point(0, 4), point(START + DAY, 5)],
    "the end of days": [point(253_402_214_400 - DAY, 1), point(2**40, 1)],
    "many findings": [point(START + n * DAY, 10**6 + n, 10**5, 10**7, n) for n in range(5)],
}


def drawn(points: list[Point]) -> ET.Element:
    return ET.fromstring(picture(points))  # noqa: S314 - fixbot's own text


def words(points: list[Point]) -> list[str]:
    return [text.text or "" for text in drawn(points).iter(f"{SVG}text")]


@pytest.mark.parametrize("past", PASTS.values(), ids=PASTS)
def test_every_past_has_a_picture(past: list[Point]) -> None:
    text = picture(past)
    root = ET.fromstring(text)  # noqa: S314 - fixbot's own text
    assert root.tag == f"{SVG}svg"
    assert [child.tag for child in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert not re.search("nan|inf", "".join(re.findall(r'\bd="[^"]*"', text)))
    assert len(text.encode()) < 60_000


def test_what_stands_beside_the_areas_is_the_last_count_of_what_ever_was() -> None:
    seen = words([point(START, 2, 0, 7), point(START + DAY, 0, 0, 1234)])
    assert [word for word in seen if word.startswith(tuple(Severity))] == ["critical 0", "medium 1,234"]
    assert "Findings over time" in seen
    assert "1,234 at the last of 2 commits from 2023-11-14 to 2023-11-15" in seen
    assert {"findings", "date of the commit, in UTC"} <= set(seen)


def test_commits_within_a_minute_stand_side_by_side() -> None:
    assert "commits, the oldest first" in words(PASTS["one minute"])
    assert "commits, the oldest first" not in words(PASTS["an hour"])
    assert "46 at the one commit of 2023-11-14" in words(PASTS["one commit"])


def test_a_branch_without_findings_says_so() -> None:
    assert "none at any of these commits" in words(PASTS["nothing ever"])
    assert "none at any of these commits" not in words(PASTS["an hour"])


def test_the_areas_are_as_high_as_the_counts() -> None:
    past = [point(START, 1, 3), point(START + DAY, 2, 6), point(START + 4 * DAY, 0, 4)]
    colours = {"critical": "#7d1145", "high": "#c9480c"}
    areas = {
        name: next(
            path.attrib["d"]
            for path in drawn(past).iter(f"{SVG}path")
            if path.attrib.get("style", "").startswith(f"fill: {colour}") and "clip-path" in path.attrib
        )
        for name, colour in colours.items()
    }
    tops = {name: list(dict.fromkeys(heights(area))) for name, area in areas.items()}
    base, unit = max(tops["high"]), (max(tops["high"]) - min(tops["high"])) / 8
    assert [round((base - top) / unit) for top in tops["high"]] == [4, 8, 0]
    assert [round((base - top) / unit) for top in tops["critical"]] == [1, 2, 0]


def heights(path: str) -> list[float]:
    """Give how far down each corner of a path is."""
    return [float(up) for up in re.findall(r"(?:M\S+ |V|L\S+ )([\d.]+)", path)]


def test_the_words_for_those_who_hear_it_have_the_figures() -> None:
    told = drawn([point(START, 2, 0, 7), point(START + DAY, 30), point(START + 2 * DAY, 0, 0, 1)])[1].text or ""
    assert "At the first commit 2 critical, 0 high, 7 medium, 0 low" in told
    assert "at the last 0 critical, 0 high, 1 medium, 0 low" in told
    assert told.endswith("The most at one commit were 30.")


def test_five_hundred_commits_that_all_change_stay_small() -> None:
    past = [point(START + n * DAY, n % 2, 10 + n % 3, 20 - n % 5, 50 + n % 7) for n in range(500)]
    assert len(picture(past).encode()) < 60_000
    assert len(picture(past * 10).encode()) < 60_000


def test_no_word_of_a_repository_gets_into_it_and_nothing_comes_from_elsewhere() -> None:
    text = picture([point(START, 1, subject=HOSTILE), point(START + DAY, 2, subject=HOSTILE)])
    assert text == picture([point(START, 1), point(START + DAY, 2)])
    assert not re.search(r"<script|<metadata|<image|<foreignObject|@import|url\((?!#)|\bon\w+=|<!DOCTYPE|<\?xml", text)
    assert set(re.findall(r'https?://[^"\s]+', text)) == {"http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg"}
    assert all(found.startswith("#") for found in re.findall(r'href="([^"]*)"', text))


def test_every_colour_of_the_picture_has_another_one_in_the_dark() -> None:
    text = picture(PASTS["years"])
    dark = set(re.findall(r'\[style\*="(\w+: #\w{6})"\]', text))
    used = set(re.findall(r"(?:fill|stroke): #\w{6}", text.partition("</style>")[2]))
    assert used
    assert used <= dark


def test_lines_of_names_never_overlap() -> None:
    past = [point(START, 1, 1, 1, 1), point(START + DAY, 0, 0, 0, 500)]
    places = [
        float(text.attrib["y"])
        for text in drawn(past).iter(f"{SVG}text")
        if (text.text or "").startswith(tuple(Severity))
    ]
    assert len(places) == len(Severity)
    assert all(lower - upper > 12 for lower, upper in pairwise(places))
    assert max(places) < 330


@pytest.mark.real
def test_another_process_draws_the_same_whatever_lies_around(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("axes.facecolor: red\nfont.size: 40\nsvg.hashsalt: x\nno such line\n")
    past = pickle.dumps(PASTS["years"]).hex()
    code = f"import pickle; from fixbot.picture import picture; print(picture(pickle.loads(bytes.fromhex('{past}'))))"
    again = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert again.stdout.rstrip("\n") == picture(PASTS["years"]).rstrip("\n")
    assert again.stderr == ""
    assert [path.name for path in tmp_path.iterdir()] == ["matplotlibrc"]


@pytest.mark.real
def test_matplotlib_is_loaded_by_who_draws_alone() -> None:
    code = "import sys, fixbot.picture, fixbot.past; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_a_person_chose_for_matplotlib_is_left_and_plays_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    before = picture(PASTS["years"])
    monkeypatch.setitem(matplotlib.rcParams, "font.size", 40.0)
    monkeypatch.setitem(matplotlib.rcParams, "xtick.labelsize", 40.0)
    assert picture(PASTS["years"]) == before
    assert matplotlib.rcParams["font.size"] == 40.0


def test_without_matplotlib_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(OperatorError, match=r"pip install 'fixbot\[picture\]'"):
        picture(PASTS["one commit"])
