"""Publishes plans, one repository after the other, where the campaign has room; it looks at no code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from fixbot.campaign.records import Seen, open_of, pulls_of
from fixbot.campaign.room import Room
from fixbot.campaigning.looking import Looked
from fixbot.errors import FixbotError
from fixbot.halves import published
from fixbot.handover.documents import Plan
from fixbot.job import RunReport
from fixbot.lifecycle.memory import declined, is_fixbots
from fixbot.model import Change, PullRequest, Rewrite, State
from fixbot.plan import units
from fixbot.shell.ruff import Opinion


def publish(looked: Looked, made: Plan, room: Room, codemods: Collection[str], paused: Collection[str]) -> Seen:
    """Bring the pull requests of one repository up to date, and open what there is room for.

    Args:
        looked: the repository as it is.
        made: what was planned for it.
        room: what is left of the campaign's limits; it is counted down.
        codemods: what the campaign is about.
        paused: what of it opens nothing more.

    Returns:
        What is known of the repository now.

    Raises:
        OperatorError: the plan is refused, or the token is wrong.
        ForgeError: a push or GitHub failed; the next turn goes on.
    """
    before = looked.forge.tally().writes
    made = without(made, paused, looked.pulls)
    settings = replace(looked.settings, max_open=_most_open(looked, room))
    try:
        report = published(looked.job, settings, looked.git, looked.forge, made)
        pulls = looked.forge.pulls() if looked.forge.tally().writes > before else looked.pulls
    except (FixbotError, OSError):
        room.opened(looked.seen, room.left(looked.seen))  # nobody knows how many: the next pass counts them
        raise
    mine, tally = pulls_of(looked.seen.name, pulls, codemods), looked.forge.tally()
    would = [
        one.pull.title for one in report.published if one.state is State.OPENED and one.pull and not one.pull.number
    ]
    room.opened(looked.seen, len(would) or open_of(mine) - open_of(looked.seen.pulls))
    return replace(
        looked.seen,
        pulls=mine,
        offered=offered(made, pulls),
        because=report.outdated or _would_open(would) or _why_not(report),
        requests=tally.requests,
        writes=tally.writes,
    )


def without(made: Plan, paused: Collection[str], pulls: Collection[PullRequest]) -> Plan:
    """Return a plan that opens nothing for what is paused: of that only what is in an open pull request stays.

    Args:
        made: the plan.
        paused: slugs.
        pulls: every pull request of the repository.
    """
    held = {finding for pull in pulls if pull.state == "open" for finding in pull.fingerprints}
    kept: list[tuple[Change, tuple[Opinion, ...]]] = []
    for change, said in zip(made.changes, made.opinions, strict=True):
        staying = _staying(change, held) if change.codemod in paused else set(change.rewrites)
        pairs = [(rewrite, one) for rewrite, one in zip(change.rewrites, said, strict=True) if rewrite in staying]
        if pairs:
            kept.append((replace(change, rewrites=tuple(r for r, _ in pairs)), tuple(one for _, one in pairs)))
    return replace(
        made,
        changes=tuple(change for change, _ in kept),
        opinions=tuple(said for _, said in kept),
        wishes=tuple(wish for wish in made.wishes if wish.codemod not in paused),
        parted=made.parted & {finding.fingerprint for change, _ in kept for finding in change.findings},
    )


def _staying(change: Change, held: Collection[str]) -> set[Rewrite]:
    """Return the rewrites of a change that belong to an open pull request, with those that stand or fall with them."""
    mine = (unit for unit in units(change.rewrites) if any(f.fingerprint in held for r in unit for f in r.findings))
    return {rewrite for unit in mine for rewrite in unit}


def offered(made: Plan, pulls: Collection[PullRequest]) -> int:
    """Count the findings that a plan would rewrite and that nobody has declined."""
    left = declined(pulls)
    return sum(finding.fingerprint not in left for change in made.changes for finding in change.findings)


def changed_paths(made: Plan) -> tuple[str, ...]:
    """Return the files that a plan changes."""
    return tuple(sorted({rewrite.path for rewrite in made.rewrites}))


def _most_open(looked: Looked, room: Room) -> int:
    """Return how many pull requests of fixbot may be open there: what is open now, and what the campaign has room for.

    The repository's own limit holds as well.
    """
    now = sum(is_fixbots(pull) and pull.state == "open" for pull in looked.pulls)
    return max(1, min(looked.settings.max_open, now + room.left(looked.seen)))


def _would_open(titles: Sequence[str]) -> str:
    """Say what a dry run would open."""
    return f"would open {'; '.join(titles)}" if titles else ""


def _why_not(report: RunReport) -> str:
    """Say why the first one of those that were not opened was not."""
    held = [
        standing.reason
        for standing in report.published
        if standing.state in {State.CONFLICT, State.LEFT_ALONE, State.WAITING}
    ]
    return next((reason for reason in held if reason), "")
