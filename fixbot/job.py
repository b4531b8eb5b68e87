"""What a person asks of fixbot in one job, and what comes of it; it does nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from fixbot import registry
from fixbot.lifecycle.memory import remember
from fixbot.model import Base, Issue, Refusal, ScanReport, Situation, Standing, Ticket, Wish
from fixbot.offer import Offering
from fixbot.prepare import Prepared
from fixbot.scan import Progress, silent
from fixbot.settings import Settings
from fixbot.shell.forge import Tally
from fixbot.shell.git import Git
from fixbot.unfiled import informed


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a person asked `fixbot run` to do, beyond the settings.

    `issue` is the issue to work on, 0 for none. `automated` says that nobody sits in front of it: then an issue is
    obeyed only where its author, or who asked for it on the forge (`asked_by`, a login, empty where nobody knows), may
    write to the repository. `unseen` are the codemods of the configuration that the command line leaves out: what the
    dashboard says of them stays.
    """

    root: Path
    repository: str | None = None
    dry_run: bool = False
    verify_command: str | None = None
    jobs: int = 1
    issue: int = 0
    automated: bool = False
    asked_by: str = ""
    unseen: frozenset[str] = frozenset()

    def offering(
        self, settings: Settings, git: Git, base: Base, known: Situation, progress: Progress = silent
    ) -> Offering:
        """Return what is needed to say what there is to offer in a situation."""
        request = known.request
        codemods = registry.choose(settings.select, settings.ignore, settings.codemods, settings.foreign)
        return Offering(
            git=git,
            base=base,
            settings=settings,
            codemods=informed(
                [codemod for codemod in codemods if request is None or codemod.slug() in request.codemods],
                known.tickets,
            ),
            memory=remember(known.pulls, base.branch),
            ignores=known.ignores,
            scope=None if request is None else request.scope,
            issue=0 if request is None else request.issue,
            anew=known.anew,
            verify_command=self.verify_command,
            jobs=self.jobs,
            progress=progress,
        )


@dataclass(frozen=True, slots=True)
class Ticketed:
    """A place that wanted an issue, and the issue that was filed for it."""

    wish: Wish
    issue: Issue

    @property
    def ticket(self) -> Ticket:
        """The issue as codemods know it."""
        return Ticket(words=self.wish.words, path=self.wish.path, number=self.issue.number)


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did; `uncommitted` says that the working tree holds more than was looked at.

    `complaints` are what the forge refused and what nothing depends on: a reviewer that is gone, a note on a line.
    `outdated` says why a plan is too old for anything to be done with it; empty where that is not so. `ticketed` are
    the places for which issues were filed.
    """

    base: Base
    prepared: Prepared
    published: tuple[Standing, ...]
    refused: tuple[Refusal, ...]
    tally: Tally
    bodies: tuple[str, ...] = ()
    uncommitted: bool = False
    complaints: tuple[str, ...] = ()
    outdated: str = ""
    ticketed: tuple[Ticketed, ...] = ()

    @property
    def left(self) -> ScanReport:
        """The findings that are not in a pull request."""
        return replace(self.prepared.report, findings=tuple(refusal.finding for refusal in self.refused))
