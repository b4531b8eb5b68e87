"""`fixbot fix`: rewrites the working tree, or prints what it would rewrite."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from fixbot.cli.options import FORMATS, Common, choosing, codemods_of, common, project_root
from fixbot.cli.output import note, own_fault, progress, report_text, write
from fixbot.cli.working import WorkingFiles
from fixbot.fitting import plural
from fixbot.fix import FixReport
from fixbot.fix import fix as fix_files
from fixbot.markdown import visible
from fixbot.model import Rewrite
from fixbot.report import as_json
from fixbot.shell.files import read_source
from fixbot.shell.style import read_style


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--diff", is_flag=True, help="Print the changes instead of writing them.")
@choosing
@common(*FORMATS)
def fix(paths: tuple[Path, ...], *, diff: bool, **given: Any) -> int:  # noqa: ANN401 - click hands over `common`
    """Rewrite files and directories (the current one by default).

    What fails a check is left as it was, with the reason. Exit code 0: clean or all fixed, 1: something was refused
    or is for a person to do, 2: wrong use.
    """
    options = Common(**given)
    root = project_root(paths)
    settings = options.settings(root)
    codemods = codemods_of(settings)
    files = WorkingFiles(paths, root, settings)
    done = fix_files(
        files,
        codemods,
        root=root,
        limit=settings.safety,
        style=read_style(lambda name: _content(root, name)),
        jobs=options.processes(),
        write=not diff,
        progress=progress(options),
    )
    text = {"text": _text, "json": _json}.get(options.format)
    shown = report_text(done.left, codemods, options) if text is None else text(done, options)
    write(done.diff() if diff and options.format == "text" else shown, options.output)
    if diff and options.format == "text":
        note(_shown([*_left(done), *_skips(done), _summary(done)]).rstrip("\n"), options)
    return own_fault(done.report.broken, options) or (1 if done.refused else 0)


def _content(root: Path, name: str) -> bytes | None:
    found = read_source(root, name)
    return getattr(found, "content", None)


def _text(done: FixReport, options: Common) -> str:
    lines = [f"{rewrite.path}: {_done(rewrite, done)}" for rewrite in done.rewrites]
    lines += _left(done)
    if not options.quiet:
        lines += [*_skips(done), _summary(done)]
    return _shown(lines)


def _done(rewrite: Rewrite, done: FixReport) -> str:
    if rewrite.findings:
        return f"{len(rewrite.findings)} rewritten"
    along = [each.path for each in done.rewrites if each.findings and each.group == rewrite.group]
    return f"changed with {', '.join(dict.fromkeys(along))}"


def _left(done: FixReport) -> list[str]:
    return [f"{r.finding.path}:{r.finding.line}: left as it is: {r.because}" for r in done.refused]


def _skips(done: FixReport) -> list[str]:
    return [f"{skip.path}: skipped, {skip.reason}: {skip.detail}" for skip in done.report.skipped]


def _shown(lines: Iterable[str]) -> str:
    return "".join(f"{visible(line)}\n" for line in lines)


def _summary(done: FixReport) -> str:
    rewritten = sum(len(rewrite.findings) for rewrite in done.rewrites)
    files = plural(len({rewrite.path for rewrite in done.rewrites}), "file")
    return (
        f"{rewritten} of {plural(len(done.report.findings), 'finding')} rewritten in {files}; "
        f"{len(done.refused)} left; {plural(done.report.files, 'file')} looked at; {done.report.seconds:.1f} s"
    )


def _json(done: FixReport, options: Common) -> str:
    del options
    left = json.loads(as_json(done.left))
    rewritten = [{"path": r.path, "fingerprints": [f.fingerprint for f in r.findings]} for r in done.rewrites]
    refused = [{"fingerprint": r.finding.fingerprint, "because": r.because} for r in done.refused]
    counts = {
        "findings": len(done.report.findings),
        "rewritten": sum(len(r.findings) for r in done.rewrites),
        "refused": len(refused),
    }
    document = {
        "version": 1,
        "rewritten": rewritten,
        "refused": refused,
        "findings": left["findings"],
        "skipped": left["skipped"],
        "diff": done.diff(),
        "summary": left["summary"] | counts,
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
