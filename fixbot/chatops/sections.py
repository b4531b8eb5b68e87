"""What the dashboard says of each state: its heading, what a ticked box does, and how much room it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fixbot.model import State


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the dashboard.

    `verb` is what a ticked box asks for and `action` how a person reads it; both are empty where there is none.
    `room` is how many characters its list may have, `most` how many lines. `passing` marks what only the last run did:
    the next one finds the same pull request unchanged, or closed.
    """

    heading: str
    says: str
    verb: str = ""
    action: str = ""
    room: int = 3_000
    most: int = 100
    passing: bool = False


_REBASE = "A ticked box builds the branch again on the newest base."
_GONE = "Closed by fixbot; nothing is asked of anybody."

#: In the order of the states, which is the order on the page.
SECTIONS: Mapping[State, Section] = {
    State.CONFLICT: Section(
        "In conflict with the base branch", _REBASE, verb="rebase", action="rebase", room=5_000, passing=True
    ),
    State.LEFT_ALONE: Section(
        "Left alone, because people work on them",
        "Where there is a box, ticking it builds the branch anew; what is on it now is kept under another branch.",
        verb="recreate",
        action="recreate",
        room=5_000,
    ),
    State.WAITING: Section(
        "Waiting",
        "A ticked box goes ahead now, although a limit or a window says wait.",
        verb="open",
        action="go ahead",
        room=11_000,
    ),
    State.REGRESSED: Section(
        "In a merged one before, and the smell is there", _REBASE, verb="rebase", action="rebase", passing=True
    ),
    State.OPENED: Section("Open, new", _REBASE, verb="rebase", action="rebase", passing=True),
    State.UPDATED: Section("Open, brought up to date", _REBASE, verb="rebase", action="rebase", passing=True),
    State.UNCHANGED: Section("Open, as they were", _REBASE, verb="rebase", action="rebase", room=5_000),
    State.SUPERSEDED: Section("Replaced by another pull request", _GONE, room=1_500, passing=True),
    State.EMPTIED: Section("No longer needed: the code has changed", _GONE, room=1_500, passing=True),
    State.DECLINED: Section(
        "Declined: closed without a merge",
        "Their findings are not offered again. A ticked box offers again what is in that one pull request, and nothing "
        "that was declined in others; where there is no box, comment `/fixbot unignore` on the pull request.",
        verb="unignore",
        action="offer again",
        room=5_000,
        most=30,
    ),
    State.MERGED: Section("Merged", "Thank you for the reviews.", room=2_500, most=10),
}
