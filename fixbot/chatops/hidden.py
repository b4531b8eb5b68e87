"""Puts tables into HTML comments that Markdown does not show, and reads them back as a hint, never as the truth."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import TypeGuard

_LONGEST = 60_000
_HIGHEST_ID = 2**63 - 1


def hide(kind: str, table: Mapping[str, object]) -> str:
    """Return `<!-- fixbot:KIND {...} -->`: one line, the same for the same table."""
    shown = json.dumps(table, separators=(",", ":"), sort_keys=True)
    for sign, escape in (("<", "\\u003c"), (">", "\\u003e"), ("--", "-\\u002d")):
        shown = shown.replace(sign, escape)
    return f"<!-- fixbot:{kind} {shown} -->"


def shape(kind: str) -> re.Pattern[str]:
    """Return a pattern for one hidden table of a kind; its text is the first group."""
    return re.compile(rf"<!-- fixbot:{re.escape(kind)} (\{{[^<>\n]{{0,{_LONGEST}}}\}}) -->")


def hidden(kind: str, body: str) -> dict[str, object] | None:
    """Return the one table of a kind in a body; None where there is none, more than one, or one that is broken."""
    found = shape(kind).findall(body)
    return table_of(found[0]) if len(found) == 1 else None


def table_of(text: str) -> dict[str, object] | None:
    """Return the table that a text is, None where it is none."""
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) else None


def is_id(value: object) -> TypeGuard[int]:
    """Say whether a value that was read back can be the id of a comment."""
    return type(value) is int and 0 <= value <= _HIGHEST_ID


def harmless(markdown: str) -> str:
    """Return Markdown in which nothing can be taken for a hidden table."""
    return markdown.replace("<!-- fixbot:", "<!--fixbot:")


def digest(text: str) -> str:
    """Return 16 hex digits of a text, whatever ends its lines and stands around it."""
    plain = text.replace("\r\n", "\n").strip()
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()[:16]
