"""Lists the files of a project, whatever they are, and reads one as text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from fixbot.errors import OperatorError
from fixbot.model import SourceFile
from fixbot.shell.files import read_source
from fixbot.shell.repository import Repository

#: So many files are listed where git does not say which ones belong to the project.
_MOST = 200_000
_NEVER = frozenset({".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache"})


def all_paths(root: Path) -> frozenset[str]:
    """Return the paths of a project's files below its root: what git tracks, else what is there, without caches.

    Raises:
        OperatorError: the root is the inside of a git repository, which holds no files.
    """
    if (root / "HEAD").is_file() and (root / "objects").is_dir():
        message = f"{root} is a bare repository: name a clone of it that has a working tree"
        raise OperatorError(message)
    try:
        tracked = Repository(root).tracked(root)
    except OperatorError:
        tracked = set()
    return frozenset(tracked) or frozenset(_walked(root))


def text_at(root: Path, path: str) -> str:
    """Return a Python file of a project as text, empty where it is none that fixbot looks at."""
    source = read_source(root, path)
    return source.content.decode("utf-8", "replace") if isinstance(source, SourceFile) else ""


def _walked(root: Path) -> Iterator[str]:
    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in _NEVER]
        for name in files:
            yield Path(folder, name).relative_to(root).as_posix()
            count += 1
            if count >= _MOST:
                return
