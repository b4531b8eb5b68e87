"""Writes how far a campaign is for a person at a terminal; every character of it shows."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from fixbot.campaign.overview import GRAVEST, Decided, Overview, Row, Wave
from fixbot.campaign.records import State
from fixbot.campaign.reviews import Review, spoken
from fixbot.fitting import plural
from fixbot.markdown import visible

#: The states that need somebody.
ATTENTION = frozenset({State.FAILED, State.READY, State.OPEN})
_MOST_ROWS = 12  # of each state
_MOST_WAVES = 6
_MOST_REVIEWS = 5
_LONGEST_NAME = 48
_MOST_LINES = 3  # of a reason
_INDENT = " " * 9
_NUMBERS = frozenset({"Wave", "Left", "Open", "Merged", "Declined", "Repositories", "Open for"})
_Cells = tuple[str, ...]


def as_text(overview: Overview, *, every: bool = False, width: int = 110) -> str:
    """Return the figures, then the repositories that need somebody or wait for review, then waves and decisions.

    Of each state at most 12 repositories are shown and the others are counted.

    Args:
        overview: how far the campaign is.
        every: whether every repository and every wave is shown.
        width: the columns of the terminal; reasons are broken so that they fit.
    """
    shown = ranked(overview.rows) if every else _in_need(overview.rows)
    blocks = [
        _head(overview),
        [*_repositories(shown, width), *_others(overview, shown)],
        _table(("Wave", "Repositories", "Merged", "Where they stand"), map(_wave, _near(overview, every=every))),
        _table(("Codemod", "Open", "Decided", ""), map(_codemod, overview.codemods)),
        _waiting(overview, every=every),
    ]
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"


def moment(at: datetime) -> str:
    """Return an aware time as `2026-03-04 12:00 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def progress(overview: Overview) -> str:
    """Return how many findings are left, of how many: `At least 1,240 of 3,100 findings left, 60% gone`."""
    least = "At least " if overview.unseen else ""
    if not overview.first:
        return f"{least}0 findings"
    return f"{least}{overview.left:,} of {plural(overview.first, 'finding')} left, {percent(overview.gone)} gone"


def repositories(number: int) -> str:
    """Return `1 repository`, `2 repositories`."""
    return f"{number:,} {'repository' if number == 1 else 'repositories'}"


def percent(share: float) -> str:
    """Return a share as whole percents; what is not quite all is never rounded up to all of it."""
    return f"{min(share, 0.99):.0%}" if share < 1 else "100%"


def counts(numbers: Mapping[State, int] | Mapping[str, int]) -> str:
    """Return `3 failed, 12 open`; what there is none of is left out."""
    return ", ".join(f"{number:,} {what}" for what, number in numbers.items() if number) or "none"


def ranked(rows: Iterable[Row]) -> list[Row]:
    """Return rows with what needs somebody first; those of a state stay in their order."""
    return sorted(rows, key=lambda row: GRAVEST.index(row.state))


def next_wave(overview: Overview) -> str:
    """Return how far the waves are, and why the next one waits."""
    far = overview.reached
    if not far.of:
        return "No repository takes part"
    waits = f"; the next one waits: {far.because}" if far.because else ""
    return f"Wave {far.wave} of {far.of} has begun{waits}"


def _head(overview: Overview) -> list[str]:
    halted = [f"{visible(overview.halted).upper()}: nothing is opened until it goes on"] if overview.halted else []
    unseen = f"; nobody has looked at {repositories(overview.unseen)} yet" if overview.unseen else ""
    usual = overview.reviews.usual
    took = f"; half of the decisions took {spoken(usual)} or less" if usual is not None else ""
    return [
        f"Campaign {visible(overview.campaign)} on {moment(overview.now)}",
        *halted,
        f"{progress(overview)}{unseen}",
        f"Repositories: {counts(overview.totals)}",
        f"Pull requests: {counts(overview.pulls)}{took}",
        next_wave(overview),
    ]


_HEAD = ("State", "Repository", "Wave", "Left", "Open", "Merged", "Declined")


def _repository(row: Row) -> _Cells:
    left = "?" if row.findings is None else f"{row.findings:,}"
    fates = (str(row.count(fate) or "") for fate in ("open", "merged", "declined"))
    return (row.state.value, _cut(visible(row.name)), str(row.wave or ""), left, *fates)


def _wave(wave: Wave) -> _Cells:
    decided = f"{wave.rate.merged} of {wave.rate.decisions}" if wave.rate.decisions else ""
    begun = "" if wave.has_begun else "; has not begun"
    return (str(wave.number), str(wave.size), decided, f"{counts(wave.states)}{begun}")


def _codemod(decided: Decided) -> _Cells:
    paused = f"paused: {decided.paused}" if decided.paused else ""
    return (_cut(visible(decided.codemod)), str(decided.open), str(decided.rate), paused)


def _cut(name: str) -> str:
    """Return the end of a long name, which tells it from others of the same owner."""
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"


def _in_need(rows: Iterable[Row]) -> list[Row]:
    taken: Counter[State] = Counter()
    shown = []
    for row in ranked(rows):
        taken[row.state] += 1
        if row.state in ATTENTION and taken[row.state] <= _MOST_ROWS:
            shown.append(row)
    return shown


def _others(overview: Overview, shown: Sequence[Row]) -> list[str]:
    there = Counter(row.state for row in shown)
    rest = {state: number - there[state] for state, number in overview.totals.items()}
    total = sum(rest.values())
    return [f"{'and ' if shown else ''}{total:,} {'others' if shown else 'repositories'}: {counts(rest)}"] * bool(total)


def _near(overview: Overview, *, every: bool) -> list[Wave]:
    """Return the waves that have begun last, and the next one."""
    last = len(overview.waves) if every else min(overview.reached.wave + 1, len(overview.waves))
    return list(overview.waves[0 if every else max(0, last - _MOST_WAVES) : last])


def _waiting(overview: Overview, *, every: bool) -> list[str]:
    found = overview.reviews.waiting if every else overview.reviews.waiting[:_MOST_REVIEWS]
    return _table(("Open for", "Codemod", "Slowest reviews"), map(_review, found))


def _review(review: Review) -> _Cells:
    """Return how long, what and where: an address is not cut, so that a terminal can open it."""
    pull = review.pull
    where = visible(pull.url) or f"{_cut(visible(pull.repository))}#{pull.number}"
    return (spoken(review.lasted), _cut(visible(pull.codemod)), where)


def _repositories(rows: Iterable[Row], width: int) -> list[str]:
    """Return two lines for each repository: where it stands, and why."""
    shown = list(rows)
    head, *lines = _table(_HEAD, map(_repository, shown)) or [""]
    whys = [_wrapped(visible(row.because), width - len(_INDENT)) for row in shown]
    return [head, *(line for row, why in zip(lines, whys, strict=True) for line in (row, *why))] if lines else []


def _wrapped(said: str, width: int) -> list[str]:
    lines = textwrap.wrap(said, width, max_lines=_MOST_LINES, placeholder=" …")
    return [f"{_INDENT}{line}" for line in lines]


def _table(head: _Cells, rows: Iterable[_Cells]) -> list[str]:
    """Return aligned lines; a table without rows has none."""
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    return [_line(row, head, widths) for row in (head, *cells)] if cells else []


def _line(row: _Cells, head: _Cells, widths: Sequence[int]) -> str:
    columns = zip(row, head, widths, strict=True)
    return "  ".join(cell.rjust(size) if name in _NUMBERS else cell.ljust(size) for cell, name, size in columns)
