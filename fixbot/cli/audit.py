"""`fixbot audit`: what reports claim, held against the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from fixbot import registry
from fixbot.audit import read_document
from fixbot.auditing import audited
from fixbot.cli.options import Common, choosing, codemods_that_read, common, project_root
from fixbot.cli.output import logged, note, own_fault, progress, write
from fixbot.cli.publishing import FORGE, REPO
from fixbot.cli.working import WorkingFiles
from fixbot.errors import OperatorError
from fixbot.markdown import visible
from fixbot.model import Document, Finding, NotADocument, ScanReport
from fixbot.publish.filing import Fate, Filed
from fixbot.report.audit import Audited, as_json, as_markdown, as_text
from fixbot.scan import scan as scan_files
from fixbot.settings import Settings
from fixbot.shell.documents import path_below, read_bytes

_SHOWN = {"json": as_json, "markdown": as_markdown}


@click.command()
@click.argument("reports", nargs=-1, required=True, metavar="REPORT…", type=click.Path(path_type=Path))
@click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="The project that the reports are about; the one around the current directory by default.",
)
@click.option("--file-issues", is_flag=True, help="Open an issue for what is found to be there.")
@click.option(
    "--per", type=click.Choice(["item", "codemod"]), help="What an issue is for: an item (the default), or a codemod."
)
@click.option("--dry-run", is_flag=True, help="Show what would be filed; write nothing.")
@FORGE
@REPO
@choosing
@common("text", "json", "markdown")
def audit(reports: tuple[Path, ...], root: Path | None, **given: Any) -> int:  # noqa: ANN401 - what `common` declares
    """Read audit reports, trackers, reviews and logs of linters, and hold each claim in them against the code.

    Nothing is changed. Exit code 0: done, 2: wrong use or a document that is no report.
    """
    filing = {name: given.pop(name) for name in ("file_issues", "per", "dry_run", "forge", "repo")}
    options = Common(**given)
    _ensure_of_use(filing)
    top = project_root([root] if root else [])
    settings = options.settings(top, forge=filing["forge"])
    documents = read_all(reports, top)
    report = _seen(settings, top, options)
    audits = audited(documents, report, codemods_that_read(settings), top, settings.exclude)
    shown = _SHOWN.get(options.format, lambda told: as_text(told, brief_only=options.quiet))
    write(shown(audits), options.output)
    if filing["file_issues"]:
        per, is_dry = filing["per"] or "item", filing["dry_run"]
        _file(Filing(audits, report.findings, settings, top, filing["repo"], per, is_dry), options)
    return own_fault(report.broken, options)


def _ensure_of_use(filing: Mapping[str, Any]) -> None:
    """Refuse what would do nothing."""
    useless = [f"--{name.replace('_', '-')}" for name in ("dry_run", "forge", "repo") if filing[name]]
    useless += ["--per"] if filing["per"] else []
    if useless and not filing["file_issues"]:
        message = f"{', '.join(useless)}: only for --file-issues; add that, or leave it out"
        raise OperatorError(message)


def read_all(reports: Sequence[Path], root: Path) -> list[Document]:
    """Read documents, every one or none, and call each by its path below a root: wherever that is, the same.

    Raises:
        OperatorError: some cannot be read, or are none that fixbot understands.
    """
    once = {path.resolve(): path for path in reversed(reports)}
    return understood([(path_below(path, root), read_bytes(path)) for path in reversed(once.values())])


def understood(contents: Sequence[tuple[str, bytes]]) -> list[Document]:
    """Return what documents say, each given by its name and its bytes; every one or none.

    Raises:
        OperatorError: some are none that fixbot understands.
    """
    codemods = registry.every()
    read = [read_document(name, content, codemods) for name, content in contents]
    wrong = [f"{visible(one.name)}: {one.because}" for one in read if isinstance(one, NotADocument)]
    if wrong:
        raise OperatorError("; ".join(wrong))
    return [one for one in read if isinstance(one, Document)]


def _seen(settings: Settings, top: Path, options: Common) -> ScanReport:
    files = WorkingFiles([top], top, settings)
    return scan_files(
        files,
        codemods_that_read(settings),
        jobs=options.processes(),
        read=files.read,
        project=files.project,
        progress=progress(options),
    )


@dataclass(frozen=True, slots=True)
class Filing:
    """What is filed, and where."""

    audits: Sequence[Audited]
    findings: Sequence[Finding]
    settings: Settings
    root: Path
    repository: str | None
    per: str
    is_dry: bool


def _file(asked: Filing, options: Common) -> None:
    from fixbot.filing import filed  # noqa: PLC0415 - most audits file nothing, and a forge takes long to load

    done = filed(
        asked.audits,
        asked.findings,
        asked.settings,
        asked.root,
        repository=asked.repository,
        per=asked.per,
        dry_run=asked.is_dry,
    )
    for one in done:
        click.echo(logged(visible(_told(one, is_dry=asked.is_dry))), err=True)
    note(_summary(done), options)


def _told(filed: Filed, *, is_dry: bool) -> str:
    number = f" #{filed.issue.number}" if filed.issue is not None and filed.issue.number else ""
    would = "would be " if is_dry and filed.fate in {Fate.OPENED, Fate.UPDATED} else ""
    return f"{would}{filed.fate}{number}: {filed.filing.title}"


def _summary(done: Sequence[Filed]) -> str:
    counted = [f"{sum(one.fate is fate for one in done)} {fate}" for fate in Fate if any(o.fate is fate for o in done)]
    return f"issues: {', '.join(counted)}" if counted else "issues: nothing is found that a codemod answers"
