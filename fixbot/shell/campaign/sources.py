"""Finds a campaign's repositories: in the operator's list, in a folder, on GitHub; it looks into none of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
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
        known = found.setdefault(_same(seen.place), seen)
        if _is_address(seen.place) and not seen.is_named:  # it is GitHub that spells it so
            found[_same(seen.place)] = replace(known, name=seen.name, place=seen.place)
    if not found:
        message = f"{ordered.file}: [repositories] leads to none"
        raise OperatorError(message)
    excluded = _excluded(ordered.campaign.sources.exclude)
    return [
        replace(told_apart, skipped=_EXCLUDED) if excluded(seen) or excluded(told_apart) else told_apart
        for seen, told_apart in _told_apart(found.values())
    ]


def _same(place: str) -> str:
    """Return what is equal for one repository, however it is named; GitHub does not mind upper case."""
    return place.casefold() if _is_address(place) else os.path.realpath(place)


def _excluded(globs: Sequence[str]) -> Callable[[Seen], bool]:
    def is_excluded(seen: Seen) -> bool:
        if _is_address(seen.place):
            return any(fnmatchcase(seen.name.casefold(), one.casefold()) for one in globs)
        return any(fnmatchcase(seen.name, one) for one in globs)

    return is_excluded


def _told_apart(found: Iterable[Seen]) -> Iterator[tuple[Seen, Seen]]:
    """Yield each as its source names it, and under a name that no other has: all that is known goes by names."""
    taken: set[str] = set()
    for seen in found:
        parts = Path(seen.place).parts
        longer = ("/".join(parts[-count:]) for count in range(2, len(parts)))
        name = next(name for name in (seen.name, *longer, seen.place) if name not in taken)
        taken.add(name)
        yield seen, replace(seen, name=name)


def _is_address(place: str) -> bool:
    return "://" in place


def _named(ordered: Ordered) -> Iterator[Seen]:
    file = ordered.campaign.sources.file
    if file is None:
        return
    place = ordered.beside(file)
    names = listed(place)
    if not is_on_github(ordered):
        _mind_missing_token(ordered, place, names)
        yield from (Seen(name=name, place=str(place.parent / name), is_named=True) for name in names)
        return
    wrong = [name for name in names if not _ON_GITHUB.match(name)]
    if wrong:
        message = f"{place}: {wrong[0]!r} is no repository on GitHub: write OWNER/NAME, one on each line"
        raise OperatorError(message)
    yield from (Seen(name=name, place=address(name), is_named=True) for name in names)


def _mind_missing_token(ordered: Ordered, place: Path, names: Sequence[str]) -> None:
    """Fail where a list of repositories on GitHub would be read as one of paths, none of which leads anywhere."""
    if ordered.campaign.forge != "auto" or any((place.parent / name).exists() for name in names):
        return
    far = next((name for name in names if _ON_GITHUB.match(name)), None)
    if far is not None:
        message = f"{place}: no token, and no such directory: {far}: set GITHUB_TOKEN, or say forge = 'local'"
        raise OperatorError(message)


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
