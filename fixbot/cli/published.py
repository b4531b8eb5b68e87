"""Shows what a run did, or a plan that was applied, in every format."""

from __future__ import annotations

import json
from dataclasses import replace

import click

from fixbot.chatops.tickets import told
from fixbot.cli.options import Common, codemods_of
from fixbot.cli.output import logged, note, own_fault, report_text, write
from fixbot.cli.workflow import Elsewhere, figures_of, put_out
from fixbot.fitting import plural
from fixbot.job import RunReport
from fixbot.markdown import numbered, visible
from fixbot.model import Standing, State
from fixbot.publish.answering import REASONS
from fixbot.render import review
from fixbot.report import warning
from fixbot.reviewing import Review, of_run
from fixbot.settings import Settings

_BLOCKED = frozenset({State.LEFT_ALONE, State.WAITING})


def show(
    done: RunReport,
    settings: Settings,
    options: Common,
    elsewhere: Elsewhere,
    *,
    strict: bool,
    dry_run: bool = False,
    is_planned: bool = False,
) -> int:
    """Write what was done where the options say; return the exit code."""
    said = review(reviewed(done, dry_run=dry_run, is_planned=is_planned))
    elsewhere.tell(said)
    match options.format:
        case "text":
            shown = as_text(done, options)
        case "json":
            shown = _json(done)
        case "markdown":
            shown = said
        case _:
            shown = report_text(done.left, codemods_of(settings), options)
    write(_warned(done, options) + shown, options.output)
    put_out(figures_of(done), elsewhere.outputs)
    for complaint in done.complaints:
        note(logged(f"note: {complaint}"), options)
    return own_fault(done.prepared.report.broken, options) or int(strict and _is_something_left(done))


def _warned(done: RunReport, options: Common) -> str:
    """Warn of a plan that is too old; return what of that belongs before the result."""
    if not done.outdated:
        return ""
    if options.format == "github":
        return warning(done.outdated)
    if options.format == "text":
        return f"{logged(f'warning: {done.outdated}')}\n"
    click.echo(logged(f"fixbot: warning: {done.outdated}"), err=True)
    return ""


def _is_something_left(done: RunReport) -> bool:
    """Say whether something was refused or is blocked; what people declined has had its answer."""
    over = [s.pull for s in done.published if s.state is State.DECLINED and s.pull is not None]
    answered = {fingerprint for pull in over for fingerprint in pull.fingerprints}
    is_refused = bool(done.outdated) or any(refusal.finding.fingerprint not in answered for refusal in done.refused)
    return is_refused or any(standing.state in _BLOCKED for standing in done.published)


def as_text(done: RunReport, options: Common) -> str:
    """Return what a run did, a line for each pull request, then what was refused and skipped, then the figures."""
    lines = [f"issue {one.issue.url}: opened for {one.wish.path}:{one.wish.line}" for one in done.ticketed]
    lines += [f"{standing.branch}: {_state(standing)}" for standing in done.published]
    lines += [f"{r.finding.path}:{r.finding.line}: left as it is: {r.told}" for r in done.refused]
    lines += [f"{skip.path}: skipped, {skip.reason}: {skip.detail}" for skip in done.prepared.report.skipped]
    if not options.quiet:
        lines.append(_summary(done))
    return "".join(f"{logged(visible(line))}\n" for line in lines)


def _state(standing: Standing) -> str:
    """Say what became of a pull request, which one it is, and why."""
    where = f" {standing.pull.url}" if standing.pull is not None else ""
    return f"{standing.state}{where}: {_reason(standing)}"


def _reason(standing: Standing) -> str:
    """Say why a pull request stands as it does; some states say it themselves."""
    return standing.reason or REASONS.get(standing.state, "as asked")


def _rewritten(standings: tuple[Standing, ...]) -> int:
    return sum(len(standing.change.findings) for standing in standings if standing.change is not None)


def _summary(done: RunReport) -> str:
    report = done.prepared.report
    return (
        f"{plural(len(report.findings), 'finding')} in {plural(report.files, 'file')} of {done.base.branch}; "
        f"{_rewritten(done.published)} rewritten, {len(done.refused)} left; "
        f"{plural(done.tally.requests, 'request')}, {plural(done.tally.writes, 'write')}; {report.seconds:.1f} s"
    )


def reviewed(done: RunReport, *, dry_run: bool = False, is_planned: bool = False) -> Review:
    """Return the review of what a run did.

    Args:
        done: what it did.
        dry_run: whether it was to write nothing.
        is_planned: whether it published a plan, and has looked at no code.
    """
    said = of_run(
        done.base,
        done.prepared.report,
        done.refused,
        published=[replace(standing, reason=_reason(standing)) for standing in done.published],
        asked=(done.tally.requests, done.tally.writes),
        complaints=done.complaints,
        outdated=done.outdated,
        dry_run=dry_run,
        is_planned=is_planned,
    )
    filed = (f"{numbered(one.issue.number, one.issue.url)}, {told(one.wish)}" for one in done.ticketed)
    return replace(said, filed=tuple(filed))


def _json(done: RunReport) -> str:
    report = done.prepared.report
    document = {
        "version": 1,
        "base": {"branch": done.base.branch, "commit": done.base.commit, "tree": done.base.tree},
        "pulls": [_pull(standing) for standing in done.published],
        "refused": [
            {
                "codemod": r.finding.codemod,
                "path": r.finding.path,
                "line": r.finding.line,
                "fingerprint": r.finding.fingerprint,
                "because": r.because,
                "says": r.says,
            }
            for r in done.refused
        ],
        "skipped": [{"path": s.path, "reason": s.reason, "detail": s.detail} for s in report.skipped],
        "summary": {
            "files": report.files,
            "findings": len(report.findings),
            "rewritten": _rewritten(done.published),
            "refused": len(done.refused),
            "requests": done.tally.requests,
            "writes": done.tally.writes,
            "seconds": round(report.seconds, 3),
        },
    }
    if done.ticketed:
        document["issues"] = [
            {"number": one.issue.number, "url": one.issue.url, "path": one.wish.path, "line": one.wish.line}
            for one in done.ticketed
        ]
    if done.outdated:
        document["outdated"] = done.outdated
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _pull(standing: Standing) -> dict[str, object]:
    known: dict[str, object] = {"branch": standing.branch, "state": str(standing.state)}
    if standing.pull is not None:
        known |= {"number": standing.pull.number, "url": standing.pull.url, "head": standing.pull.head}
    known["reason"] = _reason(standing)
    if standing.change is None:
        return known
    return known | {
        "codemod": standing.change.codemod,
        "safety": str(standing.change.safety),
        "files": [rewrite.path for rewrite in standing.change.rewrites],
        "findings": len(standing.change.findings),
        "added": standing.added,
        "removed": standing.removed,
    }
