"""Takes Markdown and signs off what people wrote, so that its words are left."""

from __future__ import annotations

import re

#: Signs that mark severities and states or are mere ornament: pictures, arrows, dingbats, what joins and varies them.
SIGNS = "[\u2300-\u23ff\u2460-\u24ff\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u200d\u20e3\ufffd\U0001f000-\U0001faff]"
_SIGNS = re.compile(SIGNS)
_LINK = re.compile(r"!?\[((?:[^\[\]\n]|\[[^\[\]\n]{0,80}\]){0,300})\]\([^()\n]{0,500}\)")
_BOLD = re.compile(r"\*{1,3}|(?<![^\W_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![^\W_])|~~")
_SPAN = re.compile(r"(`+)([^`\n]{1,500})\1(?!`)")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>|<!--.*?-->")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MOST = 300
_LONGEST = 20_000


def bare(text: str) -> str:
    """Return a line without Markdown: bold marks, links, tags; the text of code spans stays as it is."""
    spans: list[str] = []

    def kept(found: re.Match[str]) -> str:
        spans.append(found[2].strip() or found[2])
        return f"\ue000{len(spans) - 1}\ue001"

    text = _SPAN.sub(kept, text[:_LONGEST].replace("\ue000", "").replace("\ue001", ""))
    text = _BREAK.sub(" ", text)
    text = _ESCAPED.sub(r"\1", _BOLD.sub("", _TAG.sub("", _LINK.sub(r"\1", text))))
    return re.sub("\ue000([0-9]{1,6})\ue001", lambda found: spans[int(found[1])], text).strip()


def without_signs(text: str) -> str:
    """Return text without the signs that mark severities and states, and with single spaces."""
    return re.sub(r"[ \t]+", " ", _SIGNS.sub(" ", text)).strip()


def words(text: str) -> str:
    """Return a line as its words alone, with neither Markdown nor signs."""
    return without_signs(bare(text))


def short(text: str, most: int = _MOST) -> str:
    """Return a text in at most so many characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def stems(text: str) -> frozenset[str]:
    """Return what words have in common with other forms of them, in small letters; words without a meaning left out."""
    found = re.findall(r"[^\W_]+", text.lower()[:_LONGEST])
    return frozenset(_stem(word) for word in found if word not in _EMPTY)


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ions", "ion", "ings", "ing", "ies", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004 - what is shorter says nothing
            return word[: -len(ending)]
    return word


_NOTHING = """
    a add all an and are at by code e fix for found from g in is issue issues no of on or s the to use with
"""
#: Words that say nothing of what something is about.
_EMPTY = frozenset(_NOTHING.split())
