"""`fixbot run`: the whole job on a repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fixbot.cli.options import FORMATS, Common, choosing, common
from fixbot.cli.output import note, progress
from fixbot.cli.published import show
from fixbot.cli.publishing import (
    PLACE_SETTINGS,
    PUBLISHING_SETTINGS,
    SHAPE_SETTINGS,
    asking,
    checking,
    is_automated,
    placing,
    publishing,
    shaping,
    unseen,
)
from fixbot.cli.workflow import Elsewhere, in_workflow
from fixbot.job import Job
from fixbot.run import run as run_job
from fixbot.shell.git import Git

_SETTINGS = (*PLACE_SETTINGS, *SHAPE_SETTINGS, *PUBLISHING_SETTINGS)


@click.command()
@click.argument("repository", default=".", metavar="[REPO]", type=click.Path(path_type=Path))
@placing
@asking
@shaping
@publishing
@checking
@in_workflow
@choosing
@common(*FORMATS)
def run(repository: Path, **given: Any) -> int:  # noqa: ANN401 - click hands over its options
    """Find, rewrite, verify, push and open pull requests in the repository REPO (the current directory by default).

    The working tree and the index are never touched. Exit code 0: done, 1: something was refused (--strict),
    2: wrong use, 3: fixbot's own fault, 4: the forge's.
    """
    own = {name: given.pop(name) for name in ("repo", "dry_run", "strict", "verify_command", "issue", "asked_by")}
    more = {name: given.pop(name) for name in _SETTINGS}
    elsewhere = Elsewhere.of(given)
    options = Common(**given)
    top = Git(repository).top()
    settings = options.settings(top, **more)
    job = Job(
        root=repository,
        repository=own["repo"],
        dry_run=own["dry_run"],
        verify_command=own["verify_command"],
        jobs=options.processes(),
        issue=own["issue"] or 0,
        automated=is_automated(),
        asked_by=own["asked_by"],
        unseen=unseen(options, settings, lambda other: other.settings(top, **more)),
    )
    done = run_job(job, settings, progress(options))
    code = show(done, settings, options, elsewhere, strict=own["strict"], dry_run=own["dry_run"])
    if done.uncommitted:
        looked = f"only what is on {done.base.branch} is looked at"
        note(f"note: {repository} has changes that are not committed; {looked}", options)
    return code
