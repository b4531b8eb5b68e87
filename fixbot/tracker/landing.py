"""Tells from the messages of commits what fixbot did on a branch, and what of that was taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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


def landed(commits: Sequence[Told]) -> tuple[Landed, ...]:
    """Return what commits say that fixbot did, the oldest first; whether that is so is for others to check.

    Args:
        commits: those of a branch that carry fixbot's trailers or say that they take another one back, the newest
            first.
    """
    return tuple(reversed([one for commit in commits for one in _landed(commit)]))


def _landed(commit: Told) -> Iterator[Landed]:
    marker = marker_of_commit(commit.message, "fixbot")
    if marker is None or commit.reverts or len(commit.parents) > 1:  # what a merge brought tells of itself
        return
    yield Landed(
        id=commit.id,
        date=commit.date,
        subject=commit.subject,
        codemod=marker.codemod,
        findings=marker.findings,
        breaking=tuple(" ".join(found.split()) for found in _BREAKING.findall(commit.message)),
    )


def undone(
    commits: Sequence[Told],
    done: Mapping[str, Collection[str]],
    within: Callable[[str], Collection[str]],
    changed: Callable[[str], Collection[str]],
) -> dict[str, str]:
    """Return the commits of fixbot's that were taken back, each with the one that did.

    Who was taken back itself takes nothing back, and neither does one that touches none of the files.

    Args:
        commits: as in `landed`.
        done: the commits of fixbot's by their ids, with the paths that each changes.
        within: gives the commits that a merge brought in, itself included; of any other commit that one alone.
        changed: gives the paths that a commit changes.
    """
    taken: dict[str, str] = {}
    for commit in commits:
        if commit.id in taken:
            continue
        for target in commit.reverts:
            for each in within(target):
                paths = done.get(each)
                if paths is None or set(paths) & set(changed(commit.id)):
                    taken.setdefault(each, commit.id)
    return {each: by for each, by in taken.items() if each in done}


def reverts(
    commits: Sequence[Told], about: Collection[str], within: Callable[[str], Collection[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the commits that take some others back, or take back one that does, each with what it names."""
    known = set(about)
    found: dict[str, tuple[str, ...]] = {}
    for commit in reversed(commits):
        targets = tuple(target for target in commit.reverts if known & set(within(target)))
        if targets:
            known.add(commit.id)
            found[commit.id] = targets
    return found
