"""Looks at a clone, its workflows and the way from it to a forge; starts nothing of it and writes nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from urllib.parse import urlsplit

from fixbot.doctor.seen import Clone, Way, WorkflowFile
from fixbot.errors import OperatorError
from fixbot.settings import Settings
from fixbot.shell.choosing import github_name
from fixbot.shell.repository import Repository

_TOKENS = ("FIXBOT_TOKEN", "GITHUB_TOKEN")  # the first one that holds something counts
_WORKFLOWS = ".github/workflows"
_LARGEST = 500_000


def look(git: Repository, base: str | None) -> Clone:
    """Return what there is to know of a clone; `base` is the branch to improve, None for the one checked out."""
    branch = _branch(git)
    name = base or branch or git.default_branch() or ""
    commit = git.tip(name) if name else None
    is_partial = git.is_partial()
    paths = _paths(git, commit, is_partial=is_partial)
    return Clone(
        branch=branch,
        base=name if commit else "",
        is_shallow=git.is_shallow(),
        is_partial=is_partial,
        origin_has_password=_has_password(git.remote_url()),
        paths=paths,
        workflows=_workflows(git, None if is_partial else commit, paths),
    )


def way(git: Repository, repository: str | None, settings: Settings) -> Way:
    """Return what decides on the forge; the tokens themselves stay where they are."""
    held = {name: os.environ[name] for name in _TOKENS if os.environ.get(name)}
    url = git.remote_url()
    return Way(
        asked=settings.forge,
        variable=next(iter(held), ""),
        name=repository or github_name(url),
        both=len(set(held.values())) > 1,
        has_origin=url is not None,
    )


def secrets() -> list[str]:
    """Return what must be shown to nobody."""
    held = [os.environ.get(name, "").strip() for name in _TOKENS]
    return sorted({secret for secret in held if secret}, key=len, reverse=True)


def _paths(git: Repository, commit: str | None, *, is_partial: bool) -> frozenset[str]:
    """Return the files of the base; in a partial clone those of the index, because their sizes would be fetched."""
    if commit is None:
        return frozenset()
    if is_partial:
        return frozenset(Repository(git.top()).tracked(git.top()))
    return frozenset(entry.path for entry in git.entries(commit))


def _branch(git: Repository) -> str:
    try:
        return git.current_branch()
    except OperatorError:
        return ""


def _has_password(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    # who logs in with a token alone writes it where the name stands
    return parts.scheme in {"http", "https"} and bool(parts.password or parts.username)


def _workflows(git: Repository, commit: str | None, paths: frozenset[str]) -> tuple[WorkflowFile, ...]:
    """Return the workflows of the working tree, and those of the commit that are not there; None opens no commit."""
    inside = {path for path in paths if path.startswith(f"{_WORKFLOWS}/") and _is_workflow(path)}
    kept = {path: content for path in sorted(inside) if commit and (content := git.file(commit, path)) is not None}
    here = _working(git.top())
    return tuple(
        WorkflowFile(
            path,
            content.decode(errors="replace"),
            committed=kept[path] == content if path in kept else commit is None and path in inside,
        )
        for path, content in sorted((kept | here).items())
    )


def _working(top: Path) -> dict[str, bytes]:
    found = {}
    try:
        listed = sorted((top / _WORKFLOWS).iterdir())
    except OSError:
        return {}
    for place in listed:
        if _is_workflow(place.name) and (content := _content(place)) is not None:
            found[f"{_WORKFLOWS}/{place.name}"] = content
    return found


def _content(place: Path) -> bytes | None:
    """Read a regular file of a sensible size; a link may lead anywhere, and git writes other line ends on Windows."""
    try:
        status = place.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            return None
        return place.read_bytes().replace(b"\r\n", b"\n")
    except OSError:
        return None


def _is_workflow(path: str) -> bool:
    return path.endswith((".yml", ".yaml")) and path.count("/") in {0, 2}
