"""Puts the books together: which commits are about which item, and what no report speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fixbot.claims import Facts, hold
from fixbot.claims.places import Placed, placed
from fixbot.codemod import Recipe
from fixbot.lifecycle.memory import Memory
from fixbot.model import AuditItem, Document, Finding
from fixbot.tracker.progress import entry
from fixbot.tracker.records import Entry, Landed


def of_documents(
    documents: Iterable[Document], facts: Facts, landed: Sequence[Landed], memory: Memory
) -> tuple[Entry, ...]:
    """Return how far each item of some documents has come.

    Args:
        documents: what was read.
        facts: the code, and what git knows of it.
        landed: the commits of fixbot on the branch, the oldest first.
        memory: what the pull requests tell.
    """
    return tuple(
        entry(document.name, hold(item, facts), _about(item, landed, facts), memory)
        for document in documents
        for item in document.items
    )


def of_codemods(
    codemods: Iterable[Recipe], facts: Facts, landed: Sequence[Landed], memory: Memory
) -> tuple[Entry, ...]:
    """Return how far each codemod has come that has findings or commits, where there is no report to go by."""
    found = {finding.codemod for finding in facts.report.findings} | {one.codemod for one in landed}
    items = [
        AuditItem(
            id=codemod.slug(),
            title=codemod.explanation().title,
            line=0,
            severity=codemod.severity,
            codemods=(codemod.slug(),),
        )
        for codemod in codemods
        if codemod.slug() in found
    ]
    return tuple(entry("", hold(item, facts), _about(item, landed, facts), memory) for item in items)


def unclaimed(entries: Iterable[Entry], findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that none of the items is about."""
    claimed = {finding.fingerprint for one in entries for finding in one.left}
    return tuple(finding for finding in findings if finding.fingerprint not in claimed)


def _about(item: AuditItem, landed: Sequence[Landed], facts: Facts) -> list[Landed]:
    """Return the commits that did what an item asks for, in the places that it names."""
    mine = [one for one in landed if one.codemod in item.codemods]
    if item.claimed or not item.locations:
        return mine
    places = placed(item.locations, facts)
    return [one for one in mine if any(_is_in(place, file.path) for place in places for file in one.files)]


def _is_in(place: Placed, path: str) -> bool:
    """Say whether a path that a commit changed is a place of an item, as it is today or as it was written."""
    written = place.location.path
    return place.holds(path) or path == written or path.endswith(f"/{written}")
