"""`fixbot run`: the whole job on a repository."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from fixbot.cli.options import FORMATS, Common, choosing, codemods_of, common
from fixbot.cli.output import note, own_fault, progress, report_text, write
from fixbot.codemod import Recipe
from fixbot.markdown import visible
from fixbot.model import Standing, State
from fixbot.publish.answering import REASONS
from fixbot.render import review
from fixbot.run import Job, RunReport
from fixbot.run import run as run_job
from fixbot.shell.git import Git

_CHOSEN = ("forge", "base", "max_open", "max_hourly", "update", "shard", "draft", "dashboard", "commit_via")
_AUTOMATED = ("CI", "GITHUB_ACTIONS")
_BLOCKED = frozenset({State.LEFT_ALONE, State.WAITING})


@click.command()
@click.argument("repository", default=".", metavar="[REPO]", type=click.Path(path_type=Path))
@click.option("--forge", type=click.Choice(["auto", "github", "local"]), help="Where pull requests are opened.")
@click.option("--repo", metavar="OWNER/NAME", help="The repository on GitHub; from the remote `origin` by default.")
@click.option(
    "--issue", type=click.IntRange(1), metavar="N", help="Work on what this issue asks for, and on nothing else."
)
@click.option("--base", metavar="BRANCH", help="The branch to improve; the one that is checked out by default.")
@click.option("--dry-run", is_flag=True, help="Show what would be opened; write nothing.")
@click.option(
    "--strict", is_flag=True, help="Exit with 1 when something was refused, blocked or left, unless declined."
)
@click.option("--max-open", type=click.IntRange(1, 1000), help="The most pull requests open at once.")
@click.option("--max-hourly", type=click.IntRange(1, 1000), help="The most pull requests opened within an hour.")
@click.option(
    "--update",
    type=click.Choice(["conflict", "behind", "never"]),
    help="When an open pull request is made anew: its content differs or conflicts, its base has moved, or never.",
)
@click.option("--shard", type=click.Choice(["directory", "owner", "finding"]), help="How much goes into one.")
@click.option("--draft/--no-draft", default=None, help="Open pull requests as drafts.")
@click.option("--dashboard/--no-dashboard", default=None, help="Keep an issue that shows all of them.")
@click.option("--commit-via", type=click.Choice(["git", "api"]), help="How commits reach GitHub.")
@click.option(
    "--verify-command",
    metavar="CMD",
    help="Must succeed in a copy (without .git) before and after each change, such as 'pytest -q'.",
)
@choosing
@common(*FORMATS)
def run(repository: Path, **given: Any) -> int:  # noqa: ANN401 - click hands over its options
    """Find, rewrite, verify, push and open pull requests in the repository REPO (the current directory by default).

    The working tree and the index are never touched. Exit code 0: done, 1: something was refused (--strict),
    2: wrong use, 3: fixbot's own fault, 4: the forge's.
    """
    own = {name: given.pop(name) for name in ("repo", "dry_run", "strict", "verify_command", "issue")}
    more = {name: given.pop(name) for name in _CHOSEN}
    options = Common(**given)
    top = Git(repository).top()
    settings = options.settings(top, **more)
    codemods = codemods_of(settings)
    wanted = codemods_of(replace(options, select=None, ignore=None).settings(top, **more))
    job = Job(
        root=repository,
        repository=own["repo"],
        dry_run=own["dry_run"],
        verify_command=own["verify_command"],
        jobs=options.processes(),
        issue=own["issue"] or 0,
        automated=any(os.environ.get(name, "").lower() not in {"", "0", "false", "no"} for name in _AUTOMATED),
        unseen=_slugs(wanted) - _slugs(codemods),
    )
    done = run_job(job, settings, progress(options))
    match options.format:
        case "text":
            shown = as_text(done, options)
        case "json":
            shown = _json(done)
        case "markdown":
            shown = review(facts(done))
        case _:
            shown = report_text(done.left, codemods, options)
    write(shown, options.output)
    if done.uncommitted:
        looked = f"only what is on {done.base.branch} is looked at"
        note(f"note: {repository} has changes that are not committed; {looked}", options)
    if options.verbose:
        note("".join(broken.trace for broken in done.prepared.report.broken), options)
    for complaint in done.complaints:
        note(f"note: {complaint}", options)
    return own_fault(done.prepared.report.broken, options) or int(own["strict"] and _is_something_left(done))


def _slugs(codemods: Iterable[Recipe]) -> frozenset[str]:
    return frozenset(codemod.slug() for codemod in codemods)


def _is_something_left(done: RunReport) -> bool:
    """Say whether something was refused or is blocked; what people declined has had its answer."""
    over = [s.pull for s in done.published if s.state is State.DECLINED and s.pull is not None]
    answered = {fingerprint for pull in over for fingerprint in pull.fingerprints}
    is_refused = any(refusal.finding.fingerprint not in answered for refusal in done.refused)
    return is_refused or any(standing.state in _BLOCKED for standing in done.published)


def as_text(done: RunReport, options: Common) -> str:
    """Return what a run did, a line for each pull request, then what was refused and skipped, then the figures."""
    lines = [f"{standing.branch}: {_state(standing)}" for standing in done.published]
    lines += [f"{r.finding.path}:{r.finding.line}: left as it is: {r.because}" for r in done.refused]
    lines += [f"{skip.path}: skipped, {skip.reason}: {skip.detail}" for skip in done.prepared.report.skipped]
    if not options.quiet:
        lines.append(_summary(done))
    return "".join(f"{visible(line)}\n" for line in lines)


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
        f"{len(report.findings)} findings in {report.files} files of {done.base.branch}; "
        f"{_rewritten(done.published)} rewritten, {len(done.refused)} left; "
        f"{done.tally.requests} requests, {done.tally.writes} writes; {report.seconds:.1f} s"
    )


def facts(done: RunReport) -> dict[str, object]:
    """Return the figures that the review shows."""
    report = done.prepared.report
    return {
        "outcome": f"{len(report.findings)} findings, {sum(s.pull is not None for s in done.published)} pull requests",
        "base": f"{done.base.branch} at {done.base.commit[:12]}",
        "files": report.files,
        "findings": len(report.findings),
        "rewritten": _rewritten(done.published),
        "seconds": f"{report.seconds:.1f}",
        "requests": done.tally.requests,
        "writes": done.tally.writes,
        "published": [{"branch": standing.branch, "state": _state(standing)} for standing in done.published],
        "refused": [{"where": f"{r.finding.path}:{r.finding.line}", "because": r.because} for r in done.refused],
        "skipped": report.skipped,
    }


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
