"""What is printed is no command to a workflow's runner, whatever stands in it."""

from __future__ import annotations

import pytest

from fixbot.cli.output import logged


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a.py:1: left as it is", "a.py:1: left as it is"),
        ("::error title=x::pwn/a.py:1", r"\x3a:error title=x::pwn/a.py:1"),
        ("  ::add-mask::x", r"  \x3a:add-mask::x"),
        ("a ##[set-output name=x]y", r"a #\x23[set-output name=x]y"),
        ("one\n::two\n\tthree\x1b[2K", "one\n\\x3a:two\n\\tthree\\x1b[2K"),
        ("one\r::two\u2028::three", "one\n\\x3a:two\n\\x3a:three"),
        ("", ""),
    ],
)
def test_a_line_shows_what_stands_in_it_and_asks_for_nothing(text: str, shown: str) -> None:
    assert logged(text) == shown
