"""Which repositories come first, and whether the next ones may begin: people's decisions say so; it only counts."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fixbot.campaign.file import Rollout
from fixbot.campaign.records import Pull, Seen, State, by_codemod, every_pull, open_of

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


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
        return not self.decisions or self.merged / self.decisions >= threshold

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


def waves(repositories: Iterable[Seen], rollout: Rollout) -> list[list[Seen]]:
    """Cut repositories into the canaries and the waves after them.

    Only who can bring decisions takes a place: who is skipped, fails or has nothing to offer takes none. Who has had a
    pull request comes first, the oldest before all, so that nobody loses a place to one who comes later; then the
    others in their order.
    """
    placed = sorted(filter(_has_place, repositories), key=_came)
    starts = range(rollout.canary, len(placed), rollout.size)
    later = [placed[start : start + rollout.size] for start in starts]
    return [wave for wave in (placed[: rollout.canary], *later) if wave]


def _has_place(seen: Seen) -> bool:
    if seen.skipped or seen.pulls:
        return not seen.skipped
    return not seen.failed and (seen.findings is None or seen.offered > 0)


def _came(seen: Seen) -> tuple[bool, datetime]:
    """Return what sorts who had a pull request by when, before who had none."""
    return not seen.pulls, min((pull.created or _LONG_AGO for pull in seen.pulls), default=_LONG_AGO)


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
    left_out = paused(every_pull(seen for wave in cut for seen in wave), rollout)
    for number, wave in enumerate(cut[:-1], start=1):
        because = _why_not_on(wave, rollout, left_out)
        if because:
            return Reached(number, len(cut), f"wave {number}: {because}")
    return Reached(len(cut), len(cut))


def _why_not_on(wave: Sequence[Seen], rollout: Rollout, left_out: Container[str]) -> str:
    """Say why the wave after this one may not begin; empty where it may.

    A codemod that paused holds up no other, as soon as people have decided on another.
    """
    pulls = every_pull(wave)
    others = rate(pull for pull in pulls if pull.codemod not in left_out)
    found = others if others.decisions else rate(pulls)
    undecided = sum(map(_is_undecided, wave))
    if found.decisions < rollout.decisions and undecided:
        waits = f"{undecided} {'repository waits' if undecided == 1 else 'repositories wait'}"
        return f"{found.decisions} of {rollout.decisions} decisions; {waits} for one"
    return "" if found.holds(rollout.threshold) else f"{found}, and {rollout.threshold:.0%} is asked for"


def _is_undecided(seen: Seen) -> bool:
    """Say whether a repository may bring one more decision as it is; who fails is not waited for."""
    if seen.failed:
        return open_of(seen.pulls) > 0
    return seen.state(begun=True) in {State.OPEN, State.NEW, State.READY}
