"""Finds, reads and replaces Python files below a root; follows no link and runs nothing."""

from __future__ import annotations

import errno
import math
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fixbot.errors import OperatorError
from fixbot.interrupts import later
from fixbot.model import Skipped, SourceFile
from fixbot.settings import excluder

#: The most bytes that a file may have.
LIMIT = 1_000_000

#: Directories that hold nobody's own source: never entered, unless one of them is named.
PASSED_OVER = frozenset(
    {".git", ".github", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", "__pycache__", "node_modules"}
    | {"site-packages", "build", "dist", ".eggs", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
)

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


@dataclass(frozen=True, slots=True)
class _Place:
    """A named path that exists: its real place, and that relative to the root (empty for the root itself)."""

    full: str
    path: str
    directory: bool


def _places(paths: Sequence[Path], root: Path) -> list[_Place | Skipped]:
    top = Path(os.path.realpath(root))
    places: list[_Place | Skipped] = []
    mistakes: list[str] = []
    for path in paths:
        try:
            places.append(_place(path, top))
        except (FileNotFoundError, NotADirectoryError):
            mistakes.append(f"no such file or directory: {path}")
        except (OSError, ValueError) as exc:
            mistakes.append(f"{getattr(exc, 'strerror', None) or exc}: {path}")
    if mistakes:
        raise OperatorError("; ".join(mistakes))
    return places


def _place(path: Path, top: Path) -> _Place | Skipped:
    status = path.lstat()
    link = stat.S_ISLNK(status.st_mode) and not path.is_dir()
    full = Path(os.path.realpath(path.parent), path.name) if link else Path(os.path.realpath(path))
    if not full.is_relative_to(top):
        message = f"not inside {top}"
        raise ValueError(message)
    inside = full.relative_to(top)
    relative = "" if full == top else inside.as_posix()
    if is_protected(relative):
        return Skipped(relative, "protected", "nothing in .git or .github is touched")
    if link:
        return _symlink(relative)
    if full.is_dir():
        return _Place(str(full), relative, directory=True)
    return _unfit(relative, status) or _Place(str(full), relative, directory=False)


def is_protected(path: str) -> bool:
    """Say whether a path with `/` leads into a directory in which nothing is ever touched."""
    return not PROTECTED.isdisjoint(path.lower().split("/"))  # .GIT is .git where case does not count


def leads_out(path: str) -> bool:
    """Say whether a path with `/` is none that git checks out: one that a crafted tree holds to lead elsewhere."""
    return not {"", ".", "..", ".git"}.isdisjoint(path.split("/"))


def _walk(place: _Place, excluded: Callable[[str], bool]) -> Iterator[tuple[str, os.DirEntry[str]] | Skipped]:
    todo = [(place.full, place.path)]
    while todo:
        full, path = todo.pop()
        try:
            with os.scandir(full) as found:
                entries = list(found)
        except OSError as exc:
            yield Skipped(path or ".", "unreadable", exc.strerror or str(exc))
            continue
        if path != place.path and any(entry.name == "pyvenv.cfg" for entry in entries):
            continue
        prefix = f"{path}/" if path else ""
        for entry in entries:
            below = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if not _is_passed_over(entry.name) and not excluded(below):
                    todo.append((entry.path, below))
            elif below.endswith(".py") and not excluded(below):
                yield below, entry


def _is_passed_over(name: str) -> bool:
    return name in PASSED_OVER or name.endswith(".egg-info")


def _sort_out(
    walk: Iterable[tuple[str, os.DirEntry[str]] | Skipped],
    known: set[str] | None,
    files: set[str],
    skipped: set[Skipped],
) -> None:
    for found in walk:
        objection = found if isinstance(found, Skipped) else _objection(*found, known)
        if objection is not None:
            skipped.add(objection)
        elif not isinstance(found, Skipped):
            files.add(found[0])


def _objection(path: str, entry: os.DirEntry[str], known: set[str] | None) -> Skipped | None:
    if entry.is_symlink():
        return _symlink(path)
    if known is not None and path not in known:
        return Skipped(path, "untracked", "git does not track it; name the file to include it")
    try:
        return _unfit(path, entry.stat(follow_symlinks=False))
    except OSError as exc:
        return Skipped(path, "unreadable", exc.strerror or str(exc))


def _symlink(path: str) -> Skipped:
    return Skipped(path, "symlink", "a link is not followed; name the file it leads to")


def _unfit(path: str, status: os.stat_result) -> Skipped | None:
    if not stat.S_ISREG(status.st_mode):
        return Skipped(path, "not regular", "it is no regular file")
    if status.st_size > LIMIT:
        return Skipped(path, "too large", f"{math.ceil(status.st_size / 100_000) / 10} MB; the limit is 1 MB")
    return None


def read_source(root: Path, path: str) -> SourceFile | Skipped:
    """Read one file below the root; a link, a device or a file over the limit is skipped with the reason."""
    try:
        descriptor = os.open(f"{root}/{path}", _FLAGS)
        try:
            status = os.fstat(descriptor)
            if (unfit := _unfit(path, status)) is not None:
                return unfit
            content = os.read(descriptor, status.st_size + 1)
        finally:
            os.close(descriptor)
    except OSError as exc:
        if exc.errno == errno.ELOOP:
            return _symlink(path)
        return Skipped(path, "unreadable", exc.strerror or str(exc))
    except ValueError as exc:  # a null byte, or a name that the file system's encoding cannot say
        return Skipped(path, "unreadable", str(exc))
    if len(content) != status.st_size:
        return Skipped(path, "unreadable", "it changed while it was read")
    return SourceFile(path, content)


def read_whatever(root: Path, path: str, most: int = 20_000_000) -> bytes | None:
    """Return the content of a file below the root that is read and never written, links followed as far as the root.

    Args:
        root: the directory that the file must really lie in.
        path: the file, relative to the root, with `/`.
        most: the most bytes that it may have.

    Returns:
        The content; None where it is no regular file, too large, elsewhere or not to be read.
    """
    try:
        full = Path(os.path.realpath(Path(root, path)))
        if not full.is_relative_to(os.path.realpath(root)) or not full.is_file() or full.stat().st_size > most:
            return None
        return full.read_bytes()
    except (OSError, ValueError):
        return None


def is_executable(root: Path, path: str) -> bool:
    """Say whether a file below the root may be run as a program."""
    return os.access(Path(root, path), os.X_OK)


def write_source(root: Path, path: str, content: bytes, expected: bytes) -> str | None:
    """Replace one file below the root in one step, so that no reader ever sees half of it.

    Args:
        root: the directory that the file must really lie in, links resolved.
        path: the file, relative to the root, with `/`.
        content: its new bytes; its mode stays.
        expected: what it must hold until now.

    Returns:
        None, or the reason why the file is left as it is.
    """
    top, folder = os.path.realpath(root), os.path.realpath(Path(root, path).parent)
    if not Path(folder).is_relative_to(top):
        return "it lies outside the root"
    if is_protected(Path(folder).relative_to(top).as_posix()):
        return "nothing in .git or .github is touched"
    target = Path(folder, Path(path).name)
    try:
        with later():
            return _replace(target, content, expected)
    except (OSError, ValueError) as exc:
        return f"it cannot be written: {getattr(exc, 'strerror', None) or exc}"


def _replace(target: Path, content: bytes, expected: bytes) -> str | None:
    temporary = target.with_name(f".fixbot-{os.getpid()}-{secrets.token_hex(8)}")
    mode = target.lstat().st_mode
    if not stat.S_ISREG(mode):
        return "it is no regular file"
    if not mode & 0o222 or not os.access(target, os.W_OK):
        return "it is read-only"
    try:
        temporary.touch(mode=0o600, exist_ok=False)  # nobody else may read it before it has the file's own mode
        temporary.write_bytes(content)
        temporary.chmod(stat.S_IMODE(mode))
        now = read_source(target.parent, target.name)
        if isinstance(now, Skipped) or now.content != expected:
            return "it has changed since it was read"
        temporary.replace(target)
    finally:
        with suppress(OSError):
            temporary.unlink()
    return None
