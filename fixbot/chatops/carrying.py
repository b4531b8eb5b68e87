"""Reads back from the dashboard what a run that looked at some codemods only has to leave there; it only reads text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fixbot.chatops.boxes import BRANCH, VERBS, Box, Carried, Row
from fixbot.chatops.sections import SECTIONS
from fixbot.model import Standing, State
from fixbot.plan.keys import codemod_key

_ROW = re.compile(rf"- (?:\[[ xX]\] <!-- fixbot:do ({VERBS}) ({BRANCH}) --> [a-z ]+: )?(.{{1,2000}})")
_NUMBER = re.compile(r"\[?#([0-9]{1,9})\b")
_COUNTS = re.compile(r"^[0-9,]+ findings?, [0-9,]+ of them left to a person; ", re.MULTILINE)
#: What the next full run will say of these, a run that does not look at their codemod cannot know.
_KEPT = {SECTIONS[state].heading: state for state in (State.LEFT_ALONE, State.WAITING, State.DECLINED)}


@dataclass(frozen=True, slots=True)
class Partial:
    """What a run that does not look at everything has to say: its own standings, and what stays as it is."""

    standings: tuple[Standing, ...]
    carried: Carried


def partial_view(
    body: str | None, standings: Sequence[Standing], unseen: Collection[str], done: Collection[Box] = ()
) -> Partial:
    """Take over from the dashboard what stands there of codemods that a run did not look at.

    Args:
        body: the dashboard as it is.
        standings: what the run found.
        unseen: the slugs of the codemods that it did not look at, although they are wanted here.
        done: boxes that were ticked and are done; their rows are not taken over.
    """
    plain = (body or "").replace("\r\n", "\n")
    pulls = {one.pull.number: one for one in standings if one.pull is not None}
    branches = {one.branch for one in standings}
    rows = [
        (state, row)
        for state, row in _rows(plain)
        if row.asked not in done and _stays(state, row, pulls, branches, unseen)
    ]
    told = {row.number for _, row in rows}
    left = tuple(one for one in standings if one.pull is None or one.pull.number not in told)
    counts = _COUNTS.search(plain)
    return Partial(left, Carried(counts[0] if counts else "", tuple(rows)))


def is_about(branch: str, codemods: Collection[str]) -> bool:
    """Say whether a branch is that of one of some codemods."""
    return branch.count("/") > 1 and branch.split("/")[1] in map(codemod_key, codemods)


def _stays(
    state: State, row: Row, pulls: Mapping[int, Standing], branches: Collection[str], unseen: Collection[str]
) -> bool:
    """Say whether what a row is about is as it was, as far as the run can know: open, declined, or still to come."""
    if row.number in pulls:
        one = pulls[row.number]
        return state is not State.DECLINED and one.state is State.UNCHANGED and is_about(one.branch, unseen)
    if row.number:
        return state is State.DECLINED and (not row.branch or is_about(row.branch, unseen))
    return row.branch not in branches and is_about(row.branch, unseen)


def _rows(plain: str) -> Iterator[tuple[State, Row]]:
    """Yield the rows of the sections that the next run cannot make anew."""
    state: State | None = None
    for line in plain.split("\n"):
        if line.startswith("## "):
            state = _KEPT.get(line.removeprefix("## ").rpartition(" (")[0])
        elif state is not None and (found := _ROW.fullmatch(line)):
            verb, branch, says = found.groups()
            number = _NUMBER.match(says)
            row = Row(int(number[1]) if number else 0, branch or "", says, Box(verb, branch) if verb else None)
            if row.number or row.asked:
                yield state, row
