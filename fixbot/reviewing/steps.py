"""Says what is to be done after a run, from what came of it, as sentences of Markdown; it asks nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from fixbot.fitting import brief, named, plural
from fixbot.markdown import code
from fixbot.model import ScanReport, Standing, State
from fixbot.reviewing.fates import Fate, Sorted
from fixbot.reviewing.pulls import is_open, link_of

_MOST = 10
_MOST_FILES = 3
_LONGEST = 300  # characters of a reason
_TO_READ = frozenset({State.REGRESSED, State.OPENED, State.UPDATED, State.UNCHANGED, State.CONFLICT})
_UNREADABLE = (
    *("unparsable", "undecodable", "unreadable", "too large"),
    *("too deep", "timeout", "too much memory", "crash"),
)
_DARING = re.compile(r"its safety is review, and no more than safe is asked for\Z")

# What can be done about a reason: the words by which it is known, and the advice.
_ADVICE = (
    (re.compile(r"open already, and the limit is"), "merge or close one, or raise `max-open`"),
    (re.compile(r"opened within the hour, and the limit is"), "run again in an hour, or raise `max-hourly`"),
    (re.compile(r"carries the label fixbot:hold"), "take the label off when fixbot is to go on"),
    (
        re.compile(r"somebody has pushed to the branch|no marker of fixbot any more\Z"),
        "merge or close it, or comment `/fixbot recreate` there, which keeps the branch under another name",
    ),
    (re.compile(r"fixbot would not write it today"), "merge or close it"),
)


def after_run(
    report: ScanReport, published: Sequence[Standing], found: Sequence[Sorted], *, outdated: str, dry_run: bool
) -> tuple[str, ...]:
    """Return what is to be done after a run; nothing where nothing is."""
    if outdated:
        return ("Plan again: the plan is for another commit than the newest.",)
    said = ["Run it without `--dry-run` to publish this."] if dry_run and _is_offered(published) else []
    said += [*_waiting(published), *_left_alone(published), *_read(published)]
    return (*said, *_of_scan(report, found))


def after_plan(report: ScanReport, changes: int, found: Sequence[Sorted], because: str) -> tuple[str, ...]:
    """Return what is to be done after a plan."""
    if because:
        return ("Change what the issue asks for, and ask once more.",)
    said = [f"Publish {plural(changes, 'change')} with `fixbot apply`."] if changes else []
    return (*said, *_of_scan(report, found))


def _is_offered(published: Sequence[Standing]) -> bool:
    return any(standing.change is not None for standing in published)


def _waiting(published: Sequence[Standing]) -> Iterable[str]:
    reasons: dict[str, int] = {}
    for standing in published:
        if standing.state is State.WAITING:
            reasons[standing.reason] = reasons.get(standing.reason, 0) + 1
    for reason, number in list(reasons.items())[:_MOST]:
        verb = "waits" if number == 1 else "wait"
        yield f"{plural(number, 'pull request')} {verb}: {brief(reason, _LONGEST)}{_advised(reason)}."


def _left_alone(published: Sequence[Standing]) -> Iterable[str]:
    alone = [standing for standing in published if standing.state is State.LEFT_ALONE]
    for standing in alone[:_MOST]:
        yield f"{_name(standing)} is left alone: {brief(standing.reason, _LONGEST)}{_advised(standing.reason)}."
    if len(alone) > _MOST:
        yield f"{len(alone) - _MOST:,} more are left alone; the table above says why."


def _read(published: Sequence[Standing]) -> Iterable[str]:
    there = (standing for standing in published if standing.pull is not None and standing.pull.number)
    ready = [standing for standing in there if standing.state in _TO_READ and is_open(standing)]
    if ready:
        names = ", ".join(map(_name, ready[:_MOST]))
        more = f" and {len(ready) - _MOST:,} more" if len(ready) > _MOST else ""
        yield f"Review {plural(len(ready), 'pull request')}, then merge or close: {names}{more}."


def _name(standing: Standing) -> str:
    if standing.pull is None or not standing.pull.number:
        return named(standing.branch)
    number, link = f"#{standing.pull.number}", link_of(standing)
    return f"[{number}]({link})" if link else number


def _of_scan(report: ScanReport, found: Sequence[Sorted]) -> Iterable[str]:
    daring = sum(bool(_DARING.match(one.because)) for one in found if one.fate is Fate.REFUSED)
    if daring:
        verb, them = ("needs", "it") if daring == 1 else ("need", "them")
        yield f'{plural(daring, "finding")} {verb} a reviewer: `safety = "review"` rewrites {them}.'
    manual = [one.finding.codemod for one in found if one.fate is Fate.MANUAL]
    if manual:
        command = code(f"fixbot scan --select {','.join(sorted(set(manual)))}")
        verb = "is" if len(manual) == 1 else "are"
        yield f"{plural(len(manual), 'finding')} {verb} left to a person: {command} shows where."
    yield from _unread(report)
    if report.broken:
        slugs = ", ".join(named(slug) for slug in sorted({one.codemod for one in report.broken})[:_MOST])
        yield f"Report a fault of fixbot: {slugs} broke; `--verbose` shows the trace."


def _unread(report: ScanReport) -> Iterable[str]:
    for reason in _UNREADABLE:
        paths = [skip.path for skip in report.skipped if skip.reason == reason]
        if paths:
            names = ", ".join(map(named, paths[:_MOST_FILES]))
            more = f" and {len(paths) - _MOST_FILES:,} more" if len(paths) > _MOST_FILES else ""
            which = "it" if len(paths) == 1 else "them"
            yield f"Mend {plural(len(paths), f'{reason} file')}, or `exclude` {which}: {names}{more}."


def _advised(reason: str) -> str:
    return next((f": {advice}" for words, advice in _ADVICE if words.search(reason)), "")
