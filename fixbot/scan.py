"""The story of `fixbot scan`: goes through files in any number of processes and reports what was found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from operator import length_hint
from typing import Any, Generic, TypeVar

from fixbot.codemod import Codemod
from fixbot.engine.inspect import inspect
from fixbot.model import Inspection, ScanReport, Skipped, SourceFile
from fixbot.shell.workers import spread

R = TypeVar("R")

#: A file: its content, its path (then the process that works on it reads it), or the reason why it is skipped.
Source = SourceFile | str | Skipped

#: Reads the file at a path.
Read = Callable[[str], SourceFile | Skipped]

#: Wraps what is being worked through, so that a person can see how far it is: (files, how many, doing what).
Progress = Callable[[Iterable[Any], int, str], Iterable[Any]]

# So many bytes of source are held at once: what is not rewritten is forgotten before more is read.
_SLAB = 16_000_000


def silent(seen: Iterable[Any], total: int, what: str) -> Iterable[Any]:
    """Show nothing."""
    del total, what
    return seen


@dataclass(frozen=True, slots=True)
class Task(Generic[R]):
    """What is done to every file, in whichever process: read it, and work on it if some codemod may be interested."""

    work: Callable[[SourceFile], R]
    codemods: Sequence[Codemod]
    read: Read | None = None

    def wants(self, content: bytes) -> bool:
        """Say whether a file's bytes are of interest; every file's are where no codemod is given."""
        return not self.codemods or any(codemod.pattern.search(content) for codemod in self.codemods)

    def __call__(self, source: SourceFile | str) -> R | Skipped | None:
        """Return the work's result, why the file was skipped, or None where it is of no interest."""
        if isinstance(source, str):
            if self.read is None:
                message = "paths need something that reads them"
                raise TypeError(message)
            found = self.read(source)
            if isinstance(found, Skipped):
                return found
            source = found
        return self.work(source) if self.wants(source.content) else None


def scan(
    sources: Iterable[Source],
    codemods: Sequence[Codemod],
    *,
    jobs: int,
    read: Read | None = None,
    progress: Progress = silent,
) -> ScanReport:
    """Return every finding in some files; nothing is rewritten.

    Args:
        sources: the files.
        codemods: what to look for.
        jobs: processes at once.
        read: reads those that are given by their path.
        progress: shows how far it is.
    """
    started = time.perf_counter()
    task = Task(partial(inspect, codemods=codemods), codemods, read)
    seen = list(progress(worked_through(sources, task, jobs), length_hint(sources), "Reading"))
    looked = [one for one in seen if isinstance(one, Inspection)]
    return report(looked, [one for one in seen if isinstance(one, Skipped)], files=len(seen), started=started)


def worked_through(sources: Iterable[Source], task: Task[R], jobs: int) -> Iterator[R | Skipped | None]:
    """Yield something for every file: the task's result, why it was skipped, or None where it is of no interest."""
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
            yield from spread(task, slab, jobs=jobs)
            slab, size = [], 0
    yield from spread(task, slab, jobs=jobs)


def report(looked: Sequence[Inspection], skipped: Sequence[Skipped], *, files: int, started: float) -> ScanReport:
    """Put together what was seen since `started` (of `time.perf_counter`)."""
    skips = [*skipped, *(inspection.skipped for inspection in looked if inspection.skipped is not None)]
    return ScanReport(
        findings=tuple(finding for inspection in looked for finding in inspection.findings),
        skipped=tuple(sorted(skips, key=lambda skip: skip.path)),
        files=files,
        parsed=sum(inspection.parsed for inspection in looked),
        seconds=time.perf_counter() - started,
        broken=tuple(broken for inspection in looked for broken in inspection.broken),
    )
