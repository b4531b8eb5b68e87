"""Reads items out of lists and lines: checklists, bullets with a severity or a place, comments on files, epics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice

from fixbot.audit import chaptered, comments, places, severity, states
from fixbot.audit.entries import PROBLEM, Entry, entries_of, is_record, status_of
from fixbot.audit.fields import Part, Piece, Role, labels, parts_in, role_of
from fixbot.audit.headings import Head, Strength, head_of
from fixbot.audit.items import MOST, Draft, Reading
from fixbot.audit.outline import Block, Section, Shape
from fixbot.audit.titles import BOLD_LEAD, PLACE_LEAD, SEVERE_LEAD, STRUCK, only_file, title_of, without_place
from fixbot.audit.wording import short, without_signs, words
from fixbot.model import Location, Severity, Status

_PERCENT = re.compile(r"\s*\(?[0-9]{1,3}\s?% complete\)?$", re.IGNORECASE)
_LINE_WORD = re.compile(r"^[*_]{0,2}lines?\s[0-9, \u2013and-]{1,40}[*_]{0,2}\s*", re.IGNORECASE)
_CODE_LEAD = re.compile(r"^\[?(?P<code>[A-Z]{1,4}[0-9]{3,5})\]?:?\s+(?=\S)")
# What of a report by files belongs to none of them.
_REST = re.compile(r"^(?:general|misc\w*|others?|overall|global|project[- ]wide|cross[- ]cutting)\b", re.IGNORECASE)
_MOST_TITLE, _FILES, _PLACED, _LEAST_BOXES = 160, 2, 0.25, 3

#: What each entry names, by its identity.
_Places = Mapping[int, Sequence[Location]]


def named_drafts(sections: Sequence[Section]) -> Iterator[Draft]:
    """Yield what lines that name an issue by its number say of it, wherever they stand, ranges one by one."""
    for section in sections:
        for entry in entries_of(section):
            text, boxed = states.boxed(entry.block.text)
            first, _, rest = text.partition("\n")
            if not (_is_issue(first) or "**" in first):
                continue
            head = head_of(first)
            is_line = entry.block.shape is Shape.ITEM or BOLD_LEAD.match(first)
            is_step = head.strength is Strength.DOTTED and (head.status or boxed) and "**" in first
            if is_line and (is_step or (head.strength is Strength.NAMED and _is_issue(first))):
                parts = [Part(Role.BODY, "", [Piece(rest, entry.block.line + 1)]), *parts_in(entry.below)]
                category = _PERCENT.sub("", words(section.title))
                yield from ranged(Draft(head, entry.block.line, parts, category, status=head.status or boxed))


def _is_issue(line: str) -> bool:
    return (
        re.search(r"(?i)\b(?:issues?|findings?|bugs?|epics?|items?|vulnerability|tickets?)\s*#?\s*[0-9]", line[:200])
        is not None
    )


def ranged(draft: Draft) -> Iterator[Draft]:
    """Yield a draft for each number of a range such as `2.4-2.6`, or the draft itself."""
    head = draft.head
    before, dot, first = head.number.rpartition(".")
    last = head.last.rpartition(".")[2]
    if not (first.isdigit() and last.isdigit() and 0 < int(last) - int(first) < 50):  # noqa: PLR2004 - a range that people mean
        yield draft
        return
    for number in range(int(first), int(last) + 1):
        each = Head(f"{before}{dot}{number}", head.title, head.strength, head.severity, head.status)
        yield Draft(each, draft.line, draft.parts, draft.category, draft.above, draft.status)


def drafts_of(sections: Sequence[Section], reading: Reading) -> list[Draft]:
    """Return the items that lists tell, where each says itself how bad it is, or where, or stands among such."""
    entries = [entry for section in sections if not chaptered.is_left_out(section) for entry in entries_of(section)]
    named = {id(entry): _places(entry, reading) for entry in entries}
    is_board, keeps_boxes = _is_board(entries, named), _keeps_boxes(entries, named)
    has_files = sum(bool(only_file(section.title)) for section in sections) >= _FILES
    found = (
        _draft(entry, reading, is_listed=is_listed)
        for group in _groups(entries)
        for is_listed in [_is_listed(group, named, is_board=is_board, keeps_boxes=keeps_boxes, has_files=has_files)]
        for entry in group
    )
    return list(islice((draft for draft in found if draft), MOST + 1))


def _groups(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Yield the entries that stand in one list, under one heading."""
    yield from (list(members) for _, members in groupby(entries, lambda entry: (entry.section.line, entry.group)))


def _is_listed(group: Sequence[Entry], named: _Places, *, is_board: bool, keeps_boxes: bool, has_files: bool) -> bool:
    """Say whether all in a list are items: ticked boxes of which some name places, a column of a board, the rest."""
    if is_board and status_of(group[0]):
        return True
    if has_files and _REST.match(words(group[0].section.title)):
        return True
    items = [entry for entry in group if entry.block.shape is Shape.ITEM]
    boxed = sum(states.boxed(entry.block.text)[1] is not None for entry in items)
    placed = sum(bool(named[id(entry)]) for entry in items)
    return keeps_boxes and bool(items) and boxed * 2 >= len(items) and 0 < placed >= _PLACED * len(items)


def _keeps_boxes(entries: Sequence[Entry], named: _Places) -> bool:
    """Say whether what is to be ticked is work on code: lines are named, or several files are."""
    boxed = [named[id(entry)] for entry in entries if states.boxed(entry.block.text)[1] is not None]
    return any(place.line for places_of in boxed for place in places_of) or sum(map(bool, boxed)) >= _LEAST_BOXES


