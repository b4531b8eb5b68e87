"""Writes the tracker as Markdown: equal books give equal text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fixbot.fitting import brief, fitting, named, plural
from fixbot.markdown import cell, numbered
from fixbot.tracker.ahead import ahead
from fixbot.tracker.detail import detail
from fixbot.tracker.records import Books, Entry, Progress
from fixbot.tracker.totals import Row, totals

_LONGEST_TITLE, _LONGEST_SAID = 200, 400
_MOST_EVENTS = 200
_AND_MORE = "- and {} more"
_NONE = "Nothing is to be done."


def page(books: Books, impacts: Mapping[str, str], history: str = "") -> str:
    """Return the tracker.

    Args:
        books: what it tells.
        impacts: what each codemod's rewrites mean for a reviewer, by slug.
        history: how the findings went over time, as Markdown; may be empty.

    Returns:
        Markdown for a file or an issue.
    """
    parts = [f"# Progress of {named(books.branch)}", _sources(books), table(books.entries)]
    parts += [part for progress in Progress for part in _section(books, progress, impacts)]
    parts += [*_unclaimed(books), *_doubts(books.entries), *_timeline(books)]
    parts += [history] if history else []
    return "\n\n".join([*parts, "## Next", _next(books)]) + "\n"


def summary(books: Books) -> str:
    """Return the part of the tracker that an issue has room for: totals, a line for each item, and what is next."""
    lines = [f"- {_line(entry)} ({entry.progress})" for entry in _ordered(books.entries)]
    shown = "\n".join(fitting(lines, 12_000, _AND_MORE))
    return "\n\n".join([_sources(books), table(books.entries), shown, "### Next", _next(books)])


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    order = [Progress.IN_PROGRESS, Progress.NOT_STARTED, Progress.DECLINED, Progress.COMPLETE, Progress.NOTHING]
    return sorted(entries, key=lambda entry: (not entry.regressed, order.index(entry.progress)))


def _sources(books: Books) -> str:
    reports = ", ".join(map(named, books.documents)) or "no report"
    return (
        f"Derived from {reports}, a scan, git's history and the pull requests, "
        f"at {named(books.commit[:12])} of {books.date}."
    )


def table(entries: Iterable[Entry]) -> str:
    """Return how many items there are by severity and progress, as a table whose rows and columns add up."""
    heads = ["severity", *Progress, "items"]
    lines = [f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    return "\n".join([*lines, *map(_row, totals(entries))])


def _row(row: Row) -> str:
    return f"| {' | '.join([row.name, *map(str, row.counts), str(row.total)])} |"


def _section(books: Books, progress: Progress, impacts: Mapping[str, str]) -> Iterator[str]:
    entries = [entry for entry in books.entries if entry.progress is progress]
    if not entries:
        return
    yield f"## {progress.capitalize()} ({len(entries)})"
    told = [entry for entry in entries if entry.landed or entry.undone]
    yield from ("\n\n".join([f"### {_line(entry, short=True)}", *detail(entry, impacts)]) for entry in told)
    rest = "\n".join(f"- {_line(entry)}" for entry in entries if entry not in told)
    if rest:
        yield f"### The others\n\n{rest}" if told else rest


def _line(entry: Entry, *, short: bool = False) -> str:
    item = entry.held.item
    mark = "**regressed** " if entry.regressed else ""
    severity = f" ({entry.severity})" if entry.severity else ""
    head = f"{mark}{named(item.id, 60)} {brief(item.title, _LONGEST_TITLE)}{severity}"
    pulls = "".join(f", {numbered(pull.number, pull.url)}" for pull in entry.pulls)
    return f"{head}{pulls}" if short else f"{head}: {brief(entry.because, _LONGEST_SAID)}{pulls}"


def _unclaimed(books: Books) -> Iterator[str]:
    if not books.unclaimed:
        return
    by_codemod: dict[str, int] = {}
    for finding in books.unclaimed:
        by_codemod[finding.codemod] = by_codemod.get(finding.codemod, 0) + 1
    yield f"## In no report ({plural(len(books.unclaimed), 'finding')})"
    yield "\n".join(f"- {named(slug)}: {number:,}" for slug, number in sorted(by_codemod.items()))


def _doubts(entries: Iterable[Entry]) -> Iterator[str]:
    told = [
        f"- {named(entry.document)}, item {named(entry.held.item.id, 60)}: {brief(doubt, _LONGEST_SAID)}"
        for entry in entries
        for doubt in entry.held.doubts
    ]
    if told:
        yield "## Contradicted by git or the code"
        yield "\n".join(told)


def _timeline(books: Books) -> Iterator[str]:
    if not books.events:
        return
    yield "## Timeline"
    rows = [
        f"| {event.date} | {named(event.id[:7])} | {cell(brief(event.subject, _LONGEST_TITLE))} | {cell(event.says)} |"
        for event in books.events[-_MOST_EVENTS:]
    ]
    more = len(books.events) - len(rows)
    head = [f"The newest {len(rows)} of {len(books.events):,} commits.", ""] if more else []
    yield "\n".join([*head, "| day | commit | subject | what it did |", "|---|---|---|---|", *rows])


def _next(books: Books) -> str:
    lines: Sequence[str] = ahead(books)
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)) if lines else _NONE
