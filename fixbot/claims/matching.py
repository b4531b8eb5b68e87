"""Tells which of the named places have a finding: at the very line, or, where code has moved, in the same file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from fixbot.claims.places import Placed
from fixbot.model import Finding


@dataclass(frozen=True, slots=True)
class Matched:
    """The places that have a finding and those that have none, and the findings in all of them."""

    met: tuple[Placed, ...]
    missed: tuple[Placed, ...]
    findings: tuple[Finding, ...]


def matched(places: Sequence[Placed], findings: Sequence[Finding]) -> Matched:
    """Return which places have a finding; the nearest pairs find each other, and none counts for two lines."""
    lined = {at for at, place in enumerate(places) if place.location.line}
    met = {at for at, place in enumerate(places) if at not in lined and any(place.holds(one.path) for one in findings)}
    free = set(range(len(findings)))
    for _, at, mine in sorted(_pairs(places, findings, lined)):
        if at not in met and mine in free:
            met.add(at)
            free.remove(mine)
    inside = tuple(finding for finding in findings if any(place.holds(finding.path) for place in places))
    shown = [(place, at in met) for at, place in enumerate(places)]
    return Matched(tuple(p for p, is_met in shown if is_met), tuple(p for p, is_met in shown if not is_met), inside)


def _pairs(
    places: Sequence[Placed], findings: Sequence[Finding], lined: Collection[int]
) -> Iterator[tuple[int, int, int]]:
    """Yield each place with a line and each finding in its file, by their positions, behind what lies between them."""
    for at in lined:
        for mine, finding in enumerate(findings):
            if places[at].holds(finding.path):
                yield _distance(places[at], finding), at, mine


def _distance(place: Placed, finding: Finding) -> int:
    """Return how many lines lie between a place and a finding; 0 where they share one."""
    where = place.location
    return max(0, finding.line - where.end_line, where.line - finding.end_line)
