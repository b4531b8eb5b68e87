"""Writes results to stdout or a file, notes to stderr, and progress to a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fixbot.cli.options import Common
from fixbot.codemod import Recipe
from fixbot.errors import OperatorError
from fixbot.markdown import visible
from fixbot.report import Remedies, Rule, as_github, as_json, as_markdown, as_sarif, as_text
from fixbot.scan import silent

if TYPE_CHECKING:
    from fixbot.model import Broken, ScanReport
    from fixbot.scan import Progress

_PATIENCE = 1.0


def write(text: str, output: Path | None) -> None:
    """Write a result to a file, or to stdout.

    Raises:
        OperatorError: the file cannot be written.
    """
    try:
        if output is None:
            click.echo(text.encode("utf-8", "surrogateescape"), nl=False)
        else:
            output.write_text(text, encoding="utf-8", errors="surrogateescape", newline="\n")
    except BrokenPipeError:
        raise
    except OSError as exc:
        message = f"cannot write {output or 'the output'}: {exc.strerror}"
        raise OperatorError(message) from exc


def note(text: str, common: Common) -> None:
    """Say something to the person at the terminal."""
    if not common.quiet:
        click.echo(text, err=True)


def report_text(
    report: ScanReport, codemods: Iterable[Recipe], common: Common, remedies: Remedies | None = None
) -> str:
    """Return a report in the format that was asked for; `remedies` are for the one that can tell of fixes."""
    match common.format:
        case "json":
            return as_json(report)
        case "sarif":
            return sarif_text(report, codemods, remedies or Remedies())
        case "github":
            return as_github(report)
        case "markdown":
            return as_markdown(report)
    return as_text(report, brief=common.quiet)


def sarif_text(report: ScanReport, codemods: Iterable[Recipe], remedies: Remedies) -> str:
    """Return a report as a log for code scanning, with what is known of fixes."""
    return as_sarif(report, [_rule(codemod) for codemod in codemods], remedies)


def _rule(codemod: Recipe) -> Rule:
    explanation = codemod.explanation()
    return Rule(codemod.slug(), explanation.title, explanation.why, codemod.severity)


def progress(common: Common) -> Progress:
    """Return what shows how far a long work is: a bar on a terminal, once it has taken a second."""
    if common.no_progress or common.quiet or not sys.stderr.isatty():
        return silent
    return _with_bar


def _with_bar(items: Iterable[Any], total: int, what: str) -> Iterator[Any]:
    started, bar, done = time.monotonic(), None, 0
    try:
        for item in items:
            done += 1
            yield item
            if bar is None and time.monotonic() - started > _PATIENCE:
                bar = click.progressbar(length=total, label=what, file=sys.stderr)
                bar.__enter__()
                bar.update(done)
            elif bar is not None:
                bar.update(1)
    finally:
        if bar is not None:
            bar.render_finish()


def logged(text: str) -> str:
    """Return text whose lines a workflow's log shows and takes for no command: those begin with `::`, or hold `##[`."""
    shown = (visible(line).replace("##[", r"#\x23[") for line in text.splitlines())
    return "\n".join(line.replace("::", r"\x3a:", 1) if line.lstrip().startswith("::") else line for line in shown)


def own_fault(broken: Sequence[Broken], common: Common) -> int:
    """Say that codemods broke, and return the exit code for it; 0 where none did."""
    if not broken:
        return 0
    for one in broken:
        last = one.trace.strip().splitlines()[-1] if one.trace.strip() else "no trace"
        note(logged(one.trace if common.verbose else f"fixbot: {one.codemod} broke on {one.path}: {last}"), common)
    click.echo("fixbot: a codemod broke and its files were left alone; please report it", err=True)
    return 3
