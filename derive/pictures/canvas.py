"""Writes SVG that needs nothing from outside: boxes, lines of text, a title for those who hear it; no layout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from derive.pictures.letters import CODE_PAD, Piece

DEFAULT = 14.0
_SANS = "Helvetica,Arial,'Liberation Sans',sans-serif"
_MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
# Each look has a colour on light and one on dark ground; the terminal is dark on both.
_FILLS = {
    "page": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#f0f6fc"),
    "faint": ("#59636e", "#9198a1"),
    "blue": ("#0969da", "#4493f8"),
    "ground": ("#eaeef2", "#2b313a"),
    "pale": ("#f6f8fa", "#151b23"),
    "plus": ("#dafbe1", "#12361f"),
    "minus": ("#ffebe9", "#45171b"),
    "open": ("#1f883d", "#238636"),
    "white": ("#ffffff", "#ffffff"),
    "label": ("#ddf4ff", "#12233d"),
    "screen": ("#0d1117", "#0d1117"),
    "print": ("#d1d7e0", "#d1d7e0"),
    "typed": ("#ffffff", "#ffffff"),
    "dim": ("#9198a1", "#9198a1"),
    "red": ("#ff7b72", "#ff7b72"),
    "amber": ("#e3b341", "#e3b341"),
    "green": ("#56d364", "#56d364"),
    "cyan": ("#79c0ff", "#79c0ff"),
}
_STROKES = {"edge": ("#d1d9e0", "#3d444d"), "frame": ("#3d444d", "#3d444d"), "arrow": ("#59636e", "#9198a1")}


class Canvas:
    """A sheet to draw on; pixels count from its upper left corner."""

    def __init__(self, width: float) -> None:
        self.width = width
        self._drawn: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, *, look: str, round_: float = 0) -> None:
        """Draw a rectangle; looks are fills, or edges without a fill."""
        corner = f' rx="{_number(round_)}"' if round_ else ""
        place = " ".join(
            f'{name}="{_number(value)}"'
            for name, value in zip(("x", "y", "width", "height"), (x, y, width, height), strict=True)
        )
        self._drawn.append(f'<rect {place}{corner} class="{look}"/>')

    def shape(self, path: str, look: str) -> None:
        """Draw a path that SVG's `d` describes."""
        self._drawn.append(f'<path d="{path}" class="{look}"/>')

    def add(self, other: Canvas) -> None:
        """Draw what another sheet has on top of this one."""
        self._drawn += other._drawn

    def line(self, x: float, y: float, pieces: Sequence[Piece], look: str) -> None:
        """Write pieces one after the other, `y` being where the letters stand; pieces without a look have this one."""
        for piece in pieces:
            if piece.code:
                self.box(x, y - piece.size - 1, piece.width, piece.size + 6, look="ground", round_=4)
            self._letters(x + (CODE_PAD if piece.code else 0), y, piece, piece.look or look)
            x += piece.width

    def _letters(self, x: float, y: float, piece: Piece, look: str) -> None:
        text = piece.text.strip(" ")
        if not text:
            return
        each = piece.width - (2 * CODE_PAD if piece.code else 0)
        before = (len(piece.text) - len(piece.text.lstrip(" "))) * (
            each / len(piece.text) if piece.mono else piece.size * 0.278
        )
        length = Piece(text, piece.size, bold=piece.bold, mono=piece.mono or piece.code).width
        kind = " ".join([look, *(["m"] if piece.mono or piece.code else []), *(["b"] if piece.bold else [])])
        size = "" if piece.size == DEFAULT else f' font-size="{_number(piece.size)}"'
        self._drawn.append(
            f'<text x="{_number(x + before)}" y="{_number(y)}" textLength="{_number(length)}" class="{kind}"{size}>'
            f"{escape(text, quote=False)}</text>"
        )

    def finish(self, height: float, *, title: str, describes: str, changing: Sequence[str]) -> str:
        """Return the sheet as a document.

        Args:
            height: Where it ends.
            title: What the picture is, in a few words.
            describes: What is to be seen, for somebody who does not see it.
            changing: What in it another run would write otherwise.
        """
        size = (_number(self.width), _number(height))
        root = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
            f'viewBox="0 0 {size[0]} {size[1]}" font-size="{_number(DEFAULT)}" xml:space="preserve" '
            f'role="img" aria-labelledby="t d" data-changing="{" ".join(changing)}">'
        )
        told = f'<title id="t">{escape(title)}</title>\n<desc id="d">{escape(describes)}</desc>'
        return "\n".join([root, told, _style("\n".join(self._drawn)), *self._drawn, "</svg>", ""])


def _style(drawn: str) -> str:
    """Give the rules for the looks that are used: on light ground, and what is another colour on dark."""
    used = {look for names in re.findall(r'class="([^"]+)"', drawn) for look in names.split()}
    rules = [f"text{{font-family:{_SANS};white-space:pre}}", f".m{{font-family:{_MONO}}}", ".b{font-weight:600}"]
    night = []
    for paint, looks in (("stroke", _STROKES), ("fill", _FILLS)):
        for look, (light, dark) in looks.items():
            if look in used:
                rules.append(f".{look}{{{paint}:{light}{';fill:none' if paint == 'stroke' else ''}}}")
                night += [f".{look}{{{paint}:{dark}}}"] if dark != light else []
    rules += ["@media (prefers-color-scheme:dark){", *night, "}"] if night else []
    return "\n".join(["<style>", *rules, "</style>"])


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
