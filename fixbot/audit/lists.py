"""Reads items out of lists and lines: checklists, bullets with a severity or a place, comments on files, epics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from fixbot.audit import places, severity, states
from fixbot.audit.fields import Part, Piece, Role, labels, parts_in, role_of
from fixbot.audit.headings import Head, Strength, head_of, holds_no_items
from fixbot.audit.items import MOST, Draft, Reading
from fixbot.audit.outline import Block, Section, Shape
from fixbot.audit.wording import bare, short, without_signs, words
from fixbot.chatops.mention import pairs
from fixbot.model import Location, Severity, Status

_IN_FILE = re.compile(r"^\W{0,6}In (?:file )?[`*_\"]{0,3}@?(?P<path>[^`*_\"\s]{1,300})[`*_\"]{0,3}:?\W*$")
_COMMENT = re.compile(r"^_[^_\n]{1,60}_(?:\s*\|\s*_[^_\n]{1,60}_){1,3}\s*$")
_BOLD_LEAD = re.compile(r"^(?:\*\*|__)(?P<bold>[^*\n]{2,200}?)(?:\*\*|__)\s*(?P<rest>.*)$", re.DOTALL)
_PLACE_LEAD = re.compile(
    r"^[`*\[(]{0,3}[\w./@+~-]{1,300}\.[A-Za-z]\w{0,9}(?:(?::|#L)[0-9][0-9,:L-]{0,40}|\s?\((?:lines?"
    r"|L) ?[0-9, -]{1,40}\))?[`*\])]{0,3}"
    r"\s*(?:[:|\u2013\u2014-]+\s*)"
)
_LINE_LEAD = re.compile(
    r"^\W{0,4}(?:around |at |on )?(?:lines?|L)\s?[0-9](?:[0-9, \u2013-]|and){0,40}[`*]{0,2}"
    r"(?:\s*\([a-z]{3,12}\))?\s*[:|\u2013\u2014-]+\s*",
    re.IGNORECASE,
)
_SEVERE_LEAD = re.compile(
    r"^[*_`\[(]{0,4}(?P<word>critical|blocker|severe|high|medium|moderate|low|minor|major|info|nit"
    r"|p[0-4])(?: (?:priority|severity|risk))?"
    r"(?:[*_`\])]{1,4}\s*[:|\u2013\u2014-]{0,2}|\s*[:|\u2013\u2014]|\s-\s)\s*",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s*\(?[0-9]{1,3}\s?% complete\)?$", re.IGNORECASE)
_RANGE = re.compile(r"^`(?P<span>[0-9]{1,7}(?:-[0-9]{1,7})?)`:\s*")
_LINE_WORD = re.compile(r"^[*_]{0,2}lines?\s[0-9, \u2013and-]{1,40}[*_]{0,2}\s*", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[\w)`'\"])[.!?](?:\s|$)|\n|;\s")
_MOST_TITLE = 160


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a list with what is told below it, and where it stands."""

    section: Section
    block: Block
    below: tuple[Block, ...]
    file: str
    above: Severity | None


def named_drafts(sections: Sequence[Section]) -> Iterator[Draft]:
    """Yield what lines that name an issue by its number say of it, wherever they stand, ranges one by one."""
    for section in sections:
        for entry in _entries(section):
            text, boxed = states.boxed(entry.block.text)
            first, _, rest = text.partition("\n")
            if not (_is_issue(first) or "**" in first):
                continue
            head = head_of(first)
            is_line = entry.block.shape is Shape.ITEM or _BOLD_LEAD.match(first)
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
    """Return the items that lists tell, where each says of itself how bad it is, or where."""
    found: list[Draft] = []
    for section in sections:
        if holds_no_items(section.title) or any(holds_no_items(above.title) for above in section.ancestors()):
            continue
        found += islice((draft for entry in _entries(section) if (draft := _draft(entry, reading))), MOST)
        if len(found) >= MOST:
            break
    return found


