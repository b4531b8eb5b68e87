"""Puts together what has one reason, so that five hundred refusals are a few lines; it only reads records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

from fixbot.model import ScanReport
from fixbot.reviewing.fates import Fate, Sorted
from fixbot.reviewing.records import Group, Groups

MOST_GROUPS = 20
_MOST_PLACES = 3
_LONGEST = 300  # characters of a reason
# What differs from finding to finding in sentences that say the same: names in code, files, numbers.
_OF_ONE = re.compile(r"`[^`]*`|[^\s()]+\.pyi?\b(?::\d+)?|\b\d+\b")
_AS_HEADED = "left to a person: "
_HEADINGS = {
    Fate.REFUSED: "Refused",
    Fate.MANUAL: "Left to a person",
    Fate.DECLINED: "Declined before",
}


def left(found: Iterable[Sorted]) -> tuple[Groups, ...]:
    """Return the findings that are not rewritten, those of each fate under a heading."""
    listed = list(found)
    made = []
    for fate, heading in _HEADINGS.items():
        mine = [(_why(one), f"{one.finding.path}:{one.finding.line}") for one in listed if one.fate is fate]
        made += [_cut(heading, grouped(mine))] if mine else []
    return tuple(made)


def _why(one: Sorted) -> str:
    """Return the reason alone: the message of what is manual says first what it is, and the heading says the rest."""
    said = one.because.rpartition("; ")[2] if one.fate is Fate.MANUAL else one.because
    return said.removeprefix(_AS_HEADED)


def passed_over(report: ScanReport) -> Groups | None:
    """Return the files that were not looked at, and those that a codemod broke on; None where there are none."""
    told = [(f"{skip.reason}: {skip.detail}", skip.path) for skip in report.skipped]
    told += [(f"{one.codemod} broke: {last_line(one.trace)}", one.path) for one in report.broken]
    return _cut("Not looked at", grouped(told)) if told else None


def _cut(heading: str, groups: Sequence[Group]) -> Groups:
    return Groups(heading, tuple(groups[:MOST_GROUPS]), sum(group.number for group in groups[MOST_GROUPS:]))


def last_line(trace: str) -> str:
    """Return the last line of a trace, which names the error."""
    return (trace.strip().splitlines() or ["no trace"])[-1]


def grouped(told: Iterable[tuple[str, str]]) -> list[Group]:
    """Put together reasons that differ in names and numbers alone.

    Args:
        told: reasons and places.

    Returns:
        The groups, that with the most places first; what differs within a group is `…` in its reason.
    """
    alike: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for reason, place in told:
        alike.setdefault(tuple(_OF_ONE.split(reason)), []).append((reason, place))
    groups = [_group(_brief(_common(mine, words)), [place for _, place in mine]) for words, mine in alike.items()]
    return sorted(groups, key=lambda group: (-group.number, group.reason))


def _common(mine: Sequence[tuple[str, str]], words: Sequence[str]) -> str:
    """Return the words of some reasons with what is the same in all of them in between."""
    found = zip(*(_OF_ONE.findall(reason) for reason, _ in mine), strict=True)
    between = [each[0] if len(set(each)) == 1 else "…" for each in found]
    return "".join(chain.from_iterable(zip_longest(words, between, fillvalue="")))


def _group(reason: str, places: Sequence[str]) -> Group:
    return Group(reason, len(places), tuple(_brief(place) for place in places[:_MOST_PLACES]))


def _brief(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
