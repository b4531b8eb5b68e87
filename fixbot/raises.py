"""The story of `fixbot raises`: asks what the bodies in some files can raise, in any number of processes."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import length_hint

from fixbot import interrupts
from fixbot.analysis.handlers.bodies import Handled, answers, innermost, tries
from fixbot.analysis.module import Module, parse
from fixbot.analysis.project import Project
from fixbot.model import Broken, Skipped, SourceFile
from fixbot.scan import Progress, Read, Source, Task, silent, worked_through

_PATTERN = re.compile(rb"\bexcept\b")


@dataclass(frozen=True, slots=True)
class Stray:
    """A line that was asked for and stands in no `try` that has a handler, and the lines of those there are."""

    path: str
    line: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What was learnt of one file."""

    path: str
    handled: tuple[Handled, ...] = ()
    strays: tuple[Stray, ...] = ()


@dataclass(frozen=True, slots=True)
class RaisesReport:
    """All that was learnt, in the order of paths and lines."""

    handled: tuple[Handled, ...]
    strays: tuple[Stray, ...]
    skipped: tuple[Skipped, ...]
    broken: tuple[Broken, ...]
    files: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks what can be raised in a file, in whichever process.

    `lines` has the lines that are meant, by path; of other files all are. Files in `named` are always parsed, so
    that a mistake in them is seen. `read` reads the files around.
    """

    lines: Mapping[str, Collection[int]] = field(default_factory=dict)
    named: Collection[str] = ()
    read: Read | None = None

    def __call__(self, source: SourceFile) -> Answered | Skipped | Broken:
        """Return what was learnt of a file, why it was skipped, or that the analysis broke on it."""
        if source.path not in self.named and _PATTERN.search(source.content) is None:
            return Answered(source.path)
        module = parse(source)
        if isinstance(module, Skipped):
            return module
        try:
            return self._answered(module)
        except RecursionError:
            return Skipped(source.path, "too deep", "its expressions are nested too deeply")
        except Exception:  # noqa: BLE001 - a fault of the analysis in one file must not take the others along
            interrupts.check()
            return Broken(source.path, "raises", traceback.format_exc())

    def _answered(self, module: Module) -> Answered:
        lines = self.lines.get(module.path)
        found = tries(module) if lines is not None else []
        spans = tuple((node.lineno, node.end_lineno or node.lineno) for node in found)
        missed = [line for line in sorted(lines or ()) if innermost(found, line) is None]
        strays = tuple(Stray(module.path, line, spans) for line in missed)
        return Answered(module.path, tuple(answers(module, _around(self.read), lines)), strays)


@lru_cache(maxsize=1)
def _around(read: Read | None) -> Project:
    """Return the project that files are read from, one for each process."""
    return Project(read)


def raises(
    sources: Iterable[Source],
    questions: Questions,
    *,
    jobs: int,
    progress: Progress = silent,
) -> RaisesReport:
    """Return what the body of every `try` in some files can raise; nothing is changed.

    Args:
        sources: the files.
        questions: which lines of them are meant, and what reads those that are given by their path.
        jobs: processes at once.
        progress: shows how far it is.
    """
    started = time.perf_counter()
    task = Task(questions, None, questions.read)
    seen = list(progress(worked_through(sources, task, jobs), length_hint(sources), "Reading"))
    answered = [one for one in seen if isinstance(one, Answered)]
    skipped = [one for one in seen if isinstance(one, Skipped)]
    return RaisesReport(
        handled=tuple(handled for one in answered for handled in one.handled),
        strays=tuple(stray for one in answered for stray in one.strays),
        skipped=tuple(sorted(skipped, key=lambda skip: skip.path)),
        broken=tuple(one for one in seen if isinstance(one, Broken)),
        files=len(seen),
        seconds=time.perf_counter() - started,
    )
