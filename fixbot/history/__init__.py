"""Findings over time: commits, what each of their files adds, and how counts are drawn; touches no file and no git."""

from fixbot.history.record import Commit, History, Point, Version
from fixbot.history.steps import columns, settled, staircase
from fixbot.history.tally import Tally, points, tally

__all__ = [
    "Commit",
    "History",
    "Point",
    "Tally",
    "Version",
    "columns",
    "points",
    "settled",
    "staircase",
    "tally",
]
