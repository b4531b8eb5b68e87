"""Whatever a file is called, its name is text: it leads nowhere, starts nothing and breaks nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from tests.hostile.attacks import COMMANDS, LOCAL, blob, called, crafted, smelly, tree
from tests.parts.command import SMELLY, commit, fixbot, plant, program
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.real
NAMES = (
    "new\nline.py",
    "::error::x.py",
    "\x1b]0;title\x07.py",
    "'quote\"s`.py",
    "--output=x.py",
    "-rf.py",
    "bidi\u202eyp.exe\u202c.py",
    "zero\u200bwidth\ufeff.py",
    "A.py",
    "a.PY.py",
    "@org\\team fixes #1.py",
    "<!-- fixbot:1 {} -->.py",
    "|</details><img src=x>.py",
    "..py",
    "...py",
    "$(touch canary).py",
    ":(exclude)*.py",
)
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\ufeff]")


def texts(place: Path) -> list[str]:
    """Give what was written for people: pages of the local forge, and messages of commits."""
    pages = [path.read_text("utf-8", "replace") for path in (place / ".git/fixbot").rglob("*.md")]
    heads = git(place, "for-each-ref", "--format=%(objectname)", "refs/heads/fixbot").split()
    return [*pages, *(git(place, "log", "-1", "--format=%B", head) for head in heads)]


@pytest.mark.parametrize("name", COMMANDS)
def test_names_that_are_made_to_break_things_are_shown_and_do_nothing(tmp_path: Path, name: str) -> None:
    place, away = smelly(tmp_path / "place"), tmp_path / "away"
    plant(place, dict.fromkeys(NAMES, SMELLY))
    commit(place)
    done = called(name, place, away)
    assert done.code in {0, 1}
    assert not re.search(r"^(?:::|##\[)", done.out + done.err, re.MULTILINE)
    assert not HIDDEN.search(done.out + done.err)
    assert not (place / "x.py").exists()
    assert not (place / "canary").exists()
    if name in {"run", "apply"}:
        changed = git(place, "diff", "-z", "--name-only", "main", "fixbot/bare-except/all").split("\0")
        assert {*changed} == {"", "a.py", *NAMES}
    for text in texts(place):
        shown = re.sub(r"<code.*?</code>", "", MarkdownIt("gfm-like", {"linkify": False}).render(text), flags=re.DOTALL)
        for forbidden in ("@org", "fixes #1", "<img", "<!-- fixbot:1 {} -->"):
            assert forbidden not in shown
        assert not HIDDEN.search(text)


PAGE = "away/preview.html"


def test_a_preview_shows_every_name_and_holds_no_element_of_theirs(tmp_path: Path) -> None:
    place = smelly(tmp_path / "place")
    plant(place, dict.fromkeys(NAMES, SMELLY))
    assert called("preview", place, tmp_path / "away").code == 0
    page = (tmp_path / PAGE).read_text("utf-8")
    assert "<img" not in page
    assert "<!-- fixbot:1 {}" not in page
    assert not HIDDEN.search(page)


def way_out(place: Path, away: Path, kind: str) -> str:
    """Store a tree whose names lead out of the folder that it is laid into."""
    code = blob(place, SMELLY.encode())
    evil = ("100644", b"evil.py", code)
    inner: dict[str, Sequence[tuple[str, bytes, str]]] = {
        "dots": [("40000", b"..", tree(place, [evil]))],
        "slashes": [("100644", f"../../../../..{away}/evil.py".encode(), code)],
        "root": [("100644", f"{away}/evil.py".encode(), code)],
        "git": [("40000", b".git", tree(place, [evil]))],
        "GIT": [("40000", b".GIT", tree(place, [("40000", b"hooks", tree(place, [evil]))]))],
        "a link and a folder": [
            ("120000", b"d", blob(place, str(away).encode())),
            ("40000", b"d", tree(place, [evil])),
        ],
        "a file and a folder": [("100644", b"d", code), ("40000", b"d", tree(place, [evil]))],
        "one name twice": [("100644", b"a.py", code), ("100644", b"a.py", code)],
        "4,000 letters": [("100644", b"x" * 3997 + b".py", code)],
        "modes": [("100666", b"b.py", code), ("104755", b"c.py", code), ("160000", b"d.py", "1" * 40)],
    }
    made = tree(place, [evil])
    for _ in range(1500):
        made = tree(place, [("40000", b"dd", made)]) if kind == "1,500 folders" else made
    entries = [("40000", b"dd", made)] if kind == "1,500 folders" else inner[kind]
    return tree(place, [*entries, ("100644", b"z.py", code)])


CRAFTED = ("dots", "slashes", "root", "git", "GIT", "a link and a folder", "a file and a folder", "one name twice")


@pytest.mark.parametrize("kind", [*CRAFTED, "4,000 letters", "modes", "1,500 folders"])
def test_a_tree_that_nobody_can_check_out_harms_nothing(tmp_path: Path, kind: str) -> None:
    place, outside = smelly(tmp_path / "place"), tmp_path / "outside"
    outside.mkdir()
    crafted(place, way_out(place, outside, kind))
    for words in (("run", *LOCAL, "--dry-run"), ("run", *LOCAL, "--verify-command", "true"), ("run", *LOCAL)):
        done = program(*words, "--jobs", "1", cwd=place)
        assert done.code in {0, 2}, done.err
        assert done.err.count("\n") <= 1 + done.err.startswith("note: ")
        assert len(done.err) < 5000
    assert list(outside.iterdir()) == []
    assert not list((place / ".git").rglob("evil.py"))
    assert sorted(path.name for path in place.iterdir()) == [".git", "a.py"]


@pytest.mark.parametrize("kind", ["one name twice", "a file and a folder"])
def test_a_commit_with_one_name_twice_is_refused_before_anything_is_offered(tmp_path: Path, kind: str) -> None:
    place, name = smelly(tmp_path / "place"), {"one name twice": "a.py"}.get(kind, "d")
    crafted(place, way_out(place, tmp_path, kind))
    for command in ("run", "plan"):
        done = called(command, place, tmp_path / "away")
        assert (done.code, done.out) == (2, "")
        assert f"fixbot: main has the name {name} twice" in done.err
    assert not (tmp_path / "away/plan.json").exists()
    assert not git(place, "for-each-ref", "refs/heads/fixbot")


@pytest.mark.parametrize("form", ["sarif", "github", "markdown", "text"])
def test_no_format_holds_a_character_that_is_not_seen(tmp_path: Path, form: str) -> None:
    plant(tmp_path, dict.fromkeys(NAMES, SMELLY))
    done = fixbot("scan", "--format", form, "--jobs", "1", tmp_path)
    assert done.code == 1
    assert not HIDDEN.search(done.out + done.err)


def test_names_that_differ_in_case_alone_are_two_files(tmp_path: Path) -> None:
    place = smelly(tmp_path / "place")
    code = blob(place, SMELLY.encode())
    inner = tree(place, [("100644", b"b.py", code)])
    folders = [("40000", b"D", inner), ("40000", b"d", inner)]
    crafted(place, tree(place, [("100644", b"A.py", code), *folders[:1], ("100644", b"a.py", code), *folders[1:]]))
    done = called("run", place, tmp_path / "away")
    (pull,) = done.json["pulls"]
    assert sorted(pull["files"]) == ["A.py", "D/b.py", "a.py", "d/b.py"]


@pytest.mark.parametrize("taken", ["fixbot", "fixbot/bare-except", "fixbot/bare-except/all/more", "FIXBOT/x", "HEAD"])
def test_a_branch_that_collides_is_named_and_stays(tmp_path: Path, taken: str) -> None:
    place = smelly(tmp_path / "place")
    head = git(place, "rev-parse", "main")
    git(place, "update-ref", f"refs/heads/{taken}", head)
    done = called("run", place, tmp_path / "away")
    assert done.code in {0, 2}
    assert git(place, "rev-parse", f"refs/heads/{taken}") == head
    if taken.startswith("fixbot"):
        assert f"{taken} " in done.out + done.err
