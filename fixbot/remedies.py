"""The story of a log with fixes: lists findings, and rewrites each by itself to tell how; it writes no file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fixbot.codemod import Recipe, Safety
from fixbot.examine import Orders
from fixbot.model import ScanReport
from fixbot.prepare import prepare
from fixbot.report import Remedies
from fixbot.scan import Progress, Read, Source, Whole, silent
from fixbot.shell.ruff import Style


class _Apart(Mapping[str, str]):
    """Gives every finding a lane of its own: twins too, because nobody reads a fingerprint after the fix."""

    def __getitem__(self, fingerprint: str) -> str:
        return fingerprint

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def remedied(
    files: Iterable[Source],
    codemods: Sequence[Recipe],
    *,
    project: Whole,
    limit: Safety,
    style: Style,
    jobs: int,
    read: Read | None = None,
    progress: Progress = silent,
) -> tuple[ScanReport, Remedies]:
    """Return every finding in some files, and what climbs the whole ladder when it alone is rewritten.

    Args:
        files: the files.
        codemods: what to look for.
        project: returns the project that the files are of.
        limit: the most daring safety that is rewritten.
        style: what the project asks of ruff.
        jobs: processes at once.
        read: reads the files that are given by their path.
        progress: shows how far it is.
    """
    orders = Orders(tuple(codemods), limit, apart=True, lanes=_Apart())
    found = prepare(files, orders, jobs=jobs, style=style, read=read, project=project, progress=progress)
    rewrites = {change.lane: change.rewrites for change in found.changes}
    refused = {refusal.finding.fingerprint: refusal.because for refusal in found.refused}
    return found.report, Remedies(rewrites, refused)
