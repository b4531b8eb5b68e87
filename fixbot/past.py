"""The story of findings over time: looks at each version of a file once, and adds up what every commit had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from fixbot.codemod import Codemod, Recipe
from fixbot.codemod.contract import of_files
from fixbot.engine import inspect
from fixbot.errors import OperatorError
from fixbot.history import History, Tally, Version, points, tally
from fixbot.model import Broken, Skipped, SourceFile
from fixbot.scan import Progress, Task, silent, worked_through
from fixbot.settings import excluder
from fixbot.shell.commit_files import objection
from fixbot.shell.history import Past
from fixbot.shell.repository import Entry, Repository


def over_time(
    git: Repository,
    commit: str,
    codemods: Sequence[Recipe],
    *,
    exclude: Sequence[str] = (),
    last: int,
    jobs: int,
    progress: Progress = silent,
) -> History:
    """Return the findings at the last commits of a branch, along the first parents.

    Each commit has the files that a run on it would look at. Only codemods that look at one file at a time are counted.

    Args:
        git: the repository.
        commit: the newest commit, by its id or a full ref.
        codemods: what to look for.
        exclude: globs of what the configuration leaves out.
        last: how many commits; where there are fewer, all.
        jobs: processes at once.
        progress: shows how far it is, in versions of files.

    Raises:
        OperatorError: `last` is not positive, none of the codemods can be counted, there is no such commit, or the
            clone lacks contents of its past.
    """
    if last < 1:
        message = f"the findings of {last} commits cannot be counted: ask for at least 1"
        raise OperatorError(message)
    counted = tuple(codemod.slug() for codemod in of_files(codemods))
    not_counted = tuple(codemod.slug() for codemod in codemods if codemod.slug() not in counted)
    if not counted:
        message = f"{', '.join(not_counted) or 'nothing'} cannot be counted commit by commit: choose other codemods"
        raise OperatorError(message)
    past, is_excluded = Past(git), excluder(exclude)
    commits, is_cut = past.commits(commit, last, lambda path: path.endswith(".py") and not is_excluded(path))
    entries = past.sized(dict.fromkeys(version for one in commits for version in one.changed))
    seen = _looked_at(past, entries, of_files(codemods), jobs, progress)
    return History(
        points=points(commits, {one.version: one.tally for one in seen}, counted),
        counted=counted,
        not_counted=not_counted,
        is_cut=is_cut,
        broken=tuple({(each.path, each.codemod): each for one in seen for each in one.broken}.values()),
    )


@dataclass(frozen=True, slots=True)
class _Read(SourceFile):
    """A version of a file with its bytes."""

    version: Version


@dataclass(frozen=True, slots=True)
class _Looked:
    """What one version of a file has."""

    version: Version
    tally: Tally
    broken: tuple[Broken, ...] = ()


def _looked_at(
    past: Past, entries: Sequence[Entry], codemods: Sequence[Codemod], jobs: int, progress: Progress
) -> list[_Looked]:
    """Look at what can hold findings; of versions in which there is nothing, some are left out."""
    judged = [(entry, objection(entry)) for entry in entries]
    wanted = [entry for entry, skipped in judged if skipped is None]
    task = Task(partial(_looked, codemods=codemods), codemods)
    found = list(progress(worked_through(_read(past, wanted), task, jobs), len(wanted), "Reading the past"))
    objected = [entry for entry, skipped in judged if skipped is not None]
    objected += [entry for entry, one in zip(wanted, found, strict=True) if isinstance(one, Skipped)]
    without = [_Looked(_version(entry), Tally(skipped=True)) for entry in objected]
    return [*without, *(one for one in found if isinstance(one, _Looked))]


def _read(past: Past, entries: Sequence[Entry]) -> Iterator[_Read]:
    for entry, content in past.blobs(entries):
        yield _Read(entry.path, content, _version(entry))


def _version(entry: Entry) -> Version:
    return Version(entry.path, entry.mode, entry.blob)


def _looked(source: SourceFile, codemods: Sequence[Codemod]) -> _Looked:
    if not isinstance(source, _Read):
        message = "it must be known which version of the file this is"
        raise TypeError(message)
    seen = inspect(source, codemods)
    return _Looked(source.version, tally(seen), seen.broken)
