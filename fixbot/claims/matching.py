"""Tells of each named place what is there: the finding nearest to it, what only looks like one, or why nobody knows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fixbot.claims.facts import Facts
from fixbot.claims.places import Placed
from fixbot.claims.quotes import stands_in
from fixbot.model import AuditItem, Dismissed, Finding

#: So many lines code may have moved since somebody wrote down where it was.
NEAR = 30
#: So many of what is above and below a line may be meant by it.
_NEIGHBOURS = 16


@dataclass(slots=True)
class Matched:
    """The places of an item by what is there.

    `found` has the findings of each place that has some. `seeming` has what only looks like the smell, by place.
    `unseen` says of others why nobody looked at them, `standing` are those where the code stands that the item shows,
    `gone` are no longer there, and `clean` is the rest.
    """

    found: dict[int, tuple[Finding, ...]] = field(default_factory=dict)
    seeming: dict[int, Dismissed] = field(default_factory=dict)
    unseen: dict[int, str] = field(default_factory=dict)
    standing: list[int] = field(default_factory=list)
    clean: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of all places, each once."""
        return tuple({one.fingerprint: one for at in sorted(self.found) for one in self.found[at]}.values())


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may be meant by a line: something at some lines of a file."""

    path: str
    line: int
    end_line: int
    what: Finding | Dismissed


def matched(item: AuditItem, places: Sequence[Placed], facts: Facts) -> Matched:
    """Return what is at the places of an item; no finding counts for two lines."""
    told = Matched()
    mine = [_candidate(one) for slug in dict.fromkeys(item.codemods) for one in facts.by_codemod.get(slug, ())]
    _match_lines(told, places, mine)
    by_path: dict[str, list[Finding]] = {}
    for one in mine:
        if isinstance(one.what, Finding):
            by_path.setdefault(one.path, []).append(one.what)
    for at, place in enumerate(places):
        if at in told.found or at in told.seeming:
            continue
        others = tuple(_of_others(place, facts) if place.location.line else _inside(place, by_path))
        if others:
            told.found[at] = others
        else:
            _sort_out(told, at, item, place, facts)
    return told


def _inside(place: Placed, by_path: Mapping[str, Sequence[Finding]]) -> Iterator[Finding]:
    """Yield the findings in the files of a place."""
    if all(not path.endswith("/") for path in place.paths):
        for path in place.paths:
            yield from by_path.get(path, ())
        return
    yield from (finding for path, findings in by_path.items() if place.holds(path) for finding in findings)


def _candidate(one: Finding | Dismissed) -> _Candidate:
    return _Candidate(one.path, one.line, one.end_line if isinstance(one, Finding) else one.line, one)


def _match_lines(told: Matched, places: Sequence[Placed], candidates: Sequence[_Candidate]) -> None:
    """Let the nearest pairs of a named line and of what is in its file find each other."""
    free = set(range(len(candidates)))
    for distance, at, mine in sorted(_pairs(places, candidates)):
        if at in told.found or at in told.seeming or mine not in free:
            continue
        what = candidates[mine].what
        if isinstance(what, Finding):
            told.found[at] = (what,)
        elif distance <= NEAR:
            told.seeming[at] = what
        else:
            continue
        free.remove(mine)


def _pairs(places: Sequence[Placed], candidates: Sequence[_Candidate]) -> Iterator[tuple[int, int, int]]:
    """Yield each place with a line and the candidates near it in its file, by their positions, behind the distance."""
    by_path: dict[str, list[tuple[int, int]]] = {}
    for mine, one in enumerate(candidates):
        by_path.setdefault(one.path, []).append((one.line, mine))
    for lines in by_path.values():
        lines.sort()
    for at, place in enumerate(places):
        where = place.location
        for path in place.paths if where.line else ():
            lines = by_path.get(path, [])
            near = bisect_left(lines, (where.line, -1))
            for _, mine in lines[max(0, near - _NEIGHBOURS) : near + _NEIGHBOURS]:
                one = candidates[mine]
                yield max(0, one.line - where.end_line, where.line - one.end_line), at, mine


def _of_others(place: Placed, facts: Facts) -> Iterator[Finding]:
    """Yield what other codemods find at the very lines that an item names."""
    where = place.location
    for path in place.paths:
        yield from (one for one in facts.by_path.get(path, ()) if where.line <= one.line <= where.end_line)


def _sort_out(told: Matched, at: int, item: AuditItem, place: Placed, facts: Facts) -> None:
    """Say why nothing is found at a place."""
    looked = [facts.unseen(path) for path in _files(place, facts)]
    because = looked[0] if looked and all(looked) else ""
    told_off = (one for slug in item.codemods for one in facts.by_codemod.get(slug, ()) if isinstance(one, Dismissed))
    inside = next((one for one in told_off if place.holds(one.path)), None)
    if not place.paths:
        told.gone.append(at)
    elif because or _is_silenced(item.codemods, place, facts):
        told.unseen[at] = because or "a comment silences it there"
    elif inside is not None and not place.location.line:
        told.seeming[at] = inside
    elif place.file.endswith(".py") and stands_in(item.quotes, facts.text(place.file)):
        told.standing.append(at)
    else:
        told.clean.append(at)


def _files(place: Placed, facts: Facts) -> Iterator[str]:
    """Yield the files of a place, of folders those with Python in them."""
    if place.file:
        yield place.file
    else:
        yield from (path for path in facts.paths if path.endswith(".py") and place.holds(path))


def _is_silenced(codemods: Collection[str], place: Placed, facts: Facts) -> bool:
    is_python = place.file.endswith(".py")
    return is_python and bool(codemods) and facts.silenced(place.file, place.location.line, codemods)
