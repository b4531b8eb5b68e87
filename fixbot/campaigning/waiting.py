"""How a pass waits: for as long as it takes, or not at all, and never longer than the campaign goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fixbot.errors import FixbotError, RateLimitError, TokenError
from fixbot.interrupts import check

_T = TypeVar("_T")
_OFTEN, _LONG = 5.0, 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who may end the waiting, and what it is waited with.

    Attributes:
        is_halted: says whether somebody wants the pass to end.
        is_patient: whether it waits, however long, where GitHub wants to be left alone.
        say: tells the operator of that.
        nap: waits some seconds.
    """

    is_halted: Callable[[], bool]
    is_patient: bool = False
    say: Callable[[str], None] = lambda _: None
    nap: Callable[[float], None] = time.sleep

    def rest(self, seconds: float) -> bool:
        """Wait some seconds; say whether the campaign still goes on then."""
        while seconds > 0 and not self.is_halted():
            self.nap(min(seconds, _OFTEN))
            seconds -= _OFTEN
        return not self.is_halted()

    def through(self, act: Callable[[], _T]) -> _T:
        """Do something, and once more after a while where GitHub wants to be left alone.

        Raises:
            RateLimitError: it does, and this pass is not patient or not wanted any more.
        """
        while True:
            try:
                return act()
            except RateLimitError as exc:
                if not self.is_patient:
                    raise
                self.say(str(exc))
                if not self.rest(_LONG):
                    raise


def why(exc: Exception, act: str) -> str:
    """Return why something did not work for one repository; what holds for all of them is raised again.

    Args:
        exc: what was raised.
        act: what was tried, such as `looked at`.

    Raises:
        RateLimitError: GitHub wants to be left alone.
        TokenError: the token is no good, or no good any more.
        KeyboardInterrupt: somebody wants it all to end.
    """
    check()
    if isinstance(exc, RateLimitError | TokenError):
        raise exc
    if isinstance(exc, FixbotError):
        return str(exc)
    if isinstance(exc, OSError):
        return f"cannot be {act} here: {exc.strerror or exc}"
    return f"cannot be {act}, which is a fault of fixbot itself ({type(exc).__name__}: {exc}): please report it"
