"""Makes the review of a run, or of a plan, from what came of it; the same facts give the same review."""

from __future__ import annotations

from collections.abc import Sequence

from fixbot.fitting import plural
from fixbot.model import Base, Change, Refusal, ScanReport, Standing
from fixbot.reviewing.fates import Fate, Sorted, changes_of, columns, rows, sorted_out
from fixbot.reviewing.grouping import left, passed_over
from fixbot.reviewing.pulls import MOST_PULLS, listed, outcome, planned, states, summed
from fixbot.reviewing.records import Review
from fixbot.reviewing.steps import after_plan, after_run

_MOST_COMPLAINTS = 10
_UNKNOWN = "unknown"
_LEGENDS = {
    Fate.BROKEN: "broken: a codemod raised an error, and what it found was left as it is.",
    Fate.LEFT_OUT: "left out: not tried, because the run was asked for something else.",
}
_OUTDATED = "left out: nobody has judged what the plan holds of them."
_OF_PLAN = "Files, findings, refusals and seconds are the plan's word: `fixbot apply` looks at no code."
_DRY = "A dry run: nothing was written, and the states are those that a run would bring."
_BEFORE = "Which pull requests this becomes, what waits and what the forge is asked: unknown before `fixbot apply`."
_NOT_LOOKED = "Nothing was looked at: what is found is unknown."


def of_run(
    base: Base,
    report: ScanReport,
    refused: Sequence[Refusal],
    *,
    published: Sequence[Standing],
    asked: tuple[int, int],
    complaints: Sequence[str] = (),
    outdated: str = "",
    dry_run: bool = False,
    is_planned: bool = False,
) -> Review:
    """Return the review of a run.

    Args:
        base: what was looked at.
        report: what was seen.
        refused: what is not rewritten, and why.
        published: what became of each pull request, with a reason for every one.
        asked: how often the forge was asked, and how often something was written there.
        complaints: what the forge refused and nothing depends on.
        outdated: why nothing was done with a plan; empty where something was.
        dry_run: whether nothing was to be written.
        is_planned: whether what was seen is what a plan says.
    """
    found = sorted_out(report, changes_of(published), refused)
    current, over = listed(published, found)
    unwritten = sum(one.fate is not Fate.REWRITTEN for one in found)
    table, total = rows(found)
    requests, writes = asked
    return Review(
        outcome=outdated or outcome(len(found), published, unwritten),
        base=_named(base),
        remarks=tuple(said for said, is_so in ((_DRY, dry_run), (_OF_PLAN, is_planned)) if is_so),
        figures=(*_scanned(report), ("requests", f"{requests:,} ({plural(writes, 'write')})")),
        fates=tuple(map(str, columns(found))),
        found=table,
        total=total,
        legend=_legend(found, outdated),
        states=states(published),
        pulls=current[:MOST_PULLS],
        more_pulls=max(0, len(current) - MOST_PULLS),
        pulls_total=summed(current) if current else None,
        over=over[:MOST_PULLS],
        more_over=max(0, len(over) - MOST_PULLS),
        left=left(found),
        passed_over=passed_over(report),
        complaints=tuple(complaints[:_MOST_COMPLAINTS]),
        steps=after_run(report, published, found, outdated=outdated, dry_run=dry_run),
    )


def of_plan(
    base: Base, report: ScanReport, refused: Sequence[Refusal], *, changes: Sequence[Change], because: str = ""
) -> Review:
    """Return the review of a plan.

    Args:
        base: what was looked at.
        report: what was seen.
        refused: what is not rewritten, and why.
        changes: what there is to publish.
        because: why nothing was looked at; empty where something was.
    """
    found = sorted_out(report, changes, refused)
    table, total = rows(found)
    written = sum(one.fate is Fate.REWRITTEN for one in found)
    rest = f", {len(found) - written:,} left" if len(found) > written else ""
    return Review(
        outcome=because or f"{plural(len(found), 'finding')}, {written:,} planned{rest}",
        base=_named(base),
        remarks=(_NOT_LOOKED if because else _BEFORE,),
        figures=() if because else (*_scanned(report), ("requests", _UNKNOWN)),
        fates=tuple(map(str, columns(found))),
        found=table,
        total=total,
        legend=_legend(found, ""),
        planned=planned(changes, found),
        left=left(found),
        passed_over=passed_over(report),
        steps=after_plan(report, len(changes), found, because),
    )


def _named(base: Base) -> str:
    return f"{base.branch} at {base.commit[:12]}"


def _scanned(report: ScanReport) -> tuple[tuple[str, str], ...]:
    broken = len({one.path for one in report.broken})
    return (
        ("files looked at", f"{report.files:,}"),
        ("of them parsed", f"{report.parsed:,}"),
        ("skipped", f"{len(report.skipped):,}"),
        *([("broken", f"{broken:,}")] if broken else []),
        ("findings", f"{len(report.findings):,}"),
        ("seconds", f"{report.seconds:.1f}"),
    )


def _legend(found: Sequence[Sorted], outdated: str) -> tuple[str, ...]:
    there = {one.fate for one in found}
    said = _LEGENDS | ({Fate.LEFT_OUT: _OUTDATED} if outdated else {})
    return tuple(said[fate] for fate in said if fate in there)
