"""Says how far an item has come, from what is left of it, what landed, and the pull requests."""

from __future__ import annotations

from collections.abc import Sequence

from fixbot.fitting import plural
from fixbot.lifecycle.memory import Memory
from fixbot.model import Held, Judgement, Status
from fixbot.tracker.records import Entry, Landed, Progress

_SAID = {
    Status.COMPLETE: Progress.COMPLETE,
    Status.IN_PROGRESS: Progress.IN_PROGRESS,
    Status.DECLINED: Progress.DECLINED,
}


def entry(document: str, held: Held, landed: Sequence[Landed], memory: Memory) -> Entry:
    """Return how far an item has come.

    Args:
        document: the name of its report.
        held: the item, and what the code says of it.
        landed: the commits that are about it, the oldest first.
        memory: what the pull requests tell.
    """
    holding = tuple(one for one in landed if not one.undone)
    undone = tuple(one for one in landed if one.undone)
    mine = {finding.fingerprint for finding in held.findings}
    pulls = tuple(pull for pull in memory.open if mine & set(pull.fingerprints))
    done = {fingerprint for one in landed for fingerprint in one.findings}
    progress, because = _progress(held, holding, pulls=len(pulls), declined=mine <= memory.declined.keys())
    return Entry(
        document=document,
        held=held,
        progress=progress,
        because=because,
        regressed=bool(mine) and (bool(undone) or bool(mine & done)),
        landed=holding,
        undone=undone,
        pulls=pulls,
    )


def _progress(held: Held, holding: Sequence[Landed], *, pulls: int, declined: bool) -> tuple[Progress, str]:
    if held.judgement is Judgement.UNJUDGED:
        return _as_said(held)
    if not held.findings:
        return _over(held, holding)
    left = f"{plural(len(held.findings), 'finding')} left"
    if pulls:
        return Progress.IN_PROGRESS, f"{left}, {plural(pulls, 'pull request')} open"
    if declined:
        return Progress.DECLINED, f"{left}, every one declined in a pull request"
    if holding:
        return Progress.IN_PROGRESS, f"{left} after {plural(len(holding), 'commit')}"
    return Progress.NOT_STARTED, left


def _over(held: Held, holding: Sequence[Landed]) -> tuple[Progress, str]:
    """Return how an item stands of which nothing is left."""
    if holding:
        return Progress.COMPLETE, f"nothing is left after {plural(len(holding), 'commit')}"
    if held.judgement is Judgement.NOT_TRUE:
        return Progress.NOTHING, f"{held.judgement}: {held.says}"
    if held.item.status is Status.COMPLETE and not held.doubts:
        return Progress.COMPLETE, "nothing is left, as its document says"
    return Progress.NOTHING, f"{held.judgement}: {held.says}"


def _as_said(held: Held) -> tuple[Progress, str]:
    """Return what the document says of an item that fixbot cannot judge."""
    progress = _SAID.get(held.item.status, Progress.NOT_STARTED)
    said = "" if held.item.status is Status.OPEN else f"its document says {held.item.status}, and it "
    return progress, f"{said}cannot be judged: {held.says}"
