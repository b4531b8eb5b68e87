"""GitHub through PyGithub: finds, opens and updates pull requests; makes no commit itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import requests
from github import Auth, Github, GithubException
from github.PullRequest import PullRequest as GithubPull

from fixbot.errors import OperatorError
from fixbot.marker import read_marker
from fixbot.model import Base, PullRequest, PullRequestPlan
from fixbot.plan import PREFIX
from fixbot.shell.forge import Tally
from fixbot.shell.git import Git
from fixbot.shell.github_commits import Channel, Pushed, Uploaded
from fixbot.shell.github_refusals import Patience, speaking, unanswered

_PAUSE, _BETWEEN_REQUESTS, _BETWEEN_WRITES = 0.5, 0.25, 1.0
_MOST_ON_A_PAGE, _USUAL_ON_A_PAGE = 100, 30


class _CountingToken(Auth.Token):
    """A token that counts how often it is shown."""

    shown = 0

    def authentication(self, headers: dict[str, str]) -> None:
        self.shown += 1
        super().authentication(headers)


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

    Raises:
        OperatorError: the token, the address or the name is wrong, or Python runs without assertions.
        ForgeError: GitHub does not answer.
    """

    name = "github"

    def __init__(
        self,
        git: Git,
        name: str,
        *,
        token: str,
        api_url: str,
        commit_via: str,
        author: str,
        pace: float | None = None,
    ) -> None:
        if sys.flags.optimize:
            message = "python -O removes the checks that keep the token on GitHub's host: start fixbot without it"
            raise OperatorError(message)
        if urlsplit(api_url).scheme not in {"http", "https"} or not urlsplit(api_url).hostname:
            message = f"GITHUB_API_URL is {api_url!r}, which is no address: leave it out, or say https://HOST/api/v3"
            raise OperatorError(message)
        self._git = git
        self._auth = _CountingToken(_plain(token))
        self._writes = 0
        with speaking(f"the repository {name}"):
            self._api = Github(
                base_url=api_url,
                auth=self._auth,
                retry=Patience.with_pause(_PAUSE if pace is None else pace),
                seconds_between_requests=_BETWEEN_REQUESTS if pace is None else pace,
                seconds_between_writes=_BETWEEN_WRITES if pace is None else pace,
            )
            self._repository = self._api.get_repo(name)
            clone_url = self._repository.raw_data.get("clone_url")
        if not isinstance(clone_url, str):
            message = f"what answers at {self._api.requester.base_url} is not GitHub: check GITHUB_API_URL"
            raise OperatorError(message)
        self._channel: Channel
        if commit_via == "git":
            self._channel = Pushed(git, push_url(git.remote_url(), clone_url), _plain(token), author)
        else:
            self._channel = Uploaded(git, self._api, self._repository, self._wrote, author)

    def _wrote(self) -> None:
        self._writes += 1

    def base(self, branch: str | None) -> Base:
        """Return the tip of a branch on GitHub, provided that its commit is here.

        Raises:
            OperatorError: GitHub has no such branch, or its commit is not here.
        """
        name = branch or self._branch_here()
        with speaking(f"the branch {name}"):
            commit = self._repository.get_branch(name).commit.sha
        if self._git.resolve(commit) is None:
            message = f"{name} on GitHub is at {commit[:12]}, which is not here: run `git fetch`"
            raise OperatorError(message)
        return Base(name, commit, self._git.tree_of(commit))

    def _branch_here(self) -> str:
        try:
            return self._git.current_branch()
        except OperatorError:
            return self._repository.default_branch

    def pulls(self) -> list[PullRequest]:
        """Return every pull request from a branch of fixbot, but none from a fork: names prove nothing."""
        with speaking("the list of pull requests"), self._long_pages():
            found = self._repository.get_pulls(state="all", sort="created", direction="desc")
            return [_record(pull) for pull in found if pull.head.ref.startswith(PREFIX) and self._is_from_here(pull)]

    @contextmanager
    def _long_pages(self) -> Iterator[None]:
        """Ask for long pages where that is documented; matching refs have none."""
        self._api.per_page = _MOST_ON_A_PAGE
        try:
            yield
        finally:
            self._api.per_page = _USUAL_ON_A_PAGE

    def _is_from_here(self, pull: GithubPull) -> bool:
        source = pull.head.repo
        return source is not None and source.id == self._repository.id

    def heads(self) -> dict[str, str]:
        """Return fixbot's branches on GitHub."""
        return self._channel.heads()

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Store the commit."""
        return self._channel.commit(plan, base)

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Say whether a commit there is the one that the plan makes, on this base or on an earlier one."""
        if self._channel.holds(commit, plan, base):
            return True
        earlier = self._below(commit, base)
        if earlier is None or any(self._git.file(earlier.commit, r.path) != r.before for r in plan.change.rewrites):
            return False
        message = plan.commit_message.replace(base.tree, earlier.tree)
        return self._channel.holds(commit, replace(plan, commit_message=message), earlier)

    def _below(self, commit: str, base: Base) -> Base | None:
        """Return what a commit stands on, provided that the base grew out of it."""
        with speaking(f"the commit {commit}"):
            parents = [parent.sha for parent in self._repository.get_git_commit(commit).parents]
        if len(parents) != 1 or self._git.resolve(parents[0]) is None:
            return None
        if not self._git.is_ancestor(parents[0], base.commit):
            return None
        return Base(base.branch, parents[0], self._git.tree_of(parents[0]))

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Point a branch at a commit, provided nobody else has moved it."""
        if new != old:
            self._writes += 1
            self._channel.move(branch, new, old)

    def open(self, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Open a pull request and label it; one that is open already is taken as it is."""
        del head
        with speaking(f"the pull request from {plan.branch}"):
            found = self._open_from(plan.branch)
            if found is not None:
                return _record(found)
            pull = self._created(plan, body)
        with speaking(f"the labels of pull request {pull.number}"):
            if plan.labels:
                self._wrote()
                pull.add_to_labels(*plan.labels)
        return _record(pull, labels=plan.labels)

    def _created(self, plan: PullRequestPlan, body: str) -> GithubPull:
        """Send one POST; where its answer is lost, look what became of it."""
        self._wrote()
        try:
            return self._repository.create_pull(base=plan.base, head=plan.branch, title=plan.title, body=body)
        except (GithubException, requests.RequestException) as exc:
            found = self._open_from(plan.branch) if unanswered(exc) else None
            if found is None:
                raise
            return found

    def _open_from(self, branch: str) -> GithubPull | None:
        owner = self._repository.owner.login
        found = self._repository.get_pulls(state="open", head=f"{owner}:{branch}")
        return next((pull for pull in found if pull.head.ref == branch and self._is_from_here(pull)), None)

    def update(self, pull: PullRequest, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Give a pull request its new body; title and labels stay as people left them."""
        del plan, head
        with speaking(f"pull request {pull.number}"):
            found = self._repository.get_pull(pull.number)
            self._wrote()
            found.edit(body=body)
            return _record(found)

    def tally(self) -> Tally:
        """Return the requests to the API, and the writes through API and git together."""
        return Tally(self._auth.shown, self._writes)


def _plain(token: str) -> str:
    """Return a token without the white space around it; it must fit into a header."""
    token = token.strip()
    if not (token.isascii() and token.isprintable() and token):
        message = "the token holds characters that no token has: copy it again"
        raise OperatorError(message)
    return token


def push_url(origin: str | None, clone_url: str) -> str:
    """Return where to push with a token: `origin` if it is HTTP, else the address that GitHub gives."""
    return origin if origin is not None and origin.startswith(("http://", "https://")) else clone_url


def _record(pull: GithubPull, labels: tuple[str, ...] | None = None) -> PullRequest:
    marker = read_marker(pull.body)
    if marker is not None and marker.branch != pull.head.ref:
        marker = None  # copied from another pull request
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
