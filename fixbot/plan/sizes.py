"""Measures rewrites that stand or fall together, and says whether they fit into one pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fixbot.hunks import changed_lines
from fixbot.model import Rewrite


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a pull request may be."""

    files: int = 25
    lines: int = 250


@dataclass(frozen=True, slots=True)
class Sized:
    """Rewrites that stand or fall together, with the lines that come and go.

    One that is `placed` is in an open pull request already: it only takes room, so that what is new is named as if
    everything were.
    """

    unit: tuple[Rewrite, ...]
    added: int
    removed: int
    placed: bool = False

    @property
    def path(self) -> str:
        """Where it counts as being: its first file."""
        return min(rewrite.path for rewrite in self.unit)


def units(rewrites: Iterable[Rewrite]) -> list[tuple[Rewrite, ...]]:
    """Return rewrites with those of one group together, in the order of the first of each."""
    found: dict[tuple[str, str], list[Rewrite]] = {}
    for rewrite in rewrites:
        found.setdefault((rewrite.group, "" if rewrite.group else rewrite.path), []).append(rewrite)
    return [tuple(unit) for unit in found.values()]


def measured(rewrites: Iterable[Rewrite]) -> list[Sized]:
    """Return what stands or falls together among some rewrites, each with its size."""
    return [Sized(unit, *_size(unit)) for unit in units(rewrites)]


def _size(unit: Iterable[Rewrite]) -> tuple[int, int]:
    # latin-1 keeps every byte apart, so that lines can be compared without knowing the encoding
    sides = ((rewrite.before.decode("latin-1"), rewrite.after.decode("latin-1")) for rewrite in unit)
    counted = [changed_lines(before, after) for before, after in sides]
    return sum(added for added, _ in counted), sum(removed for _, removed in counted)


def fits(group: Sequence[Sized], limits: Limits, share: int = 1) -> bool:
    """Say whether some units fit into one pull request so many times."""
    lines = sum(sized.added + sized.removed for sized in group)
    files = len({rewrite.path for sized in group for rewrite in sized.unit})
    return files * share <= limits.files and lines * share <= limits.lines
