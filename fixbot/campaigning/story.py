"""One pass over a campaign, top to bottom: look at each repository, plan, publish, write down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from fixbot.campaign.records import Seen, every_pull, open_of
from fixbot.campaign.room import Pace, Room
from fixbot.campaign.waves import paused, reached, waves
from fixbot.campaigning.looking import Looked, look
from fixbot.campaigning.places import Places
from fixbot.campaigning.planning import Parcel, Planning, parcel
from fixbot.campaigning.publishing import changed_paths, offered, publish
from fixbot.errors import FixbotError, RateLimitError, TokenError
from fixbot.handover.documents import Plan
from fixbot.handover.text import read
from fixbot.markdown import visible
from fixbot.shell.campaign.engines import Engine
from fixbot.shell.campaign.errand import Answer
from fixbot.shell.campaign.journal import Journal
from fixbot.shell.campaign.reading import Ordered

#: How often planning for the same commit is tried.
MOST_TRIES = 2
# For a pull request of 25 files through the API: a blob for each, tree, commit, branch, the request itself, its labels,
# its reviewers, one review.
_WRITES = 33
_OFTEN = 5.0  # seconds
_AGAIN = "its branch has moved since it was planned for: the next pass plans again"
_NO_PLAN = "no plan came for it as it is now: the log of what planned says why, and the next run plans again"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Pass:
    """What one pass works with.

    Attributes:
        ordered: the campaign.
        places: where it keeps plans and clones.
        journal: what it knows from earlier passes.
        engine: who plans; None where plans were made elsewhere and nobody plans here.
        tell: is told of every repository of which something new is known.
        is_halted: says whether somebody wants it to end.
        dry_run: whether nothing is written to a forge.
        nap: waits some seconds.
        clock: gives the time now.
    """

    ordered: Ordered
    places: Places
    journal: Journal
    engine: Engine | None
    tell: Callable[[Seen], None]
    is_halted: Callable[[], bool]
    dry_run: bool = False
    nap: Callable[[float], None] = time.sleep
    clock: Callable[[], datetime] = _now
    _seen: dict[str, Seen] = field(default_factory=dict)
    _turned: set[str] = field(default_factory=set)
    _pace: Pace = field(default_factory=Pace)
    _saved: set[str] = field(default_factory=set)

    def go(self, found: Sequence[Seen]) -> list[Seen]:
        """Make the pass; whatever is wrong with one repository is written down there, and the others go on.

        Args:
            found: the repositories, as their sources list them, in the order in which they come.

        Returns:
            What is known of each now, in that order.

        Raises:
            OperatorError: nothing can be done for any of them: no engine, no room for the journal.
            RateLimitError: GitHub wants to be left alone; the next pass goes on.
            TokenError: the token is no good, or no good any more.
        """
        self._remember(found)
        self._pace = self.journal.pace()
        todo = self._todo()
        if self.engine is None:
            for _ in todo:
                pass
        else:
            self._plan(self.engine, todo)
        self._publish()
        return list(self._seen.values())

    def _remember(self, found: Sequence[Seen]) -> None:
        """Take from the journal what it knows of the repositories, and drop what it knows of others."""
        known = {seen.name: seen for seen in self.journal.repositories()}
        self.journal.forget(sorted(known.keys() - {seen.name for seen in found}))
        for seen in found:
            old = known.get(seen.name, seen)
            self._seen[seen.name] = replace(old, place=seen.place, is_named=seen.is_named, skipped=seen.skipped)

    def _plan(self, engine: Engine, todo: Iterator[Parcel | None]) -> None:
        """Collect plans, and publish meanwhile what can be: one repository that takes long holds nobody else up."""
        planning = Planning(engine, self.is_halted)
        last = time.monotonic()
        for answer in planning.answers(todo):
            if answer is not None:
                self._planned(answer)
            if planning.is_all_begun and time.monotonic() - last > _OFTEN:
                self._publish()
                last = time.monotonic()

    def _todo(self) -> Iterator[Parcel | None]:
        """Look at each repository, and yield the parcels of those that are to be planned for."""
        for name in list(self._seen):
            if self.is_halted():
                return
            try:
                yield self._looked_at(self._seen[name])
            except (RateLimitError, TokenError):
                raise
            except FixbotError as exc:
                self._note(replace(self._seen[name], failed=str(exc)))
            except OSError as exc:
                self._note(replace(self._seen[name], failed=f"cannot be looked at here: {exc.strerror or exc}"))

    def _looked_at(self, seen: Seen) -> Parcel | None:
        if seen.skipped:
            self._note(seen)
            return None
        found = look(self.ordered, seen, self.places.clone(seen.name), dry_run=self.dry_run)
        if isinstance(found, Seen):
            self._note(replace(found, failed=""))
            return None
        now = found.seen
        if now.tries < MOST_TRIES:
            now = replace(now, failed="")
        if self.places.plan(now.name, now.key).exists():
            is_new = self.engine is None or now.findings is None or seen.key != now.key
            self._note(self._counted(now) if is_new else now)
            return None
        if self.engine is None:
            self._note(replace(now, because=_NO_PLAN))
            return None
        self._note(now)
        if now.tries >= MOST_TRIES:
            return None
        campaign = self.ordered.campaign
        return parcel(found, self.places, campaign.minutes * 60.0, whole=campaign.verify_command is not None)

    def _planned(self, answer: Answer) -> None:
        seen = replace(self._seen[answer.name], seconds=round(answer.seconds, 3))
        failed = answer.failed
        if not failed:
            try:
                read(answer.plan, Plan, "the plan")
                self.places.keep(seen.name, seen.key, answer.plan)
            except FixbotError as exc:
                failed = str(exc)
            except OSError as exc:
                failed = f"there is no room for its plan: {exc.strerror}"
        if failed:
            self._note(replace(seen, failed=visible(failed), tries=seen.tries + 1))
        else:
            self._note(self._counted(replace(seen, failed="", tries=0)))

    def _counted(self, seen: Seen) -> Seen:
        """Return what is known of a repository with the figures of its plan, or why that cannot be read."""
        try:
            made = self._plan_of(seen)
        except FixbotError as exc:
            return replace(seen, failed=str(exc))
        return replace(seen, findings=len(made.report.findings), offered=offered(made, ()), because=made.because)

    def _plan_of(self, seen: Seen) -> Plan:
        """Return the plan for a repository; one that cannot be read is dropped, so that the next pass plans again."""
        place = self.places.plan(seen.name, seen.key)
        try:
            return read(place.read_bytes(), Plan, "its plan")
        except FixbotError:
            place.unlink(missing_ok=True)
            raise

    def _publish(self) -> None:
        """Give every repository its turn that may have one and has had none in this pass."""
        campaign = self.ordered.campaign
        listed = list(self._seen.values())
        cut = waves(listed, campaign.rollout)
        far = reached(cut, campaign.rollout).wave
        holding = paused(every_pull(listed), campaign.rollout)
        room = Room.of(listed, campaign.limits)
        partaking = [(seen, number <= far) for number, wave in enumerate(cut, start=1) for seen in wave]
        # what is open comes first: only then is it known to whom it belongs
        for seen, begun in sorted(partaking, key=lambda one: not open_of(one[0].pulls)):
            if self.is_halted():
                return
            if seen.name not in self._turned and self._has_turn(seen, room, begun=begun):
                self._turned.add(seen.name)
                self._turn(seen, room, frozenset(holding))

    def _has_turn(self, seen: Seen, room: Room, *, begun: bool) -> bool:
        """Say whether there may be something to do: an open pull request is looked after whatever the limits say."""
        if seen.skipped or seen.failed or not self.places.plan(seen.name, seen.key).exists():
            return False
        if open_of(seen.pulls):
            return True
        if not begun or not seen.offered:
            return False
        because = room.why_not(seen)
        if because != seen.because:
            self._note(replace(seen, because=because))
        return not because

    def _turn(self, seen: Seen, room: Room, holding: frozenset[str]) -> None:
        try:
            self._note(self._published(seen, room, holding))
        except (RateLimitError, TokenError):
            raise
        except FixbotError as exc:
            self._note(replace(self._seen[seen.name], failed=str(exc)))
        except OSError as exc:
            self._note(replace(self._seen[seen.name], failed=f"cannot be published: {exc.strerror or exc}"))

    def _published(self, seen: Seen, room: Room, holding: frozenset[str]) -> Seen:
        found = look(self.ordered, seen, self.places.clone(seen.name), dry_run=self.dry_run)
        if isinstance(found, Seen):
            return found
        if found.seen.key != seen.key:
            return replace(seen, because=_AGAIN)
        made = self._plan_of(seen)
        found = replace(found, seen=replace(found.seen, owners=found.owners(changed_paths(made))))
        room.again(seen, found.seen)
        if not open_of(found.seen.pulls) and (because := room.why_not(found.seen)):
            return replace(found.seen, because=because)
        if found.forge.name == "github" and not self._waited(_WRITES * max(1, room.left(found.seen))):
            return found.seen
        before = found.forge.tally().writes
        try:
            return publish(found, made, room, self.ordered.campaign.codemods, holding)
        finally:
            self._wrote(found, found.forge.tally().writes - before)

    def _waited(self, writes: int) -> bool:
        """Wait until GitHub bears some more writes; say whether the campaign still goes on then."""
        while not self.is_halted():
            left = self._pace.wait(self.clock(), writes).total_seconds()
            if left <= 0:
                return True
            self.nap(min(left, _OFTEN))
        return False

    def _wrote(self, found: Looked, writes: int) -> None:
        if found.forge.name == "github" and writes:
            now = self.clock()
            self._pace.wrote(now, writes)
            self.journal.wrote(now, writes)

    def _note(self, seen: Seen) -> None:
        """Write down what is new."""
        if self._seen[seen.name] != seen or seen.name not in self._saved:
            self._seen[seen.name] = seen
            self._saved.add(seen.name)
            self.journal.save(seen)
            self.tell(seen)
