"""The story of `fixbot scan`: goes through files in any number of processes and reports what was found."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from operator import length_hint
from typing import Any, Generic, Protocol, TypeVar

from fixbot.codemod import Codemod, Corpus, ProjectCodemod, Recipe
from fixbot.codemod.contract import of_files, of_projects
from fixbot.codemod.patches import TextCodemod, of_texts
from fixbot.engine import inspect, survey, whole
from fixbot.engine.patching import Heard, hear
from fixbot.engine.survey import EVERYWHERE, Survey, having
from fixbot.model import Broken, Inspection, ScanReport, Skipped, SourceFile
from fixbot.shell.workers import Bounds, spread

R = TypeVar("R")

#: A file: its content, its path (then the process that works on it reads it), or the reason why it is skipped.
Source = SourceFile | str | Skipped

#: Reads the file at a path.
Read = Callable[[str], SourceFile | Skipped]

#: Returns the whole project; nobody asks for it unless a codemod looks at it.
Whole = Callable[[], Corpus]


class Files(Protocol):
    """Some files of a project, by their content or their path."""

    read: Read

    def __iter__(self) -> Iterator[Source]:
        """Yield each of them."""

    def project(self) -> Corpus:
        """Return the whole project as it is now."""


#: Wraps what is being worked through, so that a person can see how far it is: (files, how many, doing what).
Progress = Callable[[Iterable[Any], int, str], Iterable[Any]]

# So many bytes of source are held at once: what is not rewritten is forgotten before more is read.
_SLAB = 16_000_000

# Why a file is skipped that the work cannot cope with: the reason and the detail.
_TOO_LARGE = "too much memory", "looking at it takes more memory than there is"
_TOO_DEEP = "too deep", "its expressions are nested too deeply"


def silent(seen: Iterable[Any], total: int, what: str) -> Iterable[Any]:
    """Show nothing."""
    del total, what
    return seen


@dataclass(frozen=True, slots=True)
class Task(Generic[R]):
    """What is done to every file, in whichever process: read it, and work on it if some codemod may be interested.

    Where `codemods` is None every file is worked on.
    """

    work: Callable[[SourceFile], R]
    codemods: Sequence[Codemod] | None
    read: Read | None = None

    def wants(self, content: bytes) -> bool:
        """Say whether a file's bytes are of interest."""
        return self.codemods is None or any(codemod.pattern.search(content) for codemod in self.codemods)

    def __call__(self, source: SourceFile | str) -> R | Skipped | None:
        """Return the work's result, why the file was skipped, or None where it is of no interest."""
        try:
            return self._done(source)
        except MemoryError:
            return Skipped(_path(source), *_TOO_LARGE)
        except RecursionError:
            return Skipped(_path(source), *_TOO_DEEP)

    def _done(self, source: SourceFile | str) -> R | Skipped | None:
        if isinstance(source, str):
            if self.read is None:
                message = "paths need something that reads them"
                raise TypeError(message)
            found = self.read(source)
            if isinstance(found, Skipped):
                return found
            source = found
        return self.work(source) if self.wants(source.content) else None


def _path(source: SourceFile | str) -> str:
    return source if isinstance(source, str) else source.path


def _skipped(source: SourceFile | str, reason: str, detail: str) -> Skipped:
    return Skipped(_path(source), reason, detail)


def scan(
    sources: Iterable[Source],
    codemods: Sequence[Recipe],
    *,
    jobs: int,
    read: Read | None = None,
    project: Whole | None = None,
    progress: Progress = silent,
) -> ScanReport:
    """Return every finding in some files; nothing is rewritten.

    Args:
        sources: the files.
        codemods: what to look for.
        jobs: processes at once.
        read: reads those that are given by their path.
        project: returns the project that the files are of; it is these files alone where that is None.
        progress: shows how far it is.
    """
    started = time.perf_counter()
    alone = of_files(codemods)
    task = Task(partial(inspect, codemods=alone), alone, read)
    seen = list(progress(worked_through(sources, task, jobs), length_hint(sources), "Reading"))
    looked = [one for one in seen if isinstance(one, Inspection)]
    skipped = [one for one in seen if isinstance(one, Skipped)]
    everything = cache(project or partial(gathered, sources, read))
    surveys = [each for _, each in surveyed(of_projects(codemods), everything)]
    heard = [each for _, each in listened(of_texts(codemods), everything)]
    return report(looked, skipped, [*surveys, *heard], files=len(seen), started=started)


def gathered(sources: Iterable[Source], read: Read | None) -> Corpus:
    """Return a project of some files alone; what is skipped is not in it."""
    found = (read(source) if isinstance(source, str) and read is not None else source for source in sources)
    return whole({source.path: source.content for source in found if isinstance(source, SourceFile)})


def surveyed(codemods: Sequence[ProjectCodemod], project: Whole) -> list[tuple[Corpus, Survey]]:
    """Survey a project with each codemod; it is put together only if there is one."""
    if not codemods:
        return []
    corpus = project()
    return [(corpus, one) for one in jointly(survey, corpus, codemods, lambda broken: Survey(broken=broken))]


