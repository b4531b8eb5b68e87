"""The pages are built as CI builds them, and every link in them leads somewhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from derive.pages import write_catalogue
from derive.pages.catalogue import page
from fixbot import registry
from fixbot.codemod import Fixes

pytestmark = pytest.mark.real
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the pages as they are built from a copy: nothing is left in the repository."""
    place = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", place / "docs", ignore=shutil.ignore_patterns("catalogue", "build"))
    for beside in ("action.yml", "derive"):
        (place / beside).symlink_to(ROOT / beside)
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", place / "docs", place / "html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return place / "html"


class _Links(HTMLParser):
    """Gathers what a page links to, and what can be linked to in it."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in {"href", "src"} and value and tag != "link":
                self.targets.append(value)


def read(path: Path) -> _Links:
    links = _Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


def test_no_link_of_the_pages_is_dead(site: Path) -> None:
    pages = {path: read(path) for path in site.rglob("*.html")}
    dead = [
        f"{path.relative_to(site)}: {target}"
        for path, links in pages.items()
        for target in links.targets
        if not target.startswith(("http:", "https:", "data:", "mailto:")) and not leads(path, target, pages)
    ]
    assert dead == []
    assert len(pages) > 20


def leads(path: Path, target: str, pages: dict[Path, _Links]) -> bool:
    """Say whether a link leads somewhere: a page or file, and a place in it where it names one."""
    where, anchor = urldefrag(target.partition("?")[0] if "#" not in target else target)
    place = (path.parent / unquote(where)).resolve() if where else path
    if not place.is_file():
        return False
    return not anchor or place not in pages or unquote(anchor) in pages[place].anchors


def test_every_codemod_has_a_page_with_all_of_it(site: Path) -> None:
    for slug, codemod in registry.catalogue().items():
        shown = (site / "catalogue" / f"{slug}.html").read_text(encoding="utf-8")
        rewrites = any(isinstance(example, Fixes) for example in codemod.examples)
        reports = any(getattr(example, "reports", None) is not None for example in codemod.examples)
        there = {"Rewrites": rewrites, "Reported": reports, "Evidence": True}
        for heading in ("Why", "Left alone", "Read more", *(name for name, is_there in there.items() if is_there)):
            assert f"<h2>{heading}" in shown, slug
        assert all(reference in shown for reference in codemod.references)
        assert all(option.name in shown for option in codemod.options)


def test_a_page_shows_what_a_reviewer_is_told() -> None:
    told = page(registry.catalogue()["bare-except"])
    assert "## Evidence" in told
    assert "raises" in told.partition("## Evidence")[2].partition("## Left alone")[0]


def test_a_page_shows_what_a_person_is_told_where_nothing_is_rewritten() -> None:
    told = page(registry.catalogue()["magic-number-guard"])
    evidence = told.partition("## Evidence")[2].partition("## Left alone")[0]
    assert "| a product of units of time | `30 * 24 * 3600` is 30 days" in evidence
    assert "the guard compares with" in evidence
    assert "it has a name" not in evidence


def test_pages_of_codemods_that_are_gone_go(tmp_path: Path) -> None:
    (tmp_path / "old-smell.md").write_text("# old-smell\n")
    write_catalogue(tmp_path)
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert set(kept) == {"index.md", *(f"{slug}.md" for slug in registry.catalogue())}
    write_catalogue(tmp_path)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept
