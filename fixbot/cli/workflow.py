"""Tells a workflow run what was done: its step summary and its outputs; it knows files, not GitHub."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from fixbot.cli.options import with_options
from fixbot.errors import OperatorError
from fixbot.fitting import fitting
from fixbot.job import RunReport
from fixbot.model import State

_F = TypeVar("_F", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)
_LONGEST = 250_000  # characters, of four bytes at most; GitHub takes 1 MiB for the summary of a step
_OPTIONS = (
    click.option("--summary", type=_FILE, metavar="FILE", help="Append the review in Markdown there as well."),
    click.option("--outputs", type=_FILE, metavar="FILE", help="Append the figures there as NAME=VALUE."),
)

in_workflow: Callable[[_F], _F] = partial(with_options, _OPTIONS)


def summarize(text: str, summary: Path | None) -> None:
    """Append a review to a file, cut where it would be longer than GitHub takes.

    Raises:
        OperatorError: the file cannot be written.
    """
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
