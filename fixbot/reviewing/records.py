"""The figures of a review as its template shows them: frozen records of text and numbers."""

from __future__ import annotations

from dataclasses import dataclass

from fixbot.model import Severity


@dataclass(frozen=True, slots=True)
class Row:
    """What became of the findings of one codemod and one severity: as many counts as the review has `fates`."""

    codemod: str
    severity: Severity
    findings: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """One pull request, or one that there would be.

    `number` is 0 and `link` empty where there is none. `findings` counts those of this scan. Where the run has nothing
    to offer for it, `is_offered` is false, and neither these nor the lines mean anything.
    """

    state: str
    branch: str
    reason: str
    number: int = 0
    link: str = ""
    findings: int = 0
    added: int = 0
    removed: int = 0
    is_offered: bool = True


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan has to offer of one codemod and safety; `lane` is the branch that has it already, empty for none."""

    codemod: str
    safety: str
    findings: int
    files: int
    lane: str


@dataclass(frozen=True, slots=True)
class Group:
    """Things that one reason is given for: how many there are, and the first of their places."""

    reason: str
    number: int
    places: tuple[str, ...]

    @property
    def more(self) -> int:
        """How many places are not named."""
        return self.number - len(self.places)


@dataclass(frozen=True, slots=True)
class Groups:
    """What is left for some reasons: the commonest of them, and how many are left for others."""

    heading: str
    groups: tuple[Group, ...]
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a review says.

    Attributes:
        outcome: all of it in one line.
        base: what was looked at: a branch and its commit.
        remarks: what has to be known to read the figures.
        figures: names and figures of the scan, and of what the forge was asked; nothing in them is foreign.
        fates: what the counts of `found` are of.
        found: a row for each codemod and severity.
        total: the sum of those rows.
        legend: what a fate means that does not explain itself.
        states: how many pull requests are in each state.
        pulls: the pull requests that are open, or would be, in the order of their states.
        more_pulls: how many of those are not shown.
        pulls_total: their sum.
        over: the pull requests that are closed or merged.
        more_over: how many of those are not shown.
        planned: what a plan has to offer.
        left: the findings that are not rewritten, and why.
        passed_over: the files that were not looked at, and why; None where there are none.
        filed: the places that issues were filed for, or are to be, each a line of Markdown.
        complaints: what the forge refused and nothing depends on.
        steps: what is to be done next, each a sentence of Markdown in which nothing foreign does anything.
    """

    outcome: str
    base: str
    remarks: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    fates: tuple[str, ...]
    found: tuple[Row, ...]
    total: tuple[int, ...]
    legend: tuple[str, ...]
    states: str = ""
    pulls: tuple[Pull, ...] = ()
    more_pulls: int = 0
    pulls_total: Pull | None = None
    over: tuple[Pull, ...] = ()
    more_over: int = 0
    planned: tuple[Planned, ...] = ()
    left: tuple[Groups, ...] = ()
    passed_over: Groups | None = None
    filed: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