def jointly(
    work: Callable[[Corpus, ProjectCodemod], R],
    corpus: Corpus,
    codemods: Sequence[ProjectCodemod],
    instead: Callable[[Broken], R],
) -> Iterator[R]:
    """Yield what comes of the work of each codemod on a whole project.

    Each that has something to look at has a process of its own, with which its trees are gone. A codemod is given up
    that dies, or takes longer than `SECONDS_IN_ALL` and `SECONDS_EACH` for every file.

    Args:
        work: what is done; where what comes of it cannot be pickled it is done here once more, without limits.
        corpus: the project.
        codemods: the codemods.
        instead: returns what stands for the work of a codemod that was given up.
    """
    seconds = SECONDS_IN_ALL + SECONDS_EACH * len(corpus.files)
    if len(codemods) > 1:
        corpus.prepare()
    for codemod in codemods:
        if next(having(corpus.files, codemod.pattern), None) is None:
            yield work(corpus, codemod)  # it has nothing to do, for which a process would take longer than that
            continue
        bounds: Bounds[None, R | None] = Bounds(partial(_given_up, codemod, instead), seconds, MEMORY_IN_ALL)
        for done in spread(_Joint(work, corpus, codemod), [None], jobs=1, bounds=bounds):
            yield work(corpus, codemod) if done is None else done


def _given_up(codemod: ProjectCodemod, instead: Callable[[Broken], R], _: None, reason: str, detail: str) -> R:
    return instead(Broken(EVERYWHERE, codemod.slug(), f"{reason}: {detail}, on the whole project"))


@dataclass(frozen=True, slots=True)
class _Joint(Generic[R]):
    """The work of a codemod on a project, of which a forked process knows all from the start."""

    work: Callable[[Corpus, ProjectCodemod], R]
    corpus: Corpus
    codemod: ProjectCodemod

    def __call__(self, _: None) -> R | None:
        """Return what comes of it, None where that is nothing that can travel between processes."""
        done = self.work(self.corpus, self.codemod)
        try:
            pickle.dumps(done)
        except Exception:  # noqa: BLE001 - whatever pickling a foreign object may raise
            return None
        return done


def listened(codemods: Sequence[TextCodemod], project: Whole) -> list[tuple[Corpus, Heard]]:
    """Ask other tools about a project; it is put together only if there is one."""
    corpus = project() if codemods else None
    return [] if corpus is None else [(corpus, hear(corpus, codemod)) for codemod in codemods]


#: What the work on one file may take; who takes more is skipped.
SECONDS, MEMORY = 10.0, 1_000_000_000
#: The same for a codemod that looks at the whole project.
SECONDS_IN_ALL, SECONDS_EACH, MEMORY_IN_ALL = 600.0, 0.1, 4_000_000_000
BOUNDS: Bounds[SourceFile | str, Any] = Bounds(_skipped, SECONDS, MEMORY)


def worked_through(sources: Iterable[Source], task: Task[R], jobs: int) -> Iterator[R | Skipped | None]:
    """Yield something for every file: the task's result, why it was skipped, or None where it is of no interest.

    A file is also skipped where the work takes longer than `SECONDS` or more bytes than `MEMORY`.
    """
    slab: list[SourceFile | str] = []
    size = 0
    for source in sources:
        if isinstance(source, Skipped):
            yield source
        elif isinstance(source, SourceFile) and not task.wants(source.content):
            yield None
        else:
            slab.append(source)
            size += len(source.content) if isinstance(source, SourceFile) else 0
        if size > _SLAB:
            yield from spread(task, slab, jobs=jobs, bounds=BOUNDS)
            slab, size = [], 0
    yield from spread(task, slab, jobs=jobs, bounds=BOUNDS)


def report(
    inspections: Sequence[Inspection],
    skipped: Sequence[Skipped],
    surveys: Sequence[Survey | Heard] = (),
    *,
    files: int,
    started: float,
) -> ScanReport:
    """Put together what was seen since `started` (of `time.perf_counter`)."""
    looked = _merged([*inspections, *(each for one in surveys for each in one.looked)]) if surveys else inspections
    skips = [*skipped, *(inspection.skipped for inspection in looked if inspection.skipped is not None)]
    return ScanReport(
        findings=tuple(finding for inspection in looked for finding in inspection.findings),
        skipped=tuple(sorted(skips, key=lambda skip: skip.path)),
        files=files,
        parsed=sum(inspection.parsed for inspection in looked),
        seconds=time.perf_counter() - started,
        broken=(
            *(broken for inspection in looked for broken in inspection.broken),
            *(one.broken for one in surveys if one.broken is not None),
        ),
        dismissed=tuple(each for one in surveys for each in one.dismissed),
    )


def _merged(inspections: Iterable[Inspection]) -> list[Inspection]:
    """Put together what different codemods saw in one file."""
    by_path: dict[str, list[Inspection]] = {}
    for each in inspections:
        by_path.setdefault(each.path, []).append(each)
    return [
        Inspection(
            path,
            tuple(sorted((f for each in seen for f in each.findings), key=lambda f: (f.line, f.column, f.codemod))),
            next((each.skipped for each in seen if each.skipped is not None), None),
            any(each.parsed for each in seen),
            tuple(broken for each in seen for broken in each.broken),
        )
        for path, seen in sorted(by_path.items())
    ]
