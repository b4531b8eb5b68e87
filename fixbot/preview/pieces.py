"""Cuts foreign text into pieces in which every character shows; what they look like is for a template to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from fixbot.markdown import visible

#: A line of code is cut after so many characters.
LONGEST_LINE = 400
_MOST_SAID = 1_500
_CODE = re.compile(r"(`[^`]+`)")


@dataclass(frozen=True, slots=True)
class Piece:
    r"""Printable text, tabs included.

    `changed` says that the other side of a change has something else there. `sign` marks what stands for something
    that does not show, such as `\u202e`, or for what was cut away. `code` is code within a sentence.
    """

    text: str
    changed: bool = False
    sign: bool = False
    code: bool = False


Pieces = tuple[Piece, ...]


def shown(text: str, *, changed: bool = False) -> Pieces:
    """Return text in which characters that do not show, or turn others around, are signs."""
    runs = groupby(text, key=lambda char: char.isprintable() or char == "\t")
    return tuple(
        Piece(run, changed=changed) if printable else Piece(visible(run), changed=changed, sign=True)
        for printable, run in ((printable, "".join(chars)) for printable, chars in runs)
    )


def of_line(text: str, *, most: int = LONGEST_LINE) -> Pieces:
    """Return a line without its end, of a longer one its first `most` characters and a sign that counts the rest."""
    line = text.rstrip("\r\n")
    return shown(line) if len(line) <= most else (*shown(line[:most]), rest_of(line, most))


def rest_of(line: str, most: int) -> Piece:
    """Return the sign that stands for what is cut from a line."""
    return Piece(f"… {len(line) - most:,} more characters", sign=True)


def sentence(text: str) -> Pieces:
    """Return a sentence in Markdown code style: what stands between backticks is code, all else is only shown."""
    kept = " ".join(text[: _MOST_SAID + 1].split())
    rest = (rest_of(text, _MOST_SAID),) if len(text) > _MOST_SAID else ()
    return (*_worded(kept), *rest)


def _worded(text: str) -> Iterator[Piece]:
    for part in filter(None, _CODE.split(text)):
        is_code = len(part) > 1 and part[0] == part[-1] == "`"
        yield from (replace(piece, code=is_code) for piece in shown(part[1:-1] if is_code else part))


def paragraphs(text: str) -> tuple[Pieces, ...]:
    """Return the paragraphs of a text in Markdown code style, each as one line."""
    return tuple(tuple(_worded(" ".join(part.split()))) for part in re.split(r"\n\s*\n", text) if part.strip())
