"""Publishing of a campaign: each repository has one turn in a pass, where its wave has begun and there is room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from fixbot.campaign.records import Seen, every_pull, open_of, taking_part
from fixbot.campaign.room import Room
from fixbot.campaign.waves import paused, reached, waves
from fixbot.campaigning.known import Known
from fixbot.campaigning.looking import Looked, look
from fixbot.campaigning.places import Places
from fixbot.campaigning.publishing import changed_paths, publish
from fixbot.campaigning.waiting import Waiting, why
from fixbot.shell.campaign.journal import Journal
from fixbot.shell.campaign.reading import Ordered

# What a pull request through the API costs besides a blob for each file: tree, commit, branch, the request itself, its
# labels, its reviewers, one review, one comment.
_WRITES = 8
_AGAIN = "its branch has moved since it was planned for: the next pass plans again"


def now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Turns:
    """Who had a turn in this pass, and what room is left.

    Attributes:
        ordered: the campaign.
        places: where it keeps plans and clones.
        journal: what was written within the last hour.
        known: what is known of each repository.
        waiting: how it waits.
        dry_run: whether nothing is written to a forge.
        clock: gives the time now.
    """

    ordered: Ordered
    places: Places
    journal: Journal
    known: Known
    waiting: Waiting
    dry_run: bool = False
    clock: Callable[[], datetime] = now
    _turned: set[str] = field(default_factory=set)
    _room: Room | None = None

    def take(self) -> None:
        """Give every repository its turn that may have one and has had none in this pass.

        What comes of one may let the next wave begin, so this goes on until nobody more may have one. It is called
        when every repository has been looked at: before, nobody knows what is open.

        Raises:
            OperatorError: the journal cannot be used.
            RateLimitError: GitHub wants to be left alone.
            TokenError: the token is no good, or no good any more.
        """
        while self._go_round():
            pass

    def _go_round(self) -> bool:
        """Give those a turn that may have one as things stand; say whether there was one."""
        rollout, listed = self.ordered.campaign.rollout, self.known.listed()
        if self._room is None:
            self._room = Room.of(listed, self.ordered.campaign.limits)
        cut = waves(listed, rollout)
        far, holding = reached(cut, rollout).wave, frozenset(paused(every_pull(taking_part(listed)), rollout))
        partaking = [(seen, number <= far) for number, wave in enumerate(cut, start=1) for seen in wave]
        has_turned = False
        # what is open comes first: only then is it known to whom it belongs
        for seen, begun in sorted(partaking, key=lambda one: not open_of(one[0].pulls)):
            if seen.name not in self._turned and self._has_turn(seen, self._room, begun=begun):
                if self.waiting.is_halted():
                    return False
                self._turned.add(seen.name)
                self._turn(seen, self._room, holding)
                has_turned = True
        return has_turned

    def _has_turn(self, seen: Seen, room: Room, *, begun: bool) -> bool:
        """Say whether there may be something to do: an open pull request is looked after whatever the limits say."""
        if seen.skipped or seen.failed or not self.places.plan(seen.name, seen.key).exists():
            return False
        if open_of(seen.pulls):
            return True
        if not begun or not seen.offered:
            return False
        because = room.why_not(seen)
        if because != seen.because and because:
            self.known.note(replace(seen, because=because))
        return not because

    def _turn(self, seen: Seen, room: Room, holding: frozenset[str]) -> None:
        try:
            found = self._published(seen, room, holding)
        except Exception as exc:  # noqa: BLE001 - whatever is wrong with one repository stops no other
            found = replace(self.known[seen.name], failed=why(exc, "published"))
        self.known.note(found)

    def _published(self, seen: Seen, room: Room, holding: frozenset[str]) -> Seen:
        # only this is done again: what comes after counts down the room
        clone = self.places.clone(seen.name)
        found = self.waiting.through(lambda: look(self.ordered, seen, clone, dry_run=self.dry_run))
        if isinstance(found, Seen):
            return found
        if found.seen.key != seen.key:
            return replace(seen, because=_AGAIN)
        made = self.places.made(seen.name, seen.key)
        found = replace(found, seen=replace(found.seen, owners=found.owners(changed_paths(made))))
        room.again(seen, found.seen)
        if not open_of(found.seen.pulls) and (because := room.why_not(found.seen)):
            return replace(found.seen, because=because)
        if not self._waited(found, room):
            return found.seen
        before = found.forge.tally().writes
        try:
            return publish(found, made, room, self.ordered.campaign.codemods, holding)
        finally:
            self._wrote(found, found.forge.tally().writes - before)

    def _waited(self, found: Looked, room: Room) -> bool:
        """Wait until GitHub bears the writes of one turn; say whether the campaign still goes on then."""
        if found.forge.name != "github":
            return True
        most = (_WRITES + found.settings.max_files) * max(1, room.left(found.seen))
        while left := self.journal.pace().wait(self.clock(), most).total_seconds():
            if not self.waiting.rest(left):
                return False
        return not self.waiting.is_halted()

    def _wrote(self, found: Looked, writes: int) -> None:
        if found.forge.name == "github" and writes:
            self.journal.wrote(self.clock(), writes)
