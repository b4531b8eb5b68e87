"""Which repositories come first, and whether the next ones may begin: people's decisions say so; it only counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fixbot.campaign.file import Rollout
from fixbot.campaign.records import Pull, Seen, State, by_codemod, every_pull

_OVER = frozenset({State.SKIPPED, State.LEFT, State.DONE})


@dataclass(frozen=True, slots=True)
class Rate:
    """How many pull requests people merged, and how many they closed."""

    merged: int
    declined: int

    @property
    def decisions(self) -> int:
        """How many were decided on."""
        return self.merged + self.declined

    def holds(self, threshold: float) -> bool:
        """Say whether enough of them were merged; of none, nobody can complain."""
        return self.merged >= threshold * self.decisions

    def __str__(self) -> str:
        share = f" ({self.merged / self.decisions:.0%})" if self.decisions else ""
        return f"{self.merged} of {self.decisions} merged{share}"


@dataclass(frozen=True, slots=True)
class Reached:
    """The newest wave that may open something, of how many (both from 1), and why the next one may not."""

    wave: int
    of: int
    because: str = ""


def rate(pulls: Iterable[Pull]) -> Rate:
    """Count what people decided."""
    states = [pull.state for pull in pulls]
    return Rate(states.count("merged"), states.count("declined"))


def ordered(campaign: str, repositories: Iterable[Seen]) -> list[Seen]:
    """Return repositories in the order in which they come: the operator's list as it stands, then by a stable draw.

    The draw depends on the names alone, so that a new repository moves the others by one place at most.
    """
    listed = list(repositories)
    named = [seen for seen in listed if seen.is_named]
    drawn = [seen for seen in listed if not seen.is_named]
    return named + sorted(drawn, key=lambda seen: _lot(campaign, seen.name))


def _lot(campaign: str, name: str) -> bytes:
    return hashlib.sha256(f"{campaign}\n{name}".encode(errors="surrogateescape")).digest()


def waves(repositories: Sequence[Seen], rollout: Rollout) -> list[list[Seen]]:
    """Cut repositories, in their order, into the canaries and the waves after them; who is skipped takes no place."""
    partaking = [seen for seen in repositories if not seen.skipped]
    starts = range(rollout.canary, len(partaking), rollout.size)
    later = [partaking[start : start + rollout.size] for start in starts]
    return [wave for wave in (partaking[: rollout.canary], *later) if wave]


def paused(pulls: Iterable[Pull], rollout: Rollout) -> Mapping[str, str]:
    """Return the codemods that people mostly decline, each with how they decided."""
    rates = {codemod: rate(mine) for codemod, mine in by_codemod(pulls).items()}
    return {
        codemod: f"{found}, and {rollout.threshold:.0%} is asked for"
        for codemod, found in rates.items()
        if found.decisions >= rollout.decisions and not found.holds(rollout.threshold)
    }


def reached(cut: Sequence[Sequence[Seen]], rollout: Rollout) -> Reached:
    """Say how far a campaign may go."""
    for number, wave in enumerate(cut[:-1], start=1):
        because = _why_not_on(wave, rollout)
        if because:
            return Reached(number, len(cut), f"wave {number}: {because}")
    return Reached(len(cut), len(cut))


def _why_not_on(wave: Sequence[Seen], rollout: Rollout) -> str:
    """Say why the wave after this one may not begin; empty where it may."""
    found = rate(every_pull(wave))
    if found.decisions >= rollout.decisions or all(seen.state(begun=True) in _OVER for seen in wave):
        return "" if found.holds(rollout.threshold) else f"{found}, and {rollout.threshold:.0%} is asked for"
    return f"{found.decisions} of {rollout.decisions} decisions"
