"""What reports, trackers and reviews that people keep by hand say: items, places, claims and counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fixbot.model.findings import Finding, Severity


class Kind(StrEnum):
    """What a document is: a report of faults, a tracker, a review of some work, the output of a program."""

    AUDIT = "audit"
    TRACKER = "tracker"
    REVIEW = "review"
    LOG = "log"


class Status(StrEnum):
    """How far an item has come, in the order in which a tracker shows it; `OPEN` is one that nobody said a word of."""

    COMPLETE = "complete"
    IN_PROGRESS = "in progress"
    DECLINED = "declined"
    NOT_STARTED = "not started"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Location:
    """A place that an item names: a path or a glob as it was written, with the first and the last line.

    Lines count from 1; both are 0 where the whole file, folder or glob is meant.
    """

    path: str
    line: int = 0
    end_line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditItem:
    """One item of a document.

    Attributes:
        id: its number as the document has it (`1.1`, `H-01`), else its position among the items, from 1.
        title: what it is called, without numbers, marks and Markdown.
        severity: how bad it is; None where the document does not say.
        category: what it is filed under: the heading above it, or a column of its table; may be empty.
        locations: the places it names, in the order in which it names them.
        claimed: how many places it claims there are, 0 where it does not say.
        unit: what it counts: `places`, or `files` that have some.
        recommendation: what it asks for, as text of a few lines; may be empty.
        codemods: the codemods that answer it, the best one first.
        status: how far it has come, as the document says.
        commits: the ids of commits that it names, as they are written.
        line: where it stands in the document, from 1.
        prose: what it says besides, without code: for whoever judges the claim.
        quotes: the pieces of code that it shows as they are today, not as they should be.
    """

    id: str
    title: str
    line: int
    severity: Severity | None = None
    category: str = ""
    locations: tuple[Location, ...] = ()
    claimed: int = 0
    unit: str = "places"
    recommendation: str = ""
    codemods: tuple[str, ...] = ()
    status: Status = Status.OPEN
    commits: tuple[str, ...] = ()
    prose: str = ""
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """A count that a document gives of its own items: `what` is a severity, `total` or a status, `line` where it is."""

    what: str
    number: int
    line: int
    of: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that was read.

    `name` is what the operator calls it, `repaired` says in words how its text was damaged (empty: it was not), and
    `contradictions` what in it cannot be true together, each as a sentence.
    """

    name: str
    kind: Kind
    title: str
    items: tuple[AuditItem, ...]
    totals: tuple[Total, ...] = ()
    repaired: str = ""
    contradictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotADocument:
    """Why nothing can be read out of a document, and what could be."""

    name: str
    because: str


class Judgement(StrEnum):
    """What the code says of a claim."""

    AS_CLAIMED = "found as claimed"
    ELSEWHERE = "found elsewhere"
    MORE = "more than claimed"
    FEWER = "fewer than claimed"
    NOT_THERE = "not there"
    NOT_TRUE = "not true as stated"
    UNJUDGED = "cannot be judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An item held against the code.

    Attributes:
        item: what was claimed.
        judgement: what the code says.
        says: the reason, in sentences of fixbot's own with foreign text as code.
        claimed: how many places were claimed, counted or named; None where that cannot be told.
        found: how many findings there are in what the claim is about; None where it cannot be judged.
        findings: these findings.
        doubts: what else in the item git or the code contradicts, each a sentence.
    """

    item: AuditItem
    judgement: Judgement
    says: str
    claimed: int | None = None
    found: int | None = None
    findings: tuple[Finding, ...] = ()
    doubts: tuple[str, ...] = ()
