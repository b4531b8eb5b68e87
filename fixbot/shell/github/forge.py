"""GitHub as a forge: one repository, put together from the rooms of this package."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from fixbot.errors import OperatorError
from fixbot.model import Base, Comment, Issue, Note, People, PullRequest, PullRequestPlan, Touched
from fixbot.shell.commits import earlier
from fixbot.shell.forge import Tally
from fixbot.shell.git import Git
from fixbot.shell.github.commits import Channel, Pushed, Uploaded, keep
from fixbot.shell.github.connection import connect, plain, push_url
from fixbot.shell.github.history import History
from fixbot.shell.github.issues import Issues
from fixbot.shell.github.notes import Checks, Evidence, InBody, Review
from fixbot.shell.github.organisation import obstacle
from fixbot.shell.github.people import Givers
from fixbot.shell.github.pulls import Pulls
from fixbot.shell.github.refusals import speaking
from fixbot.shell.github.talk import Talk
from fixbot.shell.github.wire import Wire


class GitHubForge:
    """One repository on GitHub.

    Args:
        git: the clone on this machine.
        name: `owner/name`.
        token: what GitHub is shown; it appears in no message.
        api_url: the address of the API.
        commit_via: `git` pushes over HTTP, `api` uses the Git Data API, whose commits GitHub signs.
        author: `Name <mail>` for commits that git makes.
        evidence: where notes go: `review`, `checks`, or `body`, where they are anyway.
        pace: seconds between requests and between writes; None takes PyGithub's own (0.25 and 1).
        nap: what waits where GitHub asks for it.

    Attributes:
        complaints: what GitHub refused and was tolerated, in sentences.

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
        evidence: str = "review",
        pace: float | None = None,
        nap: Callable[[float], None] = time.sleep,
    ) -> None:
        self._git, token = git, plain(token)
        with speaking(f"the repository {name}"):
            self._wire = connect(name, token, api_url, git.git_dir / "fixbot" / "cache", pace=pace, nap=nap)
            self._about = self._wire.get(self._wire.here)
            clone_url, number = str(self._about["clone_url"]), int(self._about["id"])
            self._wire.call(self._about.get("full_name", name))
        self._signs = commit_via != "git"
        server = os.environ.get("GITHUB_SERVER_URL", "")
        url = push_url(git.remote_url(), clone_url, server)
        self._channel: Channel = (
            Uploaded(git, self._wire, self._about.get("node_id", ""), author)
            if self._signs
            else Pushed(git, url, token, author, self._wire)
        )
        self._history = History(self._wire, git, url, token)
        self._pulls = Pulls(self._wire, number)
        self._givers = Givers(self._wire, self._pulls.author, self._pulls.is_new)
        self._talk = Talk(self._wire)
        self._issues = Issues(self._wire, self._about)
        self._evidence = _evidence(evidence, self._wire, self._pulls)
        self.complaints: Sequence[str] = self._wire.complaints

    def obstacle(self) -> str:
        """Say what GitHub says against pull requests here."""
        return obstacle(self._about)

    def now(self) -> datetime:
        """Return the time on GitHub's clock."""
        return self._wire.now

    def base(self, branch: str | None) -> Base:
        """Return the tip of a branch on GitHub, provided that its commit is here.

        Raises:
            OperatorError: GitHub has no such branch, or its commit is not here.
        """
        with speaking("the default branch"):
            name = branch or self._branch_here()
        with speaking(f"the branch {name}"):
            commit = self._wire.get(f"{self._wire.here}/branches/{quote(name, safe='')}")["commit"]["sha"]
        if self._git.resolve(commit) is None:
            message = f"{name} on GitHub is at {commit[:12]}, which is not here: run `git fetch`"
            raise OperatorError(message)
        return Base(name, commit, self._git.tree_of(commit))

    def _branch_here(self) -> str:
        try:
            return self._git.current_branch()
        except OperatorError:
            return str(self._about["default_branch"])

    def is_default(self, branch: str) -> bool:
        """Say whether GitHub shows this branch first."""
        return branch == self._about.get("default_branch")

    def heads(self) -> Mapping[str, str]:
        """Return fixbot's branches on GitHub."""
        return self._channel.heads()

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Store the commit."""
        return self._channel.commit(plan, base)

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Say whether a commit there is the one that the plan makes, on this base or on an earlier one."""
        if self._channel.holds(commit, plan, base):
            return True
        with speaking(f"the commit {commit}"):
            parents = self._wire.get(f"{self._wire.here}/git/commits/{commit}")["parents"]
            below = [parent["sha"] for parent in parents]
        before = earlier(self._git, below[0], plan, base) if len(below) == 1 else None
        return before is not None and self._channel.holds(commit, *before)

    def verified(self, commit: str) -> str:
        """Ask GitHub where it made the commit, and say nothing where git did."""
        return self._history.verified(commit) if self._signs else ""

    def touched(self, commit: str) -> Sequence[Touched]:
        """Look into the clone, and fetch what is not there into a temporary place."""
        return self._history.touched(commit)

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Point a branch at a commit, provided nobody else has moved it."""
        if new != old:
            self._channel.move(branch, new, old)

    def keep(self, branch: str, commit: str) -> None:
        """Make a branch through the API, which has commits that git's server gives no more."""
        keep(self._wire, branch, commit)

    def pulls(self) -> Sequence[PullRequest]:
        """Return every pull request from a branch of fixbot, but none from a fork."""
        return self._pulls.all()

    def reread(self, pull: PullRequest) -> PullRequest:
        """Ask for one pull request."""
        return self._pulls.reread(pull)

    def open(self, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Open a pull request; one that is open already is taken as it is."""
        del head
        return self._pulls.open(plan, body)

    def edit(
        self, pull: PullRequest, *, body: str | None = None, title: str | None = None, close: bool = False
    ) -> PullRequest:
        """Send body, title and state together."""
        return self._pulls.edit(pull, body=body, title=title, close=close)

    def give(self, pull: PullRequest, people: People, given: Sequence[str]) -> Sequence[str]:
        """Give what GitHub lets it have."""
        return self._givers.give(pull, people, given)

    def is_reviewed(self, pull: PullRequest) -> bool:
        """Say whether a person who may write has reviewed the head."""
        return self._pulls.is_reviewed(pull, self._givers.may_write)

    def annotate(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        """Bring notes to where `evidence` says."""
        self._evidence.annotate(pull, notes)

    def comments(self, since: datetime) -> Sequence[Comment]:
        """Return the newest 1000 comments since then."""
        return self._talk.comments(since)

    def comments_on(self, number: int) -> Sequence[Comment]:
        """Return the first 1000 comments on it."""
        return self._talk.comments_on(number)

    def say(self, on: int, body: str, instead: Comment | None = None) -> None:
        """Comment, or edit a comment."""
        self._talk.say(on, body, instead)

    def react(self, comment: Comment, how: str) -> None:
        """React to a comment."""
        self._talk.react(comment, how)

    def may_write(self, login: str) -> bool:
        """Say whether a person may write."""
        return self._givers.may_write(login)

    def issue(self, number: int) -> Issue | None:
        """Return an issue or a pull request."""
        return self._issues.issue(number)

    def issues_holding(self, words: str, label: str) -> Sequence[Issue]:
        """Look among those with the label, and only where there is none among the others."""
        return self._issues.holding(words, label)

    def open_issue(self, title: str, body: str, labels: Sequence[str]) -> Issue | None:
        """Open an issue, once; none where GitHub lets none be opened."""
        return self._issues.open(title, body, labels)

    def edit_issue(self, issue: Issue, body: str, *, close: bool = False) -> Issue:
        """Write only over what is known."""
        return self._issues.edit(issue, body, close=close)

    def tally(self) -> Tally:
        """Return the requests to the API, and the writes through API and git together."""
        return Tally(self._wire.requests, self._wire.writes)


def _evidence(where: str, wire: Wire, pulls: Pulls) -> Evidence:
    match where:
        case "checks":
            return Checks(wire)
        case "review":
            return Review(wire, pulls.author)
        case _:
            return InBody()
