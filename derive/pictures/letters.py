"""Pieces of text that know how they look and how wide they are, and how they fill lines; no SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

# Thousandths of the size, as Arial, Helvetica and Liberation Sans agree on them.
_PLAIN = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    584: "+<=>~\N{MINUS SIGN}",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "—…",
    1015: "@",
}
_BOLD = {
    238: "'",
    278: " ,./I\\ijl",
    280: "|",
    333: "!()-:;[]`ft",
    389: "*r{}",
    474: '"',
    500: "z",
    584: "+<=>^~\N{MINUS SIGN}",
    611: "?FLTZbdghnopqu",
    667: "EPSVXY",
    722: "&ABCDHKNRU",
    778: "GOQw",
    833: "M",
    889: "%m",
    944: "W",
    975: "@",
    1000: "—…",
}
_WIDTHS = {
    bold: {letter: width for width, letters in table.items() for letter in letters}
    for bold, table in ((False, _PLAIN), (True, _BOLD))
}
_MOST = 556  # every other letter, and every figure
_MONO = 602
CODE_PAD = 4.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters of one look. `size` is in pixels; `code` is text of one width on a ground, `mono` the same without."""

    text: str
    size: float = 14.0
    look: str = ""
    bold: bool = False
    mono: bool = False
    code: bool = False

    @property
    def width(self) -> float:
        """Pixels from its left edge to its right, with the ground of code."""
        if self.mono or self.code:
            return len(self.text) * self.size * _MONO / 1000 + (2 * CODE_PAD if self.code else 0)
        widths = _WIDTHS[self.bold]
        return sum(widths.get(letter, _MOST) for letter in self.text) * self.size / 1000


def width(pieces: Iterable[Piece]) -> float:
    """Return the pixels of a line."""
    return sum(piece.width for piece in pieces)


def longest_word(pieces: Sequence[Piece]) -> float:
    """Return the pixels of what no line break may part."""
    return max((width(word) for word in _words(pieces)), default=0)


def lines(pieces: Sequence[Piece], room: float) -> list[list[Piece]]:
    """Break text at spaces, and a word that is too long for any line where the line ends; nothing gets lost."""
    found: list[list[Piece]] = [[]]
    for word in _words(pieces):
        if width(_joined([*found[-1], *word])) <= room:
            found[-1] = _joined([*found[-1], *word])
            continue
        found += [[]] if found[-1] else []
        for letter in _letters(word):
            if found[-1] and width(_joined([*found[-1], letter])) > room:
                found.append([])
            found[-1] = _joined([*found[-1], letter])
    return [_stripped(line) for line in found]


def _words(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Give the words, each with the space before it."""
    words: list[list[Piece]] = []
    for letter in _letters(pieces):
        if letter.text == " " or not words:
            words.append([])
        words[-1].append(letter)
    return [_joined(word) for word in words]


def _letters(pieces: Sequence[Piece]) -> list[Piece]:
    return [replace(piece, text=letter) for piece in pieces for letter in piece.text]


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    alike = groupby(pieces, key=lambda piece: replace(piece, text=""))
    return [replace(kind, text="".join(piece.text for piece in group)) for kind, group in alike]


def _stripped(line: list[Piece]) -> list[Piece]:
    """Drop the space at which a line was broken, of which a ground of code would be seen."""
    if line and line[0].text.startswith(" "):
        rest = replace(line[0], text=line[0].text.removeprefix(" "))
        return [rest, *line[1:]] if rest.text else line[1:]
    return line
