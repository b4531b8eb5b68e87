"""What a person meant by a path: its names, its lines, and whether somebody has to hear of it where it is not there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fixbot.chatops.filenames import is_python, looks_like_file, looks_like_folder

#: Nothing that is longer is taken for a path.
LONGEST_PATH = 500
#: The lines that a link to a page of GitHub names.
FRAGMENT = r"\#L(?P<from>[0-9]{1,7})(?:C[0-9]{1,7})?(?:-L?(?P<to>[0-9]{1,7})(?:C[0-9]{1,7})?)?"
ANCHOR = re.compile(FRAGMENT.removeprefix("\\#"))
_NUMBERS = re.compile(r"([0-9]{1,7})(?: ?(?:-|\u2013|to) ?([0-9]{1,7}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A path that a person wrote, or several of which the first that exists is meant.

    `lines` are pairs of a first and a last line; none means the whole file. `counts` says that a person has to hear
    of it where no such file exists, `is_python` that this holds for pasted code too. `is_left_out` says that it is
    named as a place that is not meant.
    """

    names: tuple[str, ...]
    lines: tuple[tuple[int, int], ...]
    said: str
    counts: bool
    exact: bool = False
    is_python: bool = False
    is_glob: bool = False
    is_left_out: bool = False


def named(path: str, lines: tuple[tuple[int, int], ...], said: str) -> Mention | None:
    """Return what a path mentions; None where it cannot be one of a repository."""
    is_rooted, path = path.startswith(("/", "./")), path.removeprefix("./")
    if not path.strip("/") or len(path) > LONGEST_PATH or ".." in path.split("/"):
        return None
    # Nobody writes the line of a library.
    counts = looks_like_file(path) or looks_like_folder(path) or (bool(lines) and is_python(path))
    only = path.strip("/")
    names = (only, f"{only}/") if is_rooted and "/" not in only else ends(path)
    return Mention(names, lines, said.replace("`", "").strip(), counts=counts, is_python=counts and is_python(path))


def ends(path: str) -> tuple[str, ...]:
    """Return a path and, of an absolute one, all its ends, the longest first."""
    names = path.strip("/").split("/")
    if not path.startswith("/") and ":" not in names[0]:
        return (path,)
    return tuple("/".join(names[start:]) for start in range(len(names)))


def pair(match: re.Match[str]) -> tuple[tuple[int, int], ...]:
    """Return the lines that a match of `FRAGMENT` names."""
    return pairs(f"{match['from']}-{match['to'] or match['from']}")


def pairs(spans: str) -> tuple[tuple[int, int], ...]:
    """Return the lines that numbers name, each pair in order; there is no line 0."""
    pairs = ((int(first), int(last or first)) for first, last in _NUMBERS.findall(spans))
    return tuple((min(pair), max(pair)) for pair in pairs if min(pair) > 0)
