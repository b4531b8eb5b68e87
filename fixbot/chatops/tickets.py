"""Writes the issue that is filed for one place in the code, and knows it again."""

from __future__ import annotations

import re

from fixbot.chatops.hidden import harmless, hidden, hide
from fixbot.fitting import brief, named
from fixbot.markdown import fence, visible
from fixbot.model import Base, Issue, Ticket, Wish

#: What a search for the issues looks for.
MARK = "fixbot:ticket"
_WORDS = re.compile(r"[0-9a-f]{16}")
_LONGEST_TITLE = 120
_LONGEST_PATH = 4_096
_MOST_SHOWN = 4_000
_HOW = (
    "fixbot writes the number of this issue into the comment, where it has no number yet. Close the issue when that is "
    "done, and take the comment away with it; an issue that is closed is not filed again."
)


def title_of(wish: Wish) -> str:
    """Return the title of the issue for a place: what is to be done there, on one line."""
    said = visible(wish.says)
    return said if len(said) <= _LONGEST_TITLE else f"{said[:_LONGEST_TITLE].rstrip()}…"


def body_of(wish: Wish, base: Base) -> str:
    """Return the body of the issue for a place, with its marker."""
    inside = f" in {named(wish.qualname)}" if wish.qualname not in {"", "<module>"} else ""
    where = f"{named(f'{wish.path}:{wish.line}')}{inside}, as {named(base.branch)} was at {base.commit[:12]}"
    shown = "\n".join(visible(line, keep="\t") for line in wish.lines)
    cut = shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"
    quoted = fence(harmless(cut), "python")
    said = [f"A comment at {where}, says what is left to do and names no issue:", quoted, _HOW]
    return "\n\n".join([*said, hide("ticket", {"path": wish.path, "words": wish.words})]) + "\n"


def ticket_of(issue: Issue) -> Ticket | None:
    """Return what an issue was filed for; None where it was filed for no place."""
    table = hidden("ticket", issue.body)
    if table is None or set(table) != {"path", "words"}:
        return None
    path, words = table["path"], table["words"]
    if not isinstance(words, str) or not _WORDS.fullmatch(words):
        return None
    if not isinstance(path, str) or not 0 < len(path) <= _LONGEST_PATH:
        return None
    return Ticket(words=words, path=path, number=issue.number, is_open=issue.state == "open")


def told(wish: Wish) -> str:
    """Return what a person is told of a place that wants an issue, on one line of Markdown."""
    return f"{named(f'{wish.path}:{wish.line}')}: {brief(wish.says, _LONGEST_TITLE)}"
