"""A repository with people and fixbot in it, whatever the forge: what the machine can do there, and what it can see."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from fixbot.job import RunReport
    from fixbot.settings import Settings
    from tests.machine.gate import Gate, Trap
    from tests.machine.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request as a person sees it; `state` is `open`, `closed` or `merged`."""

    number: int
    state: str
    branch: str
    title: str
    body: str = field(repr=False)
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard issue."""

    number: int
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended: with a report, or with what went wrong; `died` where the machine had killed it."""

    report: RunReport | None
    failure: str = ""
    died: bool = False


class World(Protocol):
    """What the machine needs of a forge; all but `run` is done by people.

    `in_halves` says that whoever reads code holds no token, and the other way round.
    """

    history: History
    gate: Gate
    talks: bool
    in_halves: bool

    def changed(self) -> None:
        """Tell the forge that people have moved branches in `history`."""

    def delete(self, branch: str) -> None:
        """Delete a branch, wherever it is."""

    def pulls(self) -> list[Pull]:
        """Give all pull requests, the oldest first."""

    def boards(self) -> list[Board]:
        """Give all dashboards."""

    def close(self, number: int) -> None:
        """Close a pull request without merging it."""

    def reopen(self, number: int) -> bool:
        """Open a pull request again; says whether the forge let that happen."""

    def merge(self, number: int, *, squash: bool) -> bool:
        """Merge a pull request; says whether the forge let that happen."""

    def edit(self, number: int, *, title: str | None = None, body: str | None = None) -> None:
        """Change title or body of a pull request."""

    def label(self, number: int, name: str, *, present: bool) -> None:
        """Give a pull request a label, or take it away."""

    def say(self, number: int, body: str, *, writer: bool) -> None:
        """Comment on a pull request, as somebody who may write to the repository or as a stranger."""

    def said(self) -> dict[str, list[str]]:
        """Give all comments, and all notes on lines with their place, by what they stand on."""

    def rewrite_board(self, board: Board, body: str) -> None:
        """Give the dashboard another text."""

    def wait(self, time: timedelta) -> None:
        """Let everything be that much older."""

    def run(self, settings: Settings, *, trap: Trap | None = None, elsewhere: bool = False) -> Ran:
        """Let fixbot run in its clone, or in another one (`elsewhere`)."""

    def everything(self) -> dict[str, Any]:
        """Give all that a write could change, for comparison."""

    def complaints(self) -> list[str]:
        """Say what nobody may ever see: a token in a wrong place, a request that is not documented."""


class Spy(logging.Handler):
    """Looks for secrets in what is logged, and in the arguments of every program that is started."""

    def __init__(self, *secrets: str) -> None:
        super().__init__(logging.DEBUG)
        self.seen: list[str] = []
        self._secrets = secrets
        self._is_on = False
        sys.addaudithook(self._audit)  # it cannot be taken away again, so one spy serves a whole session

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look while the block runs."""
        root = logging.getLogger()
        level = root.level
        root.addHandler(self)
        root.setLevel(logging.DEBUG)
        self._is_on = True
        try:
            yield
        finally:
            self._is_on = False
            root.setLevel(level)
            root.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one message."""
        if self._shows(record.getMessage()):
            self.seen.append(f"log of {record.name}: {record.getMessage()[:200]}")

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._is_on and event == "subprocess.Popen" and self._shows(f"{arguments[:2]}"):
            self.seen.append(f"arguments of {arguments[0]!r}")

    def _shows(self, text: str) -> bool:
        return any(secret in text for secret in self._secrets)
