"""How far a campaign is: what is left, where it waits, and what people decided; it only counts.

Progress is the number of findings that are left, not the number of pull requests that were opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fixbot.campaign.burndown import Point, burndown
from fixbot.campaign.file import Campaign, Rollout
from fixbot.campaign.records import Pull, Seen, State, by_codemod, every_pull, taking_part
from fixbot.campaign.reviews import Reviews, reviews
from fixbot.campaign.waves import Rate, Reached, paused, rate, reached, waves

#: The states, what needs somebody first.
GRAVEST = (
    *(State.FAILED, State.READY, State.OPEN, State.WAITING, State.NEW),
    *(State.LEFT, State.DONE, State.SKIPPED),
)
FATES = ("open", "merged", "declined", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Where one repository stands.

    `wave` counts from 1, and is 0 where it takes no place: it is skipped, failed or has nothing to offer. `findings` is
    how many are left, None where nobody has looked. `because` says why it is skipped, why it failed, or why nothing is
    opened.
    """

    name: str
    wave: int
    state: State
    findings: int | None
    because: str
    pulls: tuple[Pull, ...]

    def count(self, fate: str) -> int:
        """Return how many of its pull requests are `open`, `merged`, `declined` or `withdrawn`."""
        return sum(pull.state == fate for pull in self.pulls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """A wave: whether it has begun, how many repositories are in each state (the gravest first), what was decided."""

    number: int
    has_begun: bool
    states: Mapping[State, int] = field(hash=False)
    rate: Rate

    @property
    def size(self) -> int:
        """How many repositories are in it."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What people decided on one codemod, and why it is paused; empty where it goes on."""

    codemod: str
    open: int
    rate: Rate
    paused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How far a campaign is.

    Attributes:
        campaign: its name.
        now: when this was so, an aware time.
        halted: the word for it where somebody stopped it, such as `paused`; empty where it goes on.
        rows: its repositories, in the order in which they come.
        totals: how many of them are in each state, the gravest first; states without any are left out.
        pulls: how many pull requests are `open`, `merged`, `declined` and `withdrawn`.
        left: the findings that are left where somebody has looked.
        first: the findings at the beginning: those that are left and those of merged pull requests.
        unseen: how many repositories nobody has looked at; where there are any, `left` and `first` are at least so.
        reached: the newest wave that has begun, and why the next one waits.
        waves: all of them.
        codemods: what people decided, by codemod.
        threshold: the share of decisions that must be merges (0 to 1).
        reviews: the slowest of them.
        burndown: the findings that were left, from the first pull request until now.
    """

    campaign: str
    now: datetime
    halted: str
    rows: tuple[Row, ...]
    totals: Mapping[State, int] = field(hash=False)
    pulls: Mapping[str, int] = field(hash=False)
    left: int
    first: int
    unseen: int
    reached: Reached
    waves: tuple[Wave, ...]
    codemods: tuple[Decided, ...]
    threshold: float
    reviews: Reviews
    burndown: tuple[Point, ...]

    @property
    def gone(self) -> float:
        """The share of the findings that are gone (0 to 1); 0 where there never was one."""
        return (self.first - self.left) / self.first if self.first else 0.0


def overview_of(campaign: Campaign, repositories: Sequence[Seen], now: datetime, halted: str = "") -> Overview:
    """Return how far a campaign is.

    The findings of a skipped repository are nobody's task here and are not counted; what was merged there still is.

    Args:
        campaign: what it is about.
        repositories: what is known of each, in the order in which they come (`waves.ordered`).
        now: an aware time.
        halted: the word for it where somebody stopped it, such as `paused`.
    """
    cut = waves(repositories, campaign.rollout)
    far = reached(cut, campaign.rollout)
    numbers = {seen.name: number for number, wave in enumerate(cut, start=1) for seen in wave}
    rows = tuple(_row(seen, numbers.get(seen.name, 0), far) for seen in repositories)
    pulls = every_pull(repositories)
    fates = Counter(pull.state for pull in pulls)
    counted = [row.findings for row in rows if row.state is not State.SKIPPED]
    left = sum(findings or 0 for findings in counted)
    points = burndown(pulls, left, now)
    return Overview(
        campaign=campaign.name,
        now=now,
        halted=halted,
        rows=rows,
        totals=_states(rows),
        pulls={fate: fates[fate] for fate in FATES},
        left=left,
        first=points[0].left,
        unseen=counted.count(None),
        reached=far,
        waves=_waves(rows, far),
        codemods=_decided(every_pull(taking_part(repositories)), campaign.codemods, campaign.rollout),
        threshold=campaign.rollout.threshold,
        reviews=reviews(pulls, now),
        burndown=points,
    )


def _row(seen: Seen, wave: int, far: Reached) -> Row:
    return Row(
        name=seen.name,
        wave=wave,
        state=seen.state(begun=0 < wave <= far.wave),
        findings=seen.findings,
        because=seen.skipped or seen.failed or seen.because,
        pulls=seen.pulls,
    )


def _states(rows: Iterable[Row]) -> Mapping[State, int]:
    counts = Counter(row.state for row in rows)
    return {state: counts[state] for state in GRAVEST if counts[state]}


def _waves(rows: Iterable[Row], far: Reached) -> tuple[Wave, ...]:
    members: dict[int, list[Row]] = {number: [] for number in range(1, far.of + 1)}
    for row in rows:
        if row.wave:
            members[row.wave].append(row)
    return tuple(
        Wave(
            number=number,
            has_begun=number <= far.wave,
            states=_states(mine),
            rate=rate(pull for row in mine for pull in row.pulls),
        )
        for number, mine in members.items()
    )


def _decided(pulls: Sequence[Pull], codemods: Iterable[str], rollout: Rollout) -> tuple[Decided, ...]:
    why, found = paused(pulls, rollout), by_codemod(pulls)
    return tuple(
        Decided(
            codemod=codemod,
            open=sum(pull.state == "open" for pull in found.get(codemod, [])),
            rate=rate(found.get(codemod, [])),
            paused=why.get(codemod, ""),
        )
        for codemod in sorted({*codemods, *found})
    )
