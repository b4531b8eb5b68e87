"""Fits a plan to what a forge tells now: what people have said since it was made counts; it only computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from fixbot.handover.documents import Plan
from fixbot.model import Change, Finding, Refusal, Rewrite, Ticket
from fixbot.offer import Offer, Offering, readable
from fixbot.plan import units
from fixbot.settings import excluder
from fixbot.unfiled import Unfiled, needing_tickets


def offer_of(plan: Plan, offering: Offering) -> Offer:
    """Return what a plan has to offer, without what people have said no to since, and what it could not know.

    Args:
        plan: what was planned; it has passed its policy.
        offering: what is known now.
    """
    kept: list[Change] = []
    left: list[Refusal] = []
    for change in (part for planned in plan.changes for part in _parts(planned, offering)):
        holding, refused = _sorted(change, offering)
        kept += [replace(change, rewrites=holding)] if holding else []
        left += refused
    prepared = replace(plan.prepared(), changes=tuple(kept))
    shards = offering.cut(kept, plan.parted)
    return Offer(prepared, (*plan.refused, *left), shards, plan.excluded, tuple(kept), plan.parted)


def wishes_of(plan: Plan, offering: Offering, tickets: Sequence[Ticket]) -> Unfiled:
    """Return the places of a plan that want an issue, without those that have one by now or that nobody asks for.

    However often plans ask, no more are open at once than a codemod says.
    """
    known = Counter((ticket.words, ticket.path) for ticket in tickets)
    asked = {codemod.slug() for codemod in offering.wanted()}
    is_ignored, scope = _ignored(offering), offering.scope
    wanted = (wish for wish in plan.wishes if wish.codemod in asked and not is_ignored(wish.path))
    found = Unfiled(
        tuple(
            wish
            for wish in wanted
            if wish.ordinal >= known[wish.words, wish.path]
            and (scope is None or any(place.covers(wish.path) for place in scope.places))
        )
    )
    return found.within(needing_tickets(offering.codemods), tickets)


def _ignored(offering: Offering) -> Callable[[str], bool]:
    """Return what says whether people asked to ignore a path."""
    return excluder(readable(word.removeprefix("path:") for word in offering.ignores if word.startswith("path:")))


def _parts(change: Change, offering: Offering) -> Iterator[Change]:
    """Take out of a change what is in a pull request by now: a plan may be applied again where that broke off."""
    lanes = offering.memory.lanes
    homes: dict[str, list[Rewrite]] = {}
    for unit in units(change.rewrites):
        found = {lanes.get(finding.fingerprint, "") for rewrite in unit for finding in rewrite.findings}
        homes.setdefault(found.pop() if len(found) == 1 and not change.lane else "", []).extend(unit)
    for lane in [lane for lane in homes if lane]:
        part = replace(change, rewrites=tuple(homes[lane]), lane=lane)
        pull = offering.memory.open_on(lane)
        if pull is not None and {finding.fingerprint for finding in part.findings} == set(pull.fingerprints):
            yield part
            del homes[lane]
    rest = [rewrite for rewrites in homes.values() for rewrite in rewrites]
    if rest:
        yield replace(change, rewrites=tuple(sorted(rest, key=lambda rewrite: rewrite.path)))


def _sorted(change: Change, offering: Offering) -> tuple[tuple[Rewrite, ...], list[Refusal]]:
    """Return the rewrites of a change that still fit, and what becomes of the findings of the others.

    What an open pull request holds is not taken apart: without a part of it, it would lose what it has.
    """
    together = [change.rewrites] if change.lane else units(change.rewrites)
    kept: list[Rewrite] = []
    left: list[Refusal] = []
    for unit in together:
        because = _why_not(change, unit, offering)
        if because is None:
            kept += unit
        else:
            left += [Refusal(finding, because) for rewrite in unit for finding in rewrite.findings]
    return tuple(kept), left


def _why_not(change: Change, unit: Sequence[Rewrite], offering: Offering) -> str | None:
    """Say why some rewrites, which stand or fall together, are not published; None where they may be."""
    if change.codemod not in {codemod.slug() for codemod in offering.codemods}:
        return f"{change.codemod} is not asked for"
    if change.codemod in offering.ignores:
        return f"people asked to ignore {change.codemod}"
    if change.lane and (elsewhere := _about_lane(change, offering)):
        return elsewhere
    is_ignored = _ignored(offering)
    for rewrite in unit:
        if is_ignored(rewrite.path):
            return f"people asked to ignore {rewrite.path}"
        for finding in rewrite.findings:
            because = _about(finding, change.lane, offering)
            if because is not None:
                return because
    return None


def _about_lane(change: Change, offering: Offering) -> str:
    """Say why a change does not belong into the pull request that it was planned for; empty where it does."""
    pull = offering.memory.open_on(change.lane)
    if pull is None:
        return f"the pull request from {change.lane}, for which it was planned, is not open any more"
    if pull.marker is not None and pull.marker.codemod != change.codemod:
        return f"the pull request from {change.lane} is about {pull.marker.codemod}"
    if offering.scope is not None and not any(map(offering.scope.holds, change.findings)):
        return f"issue {offering.issue} does not ask for it"
    return ""


def _about(finding: Finding, lane: str, offering: Offering) -> str | None:
    memory, fingerprint = offering.memory, finding.fingerprint
    if fingerprint in memory.declined:
        return f"declined: pull request {memory.declined[fingerprint].number} was closed with it"
    if fingerprint in memory.turned:
        return f"pull request {memory.turned[fingerprint].number} has it, which somebody turned to another base"
    if memory.lanes.get(fingerprint, lane) != lane:
        return f"it is in the pull request from {memory.lanes[fingerprint]}, which the plan did not know"
    if not lane and offering.scope is not None and not offering.scope.holds(finding):
        return f"issue {offering.issue} does not ask for it"
    return None
