"""The rows of the dashboard and the boxes before them: how they are written, and which ones people have ticked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fixbot.chatops.sections import SECTIONS
from fixbot.model import State

# Two hyphens would end a comment early on some versions of GitHub's renderer.
BRANCH = r"fixbot/(?:[A-Za-z0-9._/]|-(?!-)){1,190}"
VERBS = "|".join(sorted({section.verb for section in SECTIONS.values() if section.verb}))
_TICKED = re.compile(rf"^- \[[xX]\] <!-- fixbot:do ({VERBS}) ({BRANCH}) -->", re.MULTILINE)
_NUMBERED = re.compile(rf"{_TICKED.pattern} [a-z ]{{1,30}}: \[?#([0-9]{{1,9}})\b", re.MULTILINE)
_ANY_TICK = re.compile(r"^- \[[xX]\] (?=<!-- fixbot:do )", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """What a ticked box asks for: `rebase`, `open`, `recreate` or `unignore`, and the branch that it is about."""

    verb: str
    branch: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a section: its box, None where there is none, and what it says.

    `number` is that of the pull request, 0 where there is none yet.
    """

    number: int
    branch: str
    says: str
    asked: Box | None


@dataclass(frozen=True, slots=True)
class Carried:
    """What stays as the page says it, since a run looked at some codemods only: the counts of findings, and rows."""

    counts: str
    rows: tuple[tuple[State, Row], ...] = ()


def ticked(body: str | None) -> frozenset[Box]:
    """Return the boxes that are ticked: only those at the start of a list line, as fixbot writes them."""
    return frozenset(Box(verb, branch) for verb, branch in _TICKED.findall(body or ""))


def numbered(body: str | None) -> dict[Box, int]:
    """Return the number of the pull request behind each ticked box that has one."""
    return {Box(verb, branch): int(number) for verb, branch, number in _NUMBERED.findall(body or "")}


def unticked(text: str) -> str:
    """Return a text with no box ticked."""
    return _ANY_TICK.sub("- [ ] ", text)
