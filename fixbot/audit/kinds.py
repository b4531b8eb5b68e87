"""Tells what kind of document something is by its title, its boxes and its states, and whether it is one at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fixbot.audit import lists
from fixbot.audit.headings import Strength, is_of_readme
from fixbot.audit.items import Draft
from fixbot.audit.outline import Section, Shape
from fixbot.audit.wording import words
from fixbot.model import AuditItem, Kind, Status

_KINDS = (
    (Kind.REVIEW, r"\bsession\b|retrospective"),
    (
        Kind.TRACKER,
        (
            r"tracker|fix(?:es)? log|refactor\w* (?:plan|status)|final status|tracking|progress|backlog"
            r"|\bto-?dos?\b|work list|task list|(?:bugs?|issues?|problems) (?:fixed|resolved)|fixes applied"
            r"|technical debt|tech debt|\bplan\b|status of|punch list"
        ),
    ),
    (
        Kind.AUDIT,
        (
            r"audit|report|assessment|findings|bug (?:hunt|scan|list)|code quality|known issues|vulnerabilit"
            r"|security|pentest|analysis"
        ),
    ),
    (Kind.REVIEW, r"\breview\b"),
)
#: How many of the items must have a state for them to be kept up.
STATED = 0.5
_OF_README = 2


def kind_of(sections: Sequence[Section], written: Sequence[Draft]) -> Kind:
    """Return what kind of document it is: its title says it, else how many of its items have a state."""
    title = words(next((section.title for section in sections if section.title), ""))
    named = next((kind for kind, pattern in _KINDS if re.search(pattern, title, re.IGNORECASE)), None)
    if named is None and _is_review(sections):
        return Kind.REVIEW
    boxes = lists.ticked(sections)
    states = [draft.head.status for draft in written] or [
        state if state is not Status.OPEN else None for state in boxes
    ]
    is_kept = bool(states) and sum(state is not None for state in states) >= STATED * len(states)
    return named or (Kind.TRACKER if is_kept else Kind.AUDIT)


def is_kept(sections: Sequence[Section], items: Sequence[AuditItem]) -> bool:
    """Say whether lists and rows are kept up: half of them have a box, or a state."""
    stated = sum(item.status is not Status.OPEN for item in items)
    return max(stated, len(lists.ticked(sections))) >= STATED * len(items)


def is_titled(name: str, sections: Sequence[Section]) -> bool:
    """Say whether a document is called what is read here, by its title or its name."""
    titles = [words(section.title) for section in sections[:4] if section.level]
    called = [*titles[:1], re.sub(r"[\W_]+", " ", name)]
    return _is_review(sections) or any(
        re.search(pattern, title, re.IGNORECASE) for title in called for _, pattern in _KINDS
    )


def is_borne(items: Sequence[AuditItem]) -> bool:
    """Say whether at least half of the items have a severity, a place or a state; one alone needs more."""
    if len(items) == 1:
        return any(place.line for place in items[0].locations) or items[0].severity is not None
    borne = sum(bool(item.severity or item.locations or item.status is not Status.OPEN) for item in items)
    return borne * 2 >= len(items)


def is_placed(items: Sequence[AuditItem], written: Sequence[Draft]) -> bool:
    """Say whether the items of a document without a telling title are items: they name places, or have such numbers."""
    named = sum(draft.head.strength is Strength.NAMED for draft in written)
    placed = sum(bool(item.locations) for item in items)
    return placed * 2 > len(items) or (named > 1 and named * 2 >= len(items))


def _is_review(sections: Sequence[Section]) -> bool:
    """Say whether one of the first headings, or the first lines, call a document without a telling title a review."""
    said = [section.title for section in sections[:4]]
    texts = [block.text for section in sections[:2] for block in section.blocks[:2] if block.shape is Shape.TEXT]
    return any(re.search(r"\breview\b", words(title), re.IGNORECASE) for title in said) or any(
        re.search(r"^\W*(?:reviewed\b|actionable comments)", text, re.IGNORECASE) for text in texts
    )


def is_readme(sections: Sequence[Section], items: Sequence[AuditItem], written: Sequence[Draft]) -> bool:
    """Say whether a document that has something like items is one for users of a program."""
    of_readme = sum(is_of_readme(section.title) for section in sections)
    severe = sum(item.severity is not None for item in items)
    return of_readme >= _OF_README and severe * 2 < len(items) and not any(draft.head.strength > 2 for draft in written)  # noqa: PLR2004 - named
