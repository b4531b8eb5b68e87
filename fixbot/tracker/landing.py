"""Tells from the messages of commits what fixbot did on a branch, and what of that was taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from fixbot.marker import marker_of_commit
from fixbot.tracker.records import Landed

_REVERTS = re.compile(r"^This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b", re.MULTILINE)
_BREAKING = re.compile(r"^BREAKING CHANGE: (.+(?:\n .+)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Told:
    """What a commit says: its id, its parents, the day it was committed (`2025-10-11`) and its message."""

    id: str
    parents: tuple[str, ...]
    date: str
    message: str

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.strip().partition("\n")[0]

    @property
    def reverts(self) -> tuple[str, ...]:
        """The ids of the commits that it says to take back."""
        return tuple(_REVERTS.findall(self.message))


def landed(commits: Sequence[Told], within: Callable[[str], Collection[str]]) -> tuple[Landed, ...]:
    """Return what fixbot did, the oldest first, without what only a forge or the content of files can tell.

    Args:
        commits: those of a branch that carry fixbot's trailers or say that they take another one back, the newest
            first.
        within: gives the commits that a merge brought in, itself included; of any other commit that one alone.
    """
    undone = _undone(commits, within)
    return tuple(reversed([one for commit in commits for one in _landed(commit, undone.get(commit.id, ""))]))


def reverts(commits: Sequence[Told]) -> list[Told]:
    """Return the commits that take another one back, the oldest first."""
    return [commit for commit in reversed(commits) if commit.reverts]


def _landed(commit: Told, undone: str) -> Iterator[Landed]:
    marker = marker_of_commit(commit.message, "fixbot")
    if marker is None or commit.reverts:
        return
    yield Landed(
        id=commit.id,
        date=commit.date,
        subject=commit.subject,
        codemod=marker.codemod,
        findings=marker.findings,
        breaking=tuple(" ".join(found.split()) for found in _BREAKING.findall(commit.message)),
        undone=undone,
    )


def _undone(commits: Sequence[Told], within: Callable[[str], Collection[str]]) -> dict[str, str]:
    """Return the commits that were taken back, with the one that did; whoever was taken back itself takes nothing."""
    undone: dict[str, str] = {}
    for commit in commits:
        if commit.id in undone:
            continue
        for target in commit.reverts:
            undone |= dict.fromkeys(within(target), commit.id)
    return undone
