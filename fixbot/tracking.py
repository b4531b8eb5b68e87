"""The story of `fixbot tracker`: reports, a scan, history and pull requests in, books out that are true today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

from fixbot import registry
from fixbot.claims import Facts
from fixbot.codemod import Recipe
from fixbot.errors import OperatorError
from fixbot.history import History
from fixbot.landings import Landings
from fixbot.lifecycle.memory import remember
from fixbot.model import Base, Document, ScanReport
from fixbot.past import over_time
from fixbot.scan import Progress, scan, silent
from fixbot.settings import Settings, excluder
from fixbot.shell.annals import Annals
from fixbot.shell.commit_files import CommitFiles
from fixbot.shell.forge import Forge
from fixbot.tracker.gathering import of_codemods, of_documents, unclaimed
from fixbot.tracker.landing import reverts
from fixbot.tracker.records import Books, Entry, Event, Landed


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """What is needed to write the tracker of one branch.

    Attributes:
        annals: the repository.
        forge: where its pull requests are.
        base: the branch, and its tip.
        settings: what is excluded, and the codemods' options.
        documents: the reports that it draws on.
        jobs: processes at once.
        progress: shows how far it is.
    """

    annals: Annals
    forge: Forge
    base: Base
    settings: Settings
    documents: Sequence[Document]
    jobs: int = 1
    progress: Progress = silent

    def books(self) -> Books:
        """Derive everything afresh.

        Raises:
            OperatorError: history is cut off.
        """
        if self.annals.is_shallow():
            message = "history is cut off here, and the tracker is made of it: git fetch --unshallow (fetch-depth: 0)"
            raise OperatorError(message)
        memory = remember(self.forge.pulls(), self.base.branch)
        facts = self._facts()
        landings = Landings(self.annals, self.forge, self.base, memory, registry.every(self.settings.foreign))
        done = landings.found()
        if self.documents:
            entries = of_documents(self.documents, facts, done, memory)
        else:
            entries = of_codemods(self._codemods(), facts, done, memory)
        return Books(
            branch=self.base.branch,
            commit=self.base.commit,
            date=self.annals.those_of([self.base.commit])[0].date,
            documents=tuple(document.name for document in self.documents),
            entries=entries,
            unclaimed=unclaimed(entries, facts.report.findings),
            events=tuple(self._events(landings, done, entries)),
            open=memory.open,
            codemods=tuple(codemod.slug() for codemod in self._codemods()),
        )

    def past(self, last: int) -> History:
        """Count the findings at the last commits of the branch."""
        return over_time(
            self.annals,
            self.base.commit,
            self._codemods(),
            exclude=self.settings.exclude,
            last=last,
            jobs=self.jobs,
            progress=self.progress,
        )

    def impacts(self) -> dict[str, str]:
        """Return what the rewrites of each codemod mean for a reviewer, by slug."""
        return {
            codemod.slug(): " ".join(codemod.explanation().safety.split())
            for codemod in registry.every(self.settings.foreign)
        }

    def _codemods(self) -> tuple[Recipe, ...]:
        return tuple(
            registry.choose(self.settings.select, self.settings.ignore, self.settings.codemods, self.settings.foreign)
        )

    def _facts(self) -> Facts:
        files = CommitFiles(self.annals, self.base, self.settings.exclude)
        return Facts(
            report=self._seen(files),
            codemods=frozenset(codemod.slug() for codemod in self._codemods()),
            paths=[entry.path for entry in self.annals.entries(self.base.commit)],
            root=self.annals.top().resolve().as_posix(),
            excluded=excluder(self.settings.exclude),
            text=cache(self._text),
            renamed=cache(partial(self.annals.renamed, tip=self.base.commit)),
            commit=cache(self.annals.claimed),
            has_git=True,
        )

    def _text(self, path: str) -> str:
        return (self.annals.file(self.base.commit, path) or b"").decode("utf-8", "replace")

    def _seen(self, files: CommitFiles) -> ScanReport:
        return scan(files, self._codemods(), jobs=self.jobs, project=files.project, progress=self.progress)

    def _events(self, landings: Landings, done: Sequence[Landed], entries: Sequence[Entry]) -> Iterator[Event]:
        """Give the timeline: what landed, what was taken back, and the commits that reports name."""
        says = {one.id: f"rewrote {len(one.findings)} of `{one.codemod}`" for one in done if not one.is_merged}
        words = {word for entry in entries for word in entry.held.item.commits}
        known = (self.annals.commit_named(word) for word in sorted(words))
        named_ones = {changed.id for changed in known if changed is not None}
        says |= dict.fromkeys(named_ones - says.keys(), "named in a report")
        taken = reverts(landings.telling, says, landings.within)
        says |= {commit: _took_back(targets) for commit, targets in taken.items() if landings.changed(commit)}
        says |= dict.fromkeys(landings.doubtful, "says that it is fixbot's, which its content does not bear out")
        told = {one.id: one for one in self.annals.those_of(says)}
        for commit in self.annals.in_order(self.base.commit, says):
            yield Event(commit, told[commit].date, told[commit].subject, says[commit])


def _took_back(targets: Sequence[str]) -> str:
    return "took back " + ", ".join(f"`{target[:7]}`" for target in targets)
