"""Finds, reads and replaces Python files below a root; follows no link and runs nothing."""

from __future__ import annotations

import errno
import math
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from fixbot.errors import OperatorError
from fixbot.model import Skipped, SourceFile
from fixbot.settings import excluder

#: The most bytes that a file may have.
LIMIT = 1_000_000

#: Directories that hold nobody's own source: never entered, unless one of them is named.
PASSED_OVER = frozenset(
    (".git .github .hg .svn .tox .nox .venv venv __pycache__ node_modules site-packages build dist .eggs"
     " .mypy_cache .ruff_cache .pytest_cache").split()
)  # fmt: skip

#: Directories in which nothing is ever touched, named or not.
PROTECTED = frozenset((".git", ".github"))

#: Returns the tracked paths (relative to the root) where a directory is in a git work tree, else None.
TrackedIn = Callable[[Path], set[str] | None]

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def find_files(
    paths: Sequence[Path], root: Path, *, tracked: TrackedIn | None = None, exclude: Sequence[str] = ()
) -> tuple[list[str], list[Skipped]]:
    """Find the Python files that are meant by paths; a directory means all `*.py` below it.

    A file that is named is taken whatever its ending, whether excluded or untracked.

    Args:
        paths: files and directories, relative to the current directory or absolute; none means the root.
        root: the directory that every path must lie in.
        tracked: what git tracks; files in directories that it does not list are skipped.
        exclude: globs as in `fixbot.settings.excluder`, for what is found in directories.

    Returns:
        The files, as paths relative to the root with `/`, and what was skipped; both sorted, without doubles.

    Raises:
        OperatorError: paths that do not exist or lie outside the root; all of them in one message.
    """
    files: set[str] = set()
    skipped: set[Skipped] = set()
    excluded = excluder(exclude)
    for place in _places(paths or [root], root):
        if isinstance(place, Skipped):
            skipped.add(place)
        elif place.directory:
            known = None if tracked is None else tracked(Path(place.full))
            _sort_out(_walk(place, excluded), known, files, skipped)
        else:
            files.add(place.path)
    left_out = {skip for skip in skipped if skip.path not in files}
    return sorted(files), sorted(left_out, key=lambda skip: (skip.path, skip.reason))
