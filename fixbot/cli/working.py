"""The files of a working tree, as the commands that need no git see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from fixbot.errors import OperatorError
from fixbot.model import Skipped, SourceFile
from fixbot.settings import Settings
from fixbot.shell.files import TrackedIn, find_files, read_source


def working_files(paths: Sequence[Path], root: Path, settings: Settings) -> Iterator[SourceFile | Skipped]:
    """Yield the Python files that are meant, as they are on disk, and those that are skipped, with the reason."""
    found, skipped = find_files(list(paths) or [Path.cwd()], root, tracked=_tracked(root), exclude=settings.exclude)
    yield from skipped
    for path in found:
        yield read_source(root, path)


def _tracked(root: Path) -> TrackedIn | None:
    """Return what tells tracked files; None where there is no git, no repository, or one that ignores this folder."""
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return None
    from fixbot.shell.git import Git  # noqa: PLC0415 - most scans need no git

    try:
        git = Git(root)
        return git.tracked if (root / ".git").exists() or git.tracked(root) else None
    except OperatorError:
        return None
