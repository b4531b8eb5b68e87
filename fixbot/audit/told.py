"""Brings together what a document tells of one item at several places, and says where it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fixbot.audit import items, states
from fixbot.audit.outline import Section
from fixbot.audit.wording import short, stems, words
from fixbot.model import AuditItem, Status

#: How much of their words two titles must share to be titles of one item.
_ALIKE = 0.5
_MOST_ALIKE = 50


@dataclass(frozen=True, slots=True)
class Told:
    """An item as one place of the document tells it.

    `own` is the state that it says itself, None where it says none; `chapter` is the section that says one for all in
    it. `is_sure` says that it tells its severity or its place itself.
    """

    item: AuditItem
    own: Status | None = None
    chapter: Section | None = None
    adds: bool = False
    is_sure: bool = False


def told(draft: items.Draft, reading: items.Reading) -> Told:
    """Return what a draft tells."""
    box = draft.status if draft.chapter is None else None
    item = items.finished(draft, reading)
    is_sure = bool(item.locations) or items.says_severity(draft)
    return Told(item, items.own_state(draft) or box, draft.chapter, draft.is_own, is_sure)


def merged(first: Sequence[Told], more: Iterable[Told], *, adds: bool) -> tuple[list[AuditItem], list[str]]:
    """Return each item once, and what was said of it that cannot be true together.

    Args:
        first: the items as they are written out.
        more: what else is said of items; of one that is not among them only where `adds` is set.
        adds: whether what is said elsewhere makes items of its own.
    """
    groups: list[list[Told]] = []
    by_number: dict[str, list[list[Told]]] = {}
    by_title: dict[frozenset[str], list[Told]] = {}
    for is_first, one in [*((True, one) for one in first), *((False, one) for one in more)]:
        alike = by_number.get(one.item.id, []) if one.item.id else []
        title = stems(one.item.title)
        group = next((group for group in alike[:_MOST_ALIKE] if _same(group[0], one)), None)
        group = group or _counted(by_title.get(title), one)
        if group is not None:
            group.append(one)
        elif is_first or adds:
            groups.append([one])
            by_number.setdefault(one.item.id, []).append(groups[-1])
            by_title.setdefault(title, groups[-1])
    return [_one(group) for group in groups], [said for group in groups for said in _contradictions(group)]


def _counted(group: list[Told] | None, one: Told) -> list[Told] | None:
    """Return what was told under the same title, where one of the two is only counted: a table may number its rows."""
    if group is None or not one.item.id or not stems(one.item.title):
        return None
    return group if group[0].item.id.isdigit() != one.item.id.isdigit() else None


def _same(one: Told, other: Told) -> bool:
    """Say whether two tell of one item, whose number they share: numbers of several lists may begin anew."""
    known, said = stems(one.item.title), stems(other.item.title)
    return (
        not one.item.id.isdigit() or not known or not said or len(known & said) >= _ALIKE * min(len(known), len(said))
    )


def _one(group: Sequence[Told]) -> AuditItem:
    base = group[0].item
    everything = [one.item for one in group]
    own = [one.own for one in group if one.own]
    counting = next((item for item in everything if item.claimed), base)
    return replace(
        base,
        severity=next((item.severity for item in everything if item.severity), None),
        locations=tuple(dict.fromkeys(place for item in everything for place in item.locations)),
        claimed=counting.claimed,
        unit=counting.unit,
        recommendation=next((item.recommendation for item in everything if item.recommendation), ""),
        codemods=next((item.codemods for item in everything if item.codemods), ()),
        status=states.latest(own) if own else base.status,
        commits=tuple(dict.fromkeys(commit for item in everything for commit in item.commits)),
    )


def _contradictions(group: Sequence[Told]) -> Iterable[str]:
    """Yield a sentence for each state that differs from the one that counts, and for a heading that says another."""
    said = [(one.own, one.item.line) for one in group if one.own and one.own is not Status.OPEN]
    if not said:
        return
    name = _named(group[0].item)
    counts = states.latest(state for state, _ in said)
    line = next(line for state, line in said if state is counts)
    for other in dict.fromkeys(state for state, _ in said if state is not counts):
        where = next(line for state, line in said if state is other)
        yield (
            f"{name} is {counts.value} in line {line} and {other.value} in line {where}; it is taken as {counts.value}"
        )
    for one in group:
        chapter = states.of_chapter(one.chapter.title) if one.chapter else None
        if one.chapter and chapter and one.own and chapter is not one.own:
            heading = short(words(one.chapter.title), 60)
            yield (
                f"{name} is {one.own.value} in line {one.item.line} and stands under the heading {heading!r} of line "
                f"{one.chapter.line}; it is taken as {counts.value}"
            )


def _named(item: AuditItem) -> str:
    return f"item {item.id}" if item.id else f"the item {short(item.title, 60)!r}"
