"""The story of `fixbot fix`: rewrites files where they lie, one codemod after the other."""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from fixbot.codemod import Corpus, Recipe, Safety
from fixbot.examine import Orders
from fixbot.interrupts import between, later
from fixbot.model import Refusal, Rewrite, ScanReport, Skipped, SourceFile
from fixbot.plan import units
from fixbot.prepare import prepare
from fixbot.scan import Files, Progress, Read, silent
from fixbot.shell.files import read_source, write_source
from fixbot.shell.ruff import Style


@dataclass(frozen=True, slots=True)
class FixReport:
    """What was rewritten, what was not and why, and what was seen; `report` has the findings as they were before."""

    report: ScanReport
    rewrites: tuple[Rewrite, ...]
    refused: tuple[Refusal, ...]

    @property
    def left(self) -> ScanReport:
        """The findings that are still there."""
        return replace(self.report, findings=tuple(refusal.finding for refusal in self.refused))

    def diff(self) -> str:
        """Return all rewrites as a unified diff that `git apply` takes, its bytes under surrogateescape."""
        together: dict[str, Rewrite] = {}
        for rewrite in self.rewrites:  # what one codemod wrote another one may have written again
            first = together.get(rewrite.path, rewrite)
            together[rewrite.path] = replace(rewrite, before=first.before)
        return "".join(line for rewrite in together.values() for line in _diff(rewrite))


def _diff(rewrite: Rewrite) -> Iterable[str]:
    before, after = (_lines(side.decode("utf-8", "surrogateescape")) for side in (rewrite.before, rewrite.after))
    old, new = _quoted(f"a/{rewrite.path}"), _quoted(f"b/{rewrite.path}")
    for line in difflib.unified_diff(before, after, old, new):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Split at line feeds alone, as git does; `splitlines` knows more line ends."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _quoted(path: str) -> str:
    """Write a path as git writes it in a diff: in quotes, with octal escapes, where it could be misread."""
    if not re.search(r'["\\\x00-\x1f\x7f]', path):
        return path
    escaped = re.sub(r'["\\]', r"\\\g<0>", path)
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\{ord(found[0]):03o}", escaped) + '"'


def fix(
    files: Files,
    codemods: Sequence[Recipe],
    *,
    root: Path,
    limit: Safety,
    style: Style,
    jobs: int,
    write: bool,
    progress: Progress = silent,
) -> FixReport:
    """Apply codemods to files on disk.

    Args:
        files: the files, with paths relative to `root`; they are read anew for every codemod, because an earlier
            one may have written them.
        codemods: what to apply, in order; each sees what the one before it left.
        root: where the files are.
        limit: the most daring safety that is rewritten.
        style: what the project asks of ruff.
        jobs: processes at once.
        write: whether the files are written; else only the report says what would be.
        progress: shows how far it is.
    """
    started = time.perf_counter()
    pending: dict[str, bytes] = {}  # what is not written, so that the next codemod sees it all the same
    read = partial(_laid_over, pending, files.read)
    done = FixReport(ScanReport((), (), 0, 0, 0.0), (), ())
    for codemod in codemods:
        orders = Orders((codemod,), limit)
        project = partial(_changed, pending, files)
        found = prepare(files, orders, jobs=jobs, style=style, read=read, project=project, progress=progress)
        rewrites: list[Rewrite] = []
        refused = list(found.refused)
        for unit in between(unit for change in found.changes for unit in units(change.rewrites)):
            with later():  # files that stand or fall together are few, and soon written
                because = _written(root, unit) if write else None
            if because is None:
                rewrites += unit
                pending |= {} if write else {rewrite.path: rewrite.after for rewrite in unit}
            else:
                refused += [Refusal(finding, because) for rewrite in unit for finding in rewrite.findings]
        done = _added(done, found.report, rewrites, refused)
    return replace(done, report=replace(done.report, seconds=time.perf_counter() - started))


def _laid_over(pending: Mapping[str, bytes], read: Read, path: str) -> SourceFile | Skipped:
    return SourceFile(path, pending[path]) if path in pending else read(path)


def _changed(pending: Mapping[str, bytes], files: Files) -> Corpus:
    return files.project().changed(pending) if pending else files.project()


def _written(root: Path, unit: Sequence[Rewrite]) -> str | None:
    """Write files that stand or fall together; return why none of them is written, None where all are."""
    for rewrite in unit if len(unit) > 1 else ():
        now = read_source(root, rewrite.path)
        if isinstance(now, Skipped) or now.content != rewrite.before:
            return f"{rewrite.path} has to change with it, and has changed since it was read"
    done: list[Rewrite] = []
    try:
        for rewrite in unit:
            done.append(rewrite)  # before it is written: whatever comes in between, it is put back
            because = write_source(root, rewrite.path, rewrite.after, rewrite.before)
            if because is not None:
                said = because if len(unit) == 1 else f"{rewrite.path} has to change with it, and {because}"
                return "; ".join([said, *_put_back(root, done[:-1])])
    except BaseException:
        _put_back(root, done)
        raise
    return None


def _put_back(root: Path, done: Sequence[Rewrite]) -> list[str]:
    """Write files as they were; tell of those for which that fails."""
    tried = [(rewrite.path, write_source(root, rewrite.path, rewrite.before, rewrite.after)) for rewrite in done]
    return [f"{path} was changed and cannot be put back: {because}" for path, because in tried if because is not None]


def _added(done: FixReport, report: ScanReport, rewrites: Sequence[Rewrite], refused: Sequence[Refusal]) -> FixReport:
    together = replace(
        report,
        findings=done.report.findings + report.findings,
        broken=done.report.broken + report.broken,
        skipped=tuple(dict.fromkeys(done.report.skipped + report.skipped)),
        dismissed=done.report.dismissed + report.dismissed,
        parsed=max(done.report.parsed, report.parsed),
    )
    return FixReport(together, done.rewrites + tuple(rewrites), done.refused + tuple(refused))
