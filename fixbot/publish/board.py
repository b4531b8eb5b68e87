"""Keeps the dashboard issue: finds it, writes it where it would differ, and never over a box that somebody ticks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fixbot.chatops.dashboard import MARK, TITLE, Box, dashboard, is_current, is_dashboard, ticked
from fixbot.model import Issue, Standing
from fixbot.shell.forge import Forge

LABEL = "fixbot"
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the dashboard tells besides the pull requests: counts, and what is ignored here."""

    findings: int
    left: int
    ignores: Collection[str]


def find_board(forge: Forge) -> Issue | None:
    """Return the dashboard, the oldest of several, whoever renamed it and whether it is open or closed.

    One that somebody made who may not write to the repository is none: its boxes would be obeyed.
    """
    found = (issue for issue in forge.issues_holding(MARK, LABEL) if is_dashboard(issue.body))
    return next((issue for issue in found if issue.author.endswith("[bot]") or forge.may_write(issue.author)), None)


def write_board(
    forge: Forge, board: Issue | None, standings: Sequence[Standing], told: Told, done: Collection[Box]
) -> Issue | None:
    """Bring the dashboard up to date; one that somebody closed is left alone, and none is made for nothing.

    Args:
        forge: where it is.
        board: the dashboard as it was read, None where there is none.
        standings: what became of each pull request.
        told: what it tells besides.
        done: the boxes that were ticked and are done by now.
    """
    if board is None:
        body = _body(standings, told, ())
        return forge.open_issue(TITLE, body, [LABEL]) if standings else None
    for _ in range(_TRIES):
        if board.state != "open":
            return board
        body = _body(standings, told, ticked(board.body) - frozenset(done))
        if is_current(board.body, body):
            return board
        board = forge.edit_issue(board, body)
        if board.body.strip() == body.strip():
            return board
    return board


def _body(standings: Sequence[Standing], told: Told, kept: Collection[Box]) -> str:
    return dashboard(standings, kept=kept, ignores=sorted(told.ignores), left=told.left, findings=told.findings)
