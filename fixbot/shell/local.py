"""A forge without a server: branches in the repository, pull requests as files in its git directory."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from fixbot.errors import ForgeError, OperatorError
from fixbot.marker import read_marker
from fixbot.model import Base, PullRequest, PullRequestPlan
from fixbot.plan import PREFIX
from fixbot.shell.commits import store
from fixbot.shell.forge import Tally
from fixbot.shell.git import Git

_KEYS = ("number", "state", "title", "branch", "base", "head", "labels", "fingerprints", "body")


class LocalForge:
    """The forge of one repository on this machine; `author` is `Name <mail>`."""

    name = "local"

    def __init__(self, git: Git, author: str) -> None:
        self._git = git
        self._author = author
        self._folder = git.git_dir / "fixbot" / "pulls"
        self._origin = _path_of(git.remote_url())
        self._writes = 0

    def base(self, branch: str | None) -> Base:
        """Return the tip of a local branch.

        Raises:
            OperatorError: HEAD is detached, there is no such branch, or it has no commit.
        """
        name = branch or self._git.current_branch()
        commit = self._git.resolve(f"refs/heads/{name}")
        if commit is None:
            exists = self._git.resolve("HEAD") is not None
            hint = "name one that `git branch` lists" if exists else "commit something first"
            message = f"the branch {name} has no commit: {hint}"
            raise OperatorError(message)
        return Base(name, commit, self._git.tree_of(commit))

    def pulls(self) -> list[PullRequest]:
        """Return every recorded pull request; one whose branch was merged or deleted says so."""
        heads = self.heads()
        return [self._as_it_is(pull, heads) for pull in self._records()]

    def heads(self) -> dict[str, str]:
        """Return fixbot's branches here and in `origin`; where the two differ, the one that is not as it should be."""
        here, there = self._git.heads(PREFIX), self._there()
        pushed = self._pushed()
        both = {branch: [side[branch] for side in (there, here) if branch in side] for branch in here | there}
        return {branch: _oddest(commits, pushed.get(branch, ())) for branch, commits in both.items()}

    def _pushed(self) -> dict[str, tuple[str, ...]]:
        """Return the commits that fixbot put on each branch, the oldest first."""
        pushed: dict[str, tuple[str, ...]] = {}
        for pull in self._records():
            pushed[pull.branch] = (*pushed.get(pull.branch, ()), *pull.pushed)
        return pushed

    def _there(self) -> dict[str, str]:
        return {} if self._origin is None else self._git.remote_heads(self._origin, PREFIX)

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Store the commit; the same plan always gives the same id."""
        return store(self._git, plan, base, self._author)

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Say whether a commit is the one that the plan makes; stores nothing."""
        with self._git.apart() as apart:
            return commit == store(apart, plan, base, self._author)

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Push to an `origin` that is a path, then move the local branch; neither may hold what fixbot did not push.

        Raises:
            ForgeError: one of them does, or has been moved in the meantime.
        """
        self._make_room()
        here, there = self._git.heads(PREFIX).get(branch), self._there().get(branch)
        if any(commit not in {None, old, new, *self._pushed().get(branch, ())} for commit in (here, there)):
            message = f"the branch {branch} is not the same here and in origin: delete one of them"
            raise ForgeError(message)
        if self._origin is not None and there != new:
            self._writes += 1
            self._git.push(self._origin, branch, new, there)
        if here != new:
            self._writes += 1
            self._git.move_branch(branch, new, here)

    def _make_room(self) -> None:
        """Make sure that a record can be written before any branch moves."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            probe = self._folder / f".probe.{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as exc:
            message = f"{self._folder} cannot be written ({exc.strerror}): make it writable for you"
            raise OperatorError(message) from exc

    def open(self, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Write `N.md` and `N.json` under the next free number."""
        number = max((pull.number for pull in self._records()), default=0) + 1
        pull = PullRequest(
            number=number,
            state="open",
            title=plan.title,
            branch=plan.branch,
            base=plan.base,
            head=head,
            url=str(self._folder / f"{number}.md"),
            labels=plan.labels,
            plan=plan.fingerprint,
            fingerprints=tuple(finding.fingerprint for finding in plan.change.findings),
            body=body,
        )
        self._write(pull)
        return pull

    def update(self, pull: PullRequest, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Write the record again with the new body and head; title and labels stay as they are."""
        fingerprints = tuple(finding.fingerprint for finding in plan.change.findings)
        newer = replace(pull, head=head, body=body, plan=plan.fingerprint, fingerprints=fingerprints)
        self._write(newer)
        return newer

    def tally(self) -> Tally:
        """Return the writes; there is nobody to send a request to."""
        return Tally(0, self._writes)

    def _records(self) -> list[PullRequest]:
        numbers = sorted(int(path.stem) for path in self._folder.glob("*.json") if path.stem.isdecimal())
        return [_read(self._folder / f"{number}.json") for number in numbers]

    def _as_it_is(self, pull: PullRequest, heads: Mapping[str, str]) -> PullRequest:
        if pull.state != "open":
            return pull
        base = self._git.resolve(f"refs/heads/{pull.base}")
        if base is not None and self._git.is_ancestor(pull.head, base):
            return replace(pull, state="merged")
        return pull if pull.branch in heads else replace(pull, state="closed")

    def _write(self, pull: PullRequest) -> None:
        record = {key: getattr(pull, key) for key in _KEYS}
        self._writes += 1
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _replace(self._folder / f"{pull.number}.md", f"# {pull.title}\n\n{pull.body}")
            _replace(self._folder / f"{pull.number}.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n")
        except OSError as exc:
            message = f"{self._folder} cannot be written: {exc.strerror}"
            raise ForgeError(message) from exc


def _oddest(commits: Sequence[str], pushed: Sequence[str]) -> str:
    """Return the commit that fixbot did not push, else the one that it pushed first."""
    return min(commits, key=lambda commit: pushed.index(commit) if commit in pushed else -1)


def _replace(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        new.write_text(text, encoding="utf-8", errors="surrogateescape")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _read(path: Path) -> PullRequest:
    try:
        record = json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
        marker = read_marker(record["body"])
        return PullRequest(
            number=int(record["number"]),
            state=_word(record, "state"),
            title=_word(record, "title"),
            branch=_word(record, "branch"),
            base=_word(record, "base"),
            head=_word(record, "head"),
            url=str(path.with_suffix(".md")),
            labels=_words(record["labels"]),
            plan=marker.plan if marker else "",
            fingerprints=_words(record["fingerprints"]),
            pushed=marker.pushed if marker else (),
            body=_word(record, "body"),
        )
    except (OSError, ValueError, KeyError, TypeError) as exc:
        message = f"{path} is damaged ({exc}): mend it, or delete it together with its .md file"
        raise OperatorError(message) from exc


def _word(record: Mapping[str, object], key: str) -> str:
    value = record[key]
    if not isinstance(value, str):
        message = f"{key} is not text"
        raise TypeError(message)
    return value


def _words(value: Sequence[object]) -> tuple[str, ...]:
    return tuple(word for word in value if isinstance(word, str))


def _path_of(url: str | None) -> str | None:
    """Return the path behind a remote's address, None where it is on another machine or not there."""
    if url is None:
        return None
    if url.startswith("file://"):
        return unquote(url.removeprefix("file://"))
    # git-clone(1): `host:path` is another machine, provided that no slash comes before the colon
    return None if ":" in url.partition("/")[0] else url
