"""Finds the sections of a report that are items, among chapters, summaries and plans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fixbot.audit import chaptered, items, places, severity, states
from fixbot.audit.fields import Part, Role, labels, parts_in, parts_of, role_of
from fixbot.audit.headings import Head, Strength, head_of, is_epic, is_of_report
from fixbot.audit.outline import Section, Shape
from fixbot.audit.titles import PLACE, PLACE_LEAD, only_file
from fixbot.audit.wording import short, words
from fixbot.model import Severity

#: How many of the numbered sections must look like items for all of them to be some.
_ENOUGH = 0.4
_PLACED = re.compile(PLACE)
_PROBLEM = re.compile(r"(?:issues?|problems?|description|what|finding|bug|missing|violation)\b", re.IGNORECASE)
#: Labels that only an item has.
_TOLD = re.compile(
    r"(?:issues?|problems?|description|impact|root cause|evidence|fix|recommendation|remediation|solution|risk"
    r"|violation"
    r"|symptoms?|attack|current state|estimated\b.*|effort)\b",
    re.IGNORECASE,
)
_MOST_PARTS, _LONG = 60, 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A section that may be an item: its heading read, and what speaks for it."""

    section: Section
    head: Head
    above: Severity | None
    has_field: bool
    has_place: bool
    has_status: bool
    is_told: bool = False
    names_file: bool = False

    @property
    def is_placed(self) -> bool:
        """Whether its heading begins with lines of a file, or is a file with fields below."""
        return _PLACED.match(self.head.title) is not None or (self.has_field and bool(only_file(self.section.title)))

    @property
    def is_likely(self) -> bool:
        """Whether more than a number speaks for it."""
        return (
            self.has_field
            or self.has_place
            or self.has_status
            or self.is_told
            or self.names_file
            or bool(self.above or self.head.severity or self.head.status)
        )


def drafts_of(sections: Sequence[Section]) -> list[items.Draft]:
    """Return the items that sections are, in their order; none where no section looks like one."""
    found = [candidate for section in sections[:1] for candidate in _below(section)]
    return [_draft(one) for one in _kept(found)[: items.MOST + 1]]


def _draft(one: Candidate) -> items.Draft:
    chapter = next((above for above in one.section.ancestors() if states.of_chapter(above.title)), None)
    parts = parts_of(one.section)
    return items.Draft(
        _named(one, parts),
        one.section.line,
        parts,
        category=category_of(one.section),
        above=one.above,
        status=states.of_chapter(chapter.title) if chapter else None,
        chapter=chapter,
    )


def _named(one: Candidate, parts: Sequence[Part]) -> Head:
    """Return the heading of an item; where it is a place, what is said of the place is the title."""
    if not one.is_placed:
        is_bare = one.head.strength is Strength.NONE and one.head.severity is None
        return replace(one.head, severity=severity.circled(one.section.title)) if is_bare else one.head
    lead = PLACE_LEAD.match(one.head.title)
    said = (
        words(value) for label, value in _labelled(parts) if _PROBLEM.match(label) and re.search(r"[^\W\d_]", value)
    )
    title = one.head.title[lead.end() :] if lead else next(filter(None, said), "")
    place = only_file(one.section.title)
    where = f"`{place}`" if place else one.head.title
    return replace(one.head, title=short(title), aside=f"{where} {one.head.aside}") if title else one.head


def category_of(section: Section) -> str:
    """Return what a section is filed under: the nearest heading above it that is not only a severity."""
    above = [one for one in section.ancestors() if states.of_chapter(one.title) is None]
    titles = [head_of(one.title).title for one in above if severity.of_chapter(one.title) is None and one.level > 1]
    return next((title for title in titles if title), "") or next((_chapter(one) for one in above if one.level > 1), "")


def _chapter(section: Section) -> str:
    """Return the name of a chapter without the number before it."""
    return re.sub(r"^(?:section|part|chapter|phase)\s+[0-9]+\s*[:.-]\s*", "", words(section.title), flags=re.IGNORECASE)


def _below(section: Section) -> Iterator[Candidate]:
    for below in section.below:
        yield from _candidates(below)


def _candidates(section: Section) -> Iterator[Candidate]:
    """Yield the candidates in a section: itself, else those below it."""
    head = head_of(section.title)
    if head.strength < Strength.NAMED and chaptered.closes(section) and not _tells_itself(section, head):
        # What is named there by its number is told once more, or will be done next.
        yield from (one for one in _below(section) if one.head.strength is Strength.NAMED)
        return
    parts = parts_in(section.blocks)
    has_field = _has_field(parts) and not (head.strength is Strength.NONE and _lists_items(section))
    one = Candidate(
        section,
        head,
        _above(section),
        has_field,
        _has_place(head, parts),
        _has_status(head, parts),
        _is_told(parts),
        _names_file(section, parts),
    )
    below = list(_below(section))
    numbered_below = [each for each in below if each.head.strength >= max(head.strength, Strength.PLAIN)]
    is_own = (one.has_field or one.has_status) and not (head.strength == Strength.NONE and numbered_below)
    is_named = head.strength is Strength.NAMED and not numbered_below
    if (
        not is_epic(section.title)
        and not severity.is_only(section.title)
        and (is_own or is_named or (not below and _may_be(one)))
    ):
        yield one
    else:
        yield from below


