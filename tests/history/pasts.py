"""Makes repositories with a past from commits that are written down, in one process of git."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.parts.git import git, git_bytes

if TYPE_CHECKING:
    from pathlib import Path

#: The mode and the bytes of a file, by its path; a submodule has none but the id of a commit.
Tree = Mapping[str, tuple[str, bytes]]


@dataclass(frozen=True)
class Made:
    """A commit to make: its files, its subject, when it was committed, and the files of a branch that it merges."""

    tree: Tree
    subject: bytes = b"Change"
    date: str = "1700000000 +0000"
    merges: Tree | None = None


def repository_of(place: Path, commits: Sequence[Made]) -> Path:
    """Make a repository whose `main` has the commits along its first parents; nothing is checked out."""
    place.mkdir(parents=True)
    git(place, "init", "--quiet", "--initial-branch=main")
    stream, parent = [], 0
    for number, made in enumerate(commits):
        mine = 2 * number + 1
        if made.merges is not None and parent:
            stream.append(_commit("side", mine + 1, made, made.merges, f"from :{parent}\n"))
        below = f"from :{parent}\n" if parent else ""
        beside = f"merge :{mine + 1}\n" if made.merges is not None and parent else ""
        stream.append(_commit("main", mine, made, made.tree, below + beside))
        parent = mine
    git_bytes(place, "fast-import", "--quiet", "--force", stdin=b"".join(stream))
    return place


def _commit(branch: str, mark: int, made: Made, tree: Tree, parents: str) -> bytes:
    files = b"".join(_file(path, mode, content) for path, (mode, content) in tree.items())
    head = f"reset refs/heads/{branch}\ncommit refs/heads/{branch}\nmark :{mark}\n"
    who = f"committer Ada <ada@example.org> {made.date}\n"
    return head.encode() + who.encode() + _data(made.subject) + parents.encode() + b"deleteall\n" + files + b"\n"


def _file(path: str, mode: str, content: bytes) -> bytes:
    quoted = b"".join(b"\\%03o" % byte for byte in path.encode(errors="surrogateescape"))
    if mode == "160000":
        return b'M 160000 %s "%s"\n' % (content, quoted)
    return b'M %s inline "%s"\n' % (mode.encode(), quoted) + _data(content)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)
