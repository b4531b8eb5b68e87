"""The documents between the halves of a job: what was heard on a forge, and what was planned for it; only records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from fixbot import VERSION
from fixbot.model import Base, Change, Refusal, Rewrite, ScanReport, Situation, Wish
from fixbot.offer import Offer
from fixbot.prepare import Prepared
from fixbot.shell.ruff import Opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What `fixbot listen` hands to `fixbot plan`; `base` is the branch that it is about."""

    version: str = VERSION
    base: str
    situation: Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What `fixbot plan` hands to `fixbot apply`: what holds, what does not, and what it was made of.

    It says neither how many pull requests that becomes, nor what they are called or say: who applies it knows that.

    Attributes:
        version: the version of fixbot that made it.
        base: what was looked at.
        issue: the issue that it is about, 0 for none.
        because: why nothing was looked at for that issue; empty where something was.
        codemods: the slugs of what was looked for.
        verify_command: the operator's own check, with which every change succeeded; None where there was none.
        report: what was seen.
        changes: what holds, with the content of each file before and after.
        opinions: what ruff said of each rewrite, in the order of `changes` and of the rewrites in them.
        refused: what is not rewritten, and why.
        excluded: the files that people asked not to look at.
        parted: the fingerprints of the findings that have a shard each.
        wishes: the places that want an issue before they can be rewritten.
    """

    version: str = VERSION
    base: Base
    issue: int = 0
    because: str = ""
    codemods: tuple[str, ...]
    verify_command: str | None = None
    report: ScanReport
    changes: tuple[Change, ...] = ()
    opinions: tuple[tuple[Opinion, ...], ...] = ()
    refused: tuple[Refusal, ...] = ()
    excluded: tuple[str, ...] = ()
    parted: frozenset[str] = frozenset()
    wishes: tuple[Wish, ...] = ()

    @classmethod
    def of(cls, offer: Offer, base: Base, *, issue: int, codemods: tuple[str, ...], verify_command: str | None) -> Self:
        """Write down what a run has to offer, and not how long it took: the same code gives the same plan."""
        return cls(
            base=base,
            issue=issue,
            codemods=codemods,
            verify_command=verify_command,
            report=replace(offer.prepared.report, seconds=0.0),
            changes=offer.changes,
            opinions=tuple(tuple(offer.prepared.opinions_of(change)) for change in offer.changes),
            refused=offer.refused,
            excluded=offer.excluded,
            parted=offer.parted,
        )

    @classmethod
    def nothing(cls, base: Base, *, issue: int, because: str, codemods: tuple[str, ...]) -> Self:
        """Write down that there is nothing to offer, and why."""
        seen = ScanReport((), (), files=0, parsed=0, seconds=0.0)
        return cls(base=base, issue=issue, because=because, codemods=codemods, report=seen)

    @property
    def rewrites(self) -> tuple[Rewrite, ...]:
        """All files before and after."""
        return tuple(rewrite for change in self.changes for rewrite in change.rewrites)

    def prepared(self) -> Prepared:
        """Return what was prepared."""
        opinions: Mapping[tuple[str, Rewrite], Opinion] = {
            (change.codemod, rewrite): opinion
            for change, mine in zip(self.changes, self.opinions, strict=True)
            for rewrite, opinion in zip(change.rewrites, mine, strict=True)
        }
        return Prepared(self.report, self.changes, self.refused, opinions)
