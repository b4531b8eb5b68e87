"""Draws what a terminal shows: the text as it was written, with colours that follow from it."""

from __future__ import annotations

import re
from itertools import groupby

from derive.pictures.canvas import Canvas
from derive.pictures.letters import Piece

_COLUMNS = 104
_SIZE, _STEP, _SIDE, _BAR = 13.0, 20.0, 20.0, 34.0
_INDENT = 4  # of what a line too long goes on with
# The first that fits a letter paints it.
_COLOURS = (
    (r"^\$", "green", False),
    (r"(?<=^\$ ).*", "typed", True),
    (r"^    .*", "dim", False),
    (r"^[\w/.]+:\d+(:\d+)?(?=: )", "cyan", False),
    (r"(?<=: )critical(?= [\w-]+: )", "red", True),
    (r"(?<=: )high(?= [\w-]+: )", "amber", True),
    (r"^fixbot/[\w/-]+(?=: )", "cyan", False),
    (r"(?<=: )opened(?= )", "green", True),
    (r"(?<=: )(waiting|left as it is)(?=: )", "amber", True),
    (r"`[^`]+`", "typed", False),
    (r"^(\d+ findings? in .*|\d+ findings, .*|SHA-256: .*)", "dim", False),
)


def draw(text: str, *, title: str, describes: str, changing: list[str]) -> str:
    """Return a terminal with a text in it as SVG."""
    rows = [row for line in text.rstrip("\n").split("\n") for row in _rows(line)]
    width = 2 * _SIDE + Piece("m" * _COLUMNS, _SIZE, mono=True).width
    height = _BAR + len(rows) * _STEP + _SIDE
    canvas = Canvas(width)
    canvas.box(0.5, 0.5, width - 1, height - 1, look="screen frame", round_=8)
    for at, look in enumerate(("red", "amber", "green")):
        canvas.box(_SIDE + at * 18, 14, 10, 10, look=look, round_=5)
    for at, row in enumerate(rows):
        canvas.line(_SIDE, _BAR + (at + 1) * _STEP, row, "print")
    return canvas.finish(height, title=title, describes=describes, changing=changing)


def _rows(line: str) -> list[list[Piece]]:
    """Break a line at spaces into rows of pieces."""
    looks = _looks(line)
    rows, start, indent = [], 0, 0
    while len(line) - start > _COLUMNS - indent:
        end = line.rfind(" ", start + 1, start + _COLUMNS - indent + 1)
        end = end if end > 0 else start + _COLUMNS - indent
        rows.append(_pieces(line, looks, start, end, indent))
        start, indent = end + (line[end] == " "), _INDENT + len(line) - len(line.lstrip(" "))
    return [*rows, _pieces(line, looks, start, len(line), indent)]


def _looks(line: str) -> list[tuple[str, bool]]:
    looks = [("print", False)] * len(line)
    for pattern, colour, bold in reversed(_COLOURS):
        for found in re.finditer(pattern, line):
            looks[found.start() : found.end()] = [(colour, bold)] * len(found[0])
    return looks


def _pieces(line: str, looks: list[tuple[str, bool]], start: int, end: int, indent: int) -> list[Piece]:
    pieces = [Piece(" " * indent, _SIZE, mono=True)]
    for (look, bold), group in groupby(range(start, end), key=lambda at: looks[at]):
        pieces.append(Piece("".join(line[at] for at in group), _SIZE, look=look, bold=bold, mono=True))
    return pieces
