"""The story, top to bottom: scan, rewrite, verify, plan, publish; every effect is done by somebody else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from fixbot import registry
from fixbot.codemod import Codemod
from fixbot.errors import OperatorError
from fixbot.examine import Orders
from fixbot.lifecycle import Keep, Leave, Open, Update, decide, declined
from fixbot.marker import Marker, write_marker
from fixbot.model import (
    Base,
    Change,
    LeftAlone,
    Opened,
    Published,
    PullRequest,
    PullRequestPlan,
    Refusal,
    ScanReport,
    Skipped,
    SourceFile,
    Unchanged,
    Updated,
)
from fixbot.plan import Limits, Shard, shards
from fixbot.prepare import Prepared, Progress, prepare, silent
from fixbot.render import Check, Facts, plural, pull_request
from fixbot.settings import Settings, excluder
from fixbot.shell.files import LIMIT, is_protected
from fixbot.shell.forge import DryRun, Forge, Tally
from fixbot.shell.git import Entry, Git
from fixbot.shell.local import LocalForge
from fixbot.shell.ruff import Opinion
from fixbot.shell.style import read_style
from fixbot.shell.trial import Trial, trial
from fixbot.verify import RUNGS

_MOST_PUSHED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a person asked `fixbot run` to do, beyond the settings."""

    root: Path
    repository: str | None = None
    dry_run: bool = False
    verify_command: str | None = None
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did."""

    base: Base
    prepared: Prepared
    published: tuple[tuple[Shard, Published], ...]
    refused: tuple[Refusal, ...]
    tally: Tally
    bodies: tuple[str, ...] = ()

    @property
    def left(self) -> ScanReport:
        """The findings that are not in a pull request."""
        return replace(self.prepared.report, findings=tuple(refusal.finding for refusal in self.refused))


def run(job: Job, settings: Settings, progress: Progress = silent) -> RunReport:
    """Do the whole job on one repository.

    Raises:
        OperatorError: the repository, the configuration or the token is not as it must be.
        ForgeError: a push or GitHub failed; running again goes on.
    """
    git = Git(job.root)
    codemods = registry.choose(settings.select, settings.ignore, settings.codemods)
    forge = choose_forge(git, job, settings)
    base = forge.base(settings.base)
    pulls = forge.pulls()
    orders = Orders(codemods, settings.safety, declined(pulls), apart=True, survey=True)
    style = read_style(lambda name: git.file(base.commit, name))
    prepared = prepare(sources(git, base, settings.exclude), orders, jobs=job.jobs, style=style, progress=progress)
    changes, refused = prepared.changes, prepared.refused
    if job.verify_command is not None and changes:
        with trial(git, base, job.verify_command) as ready:
            changes, objections = tried(ready, changes)
        refused = (*refused, *objections)
    publisher = _Publisher(forge, base, pulls, codemods, settings, prepared, refused, job.verify_command)
    published = [publisher.publish(shard) for shard in shards(changes, publisher.limits)]
    return RunReport(base, prepared, tuple(published), refused, forge.tally(), tuple(publisher.bodies))


def sources(git: Git, base: Base, exclude: Sequence[str]) -> Iterator[SourceFile | Skipped]:
    """Yield every Python file of a commit, or why it is not looked at; the working tree is never read."""
    wanted: list[Entry] = []
    excluded = excluder(exclude)
    for entry in git.entries(base.commit):
        if not entry.path.endswith(".py") or is_protected(entry.path) or excluded(entry.path):
            continue
        if entry.mode not in {"100644", "100755"}:
            yield Skipped(entry.path, "symlink" if entry.mode == "120000" else "not a file", "left alone")
        elif entry.size > LIMIT:
            yield Skipped(entry.path, "too large", f"{entry.size / 1e6:.1f} MB; the limit is {LIMIT / 1e6:.0f} MB")
        else:
            wanted.append(entry)
    for entry, content in git.blobs(wanted):
        yield SourceFile(entry.path, content)


def tried(ready: Trial, changes: Sequence[Change]) -> tuple[tuple[Change, ...], list[Refusal]]:
    """Keep the rewrites with which the operator's command succeeds."""
    kept, refused = [], []
    for change in changes:
        holding, objections = ready.holding(change.rewrites)
        refused += [
            Refusal(finding, objections[rewrite.path])
            for rewrite in change.rewrites
            if rewrite.path in objections
            for finding in rewrite.findings
        ]
        if holding:
            kept.append(replace(change, rewrites=tuple(holding)))
    return tuple(kept), refused


def choose_forge(git: Git, job: Job, settings: Settings) -> Forge:
    """Return the forge that was asked for; `auto` is GitHub where a token and a GitHub remote are there.

    Raises:
        OperatorError: GitHub was asked for, and the token or the repository's name is missing.
    """
    token = os.environ.get("FIXBOT_TOKEN") or os.environ.get("GITHUB_TOKEN") or ""
    name = job.repository or github_name(git.remote_url())
    kind = settings.forge
    if kind == "auto":
        kind = "github" if token and name else "local"
    forge: Forge
    if kind == "local":
        forge = LocalForge(git, settings.author)
    else:
        forge = _github(git, name, token, settings)
    return DryRun(forge) if job.dry_run else forge


