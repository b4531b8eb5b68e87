"""The story of `fixbot tracker`: reports, a scan, history and pull requests in, books out that are true today."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from fixbot import registry
from fixbot.claims import Facts
from fixbot.codemod import Recipe
from fixbot.codemod.contract import of_files
from fixbot.engine import inspect
from fixbot.history import History
from fixbot.lifecycle.memory import Memory, remember
from fixbot.model import Base, Document, PullRequest, Rewrite, ScanReport, SourceFile, Touched
from fixbot.past import over_time
from fixbot.scan import Progress, scan, silent
from fixbot.settings import Settings, excluder
from fixbot.shell.annals import Annals
from fixbot.shell.commit_files import CommitFiles
from fixbot.shell.forge import Forge
from fixbot.shell.ruff import Style, ask
from fixbot.shell.style import read_style
from fixbot.tracker.chosen import chosen
from fixbot.tracker.gathering import of_codemods, of_documents, unclaimed
from fixbot.tracker.landing import landed, reverts
from fixbot.tracker.records import Books, Entry, Event, Figure, FileChange, Landed
from fixbot.write import lint_figures


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
        """Derive everything afresh."""
        memory = remember(self.forge.pulls(), self.base.branch)
        facts = self._facts()
        done = self._landed(memory)
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
            events=tuple(self._events(done, entries)),
            open=memory.open,
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
        return {codemod.slug(): " ".join(codemod.explanation().safety.split()) for codemod in registry.choose()}

    def _codemods(self) -> tuple[Recipe, ...]:
        return tuple(registry.choose(self.settings.select, self.settings.ignore, self.settings.codemods))

    def _facts(self) -> Facts:
        files = CommitFiles(self.annals, self.base, self.settings.exclude)
        return Facts(
            report=self._seen(files),
            codemods=frozenset(codemod.slug() for codemod in self._codemods()),
            paths=[entry.path for entry in self.annals.entries(self.base.commit)],
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

    def _landed(self, memory: Memory) -> list[Landed]:
        """Return the commits of fixbot on the branch with all that can be told of them."""
        told = landed(self.annals.telling(self.base.commit), self.annals.within)
        contents = [self.annals.changes(one.id) for one in told]
        style = read_style(partial(self.annals.file, self.base.commit))
        figures = self._figures(told, contents, style)
        return [
            replace(_with_pull(one, memory), files=tuple(self._files(one, touched)), figures=tuple(mine))
            for one, touched, mine in zip(told, contents, figures, strict=True)
        ]

    def _files(self, one: Landed, contents: Iterable[Touched]) -> Iterator[FileChange]:
        changed = self.annals.commit_named(one.id)
        new = {file.path: chosen(file.before or b"", file.after or b"") for file in contents}
        for path, (added, removed) in sorted(changed.lines.items()) if changed is not None else ():
            yield FileChange(path, added, removed, new.get(path, ()))

    def _figures(
        self, told: Sequence[Landed], contents: Sequence[Sequence[Touched]], style: Style
    ) -> Iterator[list[Figure]]:
        """Give what ruff and the codemod itself find before and after each commit; two calls of ruff for all."""
        answers = sorted({rule for codemod in registry.choose() for rule in codemod.answers})
        sides = [list(_sides(touched)) for touched in contents]
        opinions = iter(ask([side for one in sides for side in one], replace(style, more=(*style.more, *answers))))
        for one, mine in zip(told, sides, strict=True):
            figures = [Figure(*counted) for counted in lint_figures([next(opinions) for _ in mine])]
            yield [*_findings(one, mine), _compiling(mine), *figures] if mine else []

    def _events(self, done: Sequence[Landed], entries: Sequence[Entry]) -> Iterator[Event]:
        """Give the timeline: what landed, what was taken back, and the commits that reports name."""
        says = {one.id: f"rewrote {len(one.findings)} of `{one.codemod}`" for one in done}
        says |= {one.id: _took_back(one.reverts) for one in reverts(self.annals.telling(self.base.commit))}
        for entry in entries:
            for word in entry.held.item.commits:
                commit = self.annals.commit_named(word)
                if commit is not None:
                    says.setdefault(commit.id, "named in a report")
        in_order = sorted(enumerate(self.annals.those_of(says)), key=lambda pair: (pair[1].date, pair[0]))
        yield from (Event(told.id, told.date, told.subject, says[told.id]) for _, told in in_order)


def _took_back(targets: Sequence[str]) -> str:
    return "took back " + ", ".join(f"`{target[:7]}`" for target in targets)


def _with_pull(one: Landed, memory: Memory) -> Landed:
    """Name the pull request that a commit came in, if the forge still knows."""
    pull = _by_commit(one, memory.pulls) or _by_findings(one, memory.pulls)
    return one if pull is None else replace(one, pull=pull.number, url=pull.url)


def _by_commit(one: Landed, pulls: Iterable[PullRequest]) -> PullRequest | None:
    return next((pull for pull in pulls if one.id in {pull.head, *pull.pushed}), None)


def _by_findings(one: Landed, pulls: Iterable[PullRequest]) -> PullRequest | None:
    """Return the pull request that was merged as another commit: squashed or rebased."""
    merged = (pull for pull in pulls if pull.state == "merged" and set(pull.fingerprints) & set(one.findings))
    return next(iter(merged), None)


def _sides(contents: Iterable[Touched]) -> Iterator[Rewrite]:
    for file in contents:
        if file.before is not None and file.after is not None:
            yield Rewrite(file.path, file.before, file.after, ())


def _findings(one: Landed, sides: Sequence[Rewrite]) -> Iterator[Figure]:
    """Count the findings in the files of a commit; a codemod that looks at whole projects cannot be asked of these."""
    codemods = [codemod for codemod in of_files(registry.choose()) if codemod.slug() == one.codemod]
    if codemods:
        look = partial(inspect, codemods=codemods)
        counts = [
            sum(len(look(SourceFile(side.path, content)).findings) for side, content in pairs)
            for pairs in ([(s, s.before) for s in sides], [(s, s.after) for s in sides])
        ]
        yield Figure(f"`{one.codemod}`", counts[0], counts[1])


def _compiling(sides: Sequence[Rewrite]) -> Figure:
    counts = [sum(map(_compiles, side)) for side in ([s.before for s in sides], [s.after for s in sides])]
    return Figure("files that compile", counts[0], counts[1])


def _compiles(content: bytes) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(content, "file", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
