"""Puts foreign text into GitHub Flavored Markdown so that it stays text; it knows nothing of findings.

`code`, `text` and `prose` return fragments of a line: put anything but another code span beside a code span.
A fragment that goes into a table passes through `cell` last.
"""

from __future__ import annotations

import re

# Punctuation that means something to GFM anywhere in a line; all of it becomes entities, because a backslash
# at the end of one fragment would change the first character of the next.
_SPECIAL = re.compile(r"[!#$&*:<>@\[\\\]^_`{|}~]|(?<=www)\.", re.IGNORECASE)
# What opens a list, underlines a heading or indents code at the start of a line, or breaks it at its end.
_AT_AN_EDGE = re.compile(r"\A[-+= ]| \Z|(?<=\A\d)[.)]|\A\d{2,9}[.)]")
# GitHub links mentions and references after entities are decoded, but never inside code.
_REFERENCE = re.compile(r"@|#\d|://|www\.|\bgh-\d", re.IGNORECASE)
_PIECES = re.compile(r"(`[^`]+`| +|`)")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/-]{1,300}")
_LANGUAGE = re.compile(r"[A-Za-z0-9+-]*")


def visible(content: str, *, keep: str = "") -> str:
    r"""Return one line where every character shows: line breaks, controls, bidi overrides as `\n`, `\u202e`.

    What shows is what `str.isprintable` says, and the characters in `keep`. No lone surrogate is left.
    """
    return "".join(
        char if char.isprintable() or char in keep else char.encode("unicode_escape").decode("ascii")
        for char in content
    )


def code(content: str) -> str:
    """Return a code span that shows `visible(content)`; empty content shows as one space."""
    shown = visible(content) or " "
    ticks = "`" * (_longest_run(shown) + 1)
    # One space is taken off both ends of a span that has one at both; only-spaces spans keep theirs.
    strips = shown[0] == shown[-1] == " " and shown.strip(" ")
    pad = " " if strips or "`" in {shown[0], shown[-1]} else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def text(content: str) -> str:
    """Return Markdown that shows `visible(content)` as plain text, at the start of a line too.

    GitHub looks for mentions after it has decoded entities, so `prose` is the safer choice for a sentence.
    """
    return _edged(_entities(visible(content)))


def prose(content: str) -> str:
    """Return a sentence whose own `code` stays code and whose other Markdown is only shown.

    Words that GitHub would make a mention, a reference or a link of are shown as code, where it makes none.
    """
    fragments: list[str] = []
    was_code = False
    for piece in filter(None, _PIECES.split(visible(content))):
        span = piece[1:-1] if len(piece) > 1 and piece.startswith("`") else ""
        is_code = bool(span or _REFERENCE.search(piece))
        if is_code and was_code:
            fragments.append(" ")
        fragments.append(code(span or piece) if is_code else _entities(piece))
        was_code = is_code
    shown = "".join(fragments)
    for sign in ":&":  # nothing begins with one that a space follows
        shown = shown.replace(f"&#{ord(sign)}; ", f"{sign} ")
    return _edged(shown)


def fence(content: str, language: str) -> str:
    """Return a code block for lines of its own at the left margin, without a line break at its end.

    It shows the content with every character visible; CRLF becomes LF. A `language` that is not made of
    letters, digits, `+` and `-` is left out.
    """
    shown = visible(content.replace("\r\n", "\n"), keep="\n\t").removesuffix("\n")
    ticks = "`" * max(3, _longest_run(shown) + 1)
    name = language if _LANGUAGE.fullmatch(language) else ""
    return f"{ticks}{name}\n{shown}\n{ticks}"


def numbered(number: int, url: str) -> str:
    """Return `#12` as a link to an address, as text where that is none of the web that Markdown can hold."""
    return f"[#{number}]({url})" if _ADDRESS.fullmatch(url) else f"#{number}"


def cell(fragment: str) -> str:
    """Return a fragment as a table needs it, where a pipe ends a cell even in code (GFM, 4.10)."""
    return fragment.replace("|", r"\|")


def _entities(shown: str) -> str:
    """Return text with its special characters as numeric entities."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", shown)


def _edged(fragment: str) -> str:
    """Return a fragment that opens no block and loses no space at its ends."""
    return _AT_AN_EDGE.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", fragment)


def _longest_run(shown: str) -> int:
    """Return how many backticks stand side by side at most."""
    return max(map(len, re.findall("`+", shown)), default=0)
