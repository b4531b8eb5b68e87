"""Weighs the candidates of a handler and chooses the few that a careful maintainer would write."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

    Nothing is suggested where the best chance is below `least`. Beside the best type stand those whose chance is at
    least `sure`, and those that have at least `next` and `ratio` times the best one's.
    """

    least: float = 0.2
    sure: float = 0.3
    next: float = 0.05
    ratio: float = 0.5


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


def chosen(ranked: Sequence[Likely], lineage: Mapping[str, Sequence[str]], policy: Policy) -> tuple[Likely, ...]:
    """Return the best of what is ranked by chance, at most four, none of them a parent of another one.

    Where three or more have a parent in common, a person writes the parent. `lineage` has the names above each type.
    """
    if not ranked or ranked[0].chance < policy.least:
        return ()
    kept = [ranked[0]]
    for likely in ranked[1:]:
        close = likely.chance >= max(policy.next, policy.ratio * ranked[0].chance)
        if (close or likely.chance >= policy.sure) and not _related(likely.type, kept, lineage):
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
