from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixbot import registry
from fixbot.audit import read_document
from fixbot.model import Document, NotADocument

CODEMODS = registry.choose()
SECONDS = 20
PIECES = (
    "# 1.1 🔴 High\n",
    "## [H-01] x\n",
    "**Severity:** High\n",
    "**File:** `a/b.py:1-2`\n",
    "- [ ] high a.py:1 - x\n",
    "| # | Severity | Issue |\n|-|-|-|\n| 1 | High | x |\n",
    "```python\n",
    "a.py:1:1: E501 x\n",
    '{"results": [',
    "<details><summary>",
    "<!--",
    "> - ",
    "Issue #1: x (COMPLETED ✅)\n",
    "10 of 49 complete\n",
    "`a` ",
    "Ã©",
    "\u201a\xfa\xd6",
    "9" * 60,
    "\ud800",
    "\x00",
    "\r",
    "[a](",
    "lines 1, 2 and ",
    "a/b.py:1 - x\n",
    "a.a.a-",
    "[HIGH] a.py:1\n",
    "- [ ] `a.py` x\n",
    "- x\n  - [ ] a.py:1 y\n",
    "a/b.py\n",
    "   \u276f\u2771 a.b.c\n",
    "   1\u2506 x\n",
    "hook....Failed\n- hook id: x\nFixing a.py\n",
    "**严重性**\uff1a高\n",
    "# Prioridad alta\n",
    "severity,file,message\nhigh,a.py,x\n",
    '{"title": "x y", "file": "a.py", "line": 1},',
    "a.py:1\n_x_ | _y_\n\n",
    "`1-2`: **x**\n",
    "- x (a.py, ",
    "x - see a.py ",
)


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=400) | st.lists(st.sampled_from(PIECES) | st.text(max_size=9), max_size=30).map("".join))
def test_no_bytes_make_it_fail(content: bytes | str) -> None:
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    read = read_document("x", data, CODEMODS)
    assert isinstance(read, NotADocument) or read.items


@pytest.mark.no_cover  # each piece was read above; measuring would take most of the time
@pytest.mark.parametrize("piece", PIECES)
def test_much_of_one_thing_takes_no_time(piece: str) -> None:
    data = (piece * (100_000 // len(piece))).encode("utf-8", "surrogatepass")
    began = time.process_time()
    assert isinstance(read_document("x", data, CODEMODS), Document | NotADocument)
    assert time.process_time() - began < SECONDS


def test_deep_json_and_huge_numbers_are_refused() -> None:
    for text in ("[" * 100_000, '{"results": [{"path": "a.py", "line": ' + "9" * 9_000 + "}]}", '{"a":' * 50_000):
        assert isinstance(read_document("x", text.encode(), CODEMODS), NotADocument)
