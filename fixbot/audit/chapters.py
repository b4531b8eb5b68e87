"""Finds the sections of a report that are items, among chapters, summaries and plans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixbot.audit import items, places, severity, states
from fixbot.audit.fields import Part, Role, parts_in, parts_of
from fixbot.audit.headings import Head, Strength, head_of, holds_no_items, is_epic
from fixbot.audit.outline import Section
from fixbot.audit.wording import words
from fixbot.model import Severity

#: How many of the numbered sections must look like items for all of them to be some.
_ENOUGH = 0.4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A section that may be an item: its heading read, and what speaks for it."""

    section: Section
    head: Head
    above: Severity | None
    has_field: bool
    has_place: bool
    has_status: bool

    @property
    def is_likely(self) -> bool:
        """Whether more than a number speaks for it."""
        return (
            self.has_field
            or self.has_place
            or self.has_status
            or bool(self.above or self.head.severity or self.head.status)
        )


def drafts_of(sections: Sequence[Section]) -> list[items.Draft]:
    """Return the items that sections are, in their order; none where no section looks like one."""
    found = [candidate for section in sections[:1] for candidate in _below(section)]
    return [_draft(one) for one in _kept(found)[: items.MOST]]


def _draft(one: Candidate) -> items.Draft:
    chapter = next((above for above in one.section.ancestors() if states.of_chapter(above.title)), None)
    return items.Draft(
        one.head,
        one.section.line,
        parts_of(one.section),
        category=category_of(one.section),
        above=one.above,
        status=states.of_chapter(chapter.title) if chapter else None,
        chapter=chapter,
    )


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
    if head.strength < Strength.NAMED and holds_no_items(section.title):
        # What is named there by its number is told once more, or will be done next.
        yield from (one for one in _below(section) if one.head.strength is Strength.NAMED)
        return
    parts = parts_in(section.blocks)
    one = Candidate(
        section, head, _above(section), _has_field(parts), _has_place(head, parts), _has_status(head, parts)
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


def _may_be(one: Candidate) -> bool:
    if one.head.strength > Strength.NONE:
        return True
    if one.head.severity and one.has_place:
        return True
    directly = one.section.above is not None and severity.of_chapter(one.section.above.title) is not None
    return directly and bool(one.section.blocks) and severity.of_chapter(one.section.title) is None


def _above(section: Section) -> Severity | None:
    """Return the severity of the nearest chapter above a section that has one."""
    return next((found for above in section.ancestors() if (found := severity.of_chapter(above.title))), None)


def _has_field(parts: Sequence[Part]) -> bool:
    """Say whether a section says its own severity or place."""
    severe = any(part.role is Role.SEVERITY and severity.said(part.first) for part in parts)
    return severe or any(part.role is Role.PLACE and part.label and part.prose.strip() for part in parts)


def _has_status(head: Head, parts: Sequence[Part]) -> bool:
    """Say whether a section with a number says how far it has come: chapters without one do that, too."""
    said = (part for part in parts if part.role is Role.STATUS and part.label and part.prose.strip())
    return head.strength > Strength.NONE and any(said)


def _has_place(head: Head, parts: Sequence[Part]) -> bool:
    texts = [head.title, *(part.prose for part in parts[:5])]
    return any(place.line for text in texts for place in places.in_text(text[:2_000], "").locations)


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
        bare = [one for one in bare if one.has_field and (one.head.severity or one.has_place)]
    kept = {id(one) for one in (*named, *dotted, *plain, *bare)}
    return [one for one in found if id(one) in kept]


def _enough(found: list[Candidate]) -> list[Candidate]:
    likely = sum(one.is_likely for one in found)
    return (
        found if found and likely >= _ENOUGH * len(found) else [one for one in found if one.has_field or one.has_status]
    )