def _is_board(entries: Sequence[Entry], named: _Places) -> bool:
    """Say whether headings are columns of a board: several states, one of them not complete, and places below."""
    held = [(state, entry) for entry in entries if entry.block.shape is Shape.ITEM and (state := status_of(entry))]
    columns = {state for state, _ in held}
    placed = sum(bool(named[id(entry)]) for _, entry in held)
    return len(columns) > 1 and columns != {Status.COMPLETE, Status.DECLINED} and placed * 2 >= len(held)


def _places(entry: Entry, reading: Reading) -> list[Location]:
    """Return the places that an entry names, itself or in what is told below it."""
    texts = (entry.block.text, *(block.text for block in entry.below if block.shape is not Shape.CODE))
    return [place for text in texts[:20] for place in places.in_text(text[:1_000], reading.repository).locations]


def _draft(entry: Entry, reading: Reading, *, is_listed: bool) -> Draft | None:
    """Return the item that an entry is; None where it is only a sentence."""
    text, boxed = states.boxed(entry.block.text)
    if entry.block.shape is Shape.TEXT:
        return comments.draft_of(entry)
    told = parts_in((Block(Shape.TEXT, text, entry.block.line), *entry.below))
    named = places.in_text(_problem(text), reading.repository)
    lead = _lead_severity(text) or severity.of_title(_LINE_WORD.sub("", without_signs(text.partition("\n")[0])))
    lone = tuple(Location(entry.file, *span) for span in named.lone) if entry.file else ()
    if not (lead or lone or is_listed or _is_item(entry, told, named, is_boxed=boxed is not None)):
        return None
    title, rest = _recorded(text) if is_record(entry.block) else title_of(text)
    head = _head(entry, title, text, lead)
    parts = [Part(Role.BODY, "", [Piece(_problem(rest), entry.block.line)] if rest else []), *_below(told, text)]
    whole = (Location(entry.file),) if entry.file and not lone else ()
    where = places.Named((*lone, *whole) if entry.file else named.locations, () if lone else named.lone)
    status = _status(entry, text, boxed)
    return Draft(head, entry.block.line, parts, _category(entry), entry.above, status, (where,))


def _recorded(text: str) -> tuple[str, str]:
    """Return what is wrong by the label for that, and nothing more: the other labels say the rest."""
    told = [(label, value) for line in text.split("\n") for label, value in labels(line)]
    title = next((value for label, value in told if PROBLEM.match(label) and value), told[0][1])
    return words(title), ""


def _problem(text: str) -> str:
    """Return the lines of a text before the one that says what to do."""
    lines = text.split("\n")
    ends = (at for at, line in enumerate(lines) if role_of(labels(line)[0][0] or "-") is Role.REMEDY)
    return "\n".join(lines[: next(ends, len(lines))])


def _is_item(entry: Entry, told: Sequence[Part], named: places.Named, *, is_boxed: bool) -> bool:
    """Say whether an entry says of itself how bad it is or where, or stands among such that do."""
    if any(place.line for place in named.locations) or (entry.above and (_is_chapter(entry.section) or entry.group)):
        return True
    if not entry.block.marker and named.locations:
        return True
    field_says = any(part.role in {Role.SEVERITY, Role.PLACE} and part.label for part in told)
    return field_says or (is_boxed and bool(named.locations) and status_of(entry) is not None)


def _head(entry: Entry, title: str, text: str, lead: Severity | None) -> Head:
    head = head_of(title)
    code = _CODE_LEAD.match(head.title)
    marker = entry.block.marker[:-1]
    number = code["code"] if code else head.number or (marker if marker.isdigit() and not entry.file else "")
    shown = head.title[code.end() :] if code else head.title
    return Head(number, _shown(without_place(shown), text), head.strength, lead or head.severity, head.status)


def _status(entry: Entry, text: str, boxed: Status | None) -> Status | None:
    """Return how far an item has come by its box, the words behind what is struck through, and its chapter."""
    struck = STRUCK.match(text)
    said = states.said(struck["rest"]) if struck and struck["rest"].strip(" .") else None
    chapter = status_of(entry)
    if said:
        return said
    if struck and chapter is None and boxed in {None, Status.OPEN}:
        return Status.COMPLETE
    return chapter or boxed if boxed in {None, Status.OPEN} else boxed


def _below(told: list[Part], text: str) -> list[Part]:
    """Return the parts below the line of an item, and those of its own labels."""
    first = {line.strip() for line in text.split("\n")}
    for part in told:
        part.pieces = [piece for piece in part.pieces if part.label or piece.text.strip() not in first]
    return [part for part in told if part.pieces]


def _is_chapter(section: Section) -> bool:
    return chaptered.own_severity(section) is not None


def _category(entry: Entry) -> str:
    return "" if _is_chapter(entry.section) else words(entry.section.title)


def _lead_severity(text: str) -> Severity | None:
    """Return the severity that a line begins with, or that stands behind its title in brackets."""
    first = text.partition("\n")[0][:400]
    plain = PLACE_LEAD.sub("", without_signs(first).lstrip())
    if found := SEVERE_LEAD.match(plain):
        return severity.said(found["word"])
    return severity.of_title(first) or severity.signed(first[:8])


def _shown(title: str, text: str) -> str:
    return short(title or words(text.partition("\n")[0]), _MOST_TITLE)


def ticked(sections: Sequence[Section]) -> list[Status]:
    """Return what the boxes of all checklists say."""
    blocks = [block for section in sections for block in section.blocks if block.shape is Shape.ITEM]
    return [state for block in blocks if (state := states.boxed(block.text)[1]) is not None]
