"""One pass over a campaign, top to bottom: look at each repository, plan, publish, write down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from fixbot.campaign.records import Seen, every_pull, taking_part
from fixbot.campaign.waves import paused
from fixbot.campaigning.known import Known
from fixbot.campaigning.looking import look
from fixbot.campaigning.places import Places
from fixbot.campaigning.planning import Parcel, Planning, parcel
from fixbot.campaigning.publishing import offered, without
from fixbot.campaigning.turns import Turns, now
from fixbot.campaigning.waiting import Waiting, why
from fixbot.errors import FixbotError
from fixbot.handover.documents import Plan
from fixbot.handover.text import read
from fixbot.markdown import visible
from fixbot.model import PullRequest
from fixbot.shell.campaign.engines import Engine
from fixbot.shell.campaign.errand import Answer
from fixbot.shell.campaign.journal import Journal
from fixbot.shell.campaign.reading import Ordered

#: How often planning for the same commit is tried.
MOST_TRIES = 2
_OFTEN = 5.0  # seconds
_NO_PLAN = "no plan came for it as it is now: the log of what planned says why, and the next run plans again"
_TOO_OFTEN = "; tried {tries} times: it is planned again when its branch moves, or with `start --retry-failed`"


@dataclass(slots=True)
class Pass:
    """What one pass works with.

    Attributes:
        ordered: the campaign.
        places: where it keeps plans and clones.
        journal: what it knows from earlier passes.
        engine: who plans; None where plans were made elsewhere and nobody plans here.
        tell: is told of every repository of which something new is known.
        waiting: how it waits, and who ends it.
        dry_run: whether nothing is written to a forge.
        is_anew: whether what failed too often for the same commit is planned for once more.
        clock: gives the time now.
    """

    ordered: Ordered
    places: Places
    journal: Journal
    engine: Engine | None
    tell: Callable[[Seen], None]
    waiting: Waiting
    dry_run: bool = False
    is_anew: bool = False
    clock: Callable[[], datetime] = now
    _known: Known = field(init=False)
    _turns: Turns = field(init=False)
    _paused: frozenset[str] = frozenset()
    _listed: dict[str, Sequence[PullRequest]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with nothing known."""
        self._known = Known(self.journal, self.tell)
        self._turns = Turns(
            self.ordered, self.places, self.journal, self._known, self.waiting, self.dry_run, self.clock
        )

    def go(self, found: Sequence[Seen]) -> list[Seen]:
        """Make the pass; whatever is wrong with one repository is written down there, and the others go on.

        Args:
            found: the repositories, as their sources list them, in the order in which they come.

        Returns:
            What is known of each now, in that order.

        Raises:
            OperatorError: nothing can be done for any of them: no engine, no room for the journal.
            RateLimitError: GitHub wants to be left alone, and the pass is not patient; the next one goes on.
            TokenError: the token is no good, or no good any more.
        """
        self._known.begin(found)
        self.places.tidy(self._known.names())
        decided = every_pull(taking_part(self._known.listed()))
        self._paused = frozenset(paused(decided, self.ordered.campaign.rollout))
        todo = self._todo()
        if self.engine is None:
            for _ in todo:
                pass
        else:
            self._plan(self.engine, todo)
        self._turns.take()
        return self._known.listed()

    def _plan(self, engine: Engine, todo: Iterator[Parcel | None]) -> None:
        """Collect plans, and publish meanwhile what can be: one repository that takes long holds nobody else up."""
        planning = Planning(engine, self.waiting.is_halted)
        last = time.monotonic()
        for answer in planning.answers(todo):
            if answer is not None:
                self._planned(answer)
            if planning.is_all_begun and time.monotonic() - last > _OFTEN:
                self._turns.take()
                last = time.monotonic()

    def _todo(self) -> Iterator[Parcel | None]:
        """Look at each repository, and yield the parcels of those that are to be planned for."""
        for name in self._known.names():
            if self.waiting.is_halted():
                return
            yield self.waiting.through(lambda name=name: self._tried(name))  # type: ignore[misc]

    def _tried(self, name: str) -> Parcel | None:
        try:
            return self._looked_at(self._known[name])
        except Exception as exc:  # noqa: BLE001 - whatever is wrong with one repository stops no other
            failed = why(exc, "looked at")
        self._known.note(replace(self._known[name], failed=failed))
        return None

    def _looked_at(self, seen: Seen) -> Parcel | None:
        if seen.skipped:
            self._known.note(seen)
            return None
        found = look(self.ordered, seen, self.places.clone(seen.name), dry_run=self.dry_run)
        if isinstance(found, Seen):
            self._known.note(replace(found, failed=""))
            return None
        fresh = replace(found.seen, tries=0) if self.is_anew else found.seen
        if fresh.tries < MOST_TRIES:
            fresh = replace(fresh, failed="")
        if self.places.plan(fresh.name, fresh.key).exists():
            # what a paused codemod held back may be offered again
            is_new = fresh.findings is None or seen.key != fresh.key or (fresh.findings and not fresh.offered)
            self._known.note(self._counted(fresh, found.pulls) if is_new or self.engine is None else fresh)
            return None
        if self.engine is None:
            self._known.note(replace(fresh, because=_NO_PLAN))
            return None
        self._known.note(fresh)
        if fresh.tries >= MOST_TRIES:
            return None
        self._listed[fresh.name] = found.pulls
        campaign = self.ordered.campaign
        return parcel(found, self.places, campaign.minutes * 60.0, whole=campaign.verify_command is not None)

    def _planned(self, answer: Answer) -> None:
        seen = replace(self._known[answer.name], seconds=round(answer.seconds, 3))
        pulls, failed = self._listed.pop(answer.name, ()), answer.failed
        if not failed:
            try:
                read(answer.plan, Plan, "the plan")
                self.places.keep(seen.name, seen.key, answer.plan)
            except FixbotError as exc:
                failed = str(exc)
            except OSError as exc:
                failed = f"there is no room for its plan: {exc.strerror}"
        if failed:
            tries = seen.tries + 1
            told = failed + (_TOO_OFTEN.format(tries=tries) if tries >= MOST_TRIES else "")
            self._known.note(replace(seen, failed=visible(told), tries=tries))
        else:
            self._known.note(self._counted(replace(seen, failed="", tries=0), pulls))

    def _counted(self, seen: Seen, pulls: Sequence[PullRequest]) -> Seen:
        """Return what is known of a repository with the figures of its plan, or why that cannot be read."""
        try:
            made = self.places.made(seen.name, seen.key)
        except FixbotError as exc:
            return replace(seen, failed=str(exc))
        some = offered(without(made, self._paused, pulls), pulls)
        return replace(seen, findings=len(made.report.findings), offered=some, because=made.because)
