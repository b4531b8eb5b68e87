"""Weighs the candidates of a handler and chooses the few that a careful maintainer would write."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fixbot.analysis.knowledge.practice import practice
from fixbot.analysis.likely.candidates import NEVER, Candidate
from fixbot.analysis.raises.families import families

__all__ = ["FAR", "MOST", "NEVER", "Likely", "Policy", "chance", "chosen", "features"]

#: The most types that a clause should have.
MOST = 4
#: Beyond this, learned odds (as logarithms) say no more.
FAR = 6.0


@dataclass(frozen=True, slots=True)
class Likely:
    """A type to catch: how probable it is that a maintainer would name it (0 to 1), and where it comes from."""

    type: str
    chance: float
    line: int
    because: str
    source: str


@dataclass(frozen=True, slots=True)
class Policy:
    """When to answer and how much to say.

    The best type is the first whose chance is at least `least`, or `unfounded` where nothing but practice speaks for
    it; where there is none, nothing is suggested. Beside it stand those whose chance is at least `next`. Where even the
    best one's is below `doubtful`, so do those with `ratio` times its chance that have more than `hardly`. Those that
    only practice speaks for need `guessed` as well.
    """

    least: float = 0.2
    unfounded: float = 0.2
    next: float = 0.25
    doubtful: float = 0.45
    ratio: float = 0.4
    hardly: float = 0.06
    guessed: float = 0.0

    def begins(self, likely: Likely) -> bool:
        """Say whether a type is worth a suggestion."""
        return likely.chance >= (self.unfounded if likely.source == "practice" else self.least)

    def joins(self, likely: Likely, best: Likely) -> bool:
        """Say whether a type is to stand beside the best one."""
        if likely.source == "practice" and likely.chance < self.guessed:
            return False
        close = max(self.hardly, self.ratio * best.chance)
        return likely.chance >= self.next or (best.chance < self.doubtful and likely.chance >= close)


def features(candidate: Candidate) -> dict[str, float]:
    """Return what is known of a candidate as numbers, by name."""
    learned = candidate.practice
    found = dict.fromkeys(candidate.grounds, 1.0)
    found["any"] = 1.0
    if learned is None:
        found["not learned"] = 1.0
    else:
        found["learned"] = max(-FAR, min(FAR, learned))
    return found


def chance(candidate: Candidate) -> float:
    """Return how probable it is that a maintainer would name a candidate, from 0 to 1."""
    weights = practice().grounds
    score = sum(weights.get(name, 0.0) * value for name, value in features(candidate).items())
    return 1.0 / (1.0 + math.exp(-score))


def chosen(
    ranked: Sequence[Likely],
    lineage: Mapping[str, Sequence[str]],
    policy: Policy,
    *,
    certain: Collection[str] = (),
) -> tuple[Likely, ...]:
    """Return the best of what is ranked by chance, at most four, none of them a parent of another one.

    Where three or more have a parent in common, a person writes the parent.

    Args:
        ranked: the candidates, by falling chance.
        lineage: the names above each type.
        policy: when to answer and how much to say.
        certain: types that belong to the answer whatever their chance.
    """
    best = next(filter(policy.begins, ranked), None)
    kept: list[Likely] = []
    for likely in ranked:
        joins = best is not None and (likely is best or policy.joins(likely, best))
        if not joins and likely.type not in certain:
            continue
        guesses = [one for one in kept if one.source == "practice" and likely.type in lineage[one.type]]
        if guesses and likely.source != "practice":
            # What is known to come out stands in the place of what is only guessed below it.
            kept = [likely if one is guesses[0] else one for one in kept if one not in guesses[1:]]
        elif not _related(likely.type, kept, lineage):
            kept.append(likely)
    return tuple(_families(kept, lineage))[:MOST]


def _related(name: str, kept: Iterable[Likely], lineage: Mapping[str, Sequence[str]]) -> bool:
    return any(one.type in lineage[name] or name in lineage[one.type] or _same(name, one.type) for one in kept)


def _same(name: str, other: str) -> bool:
    """Say whether two names are likely to mean one class, imported in two ways."""
    return "." in name and "." in other and name.rpartition(".")[2] == other.rpartition(".")[2]


def _families(kept: Sequence[Likely], lineage: Mapping[str, Sequence[str]]) -> Iterator[Likely]:
    by_type = {likely.type: likely for likely in reversed(kept)}
    for name, parts in families([likely.type for likely in kept], lineage).items():
        yield replace(by_type[parts[0]], type=name)
