"""A forge without a server: branches in the repository, pull requests and issues as files in its git directory.

`<git-dir>/fixbot/pulls/N.json` is a pull request and `<git-dir>/fixbot/issues/N.json` an issue; both share one row of
numbers, and `N.md` beside each shows it. People merge a pull request with git. They close it by deleting its branch, or
by `"state": "closed"` in its `N.json` (and without `closed_at` where they had opened it again before). They review it
by adding `{"author": "…", "commit": "…"}` to `reviews`, and comment on it, as on an issue, by adding `{"body": "…"}` to
`comments`. An issue may be a hand-written `N.md` alone: `# Title`, then the body; and what a person changes in the
`N.md` of an issue counts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from fixbot.errors import OperatorError
from fixbot.model import Base, Comment, Issue, Note, People, PullRequest, PullRequestPlan, Touched
from fixbot.shell.commits import earlier, read, store
from fixbot.shell.forge import Tally
from fixbot.shell.git import Git
from fixbot.shell.local.branches import Branches
from fixbot.shell.local.comments import Comments
from fixbot.shell.local.issues import Issues
from fixbot.shell.local.pulls import LOGIN, Pulls
from fixbot.shell.local.records import Records


def _now() -> datetime:
    return datetime.now(UTC)


class LocalForge:
    """The forge of one repository on this machine.

    Args:
        git: the repository.
        author: `Name <mail>` for commits.
        clock: gives the time now, with its zone.
    """

    name = "local"

    def __init__(self, git: Git, author: str, clock: Callable[[], datetime] = _now) -> None:
        self._git, self._author, self._clock = git, author, clock
        self.complaints: list[str] = []
        self._branches = Branches(git)
        self._records = Records(git.git_dir / "fixbot")
        self._pulls = Pulls(git, self._records, clock)
        self._issues = Issues(self._records, _owner(git.git_dir))
        self._comments = Comments(self._records, self._issues, clock)

    def obstacle(self) -> str:
        """Say whether the records cannot be written."""
        return "" if os.access(self._git.git_dir, os.W_OK) else "cannot be written"

    def now(self) -> datetime:
        """Return the time here."""
        return self._clock()

    def base(self, branch: str | None) -> Base:
        """Return the tip of a branch: of the local one, or where there is none, of the one that `origin` had last.

        Raises:
            OperatorError: HEAD is detached, there is no such branch, or it has no commit.
        """
        name = branch or self._git.current_branch()
        commit = self._git.tip(name)
        if commit is None:
            message = f"the branch {name} has no commit: {self._instead_of(name)}"
            raise OperatorError(message)
        return Base(name, commit, self._git.tree_of(commit))

    def _instead_of(self, name: str) -> str:
        """Say what to do where a branch is not here."""
        if self._git.resolve("HEAD") is None:
            return "commit something first"
        if self._git.is_shallow():
            return f"fetch it; in a workflow `ref: {name}` of actions/checkout does, or `fetch-depth: 0`"
        return "name one that `git branch` lists"

    def is_default(self, branch: str) -> bool:
        """Say whether it is the branch that `origin` shows first, else `main` or `master`, else any."""
        return self._git.default_branch() in {None, branch}

    def heads(self) -> dict[str, str]:
        """Return fixbot's branches here and in `origin`; where the two differ, the one that is not as it should be."""
        return self._branches.heads(self._pulls.pushed())

    def commit(self, plan: PullRequestPlan, base: Base) -> str:
        """Store the commit; the same plan always gives the same id."""
        return store(self._git, plan, base, self._author)

    def holds(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        """Say whether a commit is the one that the plan makes, on this base or on an earlier one; stores nothing."""
        if self._is_stored_as(commit, plan, base):
            return True
        found = read(self._git, commit)
        if found is None or len(found.parents) != 1:
            return False
        before = earlier(self._git, found.parents[0], plan, base)
        return before is not None and self._is_stored_as(commit, *before)

    def _is_stored_as(self, commit: str, plan: PullRequestPlan, base: Base) -> bool:
        with self._git.apart() as apart:
            return commit == store(apart, plan, base, self._author)

    def verified(self, commit: str) -> str:
        """Say nothing: no commit is signed here."""
        del commit
        return ""

    def touched(self, commit: str) -> Sequence[Touched]:
        """Return what a commit of fixbot's changes, wherever it is."""
        return self._branches.touched(commit)

    def move(self, branch: str, new: str, old: str | None) -> None:
        """Push to an `origin` that is a path, then move the local branch; neither may hold what fixbot did not push.

        Raises:
            OperatorError: the records cannot be written.
            ForgeError: one of them does, or has been moved in the meantime.
        """
        self._records.make_room()
        pushed = self._pulls.pushed()
        self._pulls.settle(branch, lambda: self._branches.heads(pushed))
        self._branches.move(branch, new, old, pushed.get(branch, ()))

    def keep(self, branch: str, commit: str) -> None:
        """Make a branch here and in an `origin` that is a path, where it is not there already."""
        self._branches.keep(branch, commit)

    def pulls(self) -> list[PullRequest]:
        """Return every pull request; one whose branch was merged or deleted says so."""
        return self._pulls.all(self.heads())

    def reread(self, pull: PullRequest) -> PullRequest:
        """Return the record of a pull request as it is right now."""
        return next((each for each in self.pulls() if each.number == pull.number), pull)

    def open(self, plan: PullRequestPlan, body: str, head: str) -> PullRequest:
        """Write `N.json` and `N.md` under the next free number, unless one from this branch is open.

        A branch that a run has brought to one of the two places before it was cut off is brought to the other.
        """
        self._records.make_room()
        self._branches.complete(plan.branch, head, self._pulls.pushed().get(plan.branch, ()))
        return self._pulls.open(plan, body, head, self.heads)

    def edit(
        self, pull: PullRequest, *, body: str | None = None, title: str | None = None, close: bool = False
    ) -> PullRequest:
        """Write the record again; labels and whatever else people changed in it stay as they are."""
        return self._pulls.edit(pull, body=body, title=title, close=close)

    def give(self, pull: PullRequest, people: People, given: Sequence[str]) -> list[str]:
        """Write labels, reviewers, assignees and draft into the record; what is in `given` is not added again."""
        return self._pulls.give(pull, people, given)

    def is_reviewed(self, pull: PullRequest) -> bool:
        """Say whether a review in the record is of the commit that the branch is at now."""
        return self._pulls.is_reviewed(pull, self.heads().get(pull.branch, pull.head))

    def annotate(self, pull: PullRequest, notes: Sequence[Note]) -> None:
        """Write notes into the record, in the place of those on the same findings."""
        self._pulls.annotate(pull, notes)

    def comments(self, since: datetime) -> list[Comment]:
        """Return the comments since then, and those that a person wrote without a time."""
        return self._comments.since(since)

    def comments_on(self, number: int) -> list[Comment]:
        """Return the comments on one issue or pull request, in their order."""
        return self._comments.on(number)

    def say(self, on: int, body: str, instead: Comment | None = None) -> None:
        """Write a comment into the record, or into the place of another."""
        self._comments.say(on, body, instead)

    def react(self, comment: Comment, how: str) -> None:
        """Write a reaction beside a comment, once."""
        self._comments.react(comment, how)

    def may_write(self, login: str) -> bool:
        """Say yes: whoever comments here has written to the git directory."""
        del login
        return True

    def issue(self, number: int) -> Issue | None:
        """Return an issue or a pull request; where both have the number, the pull request."""
        pull = self._pulls.one(number, self.heads())
        return self._issues.one(number) if pull is None else _as_issue(pull)

    def issues_holding(self, words: str, label: str) -> list[Issue]:
        """Return the issues with these words in their body, by number."""
        del label
        return [issue for issue in self._issues.all() if words in issue.body]

    def open_issue(self, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Write `N.json` and `N.md` under the next free number."""
        return self._issues.open(title, body, labels)

    def edit_issue(self, issue: Issue, body: str, *, close: bool = False) -> Issue:
        """Write the new body, provided that the issue still has the one that is known.

        Returns:
            The issue as it is now. Where its body is not the new one, a person was quicker, and nothing was written.
        """
        return self._issues.edit(issue, body, close=close)

    def tally(self) -> Tally:
        """Return the writes; there is nobody to send a request to."""
        return Tally(0, self._records.writes + self._branches.writes)


def _owner(folder: Path) -> str:
    """Return who the git directory belongs to: the person of this repository."""
    try:
        return folder.owner()
    except (OSError, KeyError, NotImplementedError):  # a number without a name; a system without owners
        return "somebody"


def _as_issue(pull: PullRequest) -> Issue:
    return Issue(
        number=pull.number,
        state="open" if pull.state == "open" else "closed",
        title=pull.title,
        author=LOGIN,
        url=pull.url,
        labels=pull.labels,
        is_pull=True,
        body=pull.body,
    )
