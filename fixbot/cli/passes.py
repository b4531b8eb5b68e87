"""One pass after the other over a campaign, as `fixbot campaign start` makes them, and what every command opens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fixbot.campaign.overview import Overview, overview_of
from fixbot.campaign.records import Seen, State
from fixbot.campaign.told import as_text
from fixbot.campaign.waves import ordered as in_order
from fixbot.campaigning.looking import begun
from fixbot.campaigning.places import Places, fresh
from fixbot.campaigning.story import Pass
from fixbot.campaigning.waiting import Waiting
from fixbot.cli.options import Common
from fixbot.cli.output import logged, note
from fixbot.errors import ForgeError, OperatorError, RateLimitError, TokenError
from fixbot.markdown import visible
from fixbot.render import campaign_page
from fixbot.shell.campaign.engines import engine as engine_of
from fixbot.shell.campaign.journal import Journal, open_journal
from fixbot.shell.campaign.reading import Ordered
from fixbot.shell.campaign.sources import repositories
from fixbot.shell.workers import default_jobs

#: Where nothing more is to be done.
OVER = frozenset({State.SKIPPED, State.LEFT, State.DONE})


@dataclass(frozen=True, slots=True)
class Work:
    """A campaign, where it keeps what it can do without, and its journal: what every command about it works with."""

    ordered: Ordered
    places: Places
    journal: Journal

    def halted(self) -> str:
        """Return why nothing is opened; empty where something may be."""
        return self.places.halted() or self.journal.halted()

    def overview(self, known: list[Seen]) -> Overview:
        """Return how far it is."""
        listed = in_order(self.ordered.campaign.name, known)
        return overview_of(self.ordered.campaign, listed, datetime.now(UTC), self.halted())

    def paint(self, overview: Overview) -> None:
        """Write the page.

        Raises:
            OperatorError: it cannot be written.
        """
        try:
            with fresh(self.places.page) as new:
                new.write_text(campaign_page(overview), "utf-8")
        except OSError as exc:
            message = f"cannot write {self.places.page}: {exc.strerror}"
            raise OperatorError(message) from exc


@contextmanager
def working(file: Path, journal: str) -> Iterator[Work]:
    """Open a campaign of a file, with its journal in a database of that address, or beside the file.

    Raises:
        OperatorError: the file is wrong, or the journal cannot be used.
    """
    ordered = begun(file)
    places = Places(ordered.folder)
    places.make()
    with open_journal(places.journal, ordered.campaign.name, journal) as opened:
        yield Work(ordered, places, opened)


def watched(work: Work, own: dict[str, Any], options: Common) -> Overview:
    """Make one pass, or with `--watch` as many as it takes; then what its forge refuses is one more wait.

    Args:
        work: the campaign.
        own: the options of `start`, by their names.
        options: those of all commands.

    Raises:
        OperatorError: nothing can be done for any repository.
        ForgeError: the forge refuses to list them, or GitHub wants to be left alone, and this is one pass.
    """
    while True:
        try:
            overview = _passed(work, own, options)
        except ForgeError as exc:
            if not own["watch"]:
                raise
            note(logged(visible(str(exc))), options)
        else:
            is_over = all(row.state in OVER for row in overview.rows)
            if is_over:
                work.places.clear()
            if is_over or overview.halted or not own["watch"]:
                return overview
            note(logged(as_text(overview)), options)
        time.sleep(own["minutes"] * 60)
        work, own = _read_again(work, options), own | {"retry_failed": False}


def _read_again(work: Work, options: Common) -> Work:
    """Read the campaign's file once more; where that is wrong now, it goes on as it was."""
    try:
        ordered = begun(work.ordered.file)
        wrong = (
            "" if ordered.folder == work.ordered.folder else f"{ordered.file}: its name is another one: start it anew"
        )
    except OperatorError as exc:
        wrong = str(exc)
    if not wrong:
        return replace(work, ordered=ordered)
    note(logged(visible(f"{wrong}; until then the campaign goes on as it was")), options)
    return work


def _passed(work: Work, own: dict[str, Any], options: Common) -> Overview:
    """Make one pass, unless the campaign is halted, and write the page."""
    if not work.halted():
        with _engine(own, options) as engine:
            if own["plans"] is not None:
                work.places.take(own["plans"])
            one = Pass(
                ordered=work.ordered,
                places=work.places,
                journal=work.journal,
                engine=engine,
                tell=lambda seen: note(logged(visible(_line(seen))), options),
                waiting=Waiting(
                    is_halted=lambda: bool(work.halted()),
                    is_patient=own["watch"],
                    say=lambda text: note(logged(visible(text)), options),
                ),
                dry_run=own["dry_run"],
                is_anew=own["retry_failed"],
            )
            try:
                one.go(in_order(work.ordered.campaign.name, repositories(work.ordered)))
            except (RateLimitError, TokenError):
                _painted(work, options)
                raise
    return _painted(work, options)


def _painted(work: Work, options: Common) -> Overview:
    """Write the page and return what it shows; a page that cannot be written stops nothing."""
    overview = work.overview(work.journal.repositories())
    try:
        work.paint(overview)
    except OperatorError as exc:
        note(logged(visible(str(exc))), options)
    return overview


@contextmanager
def _engine(own: dict[str, Any], options: Common) -> Iterator[Any]:
    if own["plans"] is not None:
        yield None
        return
    with engine_of(own["engine"], options.jobs or default_jobs()) as made:
        yield made


def _line(seen: Seen) -> str:
    because = seen.skipped or seen.failed or seen.because
    found = "" if seen.findings is None else f", {seen.findings} findings"
    return f"{seen.name}: {seen.state(begun=True)}{found}" + (f" ({because})" if because else "")
