"""`fixbot scan`: lists findings and changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fixbot.cli.options import FORMATS, Common, choosing, codemods_of, common, project_root
from fixbot.cli.output import note, own_fault, progress, report_text, write
from fixbot.cli.working import WorkingFiles
from fixbot.markdown import visible
from fixbot.scan import scan as scan_files


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@choosing
@common(*FORMATS, verbose="Show what only looks like a finding, and the whole trace of a codemod that broke.")
def scan(paths: tuple[Path, ...], **given: Any) -> int:  # noqa: ANN401 - click hands over what `common` declares
    """List the findings in files and directories (the current one by default); change nothing.

    Exit code 0: no findings, 1: findings, 2: wrong use.
    """
    options = Common(**given)
    root = project_root(paths)
    settings = options.settings(root)
    codemods = codemods_of(settings)
    files = WorkingFiles(paths, root, settings)
    report = scan_files(
        files,
        codemods,
        jobs=options.processes(),
        read=files.read,
        project=files.project,
        progress=progress(options),
    )
    write(report_text(report, codemods, options), options.output)
    for one in report.dismissed if options.verbose else ():
        note(visible(f"{one.path}:{one.line}: no finding: {one.because}"), options)
    return own_fault(report.broken, options) or (1 if report.findings else 0)
