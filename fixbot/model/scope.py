"""What a run is restricted to: places in a repository, and which findings lie in them."""

from __future__ import annotations

from dataclasses import dataclass

from fixbot.model.findings import Finding


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or some of its lines.

    `path` is relative to the root; one that ends with `/` stands for all that lies below. `first` and `last` count
    lines from 1, both included; where `first` is 0 it is the whole file, and where `last` is 0 it is the one line.
    """

    path: str
    first: int = 0
    last: int = 0

    def covers(self, path: str) -> bool:
        """Say whether a file is here, or any of it."""
        return path.startswith(self.path) if self.path.endswith("/") else path == self.path

    def holds(self, finding: Finding) -> bool:
        """Say whether a finding lies here with at least one of its lines."""
        if not self.covers(finding.path):
            return False
        last = max(self.first, self.last)
        return not self.first or (finding.line <= last and self.first <= max(finding.line, finding.end_line))


@dataclass(frozen=True, slots=True)
class Scope:
    """The places that a run was asked for; none at all holds nothing."""

    places: tuple[Place, ...]

    def holds(self, finding: Finding) -> bool:
        """Say whether a finding lies in one of the places."""
        return any(place.holds(finding) for place in self.places)
