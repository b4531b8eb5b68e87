"""How much a plan may hold, and what of an offer is left for later where that is more; it only counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fixbot.errors import OperatorError
from fixbot.handover.documents import Plan
from fixbot.model import Change, Refusal, Rewrite, Severity
from fixbot.offer import Offer
from fixbot.plan import units

#: The most files that all changes of a plan may change together; one that two changes change counts twice.
MOST_FILES = 100_000
#: The most findings that one file may have in one change; a pull request could not name more.
MOST_FINDINGS = 2_000
#: The most findings that a plan may tell of, and the most that it may refuse.
MOST_TOLD = 100_000


def beyond(plan: Plan) -> Iterator[str]:
    """Yield where a plan holds more than it may."""
    if len(plan.rewrites) > MOST_FILES:
        yield f"it changes {len(plan.rewrites)} files, and no plan changes more than {MOST_FILES}"
    if max(len(plan.report.findings), len(plan.refused)) > MOST_TOLD:
        yield f"it tells of more than {MOST_TOLD} findings"
    if not all(change.rewrites for change in plan.changes):
        yield "one of its changes changes no file"
    if any(len(rewrite.findings) > MOST_FINDINGS for rewrite in plan.rewrites):
        yield f"one of its files has more than {MOST_FINDINGS} findings"
    if not plan.parted <= _held(plan.changes):
        yield "it parts findings that it does not hold"


def within(offer: Offer) -> Offer:
    """Return as much of an offer as a plan may hold: open pull requests first, then the gravest; the rest is refused.

    Raises:
        OperatorError: there is more to tell of than a plan may hold.
    """
    kept, left = _cut(offer.changes)
    refused = (*offer.refused, *left)
    found = max(len(offer.prepared.report.findings), len(refused))
    if found > MOST_TOLD:
        advice = "choose fewer codemods with --select, or leave files out with `exclude` in the configuration"
        message = f"there are {found:,} findings, and a plan tells of no more than {MOST_TOLD:,}: {advice}"
        raise OperatorError(message)
    return replace(offer, changes=kept, refused=refused, parted=offer.parted & _held(kept))


def _cut(changes: Sequence[Change]) -> tuple[tuple[Change, ...], list[Refusal]]:
    """Return the changes that there is room for, in their order, and what becomes of the other findings."""
    kept: dict[int, Change] = {}
    left: list[Refusal] = []
    room = MOST_FILES
    for place, change in sorted(enumerate(changes), key=lambda each: _order(each[1])):
        holding: list[Rewrite] = []
        for unit in [change.rewrites] if change.lane else units(change.rewrites):
            because = _why_not(unit, room)
            if because:
                left += [Refusal(finding, because) for rewrite in unit for finding in rewrite.findings]
            else:
                holding += unit
                room -= len(unit)
        if holding:
            kept[place] = replace(change, rewrites=tuple(holding))
    return tuple(kept[place] for place in sorted(kept)), left


def _why_not(unit: Sequence[Rewrite], room: int) -> str:
    """Say why a plan does not hold some rewrites that stand or fall together; empty where it may."""
    if any(len(rewrite.findings) > MOST_FINDINGS for rewrite in unit):
        return f"a plan holds no more than {MOST_FINDINGS:,} findings of one file"
    if len(unit) > room:
        return f"a plan changes no more than {MOST_FILES:,} files: a later run offers it"
    return ""


def _order(change: Change) -> tuple[bool, int]:
    grave = [list(Severity).index(finding.severity) for finding in change.findings]
    return not change.lane, min(grave, default=len(Severity))


def _held(changes: Sequence[Change]) -> frozenset[str]:
    return frozenset(finding.fingerprint for change in changes for finding in change.findings)