def _github(git: Git, name: str | None, token: str, settings: Settings) -> Forge:
    if not token:
        message = "no token: set GITHUB_TOKEN or FIXBOT_TOKEN, or use --forge local"
        raise OperatorError(message)
    if name is None:
        message = "no repository: add a GitHub remote called origin, or say --repo OWNER/NAME"
        raise OperatorError(message)
    from fixbot.shell.github import GitHubForge  # noqa: PLC0415 - PyGithub takes longer to load than a scan

    url = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    return GitHubForge(git, name, token=token, api_url=url, commit_via=settings.commit_via, author=settings.author)


def github_name(url: str | None) -> str | None:
    """Return `owner/name` from a remote's address, None where it is none of GitHub's or of `GITHUB_SERVER_URL`."""
    found = re.search(r"^(?:https?://|ssh://|git://|[\w.-]+@)?([^/:@]+@)?([^/:]+)[:/](?:\d+/)?(.+?)/?$", url or "")
    server = urlsplit(os.environ.get("GITHUB_SERVER_URL", "https://github.com")).hostname
    if found is None or found[2].rpartition("@")[2] != server:
        return None
    parts = found[3].removesuffix(".git").split("/")
    return "/".join(parts[-2:]) if len(parts) >= 2 else None  # noqa: PLR2004 - owner and name


class _Publisher:
    """Publishes the shards of one run, one after the other."""

    def __init__(
        self,
        forge: Forge,
        base: Base,
        pulls: Sequence[PullRequest],
        codemods: Sequence[Codemod],
        settings: Settings,
        prepared: Prepared,
        refused: Sequence[Refusal],
        verify_command: str | None,
    ) -> None:
        self._forge, self._base, self._pulls = forge, base, list(pulls)
        self._codemods = {codemod.slug(): codemod for codemod in codemods}
        self._settings, self._prepared, self._refused = settings, prepared, refused
        self._verify_command = verify_command
        self._heads = dict(forge.heads())
        self.limits = Limits(settings.max_files, settings.max_lines, settings.max_open)
        self.bodies: list[str] = []

    def publish(self, shard: Shard) -> tuple[Shard, Published]:
        """Bring one shard to the forge, or say why not."""
        plan = self._plan(shard)
        self.bodies.append(plan.body)
        head = self._heads.get(shard.branch)
        half_done = head is not None and self._is_half_done(plan, head)
        decision = decide(shard, self._pulls, head, half_done=half_done, limits=self.limits)
        match decision:
            case Leave(reason):
                return shard, LeftAlone(shard.branch, reason)
            case Keep(pull):
                return shard, Unchanged(pull)
            case Open(old):
                new = head if half_done and head is not None else self._forge.commit(plan, self._base)
                self._forge.move(shard.branch, new, old)
                pull = self._forge.open(plan, self._marked(plan, new, ()), new)
                self._pulls.append(pull)
                return shard, Opened(pull)
            case Update(pull):
                new = self._forge.commit(plan, self._base)
                self._forge.move(shard.branch, new, head)
                return shard, Updated(self._forge.update(pull, plan, self._marked(plan, new, pull.pushed), new))

    def _is_half_done(self, plan: PullRequestPlan, head: str) -> bool:
        """Say whether a branch without an open pull request is what a run left behind that was cut off."""
        known = any(pull.branch == plan.branch for pull in self._pulls)
        return not known and self._forge.holds(head, plan, self._base)

    def _marked(self, plan: PullRequestPlan, new: str, pushed: Sequence[str]) -> str:
        marker = Marker(
            codemod=plan.change.codemod,
            branch=plan.branch,
            plan=plan.fingerprint,
            base=self._base.tree,
            findings=tuple(finding.fingerprint for finding in plan.change.findings),
            pushed=tuple(dict.fromkeys([*pushed, new]))[-_MOST_PUSHED:],
        )
        return f"{plan.body}\n{write_marker(marker)}\n"

    def _plan(self, shard: Shard) -> PullRequestPlan:
        codemod = self._codemods[shard.change.codemod]
        mine = tuple(r for r in self._refused if r.finding.codemod == shard.change.codemod)
        command = f"fixbot fix --select {shard.change.codemod} --safety {shard.change.safety} --diff"
        facts = Facts(mine, tuple(self._checks(shard)), command)
        return pull_request(shard, codemod, self._base, facts, self._settings.labels)

    def _checks(self, shard: Shard) -> Iterator[Check]:
        """Give the figures of this shard's own files."""
        files, findings = len(shard.change.rewrites), len(shard.change.findings)
        yield Check(f"findings of {shard.change.codemod}", str(findings), "0")
        yield Check(RUNGS, "—", plural(files, "file"))
        opinions = self._prepared.opinions_of(shard.change)
        yield from lint_checks(opinions)
        reformatted = sum(opinion.formatted is not None for opinion in opinions)
        yield Check("was formatted and is formatted again", "—", plural(reformatted, "file"))
        if self._verify_command is not None:
            yield Check(self._verify_command, "passes", "passes")


def lint_checks(opinions: Sequence[Opinion]) -> Iterator[Check]:
    """Give ruff's count of everything, and of each rule whose count changed."""
    before = [found for opinion in opinions for found in opinion.before]
    after = [found for opinion in opinions for found in opinion.after]
    yield Check("ruff, all rules", plural(len(before), "complaint"), plural(len(after), "complaint"))
    for rule in sorted({found.code for found in (*before, *after)}):
        counts = [sum(found.code == rule for found in side) for side in (before, after)]
        if counts[0] != counts[1]:
            yield Check(f"ruff {rule}", str(counts[0]), str(counts[1]))
