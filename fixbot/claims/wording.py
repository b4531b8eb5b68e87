"""Words the reasons for judgements; foreign text in them is code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from fixbot.claims.facts import Facts
from fixbot.claims.matching import NEAR, Matched
from fixbot.claims.places import Placed
from fixbot.fitting import named
from fixbot.model import AuditItem, Dismissed, Finding, Judgement

_MOST = 3
_LONGEST = 120


def reasons(
    item: AuditItem,
    places: Sequence[Placed],
    at: Matched,
    everywhere: Sequence[Finding],
    within: Sequence[Finding],
    seeming: Sequence[Dismissed],
    judgement: Judgement,
) -> list[str]:
    """Say why a claim is judged as it is.

    Args:
        item: the claim.
        places: its places.
        at: what is there.
        everywhere: what its codemods find in the whole project.
        within: what is found in what it is about.
        seeming: what only looks like the smell.
        judgement: what is said of it.
    """
    told = untrue(seeming) if judgement is Judgement.NOT_TRUE else list(_counted(item, places, at, everywhere, within))
    told += _drifted(places, at) + moved(places[each] for each in at.found)
    told += untrue(seeming) if judgement is not Judgement.NOT_TRUE and places else []
    told += _missed(places, at)
    others = len({one.fingerprint for one in everywhere} - {one.fingerprint for one in within})
    return told + ([f"{others:,} elsewhere"] if others else [])


def _counted(
    item: AuditItem, places: Sequence[Placed], at: Matched, everywhere: Sequence[Finding], within: Sequence[Finding]
) -> Iterator[str]:
    if not everywhere and not within:
        yield f"nothing in the project is {listed(item.codemods, 'or')}"
    elif everywhere and len(within) >= len(everywhere):
        files = len({finding.path for finding in within})
        of_files = f" in {files:,} {'file' if files == 1 else 'files'}" if item.unit == "files" else ""
        yield f"{len(everywhere):,} in the project{of_files}"
    if places and (everywhere or within):
        yield f"at {share(len(at.found), len(places))}"


def _drifted(places: Sequence[Placed], at: Matched) -> list[str]:
    """Say where lines are today that have moved far within their file."""
    told = []
    for each, findings in sorted(at.found.items()):
        where, finding = places[each].location, findings[0]
        distance = max(0, finding.line - where.end_line, where.line - finding.end_line)
        if where.line and distance > NEAR:
            told.append(f"the nearest to {named(places[each].shown(), _LONGEST)} is line {finding.line}")
    return _cut(told, "lines that have moved")


def _missed(places: Sequence[Placed], at: Matched) -> list[str]:
    """Say at which places nothing is found, and why."""
    told = [f"not at {_shown(places, at.clean)}"] if at.clean else []
    shows = "the code that it shows is at"
    told += [f"{shows} {_shown(places, at.standing)}, and no codemod finds fault with it there"] if at.standing else []
    for because in dict.fromkeys(at.unseen.values()):
        told.append(f"{_shown(places, [each for each, why in at.unseen.items() if why == because])}: {because}")
    return told + ([f"there is no {_shown(places, at.gone, 'or')}"] if at.gone else [])


def _shown(places: Sequence[Placed], positions: Sequence[int], word: str = "and") -> str:
    return listed(list(dict.fromkeys(places[each].shown() for each in positions)), word)


def listed(names: Sequence[str], word: str = "and") -> str:
    """Return names as code, the last one behind a word: `a`, `b` and `c`; of many the first ones."""
    shown = [named(name, _LONGEST) for name in names[:_MOST]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more:,} more"
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}" if len(shown) > 1 else "".join(shown)


def unjudged(item: AuditItem, places: Sequence[Placed], facts: Facts) -> str:
    """Say why an item cannot be judged; empty where it can."""
    if any(slug in facts.codemods for slug in item.codemods):
        return ""
    told = [_unanswered(item)]
    there = [place for place in places if place.paths]
    if there:
        told.append(f"{share(len(there), len(places))} {'is' if len(there) == 1 else 'are'} there")
    lost = list(dict.fromkeys(place.shown() for place in places if not place.paths))
    return "; ".join([*told, *moved(there), *([f"there is no {listed(lost, 'or')}"] if lost else [])])


def _unanswered(item: AuditItem) -> str:
    if item.codemods:
        return f"{listed(item.codemods)} would answer it and is not chosen"
    endings = sorted({PurePosixPath(place.path).suffix for place in item.locations} - {""})
    if endings and ".py" not in endings:
        return f"it is about {listed(endings)} files, and fixbot reads Python"
    return "no codemod answers it"


def share(part: int, whole: int) -> str:
    """Return how many of the places that an item names: the one, both, all, or so many of them."""
    if part < whole:
        return f"{part:,} of the {whole:,} places that it names" if whole > 1 else "none of the places that it names"
    return {1: "the place that it names", 2: "both places that it names"}.get(
        whole, f"all {whole:,} places that it names"
    )


def moved(places: Iterable[Placed]) -> list[str]:
    """Say where places are today that are not where they were said to be."""
    new = {place.location.path: place.paths for place in places if place.moved}
    return _cut([f"{named(old, _LONGEST)} is {listed(paths)} today" for old, paths in new.items()], "moved")


def untrue(dismissed: Sequence[Dismissed]) -> list[str]:
    """Say why what looks like the smell is none."""
    told = [f"{named(f'{one.path}:{one.line}', _LONGEST)}: {one.because}" for one in dismissed]
    return _cut(list(dict.fromkeys(told)), "such places")


def _cut(told: list[str], what: str) -> list[str]:
    more = len(told) - _MOST
    return told if more <= 0 else [*told[:_MOST], f"{more:,} more {what}"]
