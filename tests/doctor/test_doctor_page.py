"""The page about the doctor names every point that there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_has_every_point_and_no_other() -> None:
    page = (ROOT / "docs" / "doctor.md").read_text("utf-8").partition("## The points")[2].partition("\n## ")[0]
    named = {name for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)}
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "fixbot" / "doctor").glob("*.py"))]
    said = {
        name
        for text in texts
        for name in re.findall(
            r'(?:\b(?:ok|note|problem|make|_needed|_people)\(\s*|\babout(?:, \w+)? = )"([a-z-]+)"', text
        )
    }
    assert said == named
