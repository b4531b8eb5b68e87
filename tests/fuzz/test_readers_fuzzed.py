"""Every reader of what strangers may have written: any bytes go in, a clear refusal or a valid value comes out.

`FIXBOT_FUZZ` says how many examples each reader gets; it is a few hundred in CI.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixbot import registry
from fixbot.analysis.module import Module, parse
from fixbot.analysis.todos import todos
from fixbot.audit import read_document
from fixbot.chatops.bookkeeping import books_in, with_books
from fixbot.chatops.boxes import ticked
from fixbot.chatops.commands import commands
from fixbot.chatops.items import read_item, write_item
from fixbot.chatops.pinned import heard_until, ignored
from fixbot.chatops.tickets import body_of, ticket_of
from fixbot.engine.pragmas import Pragmas, is_generated
from fixbot.errors import OperatorError
from fixbot.foreign.cards import cards
from fixbot.handover.documents import Listened, Plan
from fixbot.handover.text import read, written
from fixbot.marker import marker_of_commit, read_marker, visible_text, write_marker
from fixbot.model import Base, Document, Issue, Marker, NotADocument, Situation, SourceFile, Wish
from fixbot.owners import owners
from fixbot.settings import Settings
from fixbot.shell.config import text_settings

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.long, pytest.mark.no_cover]
ROOT = Path(__file__).parents[2]
CODEMODS = registry.every()
SLUGS = [codemod.slug() for codemod in CODEMODS]
MARKER = Marker(
    codemod="bare-except", branch="fixbot/x/all", plan="0" * 20, base="a" * 40, findings=("0" * 20,), pushed=()
)
WISH = Wish(codemod="todo-without-ticket", path="a.py", line=1, end_line=1, says="mend it", lines=("# TODO: mend it",))
BASE = Base("main", "c" * 40, "d" * 40)
REPORT = """# Audit

### 1.1 🔴 Bare except blocks

**Severity:** High

- `a/b.py:12-14`: 11 files

| # | x |
|-|-|
| 1 | y |
"""
SEEDS: dict[str, bytes] = {
    "report": REPORT.encode(),
    "marker": f"Words.\n\n{write_marker(MARKER)}\n".encode(),
    "ticket": body_of(WISH, BASE).encode(),
    "comment": b"/fixbot ignore path:src/**\n- [x] <!-- fixbot:do rebase fixbot/x/all -->\n> /fixbot rebase\n",
    "situation": written(Listened(base="main", situation=Situation(ignores=frozenset({"x"})))).encode(),
    "settings": (ROOT / "pyproject.toml").read_bytes()[:600]
    + b'\n[tool.fixbot]\nselect = ["bare-except"]\nmax-open = 3\n',
    "code": b"# fixbot: ignore[bare-except]\n# TODO(ann): mend it #3\nx = 1  # TODO\n'''# TODO: no'''\n",
    "owners": b"*.py @ann @org/team\n/docs/ bob@example.org\n# note\nsrc/**/x [a-z]\n",
    "card": b'"""Query."""\nfrom bowler import Query\nseverity = "high"\nquery = lambda p: Query(p)\n',
}
PIECES = [
    b"\x00",
    b"\xff\xfe",
    b"\r",
    b"\xe2\x80\xae",
    b"<!-- fixbot:1 {",
    b" -->",
    b'"',
    b"[" * 50,
    b"{}",
    b"#",
    b"\n",
    b"9" * 40,
    b"-1",
]


@st.composite
def mangled(draw: st.DrawFn, seed: str) -> bytes:
    """Give a text that somebody might write, with some of it cut, doubled or put elsewhere; or any bytes at all."""
    content = SEEDS[seed]
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 40)))
        new = draw(st.sampled_from([*PIECES, b"", content[start:end] * 2]) | st.binary(max_size=6))
        content = content[:start] + new + content[end:]
    return draw(st.sampled_from([content, content, content, draw(st.binary(max_size=60))]))


def fuzzed(seed: str) -> Callable[[Callable[[bytes], None]], Any]:
    """Let a test have many mangled texts."""
    number = int(os.environ.get("FIXBOT_FUZZ", "300"))
    options = settings(
        max_examples=number, deadline=None, suppress_health_check=[*HealthCheck], derandomize=number == 300
    )
    return lambda test: options(given(mangled(seed))(test))


def text(content: bytes) -> str:
    """Give bytes as a forge would give them, lone surrogates among them."""
    return content.decode("utf-8", "surrogateescape")


@fuzzed("report")
def test_reports(content: bytes) -> None:
    found = read_document("a.md", content, CODEMODS)
    assert isinstance(found, Document | NotADocument)
    assert isinstance(found, Document) or found.because


@fuzzed("marker")
def test_markers(content: bytes) -> None:
    body = text(content)
    found = read_marker(body)
    assert found is None or read_marker(write_marker(found)) == found
    assert marker_of_commit(body, "fixbot/x/all") is None or "Fixbot" in body
    assert isinstance(visible_text(body), str)


@fuzzed("ticket")
def test_tickets_and_items(content: bytes) -> None:
    body = text(content)
    ticket = ticket_of(Issue(number=1, state="open", title="x", author="x", url="x", body=body))
    assert ticket is None or (ticket.path and len(ticket.words) == 16)
    item = read_item(body)
    assert item is None or read_item(write_item(item)) == item


@fuzzed("comment")
def test_comments_boxes_and_dashboards(content: bytes) -> None:
    body = text(content)
    commands(body, SLUGS)
    assert all(box.branch for box in ticked(body))
    assert heard_until(body) >= 0
    assert all(isinstance(word, str) for word in ignored(body))
    assert books_in(with_books(body, books_in(body))) == books_in(body)


def refused(call: Callable[[], object]) -> str:
    """Say why a call is refused as the operator's mistake; empty where it is not."""
    try:
        call()
    except OperatorError as exc:
        return str(exc)
    return ""


@fuzzed("situation")
def test_plans_and_situations(content: bytes) -> None:
    for kind in (Listened, Plan):
        because = refused(partial(read, content, kind, "file"))
        assert because.isprintable()
        assert "file" in because if because else written(read(content, kind, "file"))


@fuzzed("settings")
def test_configurations(content: bytes) -> None:
    because = refused(lambda: text_settings(content, "pyproject.toml"))
    assert "pyproject.toml" in because if because else isinstance(text_settings(content, "pyproject.toml"), Settings)


@fuzzed("code")
def test_comments_in_code(content: bytes) -> None:
    is_generated(content)
    Pragmas(text(content)).silence("bare-except", 1)
    module = parse(SourceFile("a.py", content))
    if isinstance(module, Module):
        for todo in todos(module):
            assert module.text[todo.start - len(todo.word) : todo.start] == todo.word


@fuzzed("owners")
def test_owners(content: bytes) -> None:
    assert all(isinstance(one, str) for one in owners(text(content))("src/a.py"))


@fuzzed("card")
def test_what_an_operators_file_says(content: bytes) -> None:
    because = refused(lambda: cards(Path("a.py"), content))
    assert because.startswith("a.py:") if because else all(card.slug for card in cards(Path("a.py"), content))
