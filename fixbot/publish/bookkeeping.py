"""Puts the tracker into the dashboard issue, and leaves all else there as it is."""

from __future__ import annotations

from fixbot.chatops.bookkeeping import as_books, with_books
from fixbot.chatops.dashboard import TITLE, dashboard
from fixbot.model import Issue
from fixbot.publish.board import LABEL, find_boards, one_board
from fixbot.shell.forge import Forge

_TRIES = 3


def write_books(forge: Forge, text: str) -> Issue | None:
    """Bring the tracker's part of the dashboard up to date; make the issue where there is none.

    Args:
        forge: where it is.
        text: the tracker, as Markdown.

    Returns:
        The issue; None where somebody closed it, or the forge lets none be opened.
    """
    board = one_board(forge, find_boards(forge))
    if board is None:
        body = with_books(dashboard((), left=0, findings=0), as_books(text))
        return forge.open_issue(TITLE, body, [LABEL])
    for _ in range(_TRIES):
        if board.state != "open":
            return None
        body = with_books(board.body, as_books(text))
        if body.strip() == board.body.replace("\r\n", "\n").strip():
            return board
        board = forge.edit_issue(board, body)
    return board
