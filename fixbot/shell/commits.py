"""Stores the commit of a plan with git's plumbing: objects only, no branch, no index, no working tree."""

from __future__ import annotations

from fixbot.model import Base, PullRequestPlan
from fixbot.shell.git import Git, Identity


def store(git: Git, plan: PullRequestPlan, base: Base, author: str) -> str:
    """Store blobs, tree and commit of a plan and return the commit's id.

    The commit bears the date of its base, so the same plan on the same base always has the same id.
    """
    modes = {entry.path: entry.mode for entry in git.entries(base.commit)}
    files = {r.path: (modes[r.path], git.write_blob(r.after)) for r in plan.change.rewrites}
    tree = git.write_tree(base.tree, files)
    name, _, mail = author.removesuffix(">").rpartition(" <")
    return git.write_commit(tree, base.commit, plan.commit_message, Identity(name, mail, git.date_of(base.commit)))
