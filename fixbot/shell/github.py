"""GitHub through PyGithub: the only module that speaks to its API; every refusal becomes one clear sentence."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

import requests
from github import (
    Auth,
    BadCredentialsException,
    Github,
    GithubException,
    GithubRetry,
    InputGitTreeElement,
    RateLimitExceededException,
    UnknownObjectException,
)
from github.PullRequest import PullRequest as GithubPull
from github.Repository import Repository
from urllib3.util import Retry

from fixbot.errors import FixbotError, ForgeError, OperatorError
from fixbot.marker import read_marker
from fixbot.model import Base, PullRequest, PullRequestPlan
from fixbot.plan import PREFIX
from fixbot.shell.commits import store
from fixbot.shell.forge import Tally
from fixbot.shell.git import Git

_LONGEST_WAIT = 120
# PUT and POST are left out: GitHub may have acted before it answered 502, and a repeated POST acts twice.
_REPEATABLE = Retry.DEFAULT_ALLOWED_METHODS - {"PUT"}


class _CountingToken(Auth.Token):
    """A token that counts how often it is shown."""

    shown = 0

    def authentication(self, headers: dict[str, str]) -> None:
        self.shown += 1
        super().authentication(headers)


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


class GitHubForge:
    """One repository on GitHub.

    Args:
        git: the clone on this machine.
        name: `owner/name`.
        token: what GitHub is shown; it appears in no message.
        api_url: the address of the API.
        commit_via: `git` pushes over HTTP, `api` uses the Git Data API, whose commits GitHub signs.
        author: `Name <mail>` for commits that git makes.
        pace: seconds between requests and between writes; None takes PyGithub's own (0.25 and 1).
    """

    name = "github"

    def __init__(
        self, git: Git, name: str, *, token: str, api_url: str, commit_via: str, author: str, pace: float | None = None
    ) -> None:
        if sys.flags.optimize:
            message = "python -O removes the checks that keep the token on GitHub's host: start fixbot without it"
            raise OperatorError(message)
        self._git = git
        self._auth = _CountingToken(token)
        self._writes = 0
        self._base_commit = ""
        self._api = Github(
            base_url=api_url,
            auth=self._auth,
            retry=GithubRetry(total=3, max_rate_limit_wait=_LONGEST_WAIT, allowed_methods=_REPEATABLE),
            seconds_between_requests=0.25 if pace is None else pace,
            seconds_between_writes=1.0 if pace is None else pace,
        )
        with self._speaking(f"the repository {name}"):
            self._repository = self._api.get_repo(name)
        self._channel: Channel
        if commit_via == "git":
            self._channel = _Pushed(git, push_url(git.remote_url(), self._repository.clone_url), token, author)
        else:
            self._channel = _Uploaded(git, self._repository, self)

    def base(self, branch: str | None) -> Base:
        """Return the state of a branch on GitHub, provided the same content is here.

        Raises:
            OperatorError: GitHub has no such branch, or the content here is another.
        """
        name = branch or self._branch_here()
        with self._speaking(f"the branch {name}"):
            there = self._repository.get_branch(name)
        tree = there.commit.commit.tree.sha
        self._base_commit = there.commit.sha
        for ref in (f"refs/heads/{name}", f"refs/remotes/origin/{name}"):
            commit = self._git.resolve(ref)
            if commit is not None and self._git.tree_of(commit) == tree:
                return Base(name, commit, tree)
        message = f"{name} on GitHub is not what is here: run `git pull`, or push what you have"
        raise OperatorError(message)

    def _branch_here(self) -> str:
        try:
            return self._git.current_branch()
        except OperatorError:
            return self._repository.default_branch

    def pulls(self) -> list[PullRequest]:
        """Return every pull request from a branch of fixbot."""
        with self._speaking("the list of pull requests"):
            return [
                _record(pull)
                for pull in self._repository.get_pulls(state="all", sort="created", direction="desc")
                if pull.head.ref.startswith(PREFIX)
            ]

    def heads(self) -> Mapping[str, str]:
        """Return fixbot's branches on GitHub."""
        return self._channel.heads()

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Store the commit."""
        return self._channel.commit(plan, base)

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Say whether a commit there is the one that the plan makes."""
        return self._channel.holds(commit, plan, base)

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Point a branch at a commit, provided nobody else has moved it."""
        if new != old:
            self._writes += 1
            self._channel.move(branch, new, old)

    def open(self, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Open a pull request and label it; one that is open already is taken as it is."""
        owner = self._repository.owner.login
        with self._speaking(f"the pull request from {plan.branch}"):
            for found in self._repository.get_pulls(state="open", head=f"{owner}:{plan.branch}"):
                if found.head.ref == plan.branch:
                    return _record(found)
            self._writes += 1
            pull = self._repository.create_pull(base=plan.base, head=plan.branch, title=plan.title, body=body)
        with self._speaking(f"the labels of pull request {pull.number}"):
            if plan.labels:
                self._writes += 1
                pull.add_to_labels(*plan.labels)
        del head
        return _record(pull, labels=plan.labels)

    def update(self, pull: PullRequest, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Give a pull request its new body; title and labels stay as people left them."""
        del plan, head
        with self._speaking(f"pull request {pull.number}"):
            self._writes += 1
            found = self._repository.get_pull(pull.number)
            found.edit(body=body)
            return _record(found)

    def tally(self) -> Tally:
        """Return the requests to the API, and the writes through API and git together."""
        return Tally(self._auth.shown, self._writes)

    def base_commit(self) -> str:
        """Return GitHub's id of the base, which is the parent of commits that its API makes."""
        return self._base_commit

    def wrote(self) -> None:
        """Count one write."""
        self._writes += 1

    @contextmanager
    def _speaking(self, about: str) -> Iterator[None]:
        with speaking(about):
            yield


@contextmanager
def speaking(about: str) -> Iterator[None]:
    """Turn what PyGithub and the network raise into one sentence about `about`.

    Raises:
        OperatorError: the token or the name is wrong.
        ForgeError: GitHub or the network failed.
    """
    try:
        yield
    except BadCredentialsException as exc:
        message = "GitHub does not accept the token: check GITHUB_TOKEN or FIXBOT_TOKEN"
        raise OperatorError(message) from exc
    except UnknownObjectException as exc:
        message = f"GitHub does not know {about}, or the token may not see it"
        raise OperatorError(message) from exc
    except RateLimitExceededException as exc:
        message = "GitHub's rate limit is used up: run fixbot again later, it goes on where it stopped"
        raise ForgeError(message) from exc
    except GithubException as exc:
        raise _refusal(about, exc) from exc
    except (requests.RequestException, OSError) as exc:
        message = f"GitHub could not be reached for {about}: {type(exc).__name__}; run fixbot again"
        raise ForgeError(message) from exc


def _refusal(about: str, exc: GithubException) -> FixbotError:
    said = exc.message or "no reason given"
    if exc.status == 403:  # noqa: PLR2004 - forbidden
        return OperatorError(f"the token may not do that ({about}): {said}; it needs contents and pull requests: write")
    return ForgeError(f"GitHub refuses {about} ({exc.status}): {said}")


def push_url(origin: str | None, clone_url: str) -> str:
    """Return where to push with a token: `origin` if it is HTTP, else the address that GitHub gives."""
    return origin if origin is not None and origin.startswith(("http://", "https://")) else clone_url


def _record(pull: GithubPull, labels: tuple[str, ...] | None = None) -> PullRequest:
    marker = read_marker(pull.body)
    return PullRequest(
        number=pull.number,
        state="merged" if pull.merged_at is not None else pull.state,
        title=pull.title,
        branch=pull.head.ref,
        base=pull.base.ref,
        head=pull.head.sha,
        url=pull.html_url,
        labels=labels if labels is not None else tuple(label.name for label in pull.labels),
        plan=marker.plan if marker else "",
        fingerprints=marker.findings if marker else (),
        pushed=marker.pushed if marker else (),
        body=pull.body or "",
    )


class _Pushed:
    """Commits made here and pushed over HTTP."""

    def __init__(self, git: Git, url: str, token: str, author: str) -> None:
        self._git, self._url, self._token, self._author = git, url, token, author

    def heads(self) -> dict[str, str]:
        return self._git.remote_heads(self._url, PREFIX, self._token)

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        return store(self._git, plan, base, self._author)

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        return commit == self.commit(plan, base)

    def move(self, branch: str, new: str, old: str | None) -> None:
        self._git.push(self._url, branch, new, old, self._token)


class _Uploaded:
    """Commits made by GitHub from blobs and a tree, without an author, so that GitHub signs them."""

    def __init__(self, git: Git, repository: Repository, forge: GitHubForge) -> None:
        self._git, self._repository, self._forge = git, repository, forge

    def heads(self) -> dict[str, str]:
        with speaking("the branches of fixbot"):
            refs = self._repository.get_git_matching_refs(f"heads/{PREFIX}")
            return {ref.ref.removeprefix("refs/heads/"): ref.object.sha for ref in refs}

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        with speaking(f"the commit for {plan.branch}"):
            tree = self._repository.create_git_tree(self._elements(plan, base), self._tree(base.tree))
            parent = self._repository.get_git_commit(self._forge.base_commit())
            self._forge.wrote()
            self._forge.wrote()
            return self._repository.create_git_commit(plan.commit_message, tree, [parent]).sha

    def _tree(self, sha: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - PyGithub's GitTree
        return self._repository.get_git_tree(sha)

    def _elements(self, plan: PullRequestPlan, base: Base) -> list[InputGitTreeElement]:
        modes = {entry.path: entry.mode for entry in self._git.entries(base.commit)}
        return [
            InputGitTreeElement(rewrite.path, modes[rewrite.path], "blob", sha=self._blob(rewrite.after))
            for rewrite in plan.change.rewrites
        ]

    def _blob(self, content: bytes) -> str:
        self._forge.wrote()
        return self._repository.create_git_blob(base64.b64encode(content).decode(), "base64").sha

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        with speaking(f"the commit {commit}"):
            found = self._repository.get_git_commit(commit)
            parents = [parent.sha for parent in found.parents]
        return found.message.strip() == plan.commit_message.strip() and parents == [self._forge.base_commit()]

    def move(self, branch: str, new: str, old: str | None) -> None:
        with speaking(f"the branch {branch}"):
            if old is None:
                self._repository.create_git_ref(f"refs/heads/{branch}", new)
                return
            ref = self._repository.get_git_ref(f"heads/{branch}")
            if ref.object.sha != old:
                message = f"the branch {branch} was moved by somebody else in the meantime; run fixbot again"
                raise ForgeError(message)
            ref.edit(new, force=True)
