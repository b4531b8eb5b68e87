"""Reads the files of a commit that a run looks at; never the working tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fixbot.codemod import Corpus
from fixbot.engine.survey import EXCLUDED, IGNORED, is_about_building, may_be_code, whole
from fixbot.errors import OperatorError
from fixbot.markdown import visible
from fixbot.model import Base, Skipped, SourceFile
from fixbot.settings import excluder
from fixbot.shell.files import LIMIT, is_protected, leads_out
from fixbot.shell.git import Entry, Git

_MOST_UNSEEN = 20_000_000  # bytes


class CommitFiles:
    """Every Python file of a commit, or why it is not looked at; the working tree is never read.

    Args:
        git: the repository.
        base: the commit.
        exclude: globs of what the configuration leaves out.
        ignored: globs of what people asked to ignore.
        built_upon: whether other commits are to be made of it.

    Raises:
        OperatorError: it is built upon and has one name twice.
    """

    def __init__(
        self, git: Git, base: Base, exclude: Sequence[str], ignored: Sequence[str] = (), *, built_upon: bool = False
    ) -> None:
        self._git, self._base = git, base
        self._is_excluded, excluded = excluder(exclude), excluder([*exclude, *ignored])
        entries = list(git.entries(base.commit))
        if built_upon:
            mind_doubles(entries, base.branch)
        listed = [entry for entry in entries if entry.path.endswith(".py")]
        judged = [(entry, objection(entry)) for entry in listed if not excluded(entry.path)]
        self._skipped = [skipped for _, skipped in judged if skipped is not None]
        self._wanted = [entry for entry, skipped in judged if skipped is None]
        self._excluded = [entry for entry in listed if excluded(entry.path) and objection(entry) is None]
        self._texts = [entry for entry in entries if is_about_building(entry.path) and objection(entry) is None]
        self._by_path = {entry.path: entry for entry in (*self._texts, *self._wanted, *self._excluded)}
        passed_by = [entry for entry in listed if objection(entry) is not None]
        others = (entry for entry in entries if may_be_code(entry.path, executable=entry.mode == "100755"))
        self._unseen = [
            entry for entry in (*passed_by, *others) if entry.mode != "160000" and entry.size < _MOST_UNSEEN
        ]

    @property
    def excluded(self) -> tuple[str, ...]:
        """The paths that are not looked at because somebody asked for that."""
        return tuple(entry.path for entry in self._excluded)

    def __len__(self) -> int:
        return len(self._skipped) + len(self._wanted)

    def __iter__(self) -> Iterator[SourceFile | Skipped]:
        yield from self._skipped
        for entry, content in self._git.blobs(self._wanted):
            yield SourceFile(entry.path, content)

    def beside(self, path: str) -> bytes | None:
        """Return the content of a Python file or one about building, None where there is no such file."""
        entry = self._by_path.get(path)
        return None if entry is None else next(content for _, content in self._git.blobs([entry]))

    def project(self) -> Corpus:
        """Read every Python file of the commit; those that are excluded must not change."""
        files = {entry.path: content for entry, content in self._git.blobs([*self._wanted, *self._excluded])}
        texts = {entry.path: content for entry, content in self._git.blobs(self._texts)}
        unseen = {entry.path: content for entry, content in self._git.blobs(self._unseen)}
        paths = [entry.path for entry in self._excluded]
        fixed = {path: EXCLUDED if self._is_excluded(path) else IGNORED for path in paths}
        return whole(files, fixed=fixed, texts=texts, unseen=unseen)


def mind_doubles(entries: Iterable[Entry], branch: str) -> None:
    """Look whether a commit has one name twice, as a crafted one can: git would drop one of both from the next commit.

    Raises:
        OperatorError: it has.
    """
    paths, folders = set[str](), set[str]()
    for path in (entry.path for entry in entries):
        if path in paths:
            raise _doubled(path, branch)
        paths.add(path)
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    if clash := min(paths & folders, default=""):
        raise _doubled(clash, branch)


def _doubled(path: str, branch: str) -> OperatorError:
    because = f"{branch} has the name {visible(path)} twice, and git would drop one of both from the next commit"
    return OperatorError(f"{because}: commit it with one of them alone")


def objection(entry: Entry) -> Skipped | None:
    """Return why a file of a commit is not looked at, whatever it holds; None where it is."""
    if leads_out(entry.path):
        return Skipped(entry.path, "protected", "git itself checks no such file out")
    if is_protected(entry.path):
        return Skipped(entry.path, "protected", "nothing in .git or .github is touched")
    if entry.mode not in {"100644", "100755"}:
        return Skipped(entry.path, "symlink" if entry.mode == "120000" else "not a file", "left alone")
    if entry.size > LIMIT:
        return Skipped(entry.path, "too large", f"{entry.size / 1e6:.1f} MB; the limit is {LIMIT / 1e6:.0f} MB")
    return None
