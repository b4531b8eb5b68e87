"""Understands links that a person wrote: to pages of a repository on any host, and to files beside the text."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from fixbot.chatops.filenames import is_advice, is_python
from fixbot.chatops.mention import ANCHOR, LONGEST_PATH, Mention, named, pair, pairs

_COMMIT = re.compile(r"[0-9a-f]{40,64}")
#: Kinds of pages of a repository that show one of its files or folders at a state.
_PAGES = frozenset({"blob", "blame", "edit", "raw", "tree"})


def beside(target: str, said: str) -> Mention | None:
    """Return what a link within the repository mentions, with its lines as GitHub or a compiler writes them."""
    path, _, fragment = target.partition("#")
    path = path if path.startswith("/") else f"./{path.removeprefix('./')}"
    if anchor := ANCHOR.match(fragment):
        return named(path, pair(anchor), said)
    path, colon, numbers = path.partition(":")
    return named(path, pairs(numbers.partition(":")[0]) if colon else (), said)


def linked(url: str, repository: str, said: str, into: str) -> Mention | None:
    """Return what a link to a page of this repository mentions, on whatever host that is.

    Where the repository has no name, it may be any. One to another repository, and one to what a pull request changes,
    mention a place that is not there, if one is to follow.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    names = unquote(parts.path).strip("/").split("/")
    owner, name, page, *_ = [*names, "", "", ""]
    is_here = f"{owner}/{name}".lower() == repository.lower()
    is_elsewhere = bool(repository) and not is_here
    if (page == "pull" and names[4:5] == ["files"]) or (page in _PAGES and is_elsewhere):
        return Mention((), (), said, counts=True) if into else None
    if page not in _PAGES or is_elsewhere:
        return None
    rest = names[4:]
    if not rest or len(parts.path) > LONGEST_PATH or ".." in rest:
        return None
    anchor = ANCHOR.match(parts.fragment)
    # A branch may have slashes in its name, so it may end later than at the first.
    ends = tuple("/".join(rest[start:]) for start in range(1 if _COMMIT.fullmatch(names[3]) else len(rest)))
    lines = pair(anchor) if anchor else ()
    counts = (page in {"blob", "tree"} or is_here) and not is_advice(rest[-1])
    return Mention(ends, lines, said, counts=counts, exact=True, is_python=is_python(rest[-1]))
