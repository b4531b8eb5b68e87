"""The story, top to bottom: scan, rewrite, verify, plan, publish; every effect is done by somebody else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from fixbot import registry
from fixbot.codemod import Corpus
from fixbot.engine.survey import EXCLUDED, is_about_building, may_be_code, whole
from fixbot.errors import OperatorError
from fixbot.examine import Orders
from fixbot.interrupts import between
from fixbot.lifecycle import declined
from fixbot.model import (
    Base,
    Change,
    Published,
    Refusal,
    ScanReport,
    Skipped,
    SourceFile,
)
from fixbot.plan import Limits, Shard, shards
from fixbot.prepare import Prepared, prepare
from fixbot.publish import Publisher
from fixbot.scan import Progress, silent
from fixbot.settings import Settings, excluder
from fixbot.shell.files import LIMIT, is_protected
from fixbot.shell.forge import DryRun, Forge, Tally
from fixbot.shell.git import Entry, Git
from fixbot.shell.local import LocalForge
from fixbot.shell.style import read_style
from fixbot.shell.trial import Trial, trial
from fixbot.write import Writer


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
    """What a run did; `uncommitted` says that the working tree holds more than was looked at."""

    base: Base
    prepared: Prepared
    published: tuple[tuple[Shard, Published], ...]
    refused: tuple[Refusal, ...]
    tally: Tally
    bodies: tuple[str, ...] = ()
    uncommitted: bool = False

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
    files = CommitFiles(git, base, settings.exclude)
    prepared = prepare(files, orders, jobs=job.jobs, style=style, project=files.project, progress=progress)
    changes, refused = prepared.changes, prepared.refused
    if job.verify_command is not None and changes:
        with trial(git, base, job.verify_command) as ready:
            changes, objections = tried(ready, changes)
        refused = (*refused, *objections)
    limits = Limits(settings.max_files, settings.max_lines, settings.max_open)
    writer = Writer(base, codemods, prepared, refused, labels=settings.labels, verify_command=job.verify_command)
    publisher = Publisher(forge, base, pulls, writer.plan, limits=limits, occupied=git.occupied())
    published = [publisher.publish(shard) for shard in between(shards(changes, limits))]
    return RunReport(base, prepared, tuple(published), refused, forge.tally(), publisher.bodies, git.has_changes())


_MOST_UNSEEN = 20_000_000  # bytes


class CommitFiles:
    """Every Python file of a commit, or why it is not looked at; the working tree is never read."""

    def __init__(self, git: Git, base: Base, exclude: Sequence[str]) -> None:
        self._git, self._base = git, base
        excluded = excluder(exclude)
        entries = list(git.entries(base.commit))
        listed = [entry for entry in entries if entry.path.endswith(".py")]
        judged = [(entry, _objection(entry)) for entry in listed if not excluded(entry.path)]
        self._skipped = [skipped for _, skipped in judged if skipped is not None]
        self._wanted = [entry for entry, skipped in judged if skipped is None]
        self._excluded = [entry for entry in listed if excluded(entry.path) and _objection(entry) is None]
        self._texts = [entry for entry in entries if is_about_building(entry.path) and _objection(entry) is None]
        passed_by = [entry for entry in listed if _objection(entry) is not None]
        others = (entry for entry in entries if may_be_code(entry.path, executable=entry.mode == "100755"))
        self._unseen = [
            entry for entry in (*passed_by, *others) if entry.mode != "160000" and entry.size < _MOST_UNSEEN
        ]

    def __len__(self) -> int:
        return len(self._skipped) + len(self._wanted)

    def __iter__(self) -> Iterator[SourceFile | Skipped]:
        yield from self._skipped
        for entry, content in self._git.blobs(self._wanted):
            yield SourceFile(entry.path, content)

    def project(self) -> Corpus:
        """Read every Python file of the commit; those that are excluded must not change."""
        files = {entry.path: content for entry, content in self._git.blobs([*self._wanted, *self._excluded])}
        texts = {entry.path: content for entry, content in self._git.blobs(self._texts)}
        unseen = {entry.path: content for entry, content in self._git.blobs(self._unseen)}
        return whole(files, fixed={entry.path: EXCLUDED for entry in self._excluded}, texts=texts, unseen=unseen)


def _objection(entry: Entry) -> Skipped | None:
    if is_protected(entry.path):
        return Skipped(entry.path, "protected", "nothing in .git or .github is touched")
    if entry.mode not in {"100644", "100755"}:
        return Skipped(entry.path, "symlink" if entry.mode == "120000" else "not a file", "left alone")
    if entry.size > LIMIT:
        return Skipped(entry.path, "too large", f"{entry.size / 1e6:.1f} MB; the limit is {LIMIT / 1e6:.0f} MB")
    return None


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
    forge = LocalForge(git, settings.author) if kind == "local" else _github(git, name, token, settings)
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
    found = re.search(r"^(?:https?://|ssh://|git://|[\w.-]+@)?([^/@]+@)?([^/:]+)[:/](?:\d+/)?(.+?)/?$", url or "")
    server = urlsplit(os.environ.get("GITHUB_SERVER_URL", "https://github.com")).hostname
    if found is None or found[2].rpartition("@")[2] != server:
        return None
    parts = found[3].removesuffix(".git").split("/")
    return "/".join(parts[-2:]) if len(parts) >= 2 else None  # noqa: PLR2004 - owner and name
