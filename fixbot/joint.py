"""Tries one project codemod on a project: all sites together, else as many as hold together; it only computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from fixbot.attempt import Attempt
from fixbot.codemod import Corpus, ProjectCodemod, Safety
from fixbot.engine.apply import Applied, Editor, Found, clusters
from fixbot.engine.survey import Survey, survey
from fixbot.model import Broken, Refusal, Rewrite
from fixbot.verify import climb


def attempt_jointly(
    corpus: Corpus,
    codemod: ProjectCodemod,
    limit: Safety,
    only: Collection[str] | None = None,
    *,
    found: Survey | None = None,
    settle: bool = True,
) -> Attempt:
    """Rewrite a project and climb the ladder as far as it goes without a linter.

    Args:
        corpus: the project as it is.
        codemod: what to apply.
        limit: the most daring safety that is rewritten.
        only: fingerprints of the findings to rewrite; None takes all.
        found: what a survey of the project found, where there was one already.
        settle: whether the result is surveyed, which takes as long as the first survey; what is tried without must
            be tried again with it.
    """
    found = found or survey(corpus, codemod)
    if found.broken is not None:
        return Attempt(broken=found.broken)
    chosen = [
        (finding, site)
        for finding, site in found.sites
        if finding.safety.within(limit) and (only is None or finding.fingerprint in only)
    ]
    return _Joint(Editor(corpus, codemod), found, limit, settle=settle).attempt(chosen)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why some sites do not hold together, and the files in which that shows; none where it is the whole."""

    because: str
    paths: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Joint:
    editor: Editor
    found: Survey
    limit: Safety
    settle: bool
    refused: list[Refusal] = field(default_factory=list)
    broken: Broken | None = None
    climbs: dict[Rewrite, str | None] = field(default_factory=dict)

    def attempt(self, chosen: Sequence[Found]) -> Attempt:
        """Return what holds of some sites, and why the others do not."""
        applied = self.editor.apply(chosen)
        self.broken = applied.broken
        out = {refusal.finding.fingerprint for refusal in applied.refused}
        held = self._hold(clusters([one for one in chosen if one[0].fingerprint not in out]), [])
        for found in (one for one in chosen if one[0].fingerprint in out):
            alone = self.editor.apply([found])
            self.refused += alone.refused
            held = held if alone.refused else self._hold([[found]], held)  # what was in its way may not be done
        in_order = sorted(self.refused, key=lambda refusal: (refusal.finding.path, refusal.finding.line))
        return Attempt(self.editor.apply(held).rewrites, tuple(in_order), self.broken)

    def _hold(self, units: Sequence[list[Found]], held: list[Found]) -> list[Found]:
        """Add as many sites to those that hold as hold with them: all at once, else the sound ones, else by halves."""
        together = [*held, *(found for unit in units for found in unit)]
        failure = self._failure(together) if units else None
        if failure is None:
            return together
        if len(units) == 1:
            return self._parted(units[0], failure, held)
        sound = [unit for unit in units if not _touches(unit, failure.paths)] if failure.paths else []
        if sound and len(sound) < len(units):
            held = self._hold(sound, held)
            units = [unit for unit in units if unit not in sound]
        return self._halved(units, held)

    def _halved(self, units: Sequence[list[Found]], held: list[Found]) -> list[Found]:
        middle = (len(units) + 1) // 2
        for half in (units[:middle], units[middle:]):
            held = self._hold(half, held) if half else held
        return held

    def _parted(self, unit: list[Found], failure: _Failure, held: list[Found]) -> list[Found]:
        if len(unit) == 1:
            self.refused.append(Refusal(unit[0][0], failure.because))
            return held
        return self._halved([[found] for found in unit], held)

    def _failure(self, sites: Sequence[Found]) -> _Failure | None:
        applied = self.editor.apply(sites)
        for refusal in applied.refused:
            return _Failure(refusal.because)
        climbed = {rewrite.path: self._climbed(rewrite) for rewrite in applied.rewrites}
        failed = {path: because for path, because in climbed.items() if because is not None}
        for path, because in failed.items():
            return _Failure(f"{path}: {because}", frozenset(failed))
        return self._unsettled(sites, applied) if self.settle else None

    def _climbed(self, rewrite: Rewrite) -> str | None:
        if rewrite not in self.climbs:
            self.climbs[rewrite] = climb(rewrite, self.editor.codemod, self.limit)
        return self.climbs[rewrite]

    def _unsettled(self, sites: Sequence[Found], applied: Applied) -> _Failure | None:
        """Survey the result: what was open is still open, but for what was done and what that did along with it."""
        after = survey(
            self.editor.corpus.changed({rewrite.path: rewrite.after for rewrite in applied.rewrites}),
            self.editor.codemod,
        )
        if after.broken is not None:
            self.broken = self.broken or after.broken
            return _Failure("the codemod breaks on what it wrote")
        done = {finding.fingerprint for finding, _ in sites}
        places = {place for _, site in sites for place in site.places}
        along = {
            finding.fingerprint
            for finding, site in self.found.sites
            if finding.fingerprint not in done and site.places and places.issuperset(site.places)
        }
        left = self.found.open(self.limit, without=done)
        least = self.found.open(self.limit, without=done | along) - self._stuck(after, done)
        still = after.open(self.limit) - self._freed(after)
        path = next((path for path in sorted({*left, *still}) if not least[path] <= still[path] <= left[path]), None)
        if path is None:
            return None
        return _Failure(f"{path}: does not settle: {still[path]} findings after the rewrite, {left[path]} expected")

    def _stuck(self, after: Survey, done: Collection[str]) -> Counter[str]:
        """Count the findings of each file that could be rewritten before, and have to wait now."""
        waiting = {(found.path, found.qualname) for found in after.findings if not found.safety.within(self.limit)}
        waiting |= {(one.path, one.qualname) for one in after.dismissed if one.qualname}
        open_ones = (found for found in self.found.findings if found.safety.within(self.limit))
        left = (found for found in open_ones if found.fingerprint not in done)
        return Counter(found.path for found in left if (found.path, found.qualname) in waiting)

    def _freed(self, after: Survey) -> Counter[str]:
        """Count the findings of each file that were there before, but could not be rewritten yet."""
        waiting = {(found.path, found.qualname) for found in self.found.findings if not found.safety.within(self.limit)}
        waiting |= {(one.path, one.qualname) for one in self.found.dismissed if one.qualname}
        opened = (found for found in after.findings if found.safety.within(self.limit))
        return Counter(found.path for found in opened if (found.path, found.qualname) in waiting)


def _touches(unit: Sequence[Found], paths: Collection[str]) -> bool:
    return any(place.path in paths for _, site in unit for place in site.places)
