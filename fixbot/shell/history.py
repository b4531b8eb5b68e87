"""Reads commits of the past and what each of them changes; fetches nothing that is not here."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from fixbot.errors import OperatorError
from fixbot.history import Commit, Version
from fixbot.shell.repository import Entry, Repository

# What a person may have chosen for their eyes must not change what is read.
_LOG = (
    *("log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z", "--no-renames", "--no-abbrev"),
    *("--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-relative", "--no-color", "--no-decorate"),
    *("--no-notes", "--no-mailmap", "--ignore-submodules=none", f"-O{os.devnull}", "--encoding=UTF-8", "--date=raw"),
    "--format=%H%x00%P%x00%cd%x00%s",
)
# Git would ask the server for one content after the other.
_NOT_FETCHED = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
_SUBMODULE = "160000"
_GONE = "000000"

#: Says whether a path is of interest.
Wanted = Callable[[str], bool]


class Past(Repository):
    """The past of a repository.

    Args:
        git: the repository.
    """

    def __init__(self, git: Repository) -> None:
        self.directory, self.git_dir = git.directory, git.git_dir
        self._around = git._around | _NOT_FETCHED  # noqa: SLF001 - it is the same repository, with one thing less

    def commits(self, newest: str, last: int, wanted: Wanted) -> tuple[list[Commit], bool]:
        """Return the last commits along the first parents, the oldest first, and whether history was cut off there.

        Args:
            newest: the id of a commit, or a full ref.
            last: how many; there may be fewer. At least 1.
            wanted: says which files count.

        Raises:
            OperatorError: there is no such commit, or something of these commits is not here.
        """
        commit = self.resolve(newest)
        if commit is None:
            message = f"there is no commit {newest} here: name a branch that is, or fetch it"
            raise OperatorError(message)
        told = self._run(*_LOG, f"--max-count={last}", "--end-of-options", commit, "--")
        found = list(_commits(told.split(b"\0"), wanted))
        (oldest, has_parents) = found[-1]
        files = tuple(version for version in self._files(oldest.id) if wanted(version.path))
        commits = [replace(oldest, changed=files, gone=()), *(one for one, _ in found[-2::-1])]
        return commits, not has_parents and bool(self._parents_and_message(oldest.id)[0])

    def _files(self, commit: str) -> Iterator[Version]:
        """Yield every file of a commit; git looks at no content for that, as it would for sizes."""
        for record in self._run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            if record:
                meta, _, path = record.partition(b"\t")
                mode, _kind, blob = meta.decode().split()
                yield Version(os.fsdecode(path), mode, blob)

    def sized(self, versions: Iterable[Version]) -> list[Entry]:
        """Return the versions with their sizes.

        Raises:
            OperatorError: a content is not here.
        """
        listed = list(versions)
        asked = {version.blob: 0 for version in listed if version.mode != _SUBMODULE}
        words = "".join(f"{blob}\n" for blob in asked).encode()
        told = self._run("cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer", stdin=words)
        for line in told.decode().splitlines():
            blob, _, size = line.partition(" ")
            if not size.isdecimal():
                raise OperatorError(_LEFT_OUT)
            asked[blob] = int(size)
        return [Entry(version.mode, version.blob, asked.get(version.blob, 0), version.path) for version in listed]

    def _failed(self, word: str, done: subprocess.CompletedProcess[bytes]) -> str:
        return _LEFT_OUT if self.is_partial() else super()._failed(word, done)


_LEFT_OUT = (
    "this clone lacks contents of earlier commits: "
    "run `git fetch --refetch --no-filter`, or clone again without --filter"
)


def _commits(words: list[bytes], wanted: Wanted) -> Iterator[tuple[Commit, bool]]:
    """Yield what git's log tells, each with whether it has parents: four words, then pairs of words for its files."""
    rest = iter(words)
    word = next(rest)
    while word:
        parents, date, subject = next(rest), next(rest), next(rest)
        changed, gone = [], []
        head, word = word, b""
        for meta in rest:
            if not meta.lstrip(b"\n").startswith(b":"):
                word = meta
                break
            path, (_, mode, _, blob, _) = os.fsdecode(next(rest)), meta.decode().split()
            if wanted(path) and mode == _GONE:
                gone.append(path)
            elif wanted(path):
                changed.append(Version(path, mode, blob))
        time, _, zone = date.decode().partition(" ")
        told = head.decode(), int(time), zone, subject.decode(errors="replace")
        yield Commit(*told, tuple(changed), tuple(gone)), bool(parents)
