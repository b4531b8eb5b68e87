"""Which types a sample may be about, with their features as numbers; needs nothing but fixbot."""

from __future__ import annotations

import builtins
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from derive.practice.samples import Sample
from fixbot.analysis.likely.candidates import NEVER, Candidate
from fixbot.analysis.likely.rank import features

#: The logarithm of the odds from which a type is worth a thought.
LEAST = -3.5


def candidates(sample: Sample, odds: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Return the features of each type that may be meant; `odds` has the logarithms of what was learned elsewhere."""
    names = set(sample.grounds) | {name for name, value in odds.items() if value > LEAST}
    alone = frozenset({"ruled out" if sample.complete else "practice"})
    meant = (
        Candidate(name, set(sample.grounds.get(name) or alone), practice=odds.get(name))
        for name in sorted(names - sample.earlier - NEVER)
    )
    return {one.type: features(one) for one in meant}


def common(seen: Iterable[tuple[str, Iterable[str]]], times: int, packages: int) -> list[str]:
    """Return what is seen so many times in so many packages, in order; `seen` has packages with names."""
    count: Counter[str] = Counter()
    places: defaultdict[str, set[str]] = defaultdict(set)
    for package, names in seen:
        for name in names:
            count[name] += 1
            places[name].add(package)
    return sorted(name for name in count if count[name] >= times and len(places[name]) >= packages)


def is_public(name: str) -> bool:
    """Say whether a type is a builtin or has a full name, so that it is the same one in every package."""
    return name not in NEVER and not name.startswith((".", "self.")) and ("." in name or hasattr(builtins, name))


def is_elsewhere(sample: Sample, name: str) -> bool:
    """Say whether another handler of the same `try` names a type."""
    return name in sample.earlier or name in sample.later
