"""Words the reasons for judgements; foreign text in them is code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from fixbot.claims.facts import Facts
from fixbot.claims.places import Placed
from fixbot.fitting import named
from fixbot.model import AuditItem, Dismissed

_MOST = 3
_LONGEST = 120


def listed(names: Sequence[str], word: str = "and") -> str:
    """Return names as code, the last one behind a word: `a`, `b` and `c`; of many the first ones."""
    shown = [named(name, _LONGEST) for name in names[:_MOST]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more:,} more"
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}" if len(shown) > 1 else "".join(shown)


def unjudged(item: AuditItem, places: Sequence[Placed], facts: Facts) -> str:
    """Say why an item cannot be judged; empty where it can."""
    known = [slug for slug in item.codemods if slug in facts.codemods]
    if known:
        return _unseen(places, facts)
    reasons = [_unanswered(item)]
    there = [place for place in places if place.paths]
    if there:
        reasons.append(f"{share(len(there), len(places))} {_is_or_are(there)} there")
    return "; ".join([*reasons, *moved(there), *gone([place for place in places if not place.paths])])


def _unanswered(item: AuditItem) -> str:
    if item.codemods:
        return f"{listed(item.codemods)} would answer it and is not chosen"
    endings = sorted({PurePosixPath(place.path).suffix for place in item.locations} - {""})
    if endings and ".py" not in endings:
        return f"it is about {listed(endings)} files, and fixbot reads Python"
    return "no codemod answers it"


def _unseen(places: Sequence[Placed], facts: Facts) -> str:
    """Say that none of the places was looked at; empty where one was."""
    paths = [path for place in places for path in place.paths]
    skips = [facts.skipped[path] for path in paths if path in facts.skipped]
    if not paths or len(skips) < len(paths):
        return ""
    return "; ".join(f"{named(skip.path)} was not looked at: {skip.reason}" for skip in skips[:_MOST])


def _is_or_are(things: Sequence[object]) -> str:
    return "is" if len(things) == 1 else "are"


def share(part: int, whole: int) -> str:
    """Return how many of the places that an item names: the one, both, all, or so many of them; all of them exist."""
    if part < whole:
        return f"{part:,} of the {whole:,} places that it names"
    return {1: "the place that it names", 2: "both places that it names"}.get(
        whole, f"all {whole:,} places that it names"
    )


def moved(places: Iterable[Placed]) -> list[str]:
    """Say where places are today that are not where they were said to be."""
    new = {place.location.path: place.paths for place in places if place.moved}
    told = [f"{named(old, _LONGEST)} is {listed(paths)} today" for old, paths in new.items()]
    return _cut(told, "moved")


def gone(places: Sequence[Placed], standing: Sequence[Placed] = ()) -> list[str]:
    """Say which places have nothing, and which of them are no longer there at all.

    `standing` are those where the code stands that the item shows.
    """
    lost = list(dict.fromkeys(place.shown() for place in places if not place.paths))
    clean = list(dict.fromkeys(place.shown() for place in places if place.paths and place not in standing))
    alone = list(dict.fromkeys(place.shown() for place in standing))
    told = [f"not at {listed(clean)}"] if clean else []
    told += [f"the code that it shows is at {listed(alone)}, and no codemod finds fault with it there"] if alone else []
    return told + ([f"there is no {listed(lost, 'or')}"] if lost else [])


def elsewhere(number: int) -> list[str]:
    """Say how many findings there are besides."""
    return [f"{number:,} elsewhere"]


def untrue(dismissed: Sequence[Dismissed]) -> list[str]:
    """Say why what looks like the smell is none."""
    told = [f"{named(f'{one.path}:{one.line}', _LONGEST)}: {one.because}" for one in dismissed]
    return _cut(told, "such places")


def _cut(told: list[str], what: str) -> list[str]:
    more = len(told) - _MOST
    return told if more <= 0 else [*told[:_MOST], f"{more:,} more {what}"]
