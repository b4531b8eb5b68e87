"""Holds suggested types against those that people chose; it only counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fixbot.analysis.raises.facts import canonical, parents

_BROAD = frozenset({"Exception", "BaseException"})
# Written in one way here, whatever the Python: since 3.3 and 3.11 they are the same class.
_SAME = {"socket.timeout": "TimeoutError", "asyncio.TimeoutError": "TimeoutError"}


@dataclass(frozen=True, slots=True)
class Pair:
    """What a person chose for a handler, and what was suggested; no suggestion is no answer."""

    chosen: tuple[str, ...]
    suggested: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1; `cover` and `mean_size` are of what was answered."""

    count: int
    answered: float
    exact: float
    exact_of_answered: float
    cover: float
    mean_size: float

    def __str__(self) -> str:
        """Give all of them in one line."""
        return (
            f"n={self.count} answered={self.answered:.3f} exact={self.exact:.3f} "
            f"exact_of_answered={self.exact_of_answered:.3f} cover={self.cover:.3f} mean_size={self.mean_size:.2f}"
        )


def figures(pairs: Iterable[Pair]) -> Figures:
    """Count how often the suggestion has the very types (`exact`), and how often it catches them all (`cover`)."""
    found = list(pairs)
    answered = [pair for pair in found if pair.suggested and _BROAD.isdisjoint(pair.suggested)]
    exact = sum(_exact(pair) for pair in answered)
    cover = sum(all(_covered(name, pair.suggested) for name in pair.chosen) for pair in answered)
    size = sum(len(pair.suggested) for pair in answered)
    every, some = max(1, len(found)), max(1, len(answered))
    return Figures(len(found), len(answered) / every, exact / every, exact / some, cover / some, size / some)


def normal(name: str) -> str:
    """Return one name for a type, whatever alias is written."""
    return _SAME.get(name, canonical(name))


def _exact(pair: Pair) -> bool:
    suggested = {normal(name) for name in pair.suggested}
    chosen = {normal(name) for name in pair.chosen}
    return len(suggested) == len(chosen) and all(any(_same(one, other) for other in suggested) for one in chosen)


def _covered(chosen: str, suggested: Sequence[str]) -> bool:
    above = {chosen, *parents(chosen)} - _BROAD
    return any(_same(normal(name), normal(one)) for name in above for one in suggested)


def _same(one: str, other: str) -> bool:
    """Say whether two names mean one class; of a project's own class only the last part is compared."""
    if one == other:
        return True
    return "." in one and "." in other and one.rpartition(".")[2] == other.rpartition(".")[2]
