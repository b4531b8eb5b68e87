"""Reads TOML that anybody may have written: what would keep Python's parser busy for long is refused before."""

from __future__ import annotations

import re
import tomllib
from typing import Any

LIMIT = 1_000_000  # bytes
_MOST_PARTS = 16  # of a key: the parser takes the square of them, and again for each line below a header
_LONGEST = 300  # characters of what the parser says: it quotes keys

_PART = rb"""(?:[\w-]++|"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*"|'[^'\n]*+')"""
_NEXT = rb"[ \t]*+\.[ \t]*+" + _PART
# Texts and comments are passed over whole. What never ends is no TOML: it is passed over to the end of its line, or
# else each quote in it would be looked at as the first one of another text.
_TOKEN = re.compile(
    rb'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*"{0,5}'
    rb"|'''[^']*+(?:'(?!'')[^']*+)*'{0,5}"
    rb"|#[^\n]*+"
    rb"|(?P<long>" + _PART + rb"(?:" + _NEXT + rb"){" + str(_MOST_PARTS).encode() + rb"})"
    rb"|" + _PART + rb"(?:" + _NEXT + rb")*"
    rb"""|["'][^\n]*+""",
    re.DOTALL,
)


def table(content: bytes) -> dict[str, Any]:
    """Return what a TOML file of at most 1 MB holds; a file of that size takes seconds, whatever is in it.

    Raises:
        ValueError: it is none, or too large or too deep, or a key has more than 16 parts; it says which, as in
            `is larger than 1 MB`.
    """
    if len(content) > LIMIT:
        message = "is larger than 1 MB"
        raise ValueError(message)
    _mind_long_keys(content)
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        message = f"line {_line(content, exc.start)} is not UTF-8"
    except ValueError as exc:
        message = f"is not TOML: {str(exc)[-_LONGEST:]}"
    except RecursionError:
        message = "is nested too deeply"
    raise ValueError(message)


def _mind_long_keys(content: bytes) -> None:
    for found in _TOKEN.finditer(content):
        if found.lastgroup == "long":
            where = _line(content, found.start())
            message = f"line {where} has a key of more than {_MOST_PARTS} parts: write one with fewer dots"
            raise ValueError(message)


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1
