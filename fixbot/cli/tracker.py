"""`fixbot tracker`: how far every item of the reports has come."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from fixbot import registry
from fixbot.audit import read_document
from fixbot.cli.audit import read_all
from fixbot.cli.options import Common, choosing, common, writable
from fixbot.cli.output import logged, note, progress, write
from fixbot.cli.publishing import FORGE, REPO
from fixbot.errors import OperatorError
from fixbot.markdown import visible
from fixbot.model import Document, NotADocument
from fixbot.picture import picture
from fixbot.publish.bookkeeping import write_books
from fixbot.run import base_of
from fixbot.settings import Settings, excluder
from fixbot.shell.annals import Annals
from fixbot.shell.choosing import choose_forge
from fixbot.shell.forge import Forge
from fixbot.tracker.course import course
from fixbot.tracker.document import as_json
from fixbot.tracker.page import page, summary
from fixbot.tracking import Tracking

_COMMITS = 100


@click.command()
@click.argument("reports", nargs=-1, metavar="[REPORT…]", type=click.Path(path_type=Path))
@click.option(
    "--root",
    default=".",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="The repository; the one around the current directory by default.",
)
@click.option("--base", metavar="BRANCH", help="The branch to tell of; the one that is checked out by default.")
@click.option(
    "--history", type=click.IntRange(1, 100_000), metavar="N", help="Count the findings at the last N commits, too."
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    callback=writable,
    metavar="FILE.svg",
    help=f"Draw these counts, of the last {_COMMITS} commits unless --history says otherwise.",
)
@click.option("--dashboard", is_flag=True, help="Put it into the dashboard issue as well.")
@click.option("--dry-run", is_flag=True, help="Write nothing to the forge.")
@FORGE
@REPO
@choosing
@common("markdown", "json")
def tracker(reports: tuple[Path, ...], root: Path, **given: Any) -> int:  # noqa: ANN401 - what `common` declares
    """Write the progress tracker: each item of the reports, derived afresh from code, git and pull requests.

    Without a REPORT those count that the configuration names in `audits`; where it names none, the codemods are the
    items. Nothing is kept between two runs. Exit code 0: done, 2: wrong use.
    """
    own = {name: given.pop(name) for name in ("dashboard", "dry_run", "repo", "history", "picture")}
    forge_kind, base_name = given.pop("forge"), given.pop("base")
    options = Common(**given)
    annals = Annals(root)
    settings = options.settings(annals.top(), forge=forge_kind, base=base_name)
    forge = choose_forge(annals, own["repo"], settings, dry_run=own["dry_run"])
    base = base_of(forge, settings.base)
    if own["dashboard"] and not settings.dashboard:
        message = "dashboard = false in the configuration: take that out, or leave --dashboard out"
        raise OperatorError(message)
    documents = read_all(reports, annals.top()) if reports else _configured(annals, base.commit, settings, options)
    tracking = Tracking(
        annals=annals,
        forge=forge,
        base=base,
        settings=settings,
        documents=documents,
        jobs=options.processes(),
        progress=progress(options),
    )
    books = tracking.books()
    past = tracking.past(own["history"] or _COMMITS) if own["history"] or own["picture"] else None
    if past is not None and own["picture"]:
        write(picture(past.points), own["picture"])
    if options.format == "json":
        shown = as_json(books, past)
    else:
        told = course(past, _beside(own["picture"], options.output)) if past is not None else ""
        shown = page(books, tracking.impacts(), told)
    write(shown, options.output)
    if own["dashboard"]:
        _publish(forge, summary(books), options)
    return 0


def _configured(annals: Annals, commit: str, settings: Settings, options: Common) -> Sequence[Document]:
    """Read the reports that the configuration names, as the branch has them; what is none is passed over with a note.

    Raises:
        OperatorError: it names some, and there are none.
    """
    if not settings.audits:
        return []
    is_meant = excluder(settings.audits)
    files = [entry for entry in annals.entries(commit) if is_meant(entry.path) and entry.mode.startswith("100")]
    read = [(entry.path, annals.file(commit, entry.path) or b"") for entry in sorted(files, key=lambda one: one.path)]
    told = [read_document(path, content, registry.every()) for path, content in read]
    for one in told:
        if isinstance(one, NotADocument):
            note(logged(f"note: {visible(one.name)}: {one.because}"), options)
    documents = [one for one in told if isinstance(one, Document)]
    if not documents:
        message = f"audits: no report of the branch matches {', '.join(settings.audits)}: commit them, or say REPORT"
        raise OperatorError(message)
    return documents


def _beside(image: Path | None, text: Path | None) -> str:
    """Return the path of a picture as a page names it: relative to where the page is written."""
    if image is None:
        return ""
    folder = text.resolve().parent if text is not None else Path.cwd()
    return os.path.relpath(image.resolve(), folder).replace(os.sep, "/")


def _publish(forge: Forge, text: str, options: Common) -> None:
    issue = write_books(forge, text)
    note(f"dashboard: #{issue.number} {issue.url}" if issue is not None else "dashboard: not written", options)
