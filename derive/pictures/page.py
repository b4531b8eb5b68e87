"""Draws Markdown as a forge shows it: headings, paragraphs, lists, tables, diffs, and what is folded stays folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import search

from markdown_it import MarkdownIt
from markdown_it.token import Token

from derive.pictures.canvas import DEFAULT, Canvas
from derive.pictures.letters import Piece, lines, longest_word, width

_CODE = 12.0
_STEP, _GAP = 21.0, 14.0
_CELL_SIDE, _CELL_TOP = 12.0, 6.0
_HEADINGS = {"h1": 23.0, "h2": 20.0, "h3": 17.0}


@dataclass(slots=True)
class Page:
    """A page that is filled from the top; `y` is where the next thing goes."""

    canvas: Canvas
    x: float
    y: float
    room: float

    def paragraph(self, pieces: Sequence[Piece], *, indent: float = 0) -> None:
        """Write a paragraph."""
        for line in lines(pieces, self.room - indent):
            self.canvas.line(self.x + indent, self.y + DEFAULT, line, "ink")
            self.y += _STEP

    def markdown(self, text: str) -> None:
        """Write Markdown; comments are not seen, and of what is folded its summary."""
        tokens = iter(MarkdownIt("commonmark").enable("table").parse(text))
        for token in tokens:
            if token.type == "heading_open":
                self._heading(_pieces(next(tokens), size=_HEADINGS[token.tag], bold=True), token.tag)
            elif token.type == "inline":
                self.paragraph(_pieces(token))
                self.y += _GAP
            elif token.type == "bullet_list_open":
                self._bullets(_until(tokens, "bullet_list_close"))
            elif token.type == "table_open":
                self._table(_rows(_until(tokens, "table_close")))
            elif token.type == "fence":
                self._diff(token.content.rstrip("\n").split("\n"))
            elif found := search(r"<details><summary>(.*)</summary>", token.content):
                self._folded(found[1], tokens)

    def _heading(self, pieces: Sequence[Piece], tag: str) -> None:
        self.y += 6
        for line in lines(pieces, self.room):
            self.canvas.line(self.x, self.y + pieces[0].size, line, "ink")
            self.y += pieces[0].size + 8
        if tag != "h3":
            self.canvas.box(self.x, self.y, self.room, 1, look="ground")
        self.y += 8 if tag == "h3" else _GAP

    def _bullets(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.type == "inline":
                self.canvas.box(self.x + 10, self.y + 7, 5, 5, look="ink", round_=2.5)
                self.paragraph(_pieces(token), indent=24)
                self.y += 3
        self.y += _GAP - 3

    def _folded(self, summary: str, tokens: Iterator[Token]) -> None:
        for token in tokens:
            if token.type == "html_block" and "</details>" in token.content:
                break
        self.canvas.shape(f"M{self.x + 2:g} {self.y + 4:.1f}l8 5l-8 5z", "ink")
        self.paragraph([Piece(summary)], indent=18)
        self.y += _GAP

    def _diff(self, rows: Sequence[str]) -> None:
        step, side = 19.0, 14.0
        self.canvas.box(self.x, self.y, self.room, len(rows) * step + 2 * side, look="pale", round_=6)
        self.y += side
        for row in rows:
            if look := {"+": "plus", "-": "minus"}.get(row[:1]):
                self.canvas.box(self.x, self.y, self.room, step, look=look)
            self.canvas.line(self.x + side, self.y + _CODE + 2, [Piece(row, _CODE, mono=True)], "ink")
            self.y += step
        self.y += side + _GAP

    def _table(self, rows: Sequence[Sequence[Sequence[Piece]]]) -> None:
        widths = _columns(rows, self.room)
        for at, row in enumerate(rows):
            if not any(row):
                continue  # a head without a word
            cells = [lines(cell, size - 2 * _CELL_SIDE) for cell, size in zip(row, widths, strict=True)]
            height = max(map(len, cells)) * _STEP + 2 * _CELL_TOP
            x = self.x
            for cell, size in zip(cells, widths, strict=True):
                self.canvas.box(x, self.y, size, height, look="edge pale" if at and at % 2 == 0 else "edge")
                for number, line in enumerate(cell):
                    y = self.y + _CELL_TOP + number * _STEP + DEFAULT + 1
                    self.canvas.line(x + _CELL_SIDE, y, line, "ink")
                x += size
            self.y += height
        self.y += _GAP + 2


def inline(text: str, *, size: float, bold: bool) -> list[Piece]:
    """Return a line of Markdown that is no block, such as a title."""
    return _pieces(MarkdownIt("commonmark").parseInline(text)[0], size=size, bold=bold)


def _columns(rows: Sequence[Sequence[Sequence[Piece]]], room: float) -> list[float]:
    """Share the room among columns as browsers do: what each needs, then in proportion to what it could use."""
    sides = 2 * _CELL_SIDE + 1
    most = [max(width(cell) for cell in column) + sides for column in zip(*rows, strict=True)]
    least = [max(longest_word(cell) for cell in column) + sides for column in zip(*rows, strict=True)]
    if sum(most) <= room:
        return most
    share = (room - sum(least)) / (sum(most) - sum(least))
    return [low + (high - low) * share for low, high in zip(least, most, strict=True)]


def _rows(tokens: Sequence[Token]) -> list[list[list[Piece]]]:
    """Give the rows of a table with the pieces of each cell."""
    rows: list[list[list[Piece]]] = []
    bold = False
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            bold = token.type == "th_open"
        elif token.type == "inline":
            rows[-1].append(_pieces(token, bold=bold))
    return rows


def _pieces(token: Token, *, size: float = DEFAULT, bold: bool = False) -> list[Piece]:
    """Give the text of a paragraph, a heading or a cell."""
    pieces, strong = [], bold
    for child in token.children or ():
        if child.type in {"strong_open", "strong_close"}:
            strong = child.type == "strong_open" or bold
        elif child.type == "code_inline":
            pieces.append(Piece(child.content, size - (DEFAULT - _CODE), bold=strong, code=True))
        else:
            pieces.append(Piece(" " if child.type == "softbreak" else child.content, size, bold=strong))
    return [piece for piece in pieces if piece.text]


def _until(tokens: Iterator[Token], kind: str) -> list[Token]:
    """Take tokens up to one of a kind."""
    taken = []
    for token in tokens:
        if token.type == kind:
            break
        taken.append(token)
    return taken
