"""What the pull requests on a forge tell of earlier runs and of what people want; it only reads records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fixbot.model import PullRequest

HOLD = "fixbot:hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All pull requests of fixbot, sorted by what they mean for the next ones.

    Attributes:
        pulls: every one, whatever its state and base.
        open: those that are open on the base, the oldest first.
        declined: fingerprints that somebody said no to, with the pull request that was closed with them; a no counts
            on every base, because branches are renamed and pull requests turned to others.
        merged: fingerprints that were merged into the base, with their pull request.
        lanes: fingerprints in an open pull request, with its branch.
        turned: fingerprints in an open pull request that a person has turned to another base.
        split: the findings of each pull request that shall come in smaller ones.
    """

    pulls: tuple[PullRequest, ...]
    open: tuple[PullRequest, ...]
    declined: Mapping[str, PullRequest]
    merged: Mapping[str, PullRequest]
    lanes: Mapping[str, str]
    turned: Mapping[str, PullRequest]
    split: tuple[frozenset[str], ...]

    def open_on(self, branch: str) -> PullRequest | None:
        """Return the open pull request from a branch, None where there is none."""
        return next((pull for pull in self.open if pull.branch == branch), None)


def remember(pulls: Sequence[PullRequest], base: str) -> Memory:
    """Sort the pull requests of a forge by what they mean for a run on the branch `base`."""
    numbered = sorted(pulls, key=lambda pull: pull.number)
    here = [pull for pull in numbered if pull.base == base]
    opened = [pull for pull in here if pull.state == "open"]
    return Memory(
        pulls=tuple(numbered),
        open=tuple(opened),
        declined=declined(numbered),
        merged={finding: pull for pull in here if pull.state == "merged" for finding in pull.fingerprints},
        lanes=_lanes(opened),
        turned={f: p for p in numbered if p.state == "open" and _is_turned(p, base) for f in p.fingerprints},
        split=tuple(frozenset(pull.fingerprints) for pull in here if pull.marker is not None and pull.marker.split),
    )


def declined(pulls: Iterable[PullRequest]) -> dict[str, PullRequest]:
    """Return the findings that somebody said no to, by closing their pull request without merging it."""
    return {finding: pull for pull in pulls if is_declined(pull) for finding in pull.fingerprints}


def is_declined(pull: PullRequest) -> bool:
    """Say whether a person closed a pull request unmerged, and nobody asked for its findings again."""
    return pull.state == "closed" and not closed_by_fixbot(pull) and not (pull.marker and pull.marker.again)


def closed_by_fixbot(pull: PullRequest) -> bool:
    """Say whether a closed pull request is one that fixbot closed, and that nobody has reopened and closed since."""
    if pull.marker is None or not pull.marker.closed:
        return False
    noted = pull.marker.closed_at
    return not noted or pull.closed_at is None or noted == pull.closed_at.isoformat()


def _is_turned(pull: PullRequest, base: str) -> bool:
    return pull.marker is not None and pull.marker.onto == base != pull.base


def is_fixbots(pull: PullRequest) -> bool:
    """Say whether a pull request is fixbot's, although its marker may be gone: a branch of its own has three parts."""
    return pull.marker is not None or pull.branch.count("/") > 1


def is_held(pull: PullRequest) -> bool:
    """Say whether a person asked fixbot to keep away; GitHub's labels know no case."""
    return any(label.casefold() == HOLD for label in pull.labels)


def may_be_replaced(pull: PullRequest) -> bool:
    """Say whether an open pull request may be closed for others: no person has pushed to it, held or reopened it."""
    marker = pull.marker
    return marker is not None and not marker.closed and pull.head in marker.pushed and not is_held(pull)


def _lanes(opened: Iterable[PullRequest]) -> dict[str, str]:
    """Give each finding to one open pull request: not to one that a person reopened, if there is another."""
    lanes: dict[str, str] = {}
    for pull in sorted(opened, key=lambda pull: (bool(pull.marker and pull.marker.closed), pull.number)):
        if pull.marker is None or (pull.marker.split and may_be_replaced(pull)):
            continue
        for finding in pull.fingerprints:
            lanes.setdefault(finding, pull.branch)
    return lanes
