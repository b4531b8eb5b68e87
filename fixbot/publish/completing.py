"""Gives an open pull request what it lacks: people, notes on its lines, and the truth about the issue it is for."""

from __future__ import annotations

from dataclasses import replace

from fixbot.marker import visible_text
from fixbot.model import Base, PullRequest, PullRequestPlan
from fixbot.publish.bodies import DONE, marked, remarked, renewed
from fixbot.shell.forge import Forge


def completed(forge: Forge, pull: PullRequest, plan: PullRequestPlan) -> PullRequest:
    """Give a pull request what it has not been given yet, notes last, and remember that."""
    marker = pull.marker
    if marker is None or DONE in marker.given:
        return pull
    given = forge.give(pull, plan.people, marker.given)
    forge.annotate(pull, plan.notes)
    given = tuple(dict.fromkeys([*marker.given, *given, DONE]))
    return forge.edit(pull, body=remarked(pull, replace(marker, given=given)))


def claiming(forge: Forge, pull: PullRequest, plan: PullRequestPlan, base: Base) -> PullRequest:
    """Let the body say what is true by now of the issue: whether all that it asked for is here."""
    marker = pull.marker
    if marker is None or (marker.issue, marker.fixes) == (plan.issue, plan.fixes):
        return pull
    body, _, fresh = renewed(pull, plan, base, pull.pushed[-1])
    text = visible_text(body)
    kept = replace(marker, issue=fresh.issue, fixes=fresh.fixes, text=fresh.text)
    return forge.edit(pull, body=marked(text, kept))
