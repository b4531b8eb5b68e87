"""`fixbot raises`: says which exceptions the bodies of `try` statements can raise, and why; changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from fixbot.cli.options import Common, common, project_root
from fixbot.cli.output import note, progress, write
from fixbot.cli.working import WorkingFiles
from fixbot.errors import OperatorError
from fixbot.markdown import visible
from fixbot.model import Broken, Skipped
from fixbot.raises import Questions, RaisesReport, Stray
from fixbot.raises import raises as raises_in
from fixbot.report.raises import as_json, as_text, summary
from fixbot.scan import Source
from fixbot.settings import Settings
from fixbot.shell.files import find_files

_MOST_SPANS = 8
_LONGEST_NUMBER = 9  # digits


@click.command()
@click.argument("places", nargs=-1, required=True, metavar="PATH[:LINE]...")
@common("text", "json", verbose="Show every line of the bodies and the expression that raises.")
def raises(places: tuple[str, ...], **given: Any) -> int:  # noqa: ANN401 - click hands over what `common` declares
    """Say which exceptions the body of each `try` can raise, why, and what its handlers should catch.

    A line means the innermost `try` around it. Nothing is changed. Exit code 0: done, 2: wrong use.
    """
    options = Common(**given)
    asked = Asked.of(places)
    root = project_root(asked.paths)
    sources, questions = asked.sources(root, options.settings(root))
    report = raises_in(sources, questions, jobs=options.processes(), progress=progress(options))
    _ensure_answered(report, questions)
    for skip in report.skipped:
        note(visible(f"{skip.path}: skipped, {skip.reason}: {skip.detail}"), options)
    write(_shown(report, options), options.output)
    return _own_fault(report.broken, options)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words of a command line mean: whole files and directories, and lines of files."""

    whole: tuple[Path, ...]
    lines: tuple[tuple[Path, int], ...]

    @classmethod
    def of(cls, words: Iterable[str]) -> Asked:
        """Understand words of the form `PATH[:LINE]`.

        Raises:
            OperatorError: a line is no number from 1, or is one of a directory; all mistakes in one message.
        """
        whole, lines, mistakes = [], [], []
        for word in words:
            path, line = _split(word)
            number = None if line is None else _number(line)
            if line is None:
                whole.append(path)
            elif number is None:
                mistakes.append(f"{word}: a line is a number from 1")
            elif path.is_dir():
                mistakes.append(f"{word}: a directory has no lines")
            else:
                lines.append((path, number))
        if mistakes:
            raise OperatorError(visible("; ".join(mistakes)))
        return cls(tuple(whole), tuple(lines))

    @property
    def paths(self) -> list[Path]:
        """Every path there is, without lines."""
        return [*self.whole, *(path for path, _ in self.lines)]

    def sources(self, root: Path, settings: Settings) -> tuple[list[Source], Questions]:
        """Return the files that are meant, and what is asked of them; a file with lines is asked for these alone."""
        files = WorkingFiles(self.paths, root, settings)
        lines: dict[str, set[int]] = {}
        for path, number in self.lines:
            lines.setdefault(_relative(path, root), set()).add(number)
        alone = [_relative(path, root) for path in self.whole if len(self.paths) == 1 and not path.is_dir()]
        return list(files), Questions(lines, frozenset((*lines, *alone)), files.read)


def _split(word: str) -> tuple[Path, str | None]:
    """Take `PATH:LINE` apart; a file whose own name has the colon goes first."""
    head, colon, tail = word.rpartition(":")
    is_path = not colon or os.path.lexists(word) or not os.path.lexists(head) or not {"/", "\\"}.isdisjoint(tail)
    return (Path(word), None) if is_path else (Path(head), tail)


def _number(text: str) -> int | None:
    plain = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return (int(text) or None) if plain else None


def _relative(path: Path, root: Path) -> str:
    """Return a file's path below the root as reports say it."""
    found, skipped = find_files([path], root)
    return [*found, *(skip.path for skip in skipped)][0]


def _ensure_answered(report: RaisesReport, questions: Questions) -> None:
    """See to it that what was asked by name has an answer.

    Raises:
        OperatorError: a file that was named was skipped, or a line that was named stands in no `try`.
    """
    mistakes = [_skip(skip) for skip in report.skipped if skip.path in questions.named]
    mistakes += [_stray(stray) for stray in report.strays]
    if mistakes:
        raise OperatorError(visible("; ".join(mistakes)))


def _skip(skip: Skipped) -> str:
    return f"{skip.path}: {skip.reason}: {skip.detail}"


def _stray(stray: Stray) -> str:
    """Say where a line would have to stand; of many places those that are nearest."""
    if not stray.spans:
        return f"{stray.path}:{stray.line}: the file has no `try` with a handler"
    nearest = sorted(stray.spans, key=lambda span: max(span[0] - stray.line, stray.line - span[1]))
    there = ", ".join(f"{first}-{last}" for first, last in sorted(nearest[:_MOST_SPANS]))
    more = len(stray.spans) - _MOST_SPANS
    others = f" and {more} more" if more > 0 else ""
    return f"{stray.path}:{stray.line}: no `try` with a handler is there; there is one on lines {there}{others}"


def _shown(report: RaisesReport, options: Common) -> str:
    if options.format == "json":
        return as_json(report.handled)
    said = as_text(report.handled, full=options.verbose)
    if options.quiet:
        return said
    skipped = len(report.skipped)
    figures = summary(report.handled, files=report.files, skipped=skipped, seconds=report.seconds)
    return f"{said}{said and chr(10)}{figures}\n"


def _own_fault(broken: Sequence[Broken], options: Common) -> int:
    """Say on which files the analysis broke, and return the exit code for it; 0 where it did not."""
    for one in broken:
        note(one.trace if options.verbose else visible(one.trace.strip().splitlines()[-1]), options)
        click.echo(visible(f"fixbot: the analysis broke on {one.path}; please report it"), err=True)
    return 3 if broken else 0
