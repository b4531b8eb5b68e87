"""Adds up: what one file has is added when it comes and subtracted when it goes, so each is looked at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fixbot.history.record import Commit, Point, Version
from fixbot.model import Inspection, Severity


@dataclass(frozen=True, slots=True)
class Tally:
    """What one file adds to its commit: findings as (codemod, severity, how many), and whether it was skipped."""

    findings: tuple[tuple[str, Severity, int], ...] = ()
    skipped: bool = False


_NOTHING = Tally()


def tally(inspection: Inspection) -> Tally:
    """Count what was seen in one file."""
    found = Counter((finding.codemod, finding.severity) for finding in inspection.findings)
    return Tally(tuple((*what, number) for what, number in sorted(found.items())), inspection.skipped is not None)


def points(commits: Iterable[Commit], tallies: Mapping[Version, Tally], counted: Sequence[str]) -> tuple[Point, ...]:
    """Return what was found at each commit.

    Args:
        commits: the oldest first, with all its files, then each with what it changes.
        tallies: what the versions of the files have; nothing was found in one that is not there.
        counted: the codemods that there are figures of.
    """
    sums = _Sums()
    found = []
    for commit in commits:
        for path in commit.gone:
            sums.take(path)
        for version in commit.changed:
            sums.put(version.path, tallies.get(version, _NOTHING))
        found.append(sums.point(commit, counted))
    return tuple(found)


class _Sums:
    """What all files of one commit have together."""

    def __init__(self) -> None:
        self._files: dict[str, Tally] = {}
        self._findings: Counter[tuple[str, Severity]] = Counter()
        self._skipped = 0

    def put(self, path: str, new: Tally) -> None:
        """Count a file, in the place of what it was before."""
        self.take(path)
        self._files[path] = new
        self._add(new, 1)

    def take(self, path: str) -> None:
        """Count a file no more, if it was there at all."""
        self._add(self._files.pop(path, _NOTHING), -1)

    def _add(self, what: Tally, sign: int) -> None:
        self._skipped += sign * what.skipped
        for codemod, severity, number in what.findings:
            self._findings[codemod, severity] += sign * number

    def point(self, commit: Commit, counted: Sequence[str]) -> Point:
        severities = dict.fromkeys(Severity, 0)
        codemods = dict.fromkeys(counted, 0)
        for (codemod, severity), number in self._findings.items():
            severities[severity] += number
            codemods[codemod] += number
        return Point(
            commit.id, commit.time, commit.zone, commit.subject, len(self._files), self._skipped, severities, codemods
        )
