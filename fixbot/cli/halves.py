"""`fixbot listen`, `plan` and `apply`: the whole job in parts, so that no token meets code."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from fixbot import halves
from fixbot.cli.options import Common, choosing, codemods_of, common, writable
from fixbot.cli.output import logged, note, own_fault, progress, sarif_text, write
from fixbot.cli.planned import reviewed, summary
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
from fixbot.cli.workflow import Elsewhere, in_workflow, put_out
from fixbot.errors import OperatorError
from fixbot.handover.documents import Listened, Plan
from fixbot.handover.text import LIMIT, read, written
from fixbot.job import Job
from fixbot.markdown import visible
from fixbot.model import Base, ScanReport
from fixbot.render import review
from fixbot.report import Remedies, as_github, beyond_github
from fixbot.settings import Settings
from fixbot.shell.choosing import Place, forget_token, to_publish
from fixbot.shell.git import Git
from fixbot.shell.local import LocalForge

_REPOSITORY = click.argument("repository", default=".", metavar="[REPO]", type=click.Path(path_type=Path))
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@_REPOSITORY
@placing
@asking
@choosing
@common()
def listen(repository: Path, **given: Any) -> int:  # noqa: ANN401 - click hands over its options
    """Ask the forge what `fixbot plan` has to know: pull requests, what people said, what an issue asks for.

    It needs a token that may read, looks at no code but the names of files, and writes nothing to the forge.
    Exit code 0: done, 2: wrong use, 4: the forge's fault.
    """
    job, settings, options, base = _looking(repository, given, run=False)
    write(written(halves.listen(job, settings, base)), options.output)
    return 0


@click.command()
@_REPOSITORY
@click.option("--situation", type=_FILE, metavar="FILE", help="What `fixbot listen` wrote.")
@click.option(
    "--sarif",
    type=click.Path(path_type=Path),
    callback=writable,
    metavar="FILE",
    help="Write a log for code scanning there: every finding on the base, each with its fix.",
)
@placing
@shaping
@checking
@in_workflow
@choosing
@common("text", "github")
def plan(repository: Path, situation: Path | None, **given: Any) -> int:  # noqa: ANN401 - click hands over its options
    """Find, rewrite and verify, and write down what there is to publish: the first half of `fixbot run`.

    The plan goes to --output; beside that --format github prints an annotation for each finding. It uses no token and
    asks no forge but the local one. Exit code 0: done, 2: wrong use, 3: fixbot's own fault; where that was a codemod
    that broke, everything is written all the same.
    """
    forget_token()
    if given["format"] != "text" and given["output"] is None:
        message = "--format is for what is printed beside the plan: say --output FILE as well"
        raise OperatorError(message)
    elsewhere = Elsewhere.of(given)
    check, log = (given.pop(name) for name in ("verify_command", "sarif"))
    job, settings, options, base = _looking(repository, given, verify_command=check)
    heard = _heard(situation, job, settings, base, options)
    made = halves.plan(job, settings, base, heard, progress(options))
    text = written(made)
    digest = hashlib.sha256(text.encode()).hexdigest()
    write(text, options.output)
    if options.output is not None:
        for line in summary(made, digest):
            note(logged(visible(line)), options)
    broken = made.report.broken
    if log is not None:
        report, remedies = halves.remedies(job, settings, base, heard, progress(options))
        broken = tuple(dict.fromkeys([*broken, *report.broken]))
        _log(replace(report, broken=broken), remedies, settings, options, log)
    if options.format == "github":
        write(as_github(made.report), None)
    elsewhere.tell(review(reviewed(made)))
    put_out({"digest": digest, "findings": len(made.report.findings), "changes": len(made.changes)}, elsewhere.outputs)
    return own_fault(broken, options)


def _heard(situation: Path | None, job: Job, settings: Settings, base: Base, options: Common) -> Listened | None:
    """Return what is known of the forge: what a file says, or what the forge in the repository itself knows."""
    if situation is not None:
        return read(_bytes(situation), Listened, str(situation))
    if halves.is_local(Git(job.root), job, settings):
        return halves.listen(job, settings, base)
    note(
        "note: nothing is known of the pull requests that are there: --situation takes what `fixbot listen` wrote",
        options,
    )
    return None


def _log(report: ScanReport, remedies: Remedies, settings: Settings, options: Common, log: Path) -> None:
    """Write a log for code scanning, and say where that is more than GitHub takes."""
    text = sarif_text(report, codemods_of(settings), remedies)
    write(text, log)
    for one in beyond_github(report, text):
        note(logged(visible(one)), options)


@click.command()
@click.argument("plan_file", metavar="PLAN", type=_FILE)
@click.option("--digest", metavar="SHA256", help="Refuse a plan that is not the one with this SHA-256.")
@placing
@asking
@shaping
@publishing
@in_workflow
@choosing
@common("text", "json", "markdown", "sarif", "github")
def apply(plan_file: Path, digest: str | None, **given: Any) -> int:  # noqa: ANN401 - click hands over its options
    """Publish what `fixbot plan` wrote to PLAN: the second half of `fixbot run`.

    It looks at no code, checks nothing out, and believes nothing that the plan says: a plan that asks for what it may
    not have is refused as a whole. Exit code 0: done, 1: something was refused (--strict), 2: wrong use or a plan that
    is refused, 3: fixbot's own fault, 4: the forge's.
    """
    own = {name: given.pop(name) for name in ("repo", "dry_run", "strict", "issue", "asked_by")}
    more = {name: given.pop(name) for name in (*PLACE_SETTINGS, *SHAPE_SETTINGS, *PUBLISHING_SETTINGS)}
    elsewhere = Elsewhere.of(given)
    options = Common(**given)
    content = _bytes(plan_file)
    _mind_the_digest(content, digest)
    made = read(content, Plan, str(plan_file))
    with to_publish(Path(), own["repo"], more["forge"] or "auto") as place:
        more["forge"] = "local" if place.name is None else "github"
        settings = _settings(place, options, more)
        job = Job(
            root=Path(),
            repository=place.name,
            dry_run=own["dry_run"],
            verify_command=made.verify_command,
            issue=own["issue"] or 0,
            automated=is_automated(),
            asked_by=own["asked_by"],
            unseen=unseen(options, settings, lambda other: _settings(place, other, more)),
        )
        done = halves.apply(job, settings, place.git, made, progress(options))
    return show(done, settings, options, elsewhere, strict=own["strict"], dry_run=own["dry_run"], is_planned=True)


def _settings(place: Place, options: Common, more: dict[str, Any]) -> Settings:
    """Return the configuration of what is published to, as it is there."""
    commit = place.tip(more["base"])
    settings = options.settings_of(lambda name: place.git.file(commit, name), **more)
    if settings.base != more["base"]:
        place.tip(settings.base)
    return replace(settings, commit_via=settings.commit_via or "api")  # nothing is here that could be pushed


def _looking(
    repository: Path, given: dict[str, Any], verify_command: str | None = None, *, run: bool = True
) -> tuple[Job, Settings, Common, Base]:
    """Return what the commands work with that look at a clone."""
    own = {name: given.pop(name, "") for name in ("repo", "issue", "asked_by")}
    more = {name: given.pop(name) for name in (*PLACE_SETTINGS, *SHAPE_SETTINGS) if name in given}
    options = Common(**given)
    git = Git(repository)
    settings = options.settings(git.top(), run=run, **more)
    job = Job(
        root=repository,
        repository=own["repo"],
        verify_command=verify_command,
        jobs=options.processes(),
        issue=own["issue"] or 0,
        automated=is_automated(),
        asked_by=own["asked_by"],
    )
    return job, settings, options, LocalForge(git, settings.author).base(settings.base)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except OSError as exc:
        message = f"cannot read {path}: {exc.strerror}"
        raise OperatorError(message) from exc


def _mind_the_digest(content: bytes, digest: str | None) -> None:
    if digest is None:
        return
    found = hashlib.sha256(content).hexdigest()
    if digest.strip().lower().removeprefix("sha256:") != found:
        message = f"the plan is refused and nothing of it is published: its SHA-256 is {found}, and not {digest}"
        raise OperatorError(message)
