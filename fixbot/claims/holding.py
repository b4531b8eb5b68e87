"""Holds one claim against the code and says what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fixbot.claims.doubts import doubts
from fixbot.claims.facts import Facts
from fixbot.claims.matching import Matched, matched
from fixbot.claims.places import Placed, placed
from fixbot.claims.wording import reasons, unjudged
from fixbot.model import AuditItem, Dismissed, Finding, Held, Judgement


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
    """A claim that can be judged.

    `everywhere` are the findings of its codemods in the whole project, `within` those in what it is about, and
    `seeming` what only looks like the smell there.
    """

    item: AuditItem
    places: Sequence[Placed]
    at: Matched
    everywhere: tuple[Finding, ...]
    within: tuple[Finding, ...]
    seeming: tuple[Dismissed, ...]

    @classmethod
    def of(cls, item: AuditItem, places: Sequence[Placed], facts: Facts) -> _Claim:
        """Gather what is known of an item."""
        told = [one for slug in dict.fromkeys(item.codemods) for one in facts.by_codemod.get(slug, ())]
        everywhere = tuple(one for one in told if isinstance(one, Finding))
        at = matched(item, places, facts)
        seeming = tuple(at.seeming.values()) if places else tuple(one for one in told if isinstance(one, Dismissed))
        within = at.findings if _is_of_places(item, places) else _once((*everywhere, *at.findings))
        return cls(item, places, at, everywhere, within, seeming)

    def held(self) -> Held:
        """Judge it."""
        judgement = self._judgement()
        told = reasons(self.item, self.places, self.at, self.everywhere, self.within, self.seeming, judgement)
        return Held(
            item=self.item,
            judgement=judgement,
            says="; ".join(told),
            claimed=self.item.claimed or len(self.places) or None,
            found=None if judgement is Judgement.UNJUDGED else self._found(),
            findings=self.within,
        )

    def _found(self) -> int:
        is_of_files = self.item.unit == "files"
        return len({finding.path for finding in self.within}) if is_of_files else len(self.within)

    def _judgement(self) -> Judgement:
        found, claimed, at = self._found(), self.item.claimed, self.at
        if not found:
            return self._without()
        if claimed and found != claimed:
            return Judgement.MORE if found > claimed else Judgement.FEWER
        if not claimed and (at.clean or at.gone or at.seeming or at.standing):
            return Judgement.FEWER
        is_moved = any(self.places[each].moved for each in at.found)
        return Judgement.ELSEWHERE if is_moved else Judgement.AS_CLAIMED

    def _without(self) -> Judgement:
        """Judge a claim of which nothing was found."""
        if self.at.unseen or self.at.standing:
            return Judgement.UNJUDGED
        return Judgement.NOT_TRUE if self.seeming else Judgement.NOT_THERE


def _is_of_places(item: AuditItem, places: Sequence[Placed]) -> bool:
    """Say whether an item is about its places alone: it gives no number, or one beside folders and globs."""
    return bool(places) and (not item.claimed or all(not place.location.line and not place.file for place in places))


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple({finding.fingerprint: finding for finding in findings}.values())
