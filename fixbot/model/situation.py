"""What a forge tells before any code is looked at, as far as it matters for what is rewritten."""

from __future__ import annotations

from dataclasses import dataclass

from fixbot.model.pulls import PullRequest
from fixbot.model.scope import Scope
from fixbot.model.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Request:
    """What an issue asks for: codemods by their slugs, and the places that it names (None: the whole repository).

    `because` says why nothing of it is done; empty where something is.
    """

    issue: int
    codemods: tuple[str, ...] = ()
    scope: Scope | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What people and earlier runs have left behind on a forge.

    Attributes:
        pulls: every pull request of fixbot, whatever its state, with what commands and boxes have made of it.
        ignores: codemods, and paths behind `path:`, that people asked to ignore.
        anew: the branches that people want built anew, whatever is on them now.
        request: what the issue that the run is about asks for, None where it is about none.
        tickets: the issues that were filed for places in the code.
    """

    pulls: tuple[PullRequest, ...] = ()
    ignores: frozenset[str] = frozenset()
    anew: frozenset[str] = frozenset()
    request: Request | None = None
    tickets: tuple[Ticket, ...] = ()
