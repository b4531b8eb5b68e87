"""Closes pull requests, and remembers that it was fixbot: any other closing is a person's no."""

from __future__ import annotations

from dataclasses import replace

from fixbot.lifecycle.deciding import Close
from fixbot.markdown import prose
from fixbot.model import PullRequest, State
from fixbot.publish.bodies import remarked
from fixbot.shell.forge import Forge

_CLOSING = "<!-- fixbot:closing -->"


def closed(forge: Forge, pull: PullRequest, decision: Close) -> PullRequest:
    """Say why, close, then note when that was: a later closing is somebody else's."""
    if not any(_CLOSING in comment.body for comment in forge.comments_on(pull.number)):
        forge.say(pull.number, f"Closed by fixbot: {prose(decision.reason)}.\n\n{_CLOSING}\n")
    if pull.marker is None:
        return pull
    marker = replace(pull.marker, closed=str(decision.state), closed_at="")
    return noted(forge, forge.edit(pull, body=remarked(pull, marker), close=True))


def noted(forge: Forge, pull: PullRequest) -> PullRequest:
    """Write down when fixbot closed a pull request, where that is not done yet."""
    marker = pull.marker
    if marker is None or not marker.closed or marker.closed_at or pull.closed_at is None:
        return pull
    when = pull.closed_at.isoformat()
    return forge.edit(pull, body=remarked(pull, replace(marker, closed_at=when)))


def rivalled(forge: Forge, opened: PullRequest) -> Close | None:
    """Say why a pull request that was just opened has to go: one that is older has a finding of its by now.

    Two runs at once may see the same finding and know of different pull requests that it could belong to.
    """
    mine = set(opened.fingerprints)
    for other in forge.pulls():
        is_rival = other.state == "open" and other.base == opened.base and other.number < opened.number
        if is_rival and mine & set(other.fingerprints):
            reason = f"pull request {other.number} has what it holds: two runs worked at the same time"
            return Close(State.SUPERSEDED, reason)
    return None
