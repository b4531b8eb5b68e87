"""Finds a campaign's repositories: in the operator's list, in a folder, on GitHub; it looks into none of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from fixbot.campaign.records import Seen
from fixbot.errors import OperatorError
from fixbot.shell.campaign.reading import Ordered, listed
from fixbot.shell.choosing import token_here
from fixbot.shell.forge import READ_ONLY

_ON_GITHUB = re.compile(r"[A-Za-z0-9][\w-]{0,99}/[\w.-]{1,100}\Z", re.ASCII)
_EXCLUDED = "[repositories] exclude names it"


def is_on_github(ordered: Ordered) -> bool:
    """Say whether the repositories of a campaign are on GitHub: `auto` is that where a token is here."""
    asked = ordered.campaign.forge
    return asked == "github" or (asked == "auto" and bool(token_here()))


def repositories(ordered: Ordered, *, reading: bool = False) -> list[Seen]:
    """Return the repositories of a campaign, each once: the list first, then the others by name.

    Args:
        ordered: the campaign.
        reading: whether nothing will be written there, so that a token will do that may only read.

    Raises:
        OperatorError: a source cannot be read, there is no token for GitHub, or nothing is found at all.
        ForgeError: GitHub does not answer.
    """
    found: dict[str, Seen] = {}
    for seen in (*_named(ordered), *_in_folder(ordered), *_of_organisation(ordered, reading=reading)):
        found.setdefault(seen.place if _is_address(seen.place) else os.path.realpath(seen.place), seen)
    if not found:
        message = f"{ordered.file}: [repositories] leads to none"
        raise OperatorError(message)
    globs = ordered.campaign.sources.exclude
    return [_without(seen) if any(fnmatchcase(seen.name, g) for g in globs) else seen for seen in found.values()]


def _is_address(place: str) -> bool:
    return "://" in place


def _without(seen: Seen) -> Seen:
    return Seen(name=seen.name, place=seen.place, is_named=seen.is_named, skipped=_EXCLUDED)


def _named(ordered: Ordered) -> Iterator[Seen]:
    file = ordered.campaign.sources.file
    if file is None:
        return
    place = ordered.beside(file)
    names = listed(place)
    if not is_on_github(ordered):
        yield from (Seen(name=name, place=str(place.parent / name), is_named=True) for name in names)
        return
    wrong = [name for name in names if not _ON_GITHUB.match(name)]
    if wrong:
        message = f"{place}: {wrong[0]!r} is no repository on GitHub: write OWNER/NAME, one on each line"
        raise OperatorError(message)
    yield from (Seen(name=name, place=address(name), is_named=True) for name in names)


def _in_folder(ordered: Ordered) -> Iterator[Seen]:
    folder = ordered.campaign.sources.folder
    if folder is None:
        return
    if is_on_github(ordered):
        message = "[repositories] folder holds repositories of this machine: say forge = 'local' under [campaign]"
        raise OperatorError(message)
    try:
        inside = sorted(ordered.beside(folder).iterdir())
    except OSError as exc:
        message = f"cannot read {ordered.beside(folder)}: {exc.strerror}"
        raise OperatorError(message) from exc
    yield from (Seen(name=place.name, place=str(place)) for place in inside if is_repository(place))


def _of_organisation(ordered: Ordered, *, reading: bool) -> Iterator[Seen]:
    sources = ordered.campaign.sources
    if sources.organisation is None:
        return
    token = token_here()
    if not token or not is_on_github(ordered):
        message = "[repositories] organisation is on GitHub: set GITHUB_TOKEN or FIXBOT_TOKEN, and forge = 'github'"
        raise OperatorError(message)
    from fixbot.shell.github import organisation  # noqa: PLC0415 - PyGithub takes longer to load than a scan

    found = organisation.repositories(
        sources.organisation,
        topic=sources.topic,
        language=sources.language,
        token=token,
        api_url=os.environ.get("GITHUB_API_URL", "https://api.github.com"),
        folder=ordered.folder / "cache",
    )
    for name, why in found:
        yield Seen(name=name, place=address(name), skipped="" if reading and why == READ_ONLY else why)


def address(name: str) -> str:
    """Return where git finds a repository on GitHub."""
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
    return f"{server}/{name}.git"


def is_repository(place: Path) -> bool:
    """Say whether a folder is a git repository: one with a working tree, or a bare one."""
    return (place / ".git").exists() or is_bare(place)


def is_bare(place: Path) -> bool:
    """Say whether a folder is a git repository without a working tree."""
    return (place / "HEAD").is_file() and (place / "objects").is_dir() and (place / "refs").is_dir()
