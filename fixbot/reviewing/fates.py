"""Says of each finding of a scan what became of it, once and no more; it only counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fixbot.model import Change, Finding, Refusal, ScanReport, Severity, Standing
from fixbot.reviewing.records import Row

#: How the reason begins of a finding whose pull request a person closed.
_DECLINED = "declined: "


class Fate(StrEnum):
    """What becomes of a finding; a finding has one."""

    REWRITTEN = "rewritten"
    REFUSED = "refused"
    MANUAL = "manual"
    DECLINED = "declined"
    BROKEN = "broken"
    LEFT_OUT = "left out"


_ALWAYS = (Fate.REWRITTEN, Fate.REFUSED, Fate.MANUAL, Fate.DECLINED)


@dataclass(frozen=True, slots=True)
class Sorted:
    """One finding with its fate, why it is not rewritten, and which of the changes has it (-1: none)."""

    finding: Finding
    fate: Fate
    because: str = ""
    place: int = -1


def sorted_out(report: ScanReport, changes: Sequence[Change | None], refused: Iterable[Refusal]) -> list[Sorted]:
    """Return every finding of a scan once.

    Args:
        report: what was found.
        changes: what is rewritten; the first that has a finding counts.
        refused: what is not, and why; what is rewritten all the same counts as rewritten.
    """
    homes: dict[str, int] = {}
    for place, change in enumerate(changes):
        for finding in change.findings if change is not None else ():
            homes.setdefault(finding.fingerprint, place)
    reasons: dict[str, Refusal] = {}
    for refusal in refused:
        reasons.setdefault(refusal.finding.fingerprint, refusal)
    broken = {(one.codemod, one.path) for one in report.broken}
    everywhere = {one.codemod for one in report.broken if one.path not in {f.path for f in report.findings}}
    return [_sorted(finding, homes, reasons, broken, everywhere) for finding in report.findings]


def _sorted(
    finding: Finding,
    homes: Mapping[str, int],
    reasons: Mapping[str, Refusal],
    broken: set[tuple[str, str]],
    everywhere: set[str],
) -> Sorted:
    if (place := homes.get(finding.fingerprint)) is not None:
        return Sorted(finding, Fate.REWRITTEN, place=place)
    if (refusal := reasons.get(finding.fingerprint)) is not None:
        return Sorted(finding, _why(finding, refusal), refusal.because)
    if (finding.codemod, finding.path) in broken or finding.codemod in everywhere:
        return Sorted(finding, Fate.BROKEN)
    return Sorted(finding, Fate.LEFT_OUT)


def _why(finding: Finding, refusal: Refusal) -> Fate:
    if refusal.because.startswith(_DECLINED):
        return Fate.DECLINED
    return Fate.REFUSED if finding.fixable else Fate.MANUAL


def columns(found: Iterable[Sorted]) -> tuple[Fate, ...]:
    """Return the fates that a table shows: those that every review names, and rarer ones where there are some."""
    there = {one.fate for one in found}
    return tuple(fate for fate in Fate if fate in _ALWAYS or fate in there)


def rows(found: Sequence[Sorted]) -> tuple[tuple[Row, ...], tuple[int, ...]]:
    """Return a row for each codemod and severity, the gravest first, and the sum: findings, then each fate."""
    fates = columns(found)
    counted = Counter((one.finding.severity, one.finding.codemod, one.fate) for one in found)
    keys = sorted({key[:2] for key in counted}, key=lambda key: (list(Severity).index(key[0]), key[1]))
    made = []
    for severity, codemod in keys:
        counts = tuple(counted[severity, codemod, fate] for fate in fates)
        made.append(Row(codemod, severity, sum(counts), counts))
    sums = tuple(sum(row.counts[at] for row in made) for at in range(len(fates)))
    return tuple(made), (sum(row.findings for row in made), *sums)


def changes_of(published: Iterable[Standing]) -> list[Change | None]:
    """Return the change of each pull request; None where the run has nothing to offer for it."""
    return [standing.change for standing in published]
