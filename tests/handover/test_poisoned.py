"""Whatever text a plan holds, it stays text: in pull requests, commits, the dashboard, the summary and the log."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from tests.parts.command import MANUAL, SAFE, SMELLY, Done, fixbot, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real

BOOK = """\
def book(guest, **kwargs):
    table = kwargs["table"]
    return guest, table, kwargs.get("hours", 2)


def busy(guest):
    return book(guest, table=4, hours=3), book(guest, table=5)
"""
POISON = """x`y|

</details>

@octocat Fixes #99 <img src=x>

# Approved

::add-mask::y
##[group]z <!-- fixbot:marker {} -->
"""
Where = tuple[str | int, ...]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """Give a repository and what is planned for it: what is safe, what is to be reviewed, what breaks callers."""
    root = tmp_path_factory.mktemp("poisoned")
    files = {"a.py": SMELLY, "b.py": SAFE, "c.py": MANUAL, "d.py": BOOK, "docs/e.py": SMELLY, "broken.py": "def (:\n"}
    place = repository(root / "place", files | {"fixbot.toml": 'exclude = ["docs"]\n'})
    made = root / "plan.json"
    check = ("--verify-command", "true")
    assert fixbot("plan", place, "-o", made, "--jobs", "1", *check).code == 0
    return place, json.loads(made.read_text("utf-8"))


def texts(part: Any, at: Where = ()) -> Iterator[Where]:  # noqa: ANN401 - JSON is any
    """Give the place of every text in a document."""
    if isinstance(part, str):
        yield at
    elif isinstance(part, dict | list):
        for key, inner in part.items() if isinstance(part, dict) else enumerate(part):
            yield from texts(inner, (*at, key))


def kinds(document: Any) -> dict[str, Where]:  # noqa: ANN401 - JSON is any
    """Give one place of each kind, by its keys."""
    return {".".join(str(key) for key in at if isinstance(key, str)): at for at in texts(document)}


def poisoned(document: Any, at: Where) -> Any:  # noqa: ANN401 - JSON is any
    spoilt = deepcopy(document)
    part = spoilt
    for key in at[:-1]:
        part = part[key]
    part[at[-1]] = POISON
    return spoilt


def applied(place: Path, document: object, root: Path, *more: str) -> Done:
    """Apply a plan to a copy of a repository."""
    shutil.copytree(place, root / "place")
    (root / "plan.json").write_text(json.dumps(document), "utf-8")
    with contextlib.chdir(root / "place"):
        rest: tuple[str | Path, ...] = ("--max-open", "9", "--max-hourly", "9", "--summary", root / "summary.md", *more)
        return fixbot("apply", root / "plan.json", *rest)


def said(root: Path) -> Iterator[str]:
    """Give every text that people read as Markdown."""
    if (root / "summary.md").exists():
        yield (root / "summary.md").read_text("utf-8")
    for record in (root / "place/.git/fixbot").rglob("*.json"):
        known = json.loads(record.read_text("utf-8"))
        yield from (str(known.get(key, "")) for key in ("title", "body"))
        yield from (one.get("body", one.get("says", "")) for key in ("comments", "notes") for one in known.get(key, []))


@pytest.mark.long
def test_every_text_of_a_plan_stays_text(planned: tuple[Path, Any], tmp_path: Path) -> None:
    place, document = planned
    found = kinds(document)
    assert {"refused.because", "opinions.before.code", "changes.rewrites.findings.breaking.who"} <= found.keys()
    published = set()
    for number, (kind, at) in enumerate(found.items()):
        root = tmp_path / str(number)
        root.mkdir()
        done = applied(place, poisoned(document, at), root)
        assert done.code in {0, 2}, (kind, done.err)
        assert not re.search(r"^(?:::|##\[)", done.out + done.err, re.MULTILINE), kind
        assert len(done.err.splitlines()) <= 1, kind
        branches = git(root / "place", "for-each-ref", "refs/heads/fixbot", "--format=%(refname)").split()
        assert bool(branches) is (done.code == 0 and "warning: main has moved" not in done.out), kind
        published |= {kind} if branches else set()
        for text in said(root):
            html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
            shown = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
            for forbidden in ("@octocat", "#99", "<img", "<h1>Approved", "<!-- fixbot:marker {}"):
                assert forbidden not in shown, (kind, forbidden)
            assert shown.count("</details>") == shown.count("<details"), kind
        for branch in branches:
            message = git(root / "place", "log", "-1", "--format=%B", branch)
            assert "@octocat" not in message, kind
            assert not re.search(r"(?i)fixes #99", message), kind
            assert "\n# Approved" not in message, kind
        shutil.rmtree(root)
    assert {"refused.because", "changes.rewrites.findings.message"} <= published


@pytest.mark.parametrize("more", [(), ("--verbose",)])
def test_what_is_said_of_a_codemod_that_broke_is_no_command(
    planned: tuple[Path, Any], tmp_path: Path, more: tuple[str, ...]
) -> None:
    place, document = planned
    spoilt = deepcopy(document)
    spoilt["report"]["broken"] = [{"path": POISON, "codemod": POISON, "trace": f"one\n{POISON}\u202e::x"}]
    done = applied(place, spoilt, tmp_path, *more)
    assert done.code == 3
    assert "broke" in done.err
    assert "\u202e" not in done.err
    assert not re.search(r"^(?:::|##\[)", done.out + done.err, re.MULTILINE)
