"""Understands how many places an item claims that there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from fixbot.audit.wording import stems, words

_NOUNS = (
    r"instances?|occurrences?|locations?|places|spots|statements?|violations?|usages|call ?sites?|(?:except "
    r"|catch )?blocks"
    r"|comments|todos|handlers|warnings|findings|functions|methods|endpoints|queries|tests|imports|calls|hits|matches"
)
_NUMBER = r"(?<![\w.,:/#$-])(?<!PEP )([0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,6})\+?"
_COUNT = re.compile(rf"{_NUMBER}\s+(?:[\w`-]+\s+){{0,2}}?(?:{_NOUNS})\b", re.IGNORECASE)
_FILES = re.compile(rf"{_NUMBER}\s+(?:\w+\s+){{0,1}}?files?\b", re.IGNORECASE)
_IN_TITLE = re.compile(
    rf"(?:^|[-\u2013\u2014:(]\s*){_NUMBER}\s+(?!(?:of|percent|more|years?|days?|hours?|weeks?|minutes?|min|seconds?|"
    r"secs?|ms|kb|mb|gb|lines?|files?|bytes?|x)\b)[A-Za-z]",
    re.IGNORECASE,
)
_BEHIND_PATH = re.compile(
    r"\(([0-9]{1,6})(?:\+?\s+(?:instances?|occurrences?|times|places|failures?|hits|matches)\b|\s?[x\u00d7]\))",
    re.IGNORECASE,
)
_STATISTIC = re.compile(r"^(?P<label>[^:]{3,80}):\s*(?P<number>[0-9]{1,6})\+?(?:\s|$)")
# What such a line counts is the whole project, or it is a place.
_OF_ALL = re.compile(
    r"^(?:lines?|loc|tests?|files?|commits?|version|page|score|step|day)\W*$|\S\.\w{1,10}$", re.IGNORECASE
)
_MOST = 1_000_000
_LONGEST = 20_000
_LONGEST_LINE, _MOST_STATISTICS = 200, 200


@dataclass(frozen=True, slots=True)
class Statistic:
    """A line that counts something: the words for what, and how many there are."""

    about: frozenset[str]
    number: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many places, or files with some, an item claims; 0 where it does not say."""

    number: int
    unit: str = "places"


def claimed(title: str, places: str, prose: str, statistics: Iterable[Statistic]) -> Count:
    """Return how many places an item claims.

    Args:
        title: its title.
        places: what it says where it says where.
        prose: what it says of the problem, without code.
        statistics: lines of the whole document that count things, as `TODOs found: 20+`.
    """
    in_words = (
        _first(_COUNT, title),
        _first(_IN_TITLE, title),
        _first(_COUNT, _open(places)),
        counted(title, statistics),
    )
    if found := next(filter(None, in_words), 0) or _first(_COUNT, _open(prose)):
        return Count(found)
    if files := _first(_FILES, places) or _first(_FILES, title):
        return Count(files, "files")
    return Count(min(sum(int(each) for each in _BEHIND_PATH.findall(f"{places}\n{prose}"[:_LONGEST])), _MOST))


def counted(title: str, statistics: Iterable[Statistic]) -> int:
    """Return the number in the line of a statistic that has the same subject as a title."""
    known = stems(title)
    return next((line.number for line in statistics if line.about and line.about <= known), 0)


def statistics_of(lines: Sequence[str]) -> tuple[Statistic, ...]:
    """Return the lines of a document that count something."""
    short = (line for line in lines if len(line) < _LONGEST_LINE and not line.lstrip().startswith(("#", "//")))
    found = (match for line in short if ":" in line and (match := _STATISTIC.match(words(line))))
    found = (match for match in found if not _OF_ALL.search(match["label"]))
    return tuple(
        Statistic(stems(re.sub(r"\([^()]{0,80}\)", "", match["label"])), int(match["number"]))
        for match in islice(found, _MOST_STATISTICS)
    )


def _first(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text[:_LONGEST])
    return min(int(found[1].replace(",", "")), _MOST) if found else 0


def _open(text: str) -> str:
    """Return a text without what stands in brackets behind one of several paths."""
    return re.sub(r"\([^()\n]{0,200}\)", " ", text[:_LONGEST])
