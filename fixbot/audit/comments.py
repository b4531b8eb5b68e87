"""Reads the comments on code that tools for reviews write: what kind it is and how bad, a bold title, a file's fold."""

from __future__ import annotations

from fixbot.audit import places, severity
from fixbot.audit.entries import COMMENT, PLACED_COMMENT, RANGE, Entry
from fixbot.audit.fields import parts_in
from fixbot.audit.headings import Head, Strength
from fixbot.audit.items import Draft
from fixbot.audit.outline import Block, Shape
from fixbot.audit.titles import BOLD_LEAD
from fixbot.audit.wording import short, words
from fixbot.chatops.mention import pairs
from fixbot.model import Location

_MOST_TITLE = 160


def draft_of(entry: Entry) -> Draft | None:
    """Return the item that a comment on code is; None where a paragraph is none."""
    placed = PLACED_COMMENT.match(entry.block.text)
    file = placed["path"] if placed else entry.file
    text = entry.block.text[placed.end() :] if placed else entry.block.text
    first, _, rest = text.partition("\n")
    span = placed or RANGE.match(first)
    first = first[span.end() :] if span and not placed else first
    if not COMMENT.match(first) and not (span and file):
        return None
    if BOLD_LEAD.match(first):
        first, rest = "", f"{first}\n{rest}"
    lines = [*rest.split("\n"), *(block.text for block in entry.below if block.shape is Shape.TEXT)]
    bold = next((found["bold"] for line in lines if (found := BOLD_LEAD.match(line))), "")
    title = short(words(bold or next(filter(None, lines), first)), _MOST_TITLE)
    head = Head("", title, Strength.NONE, severity.said(first.split("|")[-1]))
    parts = parts_in((Block(Shape.TEXT, rest, entry.block.line + 1), *entry.below) if rest else entry.below)
    spans = pairs(span["span"]) if span else ()
    where = (places.on_lines([file], spans) if spans else places.Named((Location(file),)),) if file else ()
    return Draft(head, entry.block.line, parts, words(first.split("|")[0]), entry.above, None, where)
