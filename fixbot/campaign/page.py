"""What the page of a campaign shows: every text in it is printable, none is HTML, and only the web is linked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fixbot.campaign.drawn import Bar, Chart, Strip, chart, strip
from fixbot.campaign.overview import FATES, Decided, Overview, Row, Wave
from fixbot.campaign.records import Pull, State
from fixbot.campaign.reviews import Review, spoken
from fixbot.campaign.told import ATTENTION, counts, moment, next_wave, percent, ranked, repositories
from fixbot.markdown import visible

#: What each state means.
MEANINGS: Mapping[State, str] = {
    State.FAILED: "the last look at it, or at its code, came to nothing",
    State.READY: "something can be opened, and there is no room for it yet",
    State.OPEN: "a pull request waits for its reviewer",
    State.WAITING: "its wave has not begun",
    State.NEW: "nobody has looked at its code yet",
    State.LEFT: "nothing more can be offered; what remains is for people",
    State.DONE: "no finding is left",
    State.SKIPPED: "it takes no part",
}
_ADDRESS = re.compile(r"https?://[!-~]{1,2000}", re.IGNORECASE)
_LONGEST = 600
_MOST_LINKS = 6
#: The most rows of the table: a browser takes a second to filter so many, and six for four times as many.
MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Link:
    """A pull request: what it is called, where it is (empty where that is no address of the web), how it fares."""

    text: str
    url: str
    state: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A repository in the table; `left` is None where nobody has looked."""

    name: str
    wave: int
    state: State
    left: int | None
    links: tuple[Link, ...]
    more: int
    because: str


@dataclass(frozen=True, slots=True)
class Column:
    """A wave: its bar, and what is said of it."""

    wave: Wave
    bar: Bar
    says: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A codemod: which percentage of its decisions were merges (None where nobody decided), what is said of it."""

    codemod: str
    share: float | None
    says: str
    open: int
    paused: str


@dataclass(frozen=True, slots=True)
class Slow:
    """A review: the pull request, what it is about, how long it has taken."""

    link: Link
    repository: str
    codemod: str
    lasted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that a page shows, its lines with what needs somebody first; `overview` is there for its figures alone.

    `states` says how many lines are in each state; `cut` says why there are fewer lines than repositories, and is empty
    where there are not.
    """

    name: str
    halted: str
    overview: Overview = field(hash=False)
    made: str
    burned: str
    gone: str
    next: str
    usual: str
    chart: Chart | None
    strip: Strip
    columns: tuple[Column, ...]
    kinds: tuple[Kind, ...]
    waiting: tuple[Slow, ...]
    decided: tuple[Slow, ...]
    lines: tuple[Line, ...]
    states: Mapping[State, int] = field(hash=False)
    cut: str
    meanings: Mapping[State, str] = field(hash=False)


def page_of(overview: Overview) -> Page:
    """Return what a page shows of a campaign."""
    found, waves, shown = overview.reviews, strip(overview.waves), _shown(overview)
    states = Counter(row.state for row in shown)
    return Page(
        name=visible(overview.campaign),
        halted=visible(overview.halted),
        overview=overview,
        made=moment(overview.now),
        burned=_burned(overview),
        gone=percent(overview.gone),
        next=next_wave(overview),
        usual="" if found.usual is None else spoken(found.usual),
        chart=chart(overview.burndown) if overview.first else None,
        strip=waves,
        columns=tuple(
            Column(wave, bar, f"wave {wave.number}: {counts(wave.states)}; {_rate(wave)}")
            for wave, bar in zip(overview.waves, waves.bars, strict=True)
        ),
        kinds=tuple(map(_kind, overview.codemods)),
        waiting=tuple(map(_slow, found.waiting)),
        decided=tuple(map(_slow, found.decided)),
        lines=tuple(map(_line, shown)),
        states={state: states[state] for state in overview.totals if states[state]},
        cut=_cut(overview, shown),
        meanings={state: MEANINGS[state] for state in overview.totals},
    )


def _shown(overview: Overview) -> Sequence[Row]:
    """Return the rows of the table, what needs somebody first: all of them, or where they are too many only that."""
    rows = ranked(overview.rows)
    if len(rows) <= MOST_LINES:
        return rows
    return [row for row in rows if row.state in ATTENTION][:MOST_LINES]


def _cut(overview: Overview, shown: Sequence[Row]) -> str:
    """Say what is in the table where it has not every repository."""
    there = len(overview.rows)
    if len(shown) == there:
        return ""
    needy = sum(number for state, number in overview.totals.items() if state in ATTENTION)
    first = "" if needy == len(shown) else f"the first {len(shown):,} of "
    return f"Of {repositories(there)} the table has {first}the {needy:,} that need somebody: more would be too slow"


def _burned(overview: Overview) -> str:
    """Say in words what the burn-down shows."""
    least = "at least " if overview.unseen else ""
    first, last = overview.burndown[0], overview.burndown[-1]
    begun, now = (f"{least}{point.left:,} on {moment(point.at)}" for point in (first, last))
    return f"Findings left: {begun}, {now}"


def _rate(wave: Wave) -> str:
    return str(wave.rate) if wave.rate.decisions else "nothing decided"


def _kind(decided: Decided) -> Kind:
    rate = decided.rate
    share = 100 * rate.merged / rate.decisions if rate.decisions else None
    says = str(rate) if rate.decisions else "nothing decided"
    return Kind(_brief(decided.codemod), share, says, decided.open, _brief(decided.paused))


def _slow(review: Review) -> Slow:
    pull = review.pull
    return Slow(_link(pull), _brief(pull.repository), _brief(pull.codemod), spoken(review.lasted))


def _line(row: Row) -> Line:
    """Return the line of a repository; of many pull requests the open and the newest ones."""
    newest = sorted(row.pulls, key=lambda pull: (FATES.index(pull.state), -pull.number))
    links = tuple(map(_link, newest[:_MOST_LINKS]))
    more = len(newest) - len(links)
    return Line(_brief(row.name), row.wave, row.state, row.findings, links, more, _brief(row.because))


def _link(pull: Pull) -> Link:
    url = pull.url if _ADDRESS.fullmatch(pull.url) else ""
    return Link(f"#{pull.number}", url, pull.state, _brief(f"{pull.title} ({pull.codemod})"))


def _brief(said: str) -> str:
    return visible(said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…")
