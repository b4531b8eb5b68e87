"""`fixbot campaign`: one change across many repositories, in waves, on whatever plans."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fixbot.campaign.document import as_json
from fixbot.campaign.overview import Overview
from fixbot.campaign.told import as_text
from fixbot.cli.apart import FILE, FOLDER, matrix, pack, plan
from fixbot.cli.options import Common, common
from fixbot.cli.output import logged, note, write
from fixbot.cli.passes import OVER, Work, watched, working
from fixbot.errors import OperatorError

_JOURNAL = click.option(
    "--journal",
    envvar="FIXBOT_JOURNAL",
    default="",
    metavar="URL",
    help="Keep the journal in this database, such as postgresql+psycopg://me@host/name; a file beside FILE by default.",
)
_EVERY = click.option("--every", is_flag=True, help="Show every repository, not only those that need somebody.")
_PAUSED, _STOPPED = "paused", "stopped"
_PROCESSES = "processes"
_PATIENCE, _OFTEN = 60.0, 0.5  # seconds for a pass that is at work to end


@click.group()
def campaign() -> None:
    """Bring one change to many repositories: planned anywhere, published slowly, in waves that people decide on."""


@campaign.command()
@FILE
@click.option(
    "--engine",
    default=_PROCESSES,
    show_default=True,
    metavar="ENGINE",
    help="Who plans: `processes` on this machine, or dask://HOST:PORT.",
)
@click.option("--plans", type=FOLDER, metavar="DIR", help="Plan nothing here: take what `campaign plan` wrote there.")
@click.option("--dry-run", is_flag=True, help="Plan, and say what would be opened; write nothing to the forge.")
@click.option("--retry-failed", is_flag=True, help="Plan once more for what failed twice for the same commit.")
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
    own = {
        name: given.pop(name) for name in ("engine", "plans", "dry_run", "retry_failed", "watch", "minutes", "every")
    }
    options = Common(**given)
    if own["plans"] is not None and own["engine"] != _PROCESSES:
        message = "--plans takes what was planned elsewhere, so no --engine plans here: leave one of them out"
        raise OperatorError(message)
    with working(file, journal) as work, work.journal.alone():
        overview = watched(work, own, options)
    _show(overview, options, every=own["every"])
    return 0


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
    with working(file, journal) as work:
        while True:
            overview = work.overview(work.journal.repositories())
            if own["watch"]:
                click.clear()
            _show(overview, options, every=own["every"])
            work.paint(overview)
            if not own["watch"] or (overview.rows and all(row.state in OVER for row in overview.rows)):
                break
            time.sleep(own["seconds"])
    note(logged(f"the page is {work.places.page}"), options)
    return 0


def _show(overview: Overview, options: Common, *, every: bool) -> None:
    text = as_json(overview) if options.format == "json" else logged(as_text(overview, every=every)) + "\n"
    write(text, options.output)


def _halting(word: str) -> Callable[[Path, str], int]:
    def halt(file: Path, journal: str) -> int:
        with working(file, journal) as work:
            if not journal:  # else the word of one machine would outlast what another one says
                work.places.halt(word)
            work.journal.halt(word)
            if word == _STOPPED:
                _clear(work)
        click.echo(f"the campaign is {word}: `fixbot campaign resume` lets it go on", err=True)
        return 0

    return halt


def _clear(work: Work) -> None:
    """Drop the clones once the pass that is at work has heard that it is over."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with work.journal.alone():
                work.places.clear()
        except OperatorError:
            if time.monotonic() > until:
                click.echo("a pass is still at work, and its clones are left: stop again when it has ended", err=True)
                return
            time.sleep(_OFTEN)
        else:
            return


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
    with working(file, journal) as work:
        work.places.go()
        work.journal.go()
    click.echo("the campaign goes on with the next `fixbot campaign start`", err=True)
    return 0


for _command in (matrix, pack, plan):
    campaign.add_command(_command)
