"""Tells whether the code that an item shows still stands in a file, whatever its indentation and its comments."""

from __future__ import annotations

import re
from collections.abc import Iterable

_COMMENT = re.compile(r"\s*(?:#|//).*")
#: Shorter lines stand in every file.
_SHORTEST = 8
_MOST_LINES = 200


def stands_in(quotes: Iterable[str], text: str) -> bool:
    """Say whether every telling line of one of the quotes is a line of the text."""
    lines = {_plain(line) for line in text.splitlines()}
    return any(_telling(quote) and lines.issuperset(_telling(quote)) for quote in quotes)


def _telling(quote: str) -> frozenset[str]:
    """Return the lines of a quote that say something: no comments, no dots, nothing short."""
    plain = (_plain(line) for line in quote.splitlines()[:_MOST_LINES])
    return frozenset(line for line in plain if len(line) >= _SHORTEST and "..." not in line)


def _plain(line: str) -> str:
    return re.sub(r"\s+", " ", _COMMENT.sub("", line)).strip()
