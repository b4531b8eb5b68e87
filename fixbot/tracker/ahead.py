"""Says what is to be done next: derived from the items, in the order in which it matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fixbot.fitting import named, plural
from fixbot.model import PullRequest, Safety, Severity
from fixbot.tracker.records import Books, Entry, Progress

_MOST = 10


def ahead(books: Books) -> list[str]:
    """Return what is to be done, one line of Markdown each; nothing where nothing is."""
    return [*_regressed(books.entries), *_to_review(books), *_to_start(books.entries), *_for_a_person(books.entries)]


def _regressed(entries: Sequence[Entry]) -> Iterator[str]:
    again = [entry for entry in entries if entry.regressed]
    if again:
        yield f"Look at what came undone: {_ids(again)}."


def _to_review(books: Books) -> Iterator[str]:
    left = {finding.fingerprint for entry in books.entries for finding in entry.left}
    left |= {finding.fingerprint for finding in books.unclaimed}
    waiting = [pull for pull in books.open if left & set(pull.fingerprints)]
    if waiting:
        yield f"Review {plural(len(waiting), 'open pull request')}: {_numbers(waiting)}."
    over = [
        pull for pull in books.open if pull not in waiting and pull.marker and pull.marker.codemod in books.codemods
    ]
    if over:
        yield f"Run fixbot, which closes {plural(len(over), 'pull request')} with nothing left to do: {_numbers(over)}."


def _numbers(pulls: Sequence[PullRequest]) -> str:
    numbers = ", ".join(f"#{pull.number}" for pull in pulls[:_MOST])
    return f"{numbers} and {len(pulls) - _MOST} more" if len(pulls) > _MOST else numbers


def _to_start(entries: Sequence[Entry]) -> Iterator[str]:
    """Name the codemods that have something to rewrite and no pull request yet, the gravest first."""
    waiting = [entry for entry in entries if entry.progress is Progress.NOT_STARTED and _fixable(entry)]
    for severity in (*Severity, None):
        mine = [entry for entry in waiting if entry.severity is severity]
        codemods = list(dict.fromkeys(finding.codemod for entry in mine for finding in entry.left if finding.fixable))
        if codemods:
            asked = named(f"fixbot run --select {','.join(codemods)}")
            yield f"Start {plural(len(mine), 'item')}{f' ({severity})' if severity else ''}: {asked}."


def _fixable(entry: Entry) -> bool:
    return any(finding.fixable for finding in entry.left)


def _for_a_person(entries: Sequence[Entry]) -> Iterator[str]:
    manual = {f.fingerprint for entry in entries for f in entry.left if f.safety is Safety.MANUAL}
    if manual:
        yield f"Decide on {plural(len(manual), 'finding')} that fixbot reports and never rewrites: `fixbot scan`."
    open_ones = {Progress.NOT_STARTED, Progress.IN_PROGRESS}
    unjudged = [entry for entry in entries if not entry.is_judged and entry.progress in open_ones]
    if unjudged:
        yield f"Do {plural(len(unjudged), 'item')} by hand that no codemod answers: {_ids(unjudged)}."


def _ids(entries: Sequence[Entry]) -> str:
    shown = ", ".join(named(entry.held.item.id, 20) for entry in entries[:_MOST])
    return f"{shown} and {len(entries) - _MOST} more" if len(entries) > _MOST else shown
