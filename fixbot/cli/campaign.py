"""`fixbot campaign`: one change across many repositories, in waves, on whatever plans."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from fixbot.campaign.document import as_json
from fixbot.campaign.overview import Overview, overview_of
from fixbot.campaign.records import Seen, State
from fixbot.campaign.told import as_text
from fixbot.campaign.waves import ordered as in_order
from fixbot.campaigning.looking import begun
from fixbot.campaigning.places import Places, fresh
from fixbot.campaigning.story import Pass
from fixbot.cli.apart import FILE, FOLDER, matrix, pack, plan
from fixbot.cli.options import Common, common
from fixbot.cli.output import logged, note, write
from fixbot.errors import OperatorError, RateLimitError, TokenError
from fixbot.markdown import visible
from fixbot.render import campaign_page
from fixbot.shell.campaign.engines import engine as engine_of
from fixbot.shell.campaign.journal import Journal, open_journal
from fixbot.shell.campaign.reading import Ordered
from fixbot.shell.campaign.sources import repositories
from fixbot.shell.workers import default_jobs

_OVER = frozenset({State.SKIPPED, State.LEFT, State.DONE})
_JOURNAL = click.option(
    "--journal",
    envvar="FIXBOT_JOURNAL",
    default="",
    metavar="URL",
    help="Keep the journal in this database, such as postgresql+psycopg://me@host/name; a file beside FILE by default.",
)
_EVERY = click.option("--every", is_flag=True, help="Show every repository, not only those that need somebody.")
_PAUSED, _STOPPED = "paused", "stopped"


@click.group()
def campaign() -> None:
    """Bring one change to many repositories: planned anywhere, published slowly, in waves that people decide on."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What every command about a campaign works with."""

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
def _working(file: Path, journal: str) -> Iterator[_Work]:
    ordered = begun(file)
    places = Places(ordered.folder)
    places.make()
    with open_journal(places.journal, ordered.campaign.name, journal) as opened:
        yield _Work(ordered, places, opened)


@campaign.command()
@FILE
@click.option(
    "--engine",
    default="processes",
    show_default=True,
    metavar="ENGINE",
    help="Who plans: `processes` on this machine, or dask://HOST:PORT.",
)
@click.option("--plans", type=FOLDER, metavar="DIR", help="Plan nothing here: take what `campaign plan` wrote there.")
@click.option("--dry-run", is_flag=True, help="Plan, and say what would be opened; write nothing to the forge.")
@click.option("--watch", is_flag=True, help="Go on, pass after pass, until the campaign is over or halted.")
@click.option(
    "--minutes", type=click.IntRange(1, 1440), default=30, show_default=True, help="With --watch: between two passes."
)
@_EVERY
@_JOURNAL
@common("text", "json")
def start(file: Path, journal: str, **given: Any) -> int:  # noqa: ANN401 - click hands over its options
    """Begin the campaign in FILE, or go on with it: what has changed is planned for, what may be opened is opened.

    It may be started again at any time, and nothing is opened twice. Exit code 0: done (what waits or failed is
    reported), 2: wrong use, 3: fixbot's own fault, 4: GitHub wants to be left alone for now.
    """
    own = {name: given.pop(name) for name in ("engine", "plans", "dry_run", "watch", "minutes", "every")}
    options = Common(**given)
    with _working(file, journal) as work, work.journal.alone():
        overview = _watched(work, own, options)
    _show(overview, options, every=own["every"])
    return 0


def _watched(work: _Work, own: dict[str, Any], options: Common) -> Overview:
    """Make one pass, or with `--watch` as many as it takes; then GitHub's wish to be left alone is one more wait."""
    while True:
        try:
            overview = _passed(work, own, options)
        except RateLimitError as exc:
            if not own["watch"]:
                raise
            note(logged(visible(str(exc))), options)
        else:
            is_over = all(row.state in _OVER for row in overview.rows)
            if is_over:
                work.places.clear()
            if is_over or overview.halted or not own["watch"]:
                return overview
            note(logged(as_text(overview)), options)
        time.sleep(own["minutes"] * 60)


def _passed(work: _Work, own: dict[str, Any], options: Common) -> Overview:
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
                is_halted=lambda: bool(work.halted()),
                dry_run=own["dry_run"],
            )
            try:
                one.go(in_order(work.ordered.campaign.name, repositories(work.ordered)))
            except (RateLimitError, TokenError):
                work.paint(work.overview(work.journal.repositories()))
                raise
    overview = work.overview(work.journal.repositories())
    work.paint(overview)
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


@campaign.command()
@FILE
@click.option("--watch", is_flag=True, help="Show it again and again until the campaign is over.")
@click.option("--seconds", type=click.IntRange(1, 3600), default=5, show_default=True, help="With --watch: how often.")
@_EVERY
@_JOURNAL
@common("text", "json")
def status(file: Path, journal: str, **given: Any) -> int:  # noqa: ANN401 - click hands over its options
    """Show how far the campaign is: the findings that are left, by repository, and why each one waits.

    It asks no forge: it shows what the last pass saw. It also writes status.html into the campaign's folder. Exit code
    0: done, 2: wrong use.
    """
    own = {name: given.pop(name) for name in ("watch", "seconds", "every")}
    options = Common(**given)
    with _working(file, journal) as work:
        while True:
            overview = work.overview(work.journal.repositories())
            work.paint(overview)
            if own["watch"]:
                click.clear()
            _show(overview, options, every=own["every"])
            if not own["watch"] or (overview.rows and all(row.state in _OVER for row in overview.rows)):
                break
            time.sleep(own["seconds"])
    note(logged(f"the page is {work.places.page}"), options)
    return 0


def _show(overview: Overview, options: Common, *, every: bool) -> None:
    text = as_json(overview) if options.format == "json" else logged(as_text(overview, every=every)) + "\n"
    write(text, options.output)


def _halting(word: str) -> Callable[[Path, str], int]:
    def halt(file: Path, journal: str) -> int:
        with _working(file, journal) as work:
            work.places.halt(word)
            work.journal.halt(word)
            if word == _STOPPED:
                work.places.clear()
        click.echo(f"the campaign is {word}: `fixbot campaign resume` lets it go on", err=True)
        return 0

    return halt


@campaign.command()
@FILE
@_JOURNAL
def pause(file: Path, journal: str) -> int:
    """Let the campaign open nothing and plan nothing until `resume`; a pass that is at work ends.

    What is open stays open. Exit code 0: done, 2: wrong use.
    """
    return _halting(_PAUSED)(file, journal)


@campaign.command()
@FILE
@_JOURNAL
def stop(file: Path, journal: str) -> int:
    """End the campaign: as `pause`, and its clones are removed.

    What is open stays open for its reviewers. Exit code 0: done, 2: wrong use.
    """
    return _halting(_STOPPED)(file, journal)


@campaign.command()
@FILE
@_JOURNAL
def resume(file: Path, journal: str) -> int:
    """Let a campaign go on that was paused or stopped; the next `start` does something again.

    Exit code 0: done, 2: wrong use.
    """
    with _working(file, journal) as work:
        work.places.go()
        work.journal.go()
    return 0


for _command in (matrix, pack, plan):
    campaign.add_command(_command)
