"""Brings commits and branches to GitHub, by git or through the Git Data API; opens no pull request."""

from __future__ import annotations

import base64
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from github import Github, GithubException, InputGitTreeElement
from github.GitCommit import GitCommit
from github.GitTree import GitTree
from github.Repository import Repository

from fixbot.errors import ForgeError
from fixbot.model import Base, PullRequestPlan
from fixbot.plan import PREFIX
from fixbot.shell.commits import store
from fixbot.shell.git import Git
from fixbot.shell.github_refusals import reason, speaking

# Refuses unless the ref is at `beforeOid`; REST cannot: https://docs.github.com/graphql/reference/git#updaterefs
_UPDATE_REFS = "mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"


class Channel(Protocol):
    """One of the two ways to bring commits and branches to GitHub."""

    def heads(self) -> dict[str, str]:
        """Return the commits of fixbot's branches by name."""

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Store a commit and return its id."""

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Say whether a commit is the one that the plan makes."""

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Point a branch at a commit, provided it is still at `old`."""


class Pushed:
    """Commits made here and pushed over HTTP."""

    def __init__(self, git: Git, url: str, token: str, author: str) -> None:
        self._git, self._url, self._token, self._author = git, url, token, author

    def heads(self) -> dict[str, str]:
        """Ask the git server."""
        return self._git.remote_heads(self._url, PREFIX, self._token)

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Store the commit here; it travels with its branch."""
        return store(self._git, plan, base, self._author)

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Compare ids: the same plan on the same base always has the same."""
        return commit == self.commit(plan, base)

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Push with a lease."""
        self._git.push(self._url, branch, new, old, self._token)


class Uploaded:
    """Commits made by GitHub from blobs and a tree, without an author, so that GitHub signs them.

    `wrote` is called for each write that the forge does not count itself.
    """

    def __init__(self, git: Git, api: Github, repository: Repository, wrote: Callable[[], None], author: str) -> None:
        self._git, self._api, self._repository = git, api, repository
        self._wrote, self._author = wrote, author

    def heads(self) -> dict[str, str]:
        """Ask the API."""
        with speaking("the branches of fixbot"):
            refs = self._repository.get_git_matching_refs(f"heads/{PREFIX}")
            return {ref.ref.removeprefix("refs/heads/"): ref.object.sha for ref in refs}

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Send blobs, tree and commit."""
        parent = self._api.create_from_raw_data(GitCommit, {"sha": base.commit})
        below = self._api.create_from_raw_data(GitTree, {"sha": base.tree})
        with speaking(f"the commit for {plan.branch}"):
            elements = self._elements(plan, base)
            self._wrote()
            tree = self._repository.create_git_tree(elements, below)
            self._wrote()
            return self._repository.create_git_commit(plan.commit_message, tree, [parent]).sha

    def _elements(self, plan: PullRequestPlan, base: Base) -> list[InputGitTreeElement]:
        modes = {entry.path: entry.mode for entry in self._git.entries(base.commit)}
        return [
            InputGitTreeElement(rewrite.path, modes[rewrite.path], "blob", sha=self._blob(rewrite.after))
            for rewrite in plan.change.rewrites
        ]

    def _blob(self, content: bytes) -> str:
        self._wrote()
        return self._repository.create_git_blob(base64.b64encode(content).decode(), "base64").sha

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Compare message, parent and tree: the id depends on when GitHub made the commit, and for whom."""
        with speaking(f"the commit {commit}"):
            found = self._repository.get_git_commit(commit)
            parents = [parent.sha for parent in found.parents]
            said, tree = found.message.strip(), found.tree.sha
        if said != plan.commit_message.strip() or parents != [base.commit]:
            return False
        with self._git.apart() as apart:
            return tree == apart.tree_of(store(apart, plan, base, self._author))

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Make the branch, or move it with GraphQL; without GraphQL, look just before moving it."""
        with speaking(f"the branch {branch}"):
            if old is None:
                self._repository.create_git_ref(f"refs/heads/{branch}", new)
            elif not self._swapped(branch, new, old):
                self._replaced(branch, new, old)

    def _swapped(self, branch: str, new: str, old: str) -> bool:
        """Move a branch that is at `old`, in one step; say no where the server has no GraphQL."""
        update = {"name": f"refs/heads/{branch}", "beforeOid": old, "afterOid": new, "force": True}
        request = {"repositoryId": self._repository.node_id, "refUpdates": [update]}
        try:
            self._repository.requester.graphql_query(_UPDATE_REFS, {"input": request})
        except GithubException as exc:
            refused = isinstance(exc.data, dict) and bool(exc.data.get("errors"))
            if exc.status == HTTPStatus.NOT_FOUND and not refused:
                return False
            if not refused:
                raise
            message = f"GitHub does not move the branch {branch} ({reason(exc)}): run fixbot again"
            raise ForgeError(message) from exc
        return True

    def _replaced(self, branch: str, new: str, old: str) -> None:
        ref = self._repository.get_git_ref(f"heads/{branch}")
        if ref.object.sha != old:
            message = f"the branch {branch} was moved by somebody else in the meantime; run fixbot again"
            raise ForgeError(message)
        ref.edit(new, force=True)
