"""Tells others what was done: a file with the review, a workflow's step summary and outputs; it knows no GitHub."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from fixbot.cli.options import with_options
from fixbot.errors import OperatorError
from fixbot.fitting import fitting
from fixbot.job import RunReport
from fixbot.model import State
from fixbot.shell.whole import ASTRAY, leads_astray, why_not_whole, write_whole

_F = TypeVar("_F", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)
_LONGEST = 250_000  # characters, of four bytes at most; GitHub takes 1 MiB for the summary of a step


def _replaceable(_context: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
    """Make sure of the file of the review before anything is done, for nothing that is published can be taken back."""
    if path is not None and (because := why_not_whole(path)):
        message = f"cannot write {path}: {because}"
        raise OperatorError(message)
    return path


def _longer(_context: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
    """Make sure that a file which gets longer is the one that was named."""
    if path is not None and leads_astray(path):
        message = f"cannot write {path}: {ASTRAY}"
        raise OperatorError(message)
    return path


_OPTIONS = (
    click.option(
        "--review",
        type=click.Path(path_type=Path),
        callback=_replaceable,
        metavar="FILE",
        help="Write the review in Markdown there: what was found, rewritten, refused and opened, what waits, next.",
    ),
    click.option(
        "--summary", type=_FILE, callback=_longer, metavar="FILE", help="Append the review in Markdown there as well."
    ),
    click.option(
        "--outputs", type=_FILE, callback=_longer, metavar="FILE", help="Append the figures there as NAME=VALUE."
    ),
)

in_workflow: Callable[[_F], _F] = partial(with_options, _OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where else to tell what was done: a file of the review's own, the step summary and the outputs of a workflow."""

    review: Path | None = None
    summary: Path | None = None
    outputs: Path | None = None

    @classmethod
    def of(cls, given: dict[str, Any]) -> Elsewhere:
        """Take what says so out of the options of a command.

        Raises:
            OperatorError: the review would replace another file that the command writes.
        """
        made = cls(**{name: given.pop(name) for name in ("review", "summary", "outputs")})
        others = {"summary": made.summary, "outputs": made.outputs, **{k: given.get(k) for k in ("output", "sarif")}}
        for name, other in others.items():
            if made.review is not None and other is not None and made.review.resolve() == other.resolve():
                message = f"--review and --{name} name the same file: {other}"
                raise OperatorError(message)
        return made

    def tell(self, text: str) -> None:
        """Write a review where it is wanted: whole into its file, and at the end of the step summary.

        Raises:
            OperatorError: a file cannot be written.
        """
        if self.review is not None:
            _write(self.review, text)
        _summarize(text, self.summary)


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text.encode("utf-8", "replace"))
    except OSError as exc:
        message = f"cannot write {path}: {exc.strerror}"
        raise OperatorError(message) from exc


def _summarize(text: str, summary: Path | None) -> None:
    """Append a review to a file, cut where it would be longer than GitHub takes."""
    if summary is not None:
        _append(summary, "\n".join([*fitting(text.splitlines(), _LONGEST, "… and {} lines more"), ""]))


def put_out(figures: Mapping[str, object], outputs: Path | None) -> None:
    """Append figures to a file, one on each line; none of them holds a line end.

    Raises:
        OperatorError: the file cannot be written.
    """
    if outputs is not None:
        _append(outputs, "".join(f"{name}={value}\n" for name, value in figures.items()))


def figures_of(done: RunReport) -> dict[str, object]:
    """Return what a workflow may want to know of a run."""
    states = [standing.state for standing in done.published]
    return {
        "findings": len(done.prepared.report.findings),
        "opened": sum(state in {State.OPENED, State.REGRESSED} for state in states),
        "updated": states.count(State.UPDATED) + states.count(State.CONFLICT),
        "closed": states.count(State.EMPTIED) + states.count(State.SUPERSEDED),
        "writes": done.tally.writes,
        "outdated": str(bool(done.outdated)).lower(),
    }


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as exc:
        message = f"cannot write {path}: {exc.strerror}"
        raise OperatorError(message) from exc
