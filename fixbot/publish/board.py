"""Keeps the dashboard issue: finds it, writes it where it would differ, and never over a box that somebody ticks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fixbot.chatops.bookkeeping import books_in, with_books
from fixbot.chatops.boxes import Box, ticked
from fixbot.chatops.carrying import is_about, partial_view
from fixbot.chatops.dashboard import MARK, TITLE, dashboard
from fixbot.chatops.pinned import is_current, is_dashboard
from fixbot.model import Issue, Standing
from fixbot.shell.forge import Forge

LABEL = "fixbot:dashboard"
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFacts:
    """What the dashboard tells besides the pull requests: counts, what is ignored here, and what was heard.

    `heard` is the id of the newest comment on it that is answered, 0 for none. `unseen` are the codemods of the
    configuration that this run did not look at: what is on the dashboard of theirs stays there.
    """

    findings: int
    left: int
    ignores: Collection[str]
    heard: int = 0
    unseen: frozenset[str] = frozenset()


def find_boards(forge: Forge) -> list[Issue]:
    """Return the dashboards, the oldest first, whoever renamed them and whether they are open or closed.

    One that somebody made who may not write to the repository is none: its boxes would be obeyed.
    """
    labelled = forge.issues_holding(MARK, LABEL)
    found = [issue for issue in labelled if _is_board(forge, issue)]
    if found or not labelled:
        return found
    return [issue for issue in forge.issues_holding(MARK, "") if _is_board(forge, issue)]


def _is_board(forge: Forge, issue: Issue) -> bool:
    if not is_dashboard(issue.body):
        return False
    return issue.author.endswith("[bot]") or forge.may_write(issue.author)


def one_board(forge: Forge, boards: Sequence[Issue]) -> Issue | None:
    """Return the dashboard; of several, as two runs at once may make them, the later ones are given up."""
    for late in boards[1:]:
        forge.edit_issue(late, f"Given up: the dashboard of fixbot is #{boards[0].number}.\n", close=True)
    return boards[0] if boards else None


def write_board(
    forge: Forge, board: Issue | None, standings: Sequence[Standing], told: BoardFacts, done: Collection[Box]
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
        return _opened(forge, _body(standings, told, "", ())) if standings else None
    for _ in range(_TRIES):
        if board.state != "open":
            return board
        body = _body(standings, told, board.body, _done(done, told.unseen))
        if is_current(board.body, body):
            return board
        board = forge.edit_issue(board, body)
        if board.body.strip() == body.strip():
            return board
    return board


def _opened(forge: Forge, body: str) -> Issue | None:
    """Open the dashboard, unless another run has done so since this one looked; look once more afterwards."""
    made = next(iter(find_boards(forge)), None) or forge.open_issue(TITLE, body, [LABEL])
    return made and (one_board(forge, find_boards(forge)) or made)


def _done(boxes: Collection[Box], unseen: Collection[str]) -> frozenset[Box]:
    """Leave out what the run could not do, since it did not look at the codemod; what is declined needs no look."""
    return frozenset(box for box in boxes if box.verb == "unignore" or not is_about(box.branch, unseen))


def _body(standings: Sequence[Standing], told: BoardFacts, old: str, done: Collection[Box]) -> str:
    seen = partial_view(old, standings, told.unseen, done) if told.unseen else None
    body = dashboard(
        seen.standings if seen is not None else standings,
        kept=ticked(old) - frozenset(done),
        ignores=sorted(told.ignores),
        left=told.left,
        findings=told.findings,
        heard=told.heard,
        carried=seen.carried if seen is not None else None,
    )
    return with_books(body, books_in(old))
