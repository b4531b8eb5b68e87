"""Items, findings and facts of a small project, for tests to hold against one another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fixbot.claims import Commit, Facts
from fixbot.model import AuditItem, Dismissed, Finding, Location, ScanReport, Skipped, Status
from tests.parts.findings import FINDING, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ITEM = AuditItem(id="1.1", title="Bare excepts", line=3, codemods=("bare-except",))


def at(path: str, line: int, codemod: str = "bare-except") -> Finding:
    """Give a finding at a line."""
    return replace(
        FINDING, path=path, line=line, end_line=line + 1, codemod=codemod, fingerprint=mark(f"{codemod} {path} {line}")
    )


def item(*places: str, claimed: int = 0, status: Status = Status.OPEN, commits: tuple[str, ...] = ()) -> AuditItem:
    """Give an item that names some places, each as `path`, `path:line` or `path:first-last`."""
    return replace(ITEM, locations=tuple(map(_location, places)), claimed=claimed, status=status, commits=commits)


def _location(place: str) -> Location:
    path, _, lines = place.rpartition(":") if place[-1:].isdigit() else (place, "", "")
    first, _, last = lines.partition("-")
    return Location(path, int(first or 0), int(last or first or 0))


def known(
    *findings: Finding,
    paths: Iterable[str] = (),
    dismissed: Iterable[Dismissed] = (),
    skipped: Iterable[Skipped] = (),
    renamed: Mapping[str, str] | None = None,
    excluded: str = "",
    commits: Mapping[str, Commit] | None = None,
) -> Facts:
    """Give what is known of a project; git is asked where `commits` are given."""
    report = ScanReport(findings, tuple(skipped), files=1, parsed=1, seconds=0.0, dismissed=tuple(dismissed))
    went = dict(renamed or {})
    return Facts(
        report=report,
        codemods=frozenset({"bare-except", "blocking-sleep"}),
        paths={*paths, *(finding.path for finding in findings)},
        excluded=lambda path: path == excluded,
        renamed=went.get,
        commit=dict(commits or {}).get,
        has_git=commits is not None,
    )