def _tells_itself(section: Section, head: Head) -> bool:
    """Say whether a numbered section is an item although its name begins as that of a chapter does."""
    parts = parts_in(section.blocks)
    is_long = len(head.title.split()) >= _LONG and head.strength > Strength.NONE
    return is_long and (_has_field(parts) or _is_told(parts))


def _may_be(one: Candidate) -> bool:
    if one.head.strength > Strength.NONE:
        return True
    if _lists_items(one.section):
        return False
    if (one.head.severity and one.has_place) or one.is_placed or one.is_told:
        return True
    above = one.section.above
    directly = above is not None and chaptered.own_severity(above) is not None
    if above is None or not directly or any(_lists_items(each) for each in above.below[:_MOST_PARTS]):
        return False
    return bool(one.section.blocks) and severity.of_chapter(one.section.title) is None


def _above(section: Section) -> Severity | None:
    """Return the severity of the nearest chapter above a section that has one."""
    return chaptered.severity_of(section.above) if section.above else None


def _has_field(parts: Sequence[Part]) -> bool:
    """Say whether a section says its own severity or place."""
    severe = any(part.role is Role.SEVERITY and severity.said(part.first) for part in parts)
    return severe or any(part.role is Role.PLACE and part.label and part.prose.strip() for part in parts)


def _is_told(parts: Sequence[Part]) -> bool:
    """Say whether a section has at least two of the labels that only items have."""
    return len({label.lower() for label, _ in _labelled(parts) if _TOLD.match(label)}) > 1


def _labelled(parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """Yield the labels of parts with what they say, those too that only a line of a list has."""
    for part in parts[:_MOST_PARTS]:
        if part.label:
            yield words(part.label), part.first
        for piece in part.pieces[:_MOST_PARTS]:
            if piece.is_item:
                yield from ((words(label), value) for label, value in labels(piece.text.partition("\n")[0]) if label)


def _lists_items(section: Section) -> bool:
    """Say whether a section has a list whose entries have places in fields of their own."""
    deeper = [block for block in section.blocks if block.shape is Shape.ITEM and block.depth > 1]
    fields = [
        block for block in deeper if any(role_of(label) is Role.PLACE for label, _ in labels(block.text) if label)
    ]
    return len(fields) > 1


def _has_status(head: Head, parts: Sequence[Part]) -> bool:
    """Say whether a section with a number says how far it has come: chapters without one do that, too."""
    said = (part for part in parts if part.role is Role.STATUS and part.label and part.prose.strip())
    return head.strength > Strength.NONE and any(said)


def _has_place(head: Head, parts: Sequence[Part]) -> bool:
    texts = [head.title, *(part.prose for part in parts[:5])]
    return any(place.line for text in texts for place in places.in_text(text[:2_000], "").locations)


def _names_file(section: Section, parts: Sequence[Part]) -> bool:
    """Say whether a section of a report names a file, as a row of a table or in words."""
    title = next((one for one in section.ancestors() if one.is_title), section)
    if not is_of_report(title.title):
        return False
    texts = (piece.text[:500] for part in parts[:_MOST_PARTS] for piece in part.pieces[:5])
    return any(places.in_text(text, "").locations for text in texts)


def _kept(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that are items: of each kind of number only where enough of them look like one."""
    named = [one for one in found if one.head.strength is Strength.NAMED]
    dotted = [one for one in found if one.head.strength is Strength.DOTTED]
    plain = [one for one in found if one.head.strength is Strength.PLAIN]
    bare = [one for one in found if one.head.strength is Strength.NONE]
    dotted, plain = _enough(dotted), _enough(plain)
    if named or dotted:
        plain = [one for one in plain if one.has_field or one.has_place]
    if named or dotted or plain:
        bare = [one for one in bare if one.is_placed or (one.has_field and (one.head.severity or one.has_place))]
    kept = {id(one) for one in (*named, *dotted, *plain, *bare)}
    return [one for one in found if id(one) in kept]


def _enough(found: list[Candidate]) -> list[Candidate]:
    likely = sum(one.is_likely for one in found)
    return (
        found if found and likely >= _ENOUGH * len(found) else [one for one in found if one.has_field or one.has_status]
    )
