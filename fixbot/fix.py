"""The story of `fixbot fix`: rewrites files where they lie, one codemod after the other."""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fixbot.codemod import Codemod, Safety
from fixbot.examine import Orders
from fixbot.model import Refusal, Rewrite, ScanReport
from fixbot.prepare import prepare
from fixbot.scan import Progress, Read, Source, silent
from fixbot.shell.files import write_source
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
        """Return every rewrite as a unified diff that `git apply` takes, its bytes under surrogateescape."""
        return "".join(line for rewrite in self.rewrites for line in _diff(rewrite))


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
    sources: Iterable[Source],
    read: Read,
    codemods: Sequence[Codemod],
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
        sources: the files, with paths relative to `root`.
        read: reads one of them, anew for every codemod, because an earlier one may have written it.
        codemods: what to apply, in order; each sees what the one before it left.
        root: where the files are.
        limit: the most daring safety that is rewritten.
        style: what the project asks of ruff.
        jobs: processes at once.
        write: whether the files are written; else only the report says what would be.
        progress: shows how far it is.
    """
    started = time.perf_counter()
    done = FixReport(ScanReport((), (), 0, 0, 0.0), (), ())
    for codemod in codemods:
        found = prepare(sources, Orders((codemod,), limit), jobs=jobs, style=style, read=read, progress=progress)
        rewrites, refused = [], list(found.refused)
        for rewrite in (rewrite for change in found.changes for rewrite in change.rewrites):
            because = write_source(root, rewrite.path, rewrite.after, rewrite.before) if write else None
            if because is None:
                rewrites.append(rewrite)
            else:
                refused += [Refusal(finding, because) for finding in rewrite.findings]
        done = _added(done, found.report, rewrites, refused)
    return replace(done, report=replace(done.report, seconds=time.perf_counter() - started))


def _added(done: FixReport, report: ScanReport, rewrites: Sequence[Rewrite], refused: Sequence[Refusal]) -> FixReport:
    together = replace(
        report,
        findings=done.report.findings + report.findings,
        broken=done.report.broken + report.broken,
        skipped=tuple(dict.fromkeys(done.report.skipped + report.skipped)),
        parsed=max(done.report.parsed, report.parsed),
    )
    return FixReport(together, done.rewrites + tuple(rewrites), done.refused + tuple(refused))
