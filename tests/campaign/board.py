"""A campaign on an organisation as its operator runs it: the file, the commands, and a clock that only a nap moves."""

from __future__ import annotations

import contextlib
import json
import os
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from fixbot.campaign.room import A_MINUTE
from fixbot.campaigning.story import Pass
from fixbot.shell.campaign.engines import engine
from fixbot.shell.campaign.journal import open_journal
from fixbot.shell.github import connection
from tests.campaign.organisation import OWNER, Organisation
from tests.parts.command import Done, fixbot
from tests.parts.github import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pytest

    from fixbot.shell.campaign.engines import Engine
    from fixbot.shell.campaign.errand import Answer, Errand
    from tests.parts.recorder import Answer as Heard
    from tests.parts.recorder import Request

Content = tuple[str, tuple[str, ...], str]
_KEPT = ("PATH", "HOME", "TMPDIR", "NO_PROXY", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")


@dataclass
class Clock:
    """A clock for a campaign's pace: it goes on only while somebody naps, so that all between two naps is at once."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    on_nap: Callable[[], object] = lambda: None

    def nap(self, seconds: float) -> None:
        """Let some seconds go by, and what is to happen meanwhile happen."""
        self.now += timedelta(seconds=seconds)
        self.on_nap()


@dataclass
class Sparing:
    """Plans in processes, but only once for each content: many small repositories have the very same commit."""

    inner: Engine
    known: dict[Content, Future[Answer]]

    @property
    def slots(self) -> int:
        """How many processes there are."""
        return self.inner.slots

    def renew(self) -> None:
        """Do what the processes do."""
        self.inner.renew()

    def submit(self, errand: Errand, parcel: Path) -> Future[Answer]:
        """Begin an errand, or take what came of the same one for another repository."""
        same = (errand.commit, errand.arguments, errand.situation)
        if same not in self.known or _is_lost(self.known[same]):
            self.known[same] = self.inner.submit(errand, parcel)
        given: Future[Answer] = Future()
        self.known[same].add_done_callback(lambda done: given.set_result(replace(done.result(), name=errand.name)))
        return given


def _is_lost(future: Future[Answer]) -> bool:
    """Say whether nothing came of an errand, as where its campaign was paused meanwhile."""
    return future.done() and (future.cancelled() or future.exception() is not None or not future.result().plan)


@dataclass(frozen=True)
class Board:
    """A campaign's folder, and the organisation that it is about."""

    organisation: Organisation
    folder: Path
    clock: Clock = field(default_factory=Clock)

    @property
    def file(self) -> Path:
        """The campaign's file."""
        return self.folder / "campaign.toml"

    @property
    def kept(self) -> Path:
        """The folder of all that the campaign keeps."""
        return self.folder / "tidy.campaign"

    def write(self, rest: str = "", sources: str = f'organisation = "{OWNER}"') -> None:
        """Write the campaign's file; `rest` are more tables."""
        head = '[campaign]\nname = "tidy"\ncodemods = ["bare-except"]\nforge = "github"\n'
        self.file.write_text(f"{head}[repositories]\n{sources}\n{rest}\n", "utf-8")

    def command(self, *arguments: str, token: str = TOKEN) -> Done:
        """Run `fixbot campaign` with nothing in its environment but what it is given."""
        site = self.organisation.site
        around = {name: os.environ[name] for name in _KEPT if name in os.environ}
        around |= {"GITHUB_API_URL": site.recorder.url, "GITHUB_SERVER_URL": site.git.url}
        around |= {"GITHUB_TOKEN": token} if token else {}
        with patch.dict(os.environ, around, clear=True), contextlib.chdir(self.folder):
            return fixbot("campaign", *arguments)

    def full(self) -> None:
        """Let as much have been written within the last minute as GitHub bears.

        Raises:
            OperatorError: the journal cannot be had.
        """
        self.kept.mkdir()
        with open_journal(self.kept / "journal.sqlite", "tidy") as journal:
            journal.wrote(self.clock.now, A_MINUTE)

    def start(self, *arguments: str, code: int = 0) -> Done:
        """Make a pass, and forget before what was asked until now.

        Raises:
            AssertionError: it ends with another exit code.
        """
        self.organisation.site.recorder.clear()
        self.organisation.site.git.counts.clear()
        done = self.command("start", *arguments)
        assert done.code == code, (done.code, done.err)
        return done

    def status(self) -> Any:  # noqa: ANN401 - JSON is any
        """Return how far the campaign is, as `status --format json` says it."""
        return json.loads(self.command("status", "--every", "--format", "json").out)

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return what the status says of each repository, by their short names."""
        return {row["name"].split("/")[1]: row for row in self.status()["repositories"]}

    def states(self) -> dict[str, str]:
        """Return where each repository stands, by their short names."""
        return {name: row["state"] for name, row in self.rows().items()}


def quick(monkeypatch: pytest.MonkeyPatch, board: Board, known: dict[Content, Future[Answer]]) -> None:
    """Let the commands of this process not wait between requests, plan sparingly and read the clock of a board.

    A process of its own does all that as a person's does.
    """
    for wait in ("_PAUSE", "_BETWEEN_REQUESTS", "_BETWEEN_WRITES"):
        monkeypatch.setattr(connection, wait, 0)

    sparing(monkeypatch, known)

    def timed(**given: Any) -> Pass:  # noqa: ANN401 - what a pass is made of
        waiting = replace(given.pop("waiting"), nap=board.clock.nap)
        return Pass(**given, waiting=waiting, clock=lambda: board.clock.now)

    monkeypatch.setattr("fixbot.cli.passes.Pass", timed)


def sparing(monkeypatch: pytest.MonkeyPatch, known: dict[Content, Future[Answer]]) -> None:
    """Let the commands of this process plan only once for each content; `known` is what was planned for already."""

    @contextlib.contextmanager
    def engine_of(address: str, workers: int) -> Iterator[Sparing]:
        with engine(address, workers) as made:
            yield Sparing(made, known)

    monkeypatch.setattr("fixbot.cli.passes.engine_of", engine_of)


def timing(board: Board) -> list[datetime]:
    """Return a list that takes up when, by the board's clock, each request came in that creates something."""
    times: list[datetime] = []

    def note(request: Request) -> Heard | None:
        if request.method in {"POST", "PATCH", "PUT"}:
            times.append(board.clock.now)
        return None

    board.organisation.site.recorder.before = note
    return times
