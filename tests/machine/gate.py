"""Counts the writes of a run and lets something happen at one of them; it knows neither forge nor git."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.parts.recorder import HANG_UP, Answer

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Trap:
    """What happens at the write `nth` (from 1) of a run, before it is done or after.

    Only what `kills` happens while a record is written: a person's act waits until that is done.
    `act` gives what the run hears instead of the truth, None where it hears the truth.
    """

    nth: int
    before: bool
    act: Callable[[], Answer | None]
    kills: bool = False


class Gate:
    """Everything that a run asks and writes passes here.

    Attributes:
        writes: how many writes there were in this run.
        failures: what went wrong inside of an act.
    """

    def __init__(self) -> None:
        self.writes = 0
        self.failures: list[BaseException] = []
        self._trap: Trap | None = None
        self._dead = False
        self._busy = False

    def arm(self, trap: Trap | None) -> None:
        """Begin a new run, in which `trap` springs once."""
        self.writes, self._trap, self._dead = 0, trap, False

    @property
    def has_sprung(self) -> bool:
        """Whether the run came as far as the trap."""
        return self._trap is None

    @property
    def has_died(self) -> bool:
        """Whether the run was killed."""
        return self._dead

    def die(self) -> Answer:
        """Let the run end here: nothing that it asks or writes from now on arrives."""
        self._dead = True
        return HANG_UP

    def reading(self) -> Answer | None:
        """Let a question pass, or not."""
        return HANG_UP if self._dead and not self._busy else None

    def before(self, *, within: bool = False) -> Answer | None:
        """Let a write pass, or not; `within` says that it is only a part of one."""
        if self._busy:
            return None
        if self._dead:
            return HANG_UP
        self.writes += 1
        return self._spring(before=True, within=within)

    def after(self, *, within: bool = False) -> Answer | None:
        """Let the answer to a write pass, or give another."""
        return None if self._busy else self._spring(before=False, within=within)

    def _spring(self, *, before: bool, within: bool) -> Answer | None:
        trap = self._trap
        if trap is None or (self.writes, not before) < (trap.nth, not trap.before) or (within and not trap.kills):
            return None
        self._trap, self._busy = None, True
        try:
            return trap.act()
        except BaseException as exc:  # noqa: BLE001 - it is another thread's, the machine raises it again
            self.failures.append(exc)
            return self.die()
        finally:
            self._busy = False
