"""The story of `fixbot preview`: finds, rewrites apart for each codemod, and tells what is seen; it writes no file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fixbot.codemod import Recipe, Safety
from fixbot.examine import Orders
from fixbot.prepare import prepare
from fixbot.preview import Seen
from fixbot.scan import Progress, Read, Source, Whole, silent
from fixbot.shell.ruff import Style


def outlook(
    files: Iterable[Source],
    codemods: Sequence[Recipe],
    *,
    project: Whole,
    limit: Safety,
    style: Style,
    jobs: int,
    read: Read | None = None,
    progress: Progress = silent,
) -> Seen:
    """Return every finding in some files, what would be rewritten by each codemod alone, and what would be left.

    Each codemod and each safety starts from the files as they are, as their pull requests would.

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
    orders = Orders(tuple(codemods), limit, apart=True)
    found = prepare(files, orders, jobs=jobs, style=style, read=read, project=project, progress=progress)
    return Seen(found.report, found.changes, found.refused)
