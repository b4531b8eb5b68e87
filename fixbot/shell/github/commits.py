"""Brings commits and branches to GitHub, by git or through the Git Data API; opens no pull request."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote

from github import GithubException

from fixbot.errors import ForgeError
from fixbot.model import Base, PullRequestPlan
from fixbot.plan import PREFIX
from fixbot.shell.commits import store
from fixbot.shell.git import Git
from fixbot.shell.github.refusals import reason, speaking
from fixbot.shell.github.wire import Wire

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
    """Commits made here and pushed over HTTP; `wire` counts the pushes with the other writes."""

    def __init__(self, git: Git, url: str, token: str, author: str, wire: Wire) -> None:
        self._git, self._url, self._token, self._author, self._wire = git, url, token, author, wire

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
        self._wire.writes += 1
        self._git.push(self._url, branch, new, old, self._token)


class Uploaded:
    """Commits made by GitHub from blobs and a tree, without an author, so that GitHub signs them.

    `node` is the repository's id in GraphQL.
    """

    def __init__(self, git: Git, wire: Wire, node: str, author: str) -> None:
        self._git, self._wire, self._node, self._author = git, wire, node, author
        self._path = f"{wire.here}/git"

    def heads(self) -> dict[str, str]:
        """Ask the API."""
        with speaking("the branches of fixbot"):
            refs = self._wire.pages(f"{self._path}/matching-refs/heads/{PREFIX}", long=False)
            return {ref["ref"].removeprefix("refs/heads/"): ref["object"]["sha"] for ref in refs}

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Send blobs, tree and commit."""
        with speaking(f"the commit for {plan.branch}"):
            tree = self._made("trees", {"base_tree": base.tree, "tree": self._elements(plan, base)})
            return self._made("commits", {"message": plan.commit_message, "tree": tree, "parents": [base.commit]})

    def _made(self, kind: str, body: Mapping[str, object]) -> str:
        return str(self._wire.send("POST", f"{self._path}/{kind}", body)["sha"])

    def _elements(self, plan: PullRequestPlan, base: Base) -> list[dict[str, str]]:
        modes = {entry.path: entry.mode for entry in self._git.entries(base.commit)}
        return [
            {"path": rewrite.path, "mode": modes[rewrite.path], "type": "blob", "sha": self._blob(rewrite.after)}
            for rewrite in plan.change.rewrites
        ]

    def _blob(self, content: bytes) -> str:
        return self._made("blobs", {"content": base64.b64encode(content).decode(), "encoding": "base64"})

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Compare message, parent and tree: the id depends on when GitHub made the commit, and for whom."""
        with speaking(f"the commit {commit}"):
            found = self._wire.get(f"{self._path}/commits/{commit}")
            parents = [parent["sha"] for parent in found["parents"]]
            said, tree = found["message"].strip(), found["tree"]["sha"]
        if said != plan.commit_message.strip() or parents != [base.commit]:
            return False
        with self._git.apart() as apart:
            return bool(tree == apart.tree_of(store(apart, plan, base, self._author)))

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Make the branch, or move it with GraphQL, in one step: REST would move it from wherever it is."""
        with speaking(f"the branch {branch}"):
            if old is None:
                self._wire.send("POST", f"{self._path}/refs", {"ref": f"refs/heads/{branch}", "sha": new})
            else:
                self._swap(branch, new, old)

    def _swap(self, branch: str, new: str, old: str) -> None:
        update = {"name": f"refs/heads/{branch}", "beforeOid": old, "afterOid": new, "force": True}
        try:
            self._wire.graphql(_UPDATE_REFS, {"input": {"repositoryId": self._node, "refUpdates": [update]}})
        except GithubException as exc:
            if not isinstance(exc.data, dict) or not exc.data.get("errors"):
                raise
            message = f"GitHub does not move the branch {branch} ({reason(exc)}): run fixbot again"
            raise ForgeError(message) from exc


def keep(wire: Wire, branch: str, commit: str) -> None:
    """Make a branch at a commit that GitHub has; where it is there already it stays where it is."""
    refs = f"{wire.here}/git"

    def is_there() -> bool | None:
        try:
            return bool(wire.get(f"{refs}/ref/heads/{quote(branch)}"))
        except GithubException as exc:
            if exc.status != HTTPStatus.NOT_FOUND:
                raise
            return None

    with speaking(f"the branch {branch}"):
        if not is_there():
            wire.settle(
                "POST", f"{refs}/refs", {"ref": f"refs/heads/{branch}", "sha": commit}, read=bool, look=is_there
            )
