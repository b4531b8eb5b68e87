"""Stores the commit of a plan with git's plumbing and reads commits back: objects only, no branch, no working tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fixbot.model import Base, PullRequestPlan
from fixbot.shell.git import Entry, Git, Identity

_MOST_READ = 100


def store(git: Git, plan: PullRequestPlan, base: Base, author: str) -> str:
    """Store blobs, tree and commit of a plan and return the commit's id.

    The commit bears the date of its base, so the same plan on the same base always has the same id.
    """
    modes = {entry.path: entry.mode for entry in git.entries(base.commit)}
    files = {r.path: (modes[r.path], git.write_blob(r.after)) for r in plan.change.rewrites}
    tree = git.write_tree(base.tree, files)
    name, _, mail = author.removesuffix(">").rpartition(" <")
    return git.write_commit(tree, base.commit, plan.commit_message, Identity(name, mail, git.date_of(base.commit)))


def earlier(git: Git, parent: str, plan: PullRequestPlan, base: Base) -> tuple[PullRequestPlan, Base] | None:
    """Return a plan as it would have been on the commit that `base` grew out of, and that commit as a base.

    So a run can tell its own commit after the base has moved on.

    Args:
        git: the clone, which need not hold `parent`.
        parent: what the commit in question stands on.
        plan: the plan on the base of today.
        base: the base of today.

    Returns:
        None where `parent` is not here, is no ancestor of the base, is the base itself, or where one of the plan's
        files was different there.
    """
    if parent == base.commit or git.resolve(parent) is None or not git.is_ancestor(parent, base.commit):
        return None
    if any(git.file(parent, rewrite.path) != rewrite.before for rewrite in plan.change.rewrites):
        return None
    tree = git.tree_of(parent)
    message = plan.commit_message.replace(base.tree, tree)
    return replace(plan, commit_message=message), Base(base.branch, parent, tree)


@dataclass(frozen=True, slots=True)
class Read:
    """A commit as it was read: its parents, the first first, and its whole message."""

    parents: tuple[str, ...]
    message: str


def read(git: Git, commit: str) -> Read | None:
    """Return parents and message of a commit by its full id, None where it is not here."""
    if git.resolve(commit) is None:
        return None
    ((_, raw),) = git.blobs([Entry("", commit, 0, commit)])
    head, _, message = raw.partition(b"\n\n")
    parents = tuple(line.removeprefix(b"parent ").decode() for line in head.split(b"\n") if line.startswith(b"parent "))
    return Read(parents, os.fsdecode(message))


def messages(git: Git, head: str, base: str | None) -> Iterator[str]:
    """Yield the message of a commit, then those below it by first parents, down to what `base` holds; at most 100."""
    commit: str | None = head
    for _ in range(_MOST_READ):
        found = read(git, commit) if commit is not None else None
        if found is None:
            return
        yield found.message
        commit = next(iter(found.parents), None)
        if commit is None or base is None or git.is_ancestor(commit, base):
            return
