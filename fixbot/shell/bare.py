"""Works in a repository without a working tree, which the operator has named: git trusts none that it comes across."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fixbot.shell.git import Git
from fixbot.shell.repository import first_line


class Bare(Git):
    """A bare repository on this machine, such as one that others push to.

    Args:
        folder: the repository itself.

    Raises:
        OperatorError: it is none that git can read.
    """

    def __init__(self, folder: Path) -> None:
        self.directory = self.git_dir = folder.resolve()
        self._around: dict[str, str] = {"GIT_DIR": str(self.git_dir)}
        self._format = first_line(self._run("rev-parse", "--show-object-format"))

    @contextmanager
    def _aside(self) -> Iterator[dict[str, str]]:
        """Give surroundings in which none of its settings counts: it was not made by fixbot."""
        with self._elsewhere(borrowing=True) as around:
            yield around

    def has_changes(self) -> bool:
        """Say no: nothing is checked out."""
        return False
