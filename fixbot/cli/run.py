"""`fixbot run`: the whole job on a repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from fixbot.cli.options import FORMATS, Common, choosing, codemods_of, common
from fixbot.cli.output import note, own_fault, progress, report_text, write
from fixbot.markdown import visible
from fixbot.model import LeftAlone, Opened, Published, Unchanged, Updated
from fixbot.plan import Shard
from fixbot.render import review
from fixbot.run import Job, RunReport
from fixbot.run import run as run_job
from fixbot.shell.git import Git


@click.command()
@click.argument("repository", default=".", metavar="[REPO]", type=click.Path(path_type=Path))
@click.option("--forge", type=click.Choice(["auto", "github", "local"]), help="Where pull requests are opened.")
@click.option("--repo", metavar="OWNER/NAME", help="The repository on GitHub; from the remote `origin` by default.")
@click.option("--base", metavar="BRANCH", help="The branch to improve; the one that is checked out by default.")
@click.option("--dry-run", is_flag=True, help="Show what would be opened; write nothing.")
@click.option("--strict", is_flag=True, help="Exit with 1 when something was refused, blocked or left to a person.")
@click.option("--max-open", type=click.IntRange(1, 1000), help="The most pull requests open at once.")
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
    own = {name: given.pop(name) for name in ("repo", "dry_run", "strict", "verify_command")}
    more = {name: given.pop(name) for name in ("forge", "base", "max_open", "commit_via")}
    options = Common(**given)
    settings = options.settings(Git(repository).top(), **more)
    codemods = codemods_of(settings)
    job = Job(
        root=repository,
        repository=own["repo"],
        dry_run=own["dry_run"],
        verify_command=own["verify_command"],
        jobs=options.processes(),
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
    blocked = any(isinstance(published, LeftAlone) for _, published in done.published)
    return own_fault(done.prepared.report.broken, options) or int(own["strict"] and bool(done.refused or blocked))


def as_text(done: RunReport, options: Common) -> str:
    """Return what a run did, a line for each pull request, then what was refused and skipped, then the figures."""
    lines = [f"{shard.branch}: {_state(published)}" for shard, published in done.published]
    lines += [f"{r.finding.path}:{r.finding.line}: left as it is: {r.because}" for r in done.refused]
    lines += [f"{skip.path}: skipped, {skip.reason}: {skip.detail}" for skip in done.prepared.report.skipped]
    if not options.quiet:
        lines.append(_summary(done))
    return "".join(f"{visible(line)}\n" for line in lines)


def _state(published: Published) -> str:
    match published:
        case Opened(pull):
            return f"opened {pull.url}"
        case Updated(pull):
            return f"updated {pull.url}"
        case Unchanged(pull):
            return f"unchanged, {pull.url}"
        case LeftAlone(_, reason):
            return f"left alone: {reason}"


def _rewritten(shards: tuple[tuple[Shard, Published], ...]) -> int:
    return sum(len(shard.change.findings) for shard, _ in shards)


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
        "outcome": f"{len(report.findings)} findings, {len(done.published)} pull requests",
        "base": f"{done.base.branch} at {done.base.commit[:12]}",
        "files": report.files,
        "findings": len(report.findings),
        "rewritten": _rewritten(done.published),
        "seconds": f"{report.seconds:.1f}",
        "requests": done.tally.requests,
        "writes": done.tally.writes,
        "published": [{"branch": shard.branch, "state": _state(published)} for shard, published in done.published],
        "refused": [{"where": f"{r.finding.path}:{r.finding.line}", "because": r.because} for r in done.refused],
        "skipped": report.skipped,
    }


def _json(done: RunReport) -> str:
    report = done.prepared.report
    document = {
        "version": 1,
        "base": {"branch": done.base.branch, "commit": done.base.commit, "tree": done.base.tree},
        "pulls": [_pull(shard, published) for shard, published in done.published],
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


def _pull(shard: Shard, published: Published) -> dict[str, object]:
    known: dict[str, object] = {"branch": shard.branch, "state": type(published).__name__.lower()}
    if isinstance(published, LeftAlone):
        known = known | {"state": "left alone", "reason": published.reason}
    else:
        known |= {"number": published.pull.number, "url": published.pull.url, "head": published.pull.head}
    return known | {
        "codemod": shard.change.codemod,
        "safety": str(shard.change.safety),
        "files": [rewrite.path for rewrite in shard.change.rewrites],
        "findings": len(shard.change.findings),
        "added": shard.added,
        "removed": shard.removed,
    }
