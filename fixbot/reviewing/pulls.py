"""Lists the pull requests of a run for its review, in the order in which a maintainer reads of them; it only counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from fixbot.fitting import plural
from fixbot.model import Change, Standing, State
from fixbot.reviewing.fates import Sorted
from fixbot.reviewing.records import Planned, Pull

MOST_PULLS = 50
_ADDRESS = re.compile(r"https?://[\w.:/%~-]+\Z")
_OVER = frozenset({State.SUPERSEDED, State.EMPTIED, State.DECLINED, State.MERGED})


def is_over(standing: Standing) -> bool:
    """Say whether a pull request is closed or merged, and has nothing of this scan."""
    return standing.state in _OVER and standing.change is None


def is_open(standing: Standing) -> bool:
    """Say whether a pull request is open, when the run ends."""
    return standing.pull is not None and standing.state not in _OVER


def listed(published: Sequence[Standing], found: Iterable[Sorted]) -> tuple[tuple[Pull, ...], tuple[Pull, ...]]:
    """Return the pull requests that are open or would be, and those that are over; both in the order of states.

    A finding counts for the first pull request that has it, so that all of them together are those of the scan.
    """
    counts = Counter(one.place for one in found)
    placed = sorted(enumerate(published), key=lambda each: list(State).index(each[1].state))
    current = (_pull(standing, counts[place]) for place, standing in placed if not is_over(standing))
    return tuple(current), tuple(_pull(standing, 0) for _, standing in placed if is_over(standing))


def _pull(standing: Standing, findings: int) -> Pull:
    return Pull(
        state=str(standing.state),
        branch=standing.branch,
        reason=standing.reason,
        number=standing.pull.number if standing.pull is not None else 0,
        link=link_of(standing),
        findings=findings,
        added=standing.added,
        removed=standing.removed,
        is_offered=standing.change is not None,
    )


def link_of(standing: Standing) -> str:
    """Return where a pull request can be looked at; empty where that is no address of the web."""
    url = standing.pull.url if standing.pull is not None else ""
    return url if _ADDRESS.match(url) else ""


def summed(pulls: Sequence[Pull]) -> Pull:
    """Return the sum of some pull requests."""
    return Pull(
        state="",
        branch="",
        reason="",
        findings=sum(pull.findings for pull in pulls),
        added=sum(pull.added for pull in pulls),
        removed=sum(pull.removed for pull in pulls),
    )


def states(published: Sequence[Standing]) -> str:
    """Count the pull requests of each state: `1 waiting, 2 opened`."""
    counts = Counter(standing.state for standing in published)
    return ", ".join(f"{counts[state]:,} {state}" for state in State if counts[state])


def planned(changes: Sequence[Change], found: Iterable[Sorted]) -> tuple[Planned, ...]:
    """Return what changes have to offer, those of one codemod, safety and branch together."""
    counts = Counter(one.place for one in found)
    findings: Counter[tuple[str, str, str]] = Counter()
    files: dict[tuple[str, str, str], set[str]] = {}
    for place, change in enumerate(changes):
        key = (change.codemod, str(change.safety), change.lane)
        findings[key] += counts[place]
        files.setdefault(key, set()).update(rewrite.path for rewrite in change.rewrites)
    return tuple(Planned(*key[:2], findings[key], len(files[key]), key[2]) for key in sorted(files))


def outcome(findings: int, published: Sequence[Standing], left: int) -> str:
    """Return what a run comes to in one line."""
    waiting = sum(s.state is State.WAITING for s in published)
    said = [plural(findings, "finding"), plural(sum(map(is_open, published)), "pull request")]
    said += [f"{waiting:,} waiting"] if waiting else []
    said += [f"{left:,} left"] if left else []
    return ", ".join(said)