def _entries(section: Section) -> Iterator[Entry]:
    """Yield what stands in a section, item by item: deeper lists and code belong to the item before."""
    file, above = _file_of(section), _chapter(section)
    blocks = section.blocks
    at = 0
    while at < len(blocks):
        block = blocks[at]
        at += 1
        if block.shape is Shape.FOLD or _IN_FILE.match(block.text[:400]):
            file = _path(block.text) or file
        elif block.shape in {Shape.ITEM, Shape.TEXT} and block.depth <= 1:
            start = at
            while at < len(blocks) and _belongs(block, blocks[at]):
                at += 1
            if _heads_others(block, blocks[start:at]):
                file_above, at = _path(block.text), start
                yield from _deeper(section, blocks[start:], file_above, above)
                continue
            yield Entry(section, block, tuple(blocks[start:at]), file, above)


def _deeper(section: Section, blocks: Sequence[Block], file: str, above: Severity | None) -> Iterator[Entry]:
    for block in blocks:
        if block.depth <= 1:
            return
        if block.shape is Shape.ITEM:
            yield Entry(section, block, (), file, above)


def _belongs(block: Block, other: Block) -> bool:
    if block.shape is Shape.TEXT:
        is_comment = _COMMENT.match(block.text) or _RANGE.match(block.text)
        if not is_comment and head_of(block.text.partition("\n")[0]).strength is not Strength.NAMED:
            return other.shape is Shape.CODE
        is_more = other.shape is Shape.TEXT and not (_RANGE.match(other.text) or _COMMENT.match(other.text))
        return other.shape in {Shape.ITEM, Shape.CODE} or (is_more and (is_comment is not None or not _starts(other)))
    return other.depth > block.depth or (other.depth == block.depth and other.shape is not Shape.ITEM)


def _starts(block: Block) -> bool:
    return _COMMENT.match(block.text) is not None or _BOLD_LEAD.match(block.text) is not None


def _heads_others(block: Block, below: Sequence[Block]) -> bool:
    """Say whether an item of a list is only the file that the deeper items are about."""
    items = [other for other in below if other.shape is Shape.ITEM]
    alone = _PLACE_LEAD.match(bare(block.text))
    return (
        bool(items)
        and block.shape is Shape.ITEM
        and alone is not None
        and not bare(block.text)[alone.end() :].strip(" :()0123456789")
    )


def _chapter(section: Section) -> Severity | None:
    chapters = (section, *section.ancestors())
    return next((found for one in chapters if (found := severity.of_chapter(one.title))), None)


def _file_of(section: Section) -> str:
    """Return the file that a section is about, by its heading."""
    return next((path for one in (section, *section.ancestors()) if (path := _path(one.title))), "")


def _path(text: str) -> str:
    plain = re.sub(r"\s*\([0-9]+[^()]{0,30}\)\W*$", "", words(text[:400]))
    found = _IN_FILE.match(text[:400])
    if found:
        return found["path"].rstrip(":")
    plain = re.sub(r"^(?:file|module)s?:?\s+", "", plain, flags=re.IGNORECASE).strip("`: ")
    return plain if re.fullmatch(r"[\w./@+~*-]{1,300}\.[A-Za-z]\w{0,9}", plain) else ""


def _draft(entry: Entry, reading: Reading) -> Draft | None:
    """Return the item that an entry is; None where it is only a sentence."""
    text, boxed = states.boxed(entry.block.text)
    if entry.block.shape is Shape.TEXT:
        return _comment(entry)
    told = parts_in((Block(Shape.TEXT, text, entry.block.line), *entry.below))
    named = places.in_text(text, reading.repository)
    field_says = any(part.role in {Role.SEVERITY, Role.PLACE} and part.label for part in told)
    lead = _lead_severity(text) or severity.of_title(_LINE_WORD.sub("", without_signs(text.partition("\n")[0])))
    lone = tuple(Location(entry.file, *span) for span in named.lone) if entry.file else ()
    has_line = any(place.line for place in named.locations) or bool(lone)
    is_task = boxed is not None and bool(named.locations) and states.of_chapter(entry.section.title) is not None
    if not (lead or has_line or field_says or is_task or (entry.above and _is_chapter(entry.section))):
        return None
    title, rest = _title(text)
    head = head_of(title)
    parts = [Part(Role.BODY, "", [Piece(rest, entry.block.line)] if rest else []), *_below(told, text)]
    whole = (Location(entry.file),) if entry.file and not (lone or named.locations) else ()
    where = places.Named((*lone, *whole) if entry.file else named.locations, () if lone else named.lone)
    number = head.number or (entry.block.marker[:-1] if entry.block.marker[:-1].isdigit() and not entry.file else "")
    head = Head(number, _shown(head.title, text), head.strength, lead or head.severity, head.status)
    chapter = states.of_chapter(entry.section.title)
    status = chapter or boxed if boxed in {None, Status.OPEN} else boxed
    return Draft(head, entry.block.line, parts, _category(entry), entry.above, status, (where,))


