"""What a pull request and its commit say of rewrites that break callers; it only makes text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fixbot.markdown import visible
from fixbot.model import Breaking, Finding

_MOST = 5
_MOST_CALLERS = 25
_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Told:
    """One breaking change as a template shows it: as much as a person reads; `diff` is the call before and after."""

    who: str
    diff: str
    number: int
    callers: tuple[str, ...]
    more_callers: int


def told(findings: Sequence[Finding]) -> tuple[list[Told], int]:
    """Return what is told of the findings that break callers, and how many more there are."""
    breaking = _breaking(findings)
    return [_told(one) for one in breaking[:_MOST]], max(0, len(breaking) - _MOST)


def _told(one: Breaking) -> Told:
    sides = (("-", one.before), ("+", one.after))
    diff = [f"{sign}{line}" for sign, text in sides for line in text.splitlines()[:_MOST_LINES]]
    number = len(one.callers)
    return Told(one.who, "\n".join(diff), number, one.callers[:_MOST_CALLERS], max(0, number - _MOST_CALLERS))


def footers(findings: Sequence[Finding]) -> list[str]:
    """Return the lines of a commit message that say what breaks; they mention no person and no issue."""
    said = list(dict.fromkeys(" ".join(visible(one.who).split()) for one in _breaking(findings)))
    lines = [re.sub(r"([@#])(?=\w)", r"\1 ", line) for line in said[:_MOST]]
    return lines + ([f"{len(said) - _MOST} more of the same kind"] if len(said) > _MOST else [])


def _breaking(findings: Sequence[Finding]) -> list[Breaking]:
    return [finding.breaking for finding in findings if finding.breaking is not None]
