from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.parts.command import MANUAL, SAFE, SMELLY, fixbot, plant

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = "fixbot-preview.html"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "shop"
    plant(place, {"a.py": SMELLY, "b.py": SAFE, "pkg/ask.py": MANUAL, "pyproject.toml": '[project]\nname = "x"\n'})
    monkeypatch.chdir(place)
    return place


def statuses(page: str) -> list[tuple[str, str]]:
    return re.findall(r'aria-label="([^"]+)" data-codemod.*? data-status="(\w+)"', page)


def test_it_writes_one_file_and_says_where(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*.py")}
    done = fixbot("preview")
    assert (done.code, done.out, done.err) == (0, f"{DEFAULT}: 3 findings, 2 would be rewritten\n", "")
    page = (project / DEFAULT).read_text("utf-8")
    assert statuses(page) == [("a.py:4", "rewritten"), ("b.py:4", "rewritten"), ("pkg/ask.py:4", "left")]
    assert "<title>fixbot preview of shop</title>" in page
    assert {path: path.read_bytes() for path in project.rglob("*.py")} == before


def test_its_own_page_is_written_over_with_the_same_bytes(project: Path) -> None:
    assert fixbot("preview").code == 0
    first = (project / DEFAULT).read_bytes()
    assert fixbot("preview", "--jobs", "1", "--quiet") == fixbot("preview", "--quiet", "--jobs", "2")
    assert (project / DEFAULT).read_bytes() == first


@pytest.mark.parametrize("content", ["", "<!DOCTYPE html>\n<title>Mine</title>\n"])
def test_another_file_is_not_written_over(project: Path, content: str) -> None:
    (project / DEFAULT).write_text(content)
    done = fixbot("preview")
    assert done.code == 2
    assert f"cannot write {DEFAULT}: it is there and is no preview of fixbot; name another one" in done.err
    assert (project / DEFAULT).read_text() == content


def test_a_link_is_not_followed(project: Path) -> None:
    (project / DEFAULT).symlink_to(project.parent / "elsewhere.html")
    done = fixbot("preview")
    assert (done.code, (project.parent / "elsewhere.html").exists()) == (2, False)
    assert "it is no regular file" in done.err


def test_a_minus_means_stdout(project: Path) -> None:
    done = fixbot("preview", "--output", "-")
    assert done.out.startswith("<!DOCTYPE html>")
    assert (done.code, done.err) == (0, "3 findings, 2 would be rewritten\n")
    assert fixbot("preview", "--output", "-", "--quiet").err == ""
    assert sorted(path.name for path in project.iterdir()) == ["a.py", "b.py", "pkg", "pyproject.toml"]


def test_a_file_in_no_folder_is_a_mistake(project: Path) -> None:
    done = fixbot("preview", "-o", project / "nowhere" / "page.html")
    assert (done.code, "its folder does not exist" in done.err) == (2, True)


def test_the_options_that_choose_count(project: Path) -> None:
    assert fixbot("preview", "--safety", "safe").out == f"{DEFAULT}: 3 findings, 1 would be rewritten\n"
    assert "and no more than safe is asked for" in (project / DEFAULT).read_text("utf-8")
    assert fixbot("preview", "--select", "silent-except").out == f"{DEFAULT}: 0 findings, 0 would be rewritten\n"
    assert fixbot("preview", "pkg", "-o", "pkg/page.html").out == "pkg/page.html: 1 finding, 0 would be rewritten\n"
    assert fixbot("preview", "--select", "nothing").code == 2


def test_each_codemod_starts_from_the_files_as_they_are(project: Path) -> None:
    plant(project, {"c.py": "try:\n    f()\nexcept:\n    pass\ntry:\n    g()\nexcept Exception:\n    pass\n"})
    done = fixbot("preview", "c.py", "--select", "bare-except,silent-except")
    assert done.out == f"{DEFAULT}: 2 findings, 2 would be rewritten\n"
    page = (project / DEFAULT).read_text("utf-8")
    assert page.count('<h3 class="path"><bdi>c.py</bdi>') == 2
    numbers = re.findall(r'<div class="old found"><i>(\d+)</i>', page)
    assert numbers == ["3", "7"]
