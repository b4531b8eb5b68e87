"""Makes text of the bytes of a document, and mends text that was once read in a wrong encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import ftfy.bad_codecs  # noqa: F401 - the import alone makes the sloppy encodings known

# The order decides where two fit equally well; the sloppy ones come from ftfy and take what others refuse.
_CODECS = {
    "sloppy-windows-1252": "Windows-1252",
    "mac_roman": "Mac Roman",
    "sloppy-windows-1254": "Windows-1254",
    "latin-1": "Latin-1",
    "sloppy-windows-1250": "Windows-1250",
    "sloppy-windows-1251": "Windows-1251",
    "cp437": "code page 437",
    "cp850": "code page 850",
}
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
#: How much of what is not ASCII must be explained before a text counts as damaged.
_MOSTLY = 0.8
_SEQUENCES = ((0xC2, 0xDF, 1), (0xE0, 0xEF, 2), (0xF0, 0xF4, 3))
#: The signs of severities and states, which can be told from what is left of their bytes.
_SIGNS = "⏳❌❗🔴🟠🟡🟢🔵🔶🔷✨✅🚨🚧🎯🎉🐛"
_MOST_ROUNDS = 2
_LEAST_UTF16 = 4


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a document with line feeds alone at the ends of lines, and in words how it was repaired."""

    content: str
    repaired: str = ""


def text_of(content: bytes) -> Text | None:
    """Return the text that bytes hold; None where they hold none, as those of a picture or a program."""
    decoded, said = _decoded(content)
    if "\0" in decoded:
        return None
    mended, how = _mended(decoded)
    lines = mended.replace("\r\n", "\n").replace("\r", "\n")
    return Text(lines, "; ".join(filter(None, (said, how))))


def _decoded(content: bytes) -> tuple[str, str]:
    """Return bytes as text, and what had to be done besides reading UTF-8."""
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    encoding = _MARKS[mark] if mark else _unmarked(content)
    try:
        return content.decode(encoding), "it was UTF-16" if encoding.startswith("utf-16") else ""
    except UnicodeDecodeError:
        return _sloppy(content)


def _unmarked(content: bytes) -> str:
    """Return the encoding of bytes without a mark: UTF-16 shows in zeros at every other place."""
    head = content[:200]
    if len(head) >= _LEAST_UTF16 and not any(head[::2]) and all(head[1::2]):
        return "utf-16-be"
    return "utf-16-le" if len(head) >= _LEAST_UTF16 and not any(head[1::2]) and all(head[::2]) else "utf-8"


def _sloppy(content: bytes) -> tuple[str, str]:
    """Return bytes that are no UTF-8 as text: those of a few lost bytes, else those of Windows-1252."""
    lossy = content.decode("utf-8", "replace")
    lost, kept = lossy.count("�"), sum(char > "\x7f" for char in lossy)
    if lost * 2 < kept:
        return lossy, f"{lost} {'place was' if lost == 1 else 'places were'} no UTF-8 and cannot be read"
    return content.decode("sloppy-windows-1252"), "it was Windows-1252 or Latin-1, not UTF-8"


def _mended(text: str) -> tuple[str, str]:
    """Return a text as it was before it was read in a wrong encoding, once or twice, and which one that was."""
    said: list[str] = []
    for _ in range(_MOST_ROUNDS):
        found = _explained(text)
        if found is None:
            break
        text = _undone(text, found)
        said.append(f"its UTF-8 had been read as {_CODECS[found]}, which was undone")
    return text, "; ".join(said)


def _undone(text: str, codec: str) -> str:
    whole = _sequences(codec).sub(lambda match: _joined(match[0], codec) or match[0], text)
    pattern, signs = _broken_signs(codec)
    return pattern.sub(lambda match: signs[match[0]], whole)


def _explained(text: str) -> str | None:
    """Return the encoding in which nearly all that is not ASCII is UTF-8; None where a text is as it should be."""
    foreign = sum(char > "\x7f" for char in text)
    shares = {codec: _share(text, codec, foreign) for codec in _CODECS} if foreign else {}
    best = max(shares, key=shares.__getitem__, default="")
    return best if best and shares[best] >= _MOSTLY else None


def _share(text: str, codec: str, foreign: int) -> float:
    """Return how much of what is not ASCII would be whole characters, or what is left of known signs."""
    pieces = [match[0] for match in _sequences(codec).finditer(text)]
    known = _broken_signs(codec)
    whole = sum(len(piece) for piece in pieces if _joined(piece, codec))
    left = sum(len(match[0]) for match in known[0].finditer(text)) if whole else 0
    return (whole + left) / foreign


@cache
def _sequences(codec: str) -> re.Pattern[str]:
    """Return a pattern for what characters of UTF-8 look like in another encoding."""
    rest = _class(codec, 0x80, 0xBF)
    return re.compile("|".join(f"{_class(codec, first, last)}{rest}{{{more}}}" for first, last, more in _SEQUENCES))


def _class(codec: str, first: int, last: int) -> str:
    shown = [bytes([byte]).decode(codec, "ignore") for byte in range(first, last + 1)]
    return f"[{''.join(re.escape(char) for char in shown)}]"


def _joined(piece: str, codec: str) -> str:
    """Return the character of UTF-8 that a piece of text was; empty where it was none."""
    try:
        return piece.encode(codec).decode("utf-8")
    except UnicodeError:
        return ""


@cache
def _broken_signs(codec: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern for what is left of known signs where bytes without a character were lost, and the signs."""
    lost = {byte for byte in range(0x80, 0xA0) if "\x80" <= bytes([byte]).decode(codec, "ignore") <= "\x9f"}
    found: dict[str, str] = {}
    for sign in _SIGNS if codec.startswith("sloppy") else "":
        encoded = sign.encode()
        kept = bytes(byte for byte in encoded if byte not in lost)
        if kept != encoded and kept[0] == encoded[0]:
            found.setdefault(kept.decode(codec), sign)
    # What was lost of the sign for "as a picture" is all but the beginning.
    found.setdefault(b"\xef\xb8".decode(codec, "ignore"), "\ufe0f")
    found.setdefault(b"\xef\xbf\xbd".decode(codec, "ignore"), "�")
    ordered = sorted(filter(None, found), key=lambda left: (-len(left), left))
    return re.compile("|".join(map(re.escape, ordered))), found


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text with their numbers, from 1."""
    yield from enumerate(text.split("\n"), 1)
