"""Asks ruff about sets of rewrites that stand or fall together, and bisects what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fixbot.attempt import Attempt
from fixbot.codemod import Recipe, Safety
from fixbot.examine import Lane, Part
from fixbot.model import Finding, Refusal, Refused, Rewrite
from fixbot.plan import units
from fixbot.shell import ruff
from fixbot.verify import climb, verify

#: Makes an attempt anew with some findings alone, by their fingerprints.
Again = Callable[[frozenset[str]], Attempt]


@dataclass(frozen=True, slots=True)
class Tried:
    """Rewrites that are judged together, of one codemod, safety and lane.

    `again` makes them anew from fewer findings; `probe` does too, for a look that decides nothing, and is in a hurry.
    `firsts` maps the fingerprints of findings that cannot be rewritten apart to that of the first of them.
    """

    codemod: Recipe
    safety: Safety
    lane: Lane
    rewrites: tuple[Rewrite, ...]
    again: Again
    probe: Again
    firsts: Mapping[str, str] = field(default_factory=dict)

    @property
    def atoms(self) -> list[frozenset[str]]:
        """The fingerprints of the findings, those together that cannot be rewritten apart."""
        found: dict[str, set[str]] = {}
        for finding in self.findings:
            found.setdefault(self.firsts.get(finding.fingerprint, finding.fingerprint), set()).add(finding.fingerprint)
        return [frozenset(inside) for inside in found.values()]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that are gone with all of them."""
        return tuple(finding for rewrite in self.rewrites for finding in rewrite.findings)


@dataclass(frozen=True, slots=True)
class Good:
    """A set that ruff has nothing against, and what it says of each of its files."""

    tried: Tried
    opinions: tuple[ruff.Opinion, ...]


@dataclass(frozen=True, slots=True)
class _Bad:
    tried: Tried
    because: str

    @property
    def refused(self) -> list[Refusal]:
        return [Refusal(finding, self.because) for finding in self.tried.findings]


def sets(
    codemod: Recipe, part: Part, again: Again, probe: Again, firsts: Mapping[str, str] | None = None
) -> list[Tried]:
    """Return the rewrites of an attempt, those of one group together."""
    return [
        Tried(codemod, part.safety, part.lane, unit, again, probe, firsts or {})
        for unit in units(part.attempt.rewrites)
    ]


def judged(tried: Sequence[Tried], style: ruff.Style) -> tuple[list[Good], list[Refusal]]:
    """Ask ruff about all sets at once; ask once more about the parts of those that it refuses."""
    good, bad = _asked(tried, style)
    refused = [refusal for each in bad if len(each.tried.atoms) <= 1 for refusal in each.refused]
    several = [each.tried for each in bad if len(each.tried.atoms) > 1]
    if several:
        again, more = _bisected(several, style)
        good += again
        refused += more
    return sorted(good, key=_place), refused


def _place(good: Good) -> tuple[str, str, Lane, str]:
    return good.tried.codemod.slug(), good.tried.safety, good.tried.lane, good.tried.rewrites[0].path


def _asked(tried: Sequence[Tried], style: ruff.Style) -> tuple[list[Good], list[_Bad]]:
    opinions = iter(ruff.ask([rewrite for one in tried for rewrite in one.rewrites], style))
    good, bad = [], []
    for one in tried:
        mine = tuple(next(opinions) for _ in one.rewrites)
        because = next(_objections(one, mine), None)
        if because is None:
            good.append(Good(_formatted(one, mine), mine))
        else:
            bad.append(_Bad(one, because))
    return good, bad


def _objections(one: Tried, opinions: Iterable[ruff.Opinion]) -> Iterator[str]:
    for rewrite, opinion in zip(one.rewrites, opinions, strict=True):
        verdict = verify(rewrite, one.codemod, opinion.before, opinion.after)
        if isinstance(verdict, Refused):
            yield verdict.because if len(one.rewrites) == 1 else f"{rewrite.path}: {verdict.because}"


def _formatted(one: Tried, opinions: Iterable[ruff.Opinion]) -> Tried:
    neat = (_neat(one, rewrite, opinion) for rewrite, opinion in zip(one.rewrites, opinions, strict=True))
    return replace(one, rewrites=tuple(neat))


def _neat(one: Tried, rewrite: Rewrite, opinion: ruff.Opinion) -> Rewrite:
    """Take over what the formatter made of a file that was formatted before, if that still holds."""
    if opinion.formatted is None:
        return rewrite
    neat = replace(rewrite, after=opinion.formatted)
    return rewrite if climb(neat, one.codemod, one.safety) is not None else neat


def _bisected(several: Sequence[Tried], style: ruff.Style) -> tuple[list[Good], list[Refusal]]:
    """Try each finding alone, then those that hold together; no finding is lost on the way."""
    alone, refused = _attempts((one, one.probe, atom) for one in several for atom in one.atoms)
    holding, more = _held(alone, style)
    held = {finding.fingerprint for good in holding for finding in good.tried.findings}
    wanted = [(one, held.intersection(f.fingerprint for f in one.findings)) for one in several]
    joined, apart = _attempts((one, one.again, frozenset(only)) for one, only in wanted if only)
    good, last = _held(joined, style)
    return good, [*refused, *more, *apart, *last]


def _attempts(chosen: Iterable[tuple[Tried, Again, frozenset[str]]]) -> tuple[list[Tried], list[Refusal]]:
    """Rewrite some findings of some sets; return what holds without a linter, and what does not."""
    done = [(one, again(only)) for one, again, only in chosen]
    held = [replace(one, rewrites=unit) for one, part in done for unit in units(part.rewrites)]
    return held, [refusal for _, part in done for refusal in part.refused]


def _held(tried: Sequence[Tried], style: ruff.Style) -> tuple[list[Good], list[Refusal]]:
    """Ask ruff; return what it has nothing against, and the findings of the rest."""
    good, bad = _asked(tried, style)
    return good, [refusal for each in bad for refusal in each.refused]
