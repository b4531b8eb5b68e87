"""The files of a working tree, as the commands that need no git see them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from fixbot.codemod import Corpus
from fixbot.engine.survey import EXCLUDED, UNNAMED, is_about_building, may_be_code, whole
from fixbot.errors import OperatorError
from fixbot.model import SourceFile
from fixbot.scan import Read, Source
from fixbot.settings import Settings, excluder
from fixbot.shell.files import TrackedIn, find_files, is_executable, is_protected, read_source, read_whatever
from fixbot.shell.spool import Spool


class WorkingFiles:
    """The Python files that are meant by paths, as paths below a root, and those that are skipped."""

    def __init__(self, paths: Sequence[Path], root: Path, settings: Settings) -> None:
        self.read: Read = partial(read_source, root)
        self._root, self._exclude = root, settings.exclude
        self._found, self._skipped = find_files(
            list(paths) or [Path.cwd()], root, tracked=_tracked(root), exclude=settings.exclude
        )

    def __len__(self) -> int:
        return len(self._found) + len(self._skipped)

    def __iter__(self) -> Iterator[Source]:
        yield from self._skipped
        yield from self._found

    def project(self) -> Corpus:
        """Read every Python file below the root, whether it is meant or not; what is not meant must not change."""
        tracked = _tracked(self._root)
        around, skipped = find_files([self._root], self._root, tracked=tracked)
        sources = (self.read(path) for path in sorted({*around, *self._found}))
        files = Spool(source for source in sources if isinstance(source, SourceFile))
        excluded = excluder(self._exclude)
        fixed = {path: EXCLUDED if excluded(path) else UNNAMED for path in files.keys() - set(self._found)}
        known = tracked(self._root) if tracked is not None else None
        others = sorted(path for path in known or () if may_be_code(path, executable=is_executable(self._root, path)))
        paths = [*(skip.path for skip in skipped if skip.reason != "protected"), *others]
        unseen = {path: content for path in paths if (content := read_whatever(self._root, path)) is not None}
        return whole(files, fixed=fixed, texts=dict(self._texts(known, files)), unseen=unseen)

    def _texts(self, known: Collection[str] | None, files: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Read what says how the project is built: at the root, and what git tracks, else what is around the files."""
        near = set(_around(self._root, files)) if known is None else {*known, *_beside(self._root, "")}
        for path in sorted(near):
            if is_about_building(path) and not is_protected(path):
                source = self.read(path)
                if isinstance(source, SourceFile):
                    yield path, source.content


def _around(root: Path, files: Collection[str]) -> Iterator[str]:
    """Yield what stands in the folders around some files."""
    for folder in {parent.as_posix() for path in files for parent in PurePosixPath(path).parents}:
        yield from _beside(root, folder)
        yield from _beside(root, f"{folder}/requirements")


def _beside(root: Path, folder: str) -> list[str]:
    try:
        return [path.relative_to(root).as_posix() for path in Path(root, folder).iterdir()]
    except OSError:
        return []


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
