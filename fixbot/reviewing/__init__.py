"""What the review at the end of a run says, in figures that add up; it counts and words, and writes no Markdown."""

from fixbot.reviewing.making import of_plan, of_run
from fixbot.reviewing.records import Group, Groups, Planned, Pull, Review, Row

__all__ = ["Group", "Groups", "Planned", "Pull", "Review", "Row", "of_plan", "of_run"]
