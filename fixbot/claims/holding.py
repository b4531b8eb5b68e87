"""Holds one claim against the code and says what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fixbot.claims.doubts import doubts
from fixbot.claims.facts import Facts
from fixbot.claims.matching import Matched, matched
from fixbot.claims.places import Placed, placed
from fixbot.claims.quotes import stands_in
from fixbot.claims.wording import elsewhere, gone, listed, moved, share, unjudged, untrue
from fixbot.model import AuditItem, Dismissed, Finding, Held, Judgement

#: So many lines code may have moved since somebody wrote down where it was.
_NEAR = 30


def hold(item: AuditItem, facts: Facts) -> Held:
    """Return what the code says of an item."""
    places = placed(item.locations, facts)
    because = unjudged(item, places, facts)
    if because:
        held = Held(item=item, judgement=Judgement.UNJUDGED, says=because, claimed=item.claimed or None)
    else:
        held = _Claim.of(item, places, facts).held()
    return replace(held, doubts=doubts(held, places, facts))


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim that can be judged: the findings that its codemods have anywhere, and which places have one."""

    item: AuditItem
    everywhere: tuple[Finding, ...]
    dismissed: tuple[Dismissed, ...]
    at: Matched
    places: Sequence[Placed]
    standing: tuple[Placed, ...] = ()

    @classmethod
    def of(cls, item: AuditItem, places: Sequence[Placed], facts: Facts) -> _Claim:
        """Gather what is known of an item."""
        asked = frozenset(item.codemods)
        found = tuple(finding for finding in facts.report.findings if finding.codemod in asked)
        seeming = tuple(one for one in facts.report.dismissed if one.codemod in asked)
        near = tuple(one for one in seeming if not places or any(_is_at(place, one) for place in places))
        at = matched(places, (*found, *_of_others(matched(places, found).missed, facts)))
        standing = tuple(place for place in at.missed if _is_shown(item, place, facts))
        return cls(item, found, near, at, places, standing)

    @property
    def is_of_all(self) -> bool:
        """Whether it is about the whole project: it counts, or names no place."""
        return bool(self.item.claimed) or not self.places

    def held(self) -> Held:
        """Judge it."""
        findings = self.everywhere if self.is_of_all else self.at.findings
        judgement = self._judgement(len(findings))
        return Held(
            item=self.item,
            judgement=judgement,
            says="; ".join(self._reasons(judgement)),
            claimed=self.item.claimed or len(self.places) or None,
            found=None if judgement is Judgement.UNJUDGED else len(findings),
            findings=findings,
        )

    def _judgement(self, found: int) -> Judgement:
        if not found and not self.dismissed:
            return Judgement.UNJUDGED if self.standing else Judgement.NOT_THERE
        if not found:
            return Judgement.NOT_TRUE
        if self.item.claimed and found != self.item.claimed:
            return Judgement.MORE if found > self.item.claimed else Judgement.FEWER
        if not self.item.claimed and self.at.missed:
            return Judgement.FEWER
        return Judgement.ELSEWHERE if any(place.moved for place in self.at.met) else Judgement.AS_CLAIMED

    def _reasons(self, judgement: Judgement) -> list[str]:
        if judgement is Judgement.NOT_TRUE:
            return untrue(self.dismissed)
        reasons: list[str] = []
        if not self.everywhere:
            reasons.append(f"nothing in the project is {listed(self.item.codemods, 'or')}")
        elif self.is_of_all:
            reasons.append(f"{len(self.everywhere):,} in the project")
        if self.places and (self.everywhere or self.at.met):
            reasons.append(f"at {share(len(self.at.met), len(self.places))}")
        others = len(set(self.everywhere) - set(self.at.findings))
        beside = elsewhere(others) if others and not self.is_of_all else []
        return [*reasons, *moved(self.at.met), *gone(self.at.missed, self.standing), *beside]


def _of_others(places: Sequence[Placed], facts: Facts) -> Iterator[Finding]:
    """Yield what other codemods find at the very lines that an item names."""
    for place in places:
        where = place.location
        for finding in facts.report.findings:
            if where.line and place.holds(finding.path) and where.line <= finding.line <= where.end_line:
                yield finding


def _is_shown(item: AuditItem, place: Placed, facts: Facts) -> bool:
    """Say whether a file still has the code that an item shows."""
    files = [path for path in place.paths if path.endswith(".py")]
    return len(files) == 1 and stands_in(item.quotes, facts.text(files[0]))


def _is_at(place: Placed, one: Dismissed) -> bool:
    """Say whether what only looks like the smell is what a place means."""
    where = place.location
    return place.holds(one.path) and (not where.line or abs(one.line - where.line) <= _NEAR)