def _below(told: list[Part], text: str) -> list[Part]:
    """Return the parts below the line of an item, and those of its own labels."""
    first = {line.strip() for line in text.split("\n")}
    for part in told:
        part.pieces = [piece for piece in part.pieces if part.label or piece.text.strip() not in first]
    return [part for part in told if part.pieces]


def _is_chapter(section: Section) -> bool:
    return severity.of_chapter(section.title) is not None


def _category(entry: Entry) -> str:
    return "" if _is_chapter(entry.section) else words(entry.section.title)


def _comment(entry: Entry) -> Draft | None:
    """Return the item that a comment on code is, which begins with what kind it is and how bad."""
    first, _, rest = entry.block.text.partition("\n")
    span = _RANGE.match(first)
    first = first[span.end() :] if span else first
    if not _COMMENT.match(first) and not (span and entry.file):
        return None
    if _BOLD_LEAD.match(first):
        first, rest = "", f"{first}\n{rest}"
    said = entry.below
    lines = [*rest.split("\n"), *(block.text for block in said if block.shape is Shape.TEXT)]
    bold = next((found["bold"] for line in lines if (found := _BOLD_LEAD.match(line))), "")
    head = Head(
        "",
        short(words(bold or next(filter(None, lines), first)), _MOST_TITLE),
        Strength.NONE,
        severity.said(first.split("|")[-1]),
    )
    parts = parts_in((Block(Shape.TEXT, rest, entry.block.line + 1), *said) if rest else said)
    where = (places.Named((Location(entry.file),)),) if entry.file else ()
    where = (places.on_lines([entry.file], pairs(span["span"])),) if span and entry.file else where
    return Draft(head, entry.block.line, parts, words(first.split("|")[0]), entry.above, None, where)


def _lead_severity(text: str) -> Severity | None:
    """Return the severity that a line begins with, or that stands behind its title in brackets."""
    first = text.partition("\n")[0][:400]
    plain = without_signs(first).lstrip()
    if found := _SEVERE_LEAD.match(plain):
        return severity.said(found["word"])
    return severity.of_title(first) or severity.signed(first[:8])


def _title(text: str) -> tuple[str, str]:
    """Return what an item of a list is called, and the rest of what it says."""
    first = text.partition("\n")[0]
    plain = without_signs(first)
    for _ in range(3):
        for lead in (_SEVERE_LEAD, _LINE_LEAD, _PLACE_LEAD):
            found = lead.match(plain)
            if found and plain[found.end() :].strip(" .`*"):
                plain = plain[found.end() :]
    bold = _BOLD_LEAD.match(plain)
    if bold and not severity.said(bold["bold"]) and not role_label(bold["bold"]):
        rest = "\n".join((bold["rest"].lstrip(":- \u2013\u2014"), text.partition("\n")[2]))
        return bold["bold"].rstrip(":. "), rest.strip()
    plain = next((value for label, value in labels(plain) if not label), plain)
    end = _SENTENCE.search(plain, 12)
    title = plain[: end.start()] if end else plain
    return title.strip(" :-\u2013\u2014"), text


def role_label(label: str) -> bool:
    """Say whether bold words are a label of a field and no title."""
    return label.rstrip().endswith(":") and role_of(label) is not Role.BODY


def _shown(title: str, text: str) -> str:
    return short(title or words(text.partition("\n")[0]), _MOST_TITLE)


def ticked(sections: Sequence[Section]) -> list[Status]:
    """Return what the boxes of all checklists say."""
    blocks = [block for section in sections for block in section.blocks if block.shape is Shape.ITEM]
    return [state for block in blocks if (state := states.boxed(block.text)[1]) is not None]
