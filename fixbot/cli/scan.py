"""`fixbot scan`: lists findings and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from fixbot.cli.options import FORMATS, Common, choosing, codemods_of, common, project_root
from fixbot.cli.output import note, own_fault, progress, report_text, write
from fixbot.cli.working import WorkingFiles
from fixbot.codemod import Recipe, Safety
from fixbot.errors import OperatorError
from fixbot.markdown import visible
from fixbot.model import ScanReport
from fixbot.report import Remedies, beyond_github
from fixbot.scan import scan as scan_files
from fixbot.shell.style import read_style


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--fixes/--no-fixes",
    default=None,
    help="Say in SARIF how each finding would be fixed by itself, or do not and be done sooner.  [default: --fixes]",
)
@choosing
@common(*FORMATS, verbose="Show what only looks like a finding, and the whole trace of a codemod that broke.")
def scan(paths: tuple[Path, ...], *, fixes: bool | None, **given: Any) -> int:  # noqa: ANN401 - what `common` declares
    """List the findings in files and directories (the current one by default); change nothing.

    Exit code 0: no findings, 1: findings, 2: wrong use.
    """
    options = Common(**given)
    _ensure_of_use(fixes, options.format)
    root = project_root(paths)
    settings = options.settings(root)
    codemods = codemods_of(settings)
    files = WorkingFiles(paths, root, settings)
    with_fixes = options.format == "sarif" and fixes is not False
    report, remedies = (
        _remedied(files, codemods, settings.safety, options) if with_fixes else (_seen(files, codemods, options), None)
    )
    text = report_text(report, codemods, options, remedies)
    write(text, options.output)
    said = [f"{one.path}:{one.line}: no finding: {one.because}" for one in report.dismissed if options.verbose]
    said += beyond_github(report, text) if options.format == "sarif" else []
    for one in said:
        note(visible(one), options)
    return own_fault(report.broken, options) or (1 if report.findings else 0)


def _ensure_of_use(fixes: bool | None, form: str) -> None:  # noqa: FBT001 - it is the value of an option
    """Refuse what would do nothing."""
    if fixes is None or form == "sarif":
        return
    message = "--no-fixes is for --format sarif; no other format has fixes, so leave it out"
    if fixes:
        message = "--fixes is for --format sarif; add that, or see the changes with `fixbot fix --diff`"
    raise OperatorError(message)


def _seen(files: WorkingFiles, codemods: Sequence[Recipe], options: Common) -> ScanReport:
    return scan_files(
        files,
        codemods,
        jobs=options.processes(),
        read=files.read,
        project=files.project,
        progress=progress(options),
    )


def _remedied(
    files: WorkingFiles, codemods: Sequence[Recipe], limit: Safety, options: Common
) -> tuple[ScanReport, Remedies]:
    from fixbot.remedies import remedied  # noqa: PLC0415 - most scans rewrite nothing

    return remedied(
        files,
        codemods,
        project=files.project,
        limit=limit,
        style=read_style(lambda name: getattr(files.read(name), "content", None)),
        jobs=options.processes(),
        read=files.read,
        progress=progress(options),
    )
