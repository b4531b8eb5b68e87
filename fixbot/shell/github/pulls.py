"""Pull requests on GitHub: finds, opens and edits them; makes no commit and moves no branch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from github import GithubException

from fixbot.marker import marker_of_commit, read_marker
from fixbot.model import Marker, PullRequest, PullRequestPlan
from fixbot.plan import PREFIX
from fixbot.shell.github.refusals import reason, speaking
from fixbot.shell.github.wire import Row, Wire

# https://docs.github.com/graphql/reference/enums#commentauthorassociation
_HAVE_A_SAY = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


class Pulls:
    """The pull requests of one repository, whose id is `repository`."""

    def __init__(self, wire: Wire, repository: int) -> None:
        self._wire, self._repository = wire, repository
        self._path = f"{wire.here}/pulls"
        self._authors: dict[int, str] = {}
        self._new: set[int] = set()

    def all(self) -> list[PullRequest]:
        """Return every pull request from a branch of fixbot, but none from a fork: names prove nothing."""
        with speaking("the list of pull requests"):
            listed = self._wire.pages(self._path, state="all", sort="created", direction="desc")
            return [
                self._record(row) for row in listed if row["head"]["ref"].startswith(PREFIX) and self._is_from_here(row)
            ]

    def reread(self, pull: PullRequest) -> PullRequest:
        """Return a pull request as it is right now."""
        with speaking(f"pull request {pull.number}"):
            return self._record(self._wire.get(f"{self._path}/{pull.number}"))

    def author(self, number: int) -> str:
        """Return who opened a pull request."""
        if number not in self._authors:
            self._authors[number] = login(self._wire.get(f"{self._path}/{number}"))
        return self._authors[number]

    def is_new(self, number: int) -> bool:
        """Say whether a pull request was opened here, and not found."""
        return number in self._new

    def open(self, plan: PullRequestPlan, body: str) -> PullRequest:
        """Open a pull request, as a draft where that is wanted and possible; one that is open already is taken."""
        with speaking(f"the pull request from {plan.branch}"):
            return self._open_from(plan.branch) or self._opened(plan, body, draft=plan.people.draft)

    def _opened(self, plan: PullRequestPlan, body: str, *, draft: bool) -> PullRequest:
        """Send one POST; where its answer is lost, or where somebody was faster, look what there is."""
        asked = {"title": plan.title, "body": body, "head": plan.branch, "base": plan.base}
        wanted = {**asked, "draft": True} if draft else asked

        def read(row: Row) -> PullRequest:
            self._new.add(row["number"])
            return self._record(row)

        try:
            return self._wire.settle("POST", self._path, wanted, read=read, look=lambda: self._open_from(plan.branch))
        except GithubException as exc:
            if exc.status != HTTPStatus.UNPROCESSABLE_ENTITY:
                raise
            # "Draft pull requests are not supported in this repository.", as in private ones of free accounts
            if draft and "draft" in reason(exc).lower():
                self._wire.complain(f"{self._wire.name} has no drafts: the pull request from {plan.branch} is ready")
                return self._opened(plan, body, draft=False)
            found = self._open_from(plan.branch) if "already exists" in reason(exc) else None
            if found is None:
                raise
            return found

    def _open_from(self, branch: str) -> PullRequest | None:
        owner = self._wire.name.partition("/")[0]
        found = self._wire.pages(self._path, long=False, state="open", head=f"{owner}:{branch}")
        return next(
            (self._record(row) for row in found if row["head"]["ref"] == branch and self._is_from_here(row)), None
        )

    def edit(self, pull: PullRequest, *, body: str | None, title: str | None, close: bool) -> PullRequest:
        """Send one PATCH; where its answer is lost, look whether all of it was done."""
        given = {"body": body, "title": title, "state": "closed" if close else None}
        wanted = {key: value for key, value in given.items() if value is not None}
        if not wanted:
            return pull
        path = f"{self._path}/{pull.number}"
        with speaking(f"pull request {pull.number}"):
            return self._wire.settle(
                "PATCH", path, wanted, read=self._record, look=lambda: self._if_so(self._wire.get(path), wanted)
            )

    def _if_so(self, row: Row, wanted: Row) -> PullRequest | None:
        return self._record(row) if all(row[key] == value for key, value in wanted.items()) else None

    def is_reviewed(self, pull: PullRequest, may_write: Callable[[str], bool]) -> bool:
        """Look for a review of the head by a person who has a say: those of strangers hold nothing up."""
        with speaking(f"the reviews of pull request {pull.number}"):
            rows = self._wire.pages(f"{self._path}/{pull.number}/reviews")
            reviews = [row for row in rows if row["commit_id"] == pull.head and _is_by_a_person(row)]
            # who is known to belong here spares a question
            known = any(row.get("author_association") in _HAVE_A_SAY for row in reviews)
            return known or any(may_write(name) for name in sorted({login(row) for row in reviews}))

    def _is_from_here(self, row: Row) -> bool:
        source = row["head"]["repo"]
        return source is not None and bool(source["id"] == self._repository)

    def _record(self, row: Row) -> PullRequest:
        branch, merged = row["head"]["ref"], row["merged_at"] is not None
        marker = read_marker(row["body"])
        if marker is None or marker.branch != branch:  # or copied from another pull request
            marker = self._marker_of_commits(row["number"], branch)
        self._authors[row["number"]] = login(row)
        return PullRequest(
            number=row["number"],
            state="merged" if merged else row["state"],
            title=row["title"],
            branch=branch,
            base=row["base"]["ref"],
            head=row["head"]["sha"],
            url=row["html_url"],
            labels=tuple(label["name"] for label in row["labels"]),
            marker=marker,
            created=moment(row["created_at"]),
            closed_at=moment(row["closed_at"]),
            author=login(row),
            body=row["body"] or "",
        )

    def _marker_of_commits(self, number: int, branch: str) -> Marker | None:
        commits = self._wire.pages(f"{self._path}/{number}/commits", most=1)
        made = (marker_of_commit(row["commit"]["message"], branch) for row in commits)
        return next((marker for marker in made if marker is not None), None)


def _is_by_a_person(row: Row) -> bool:
    if row["state"] not in {"APPROVED", "CHANGES_REQUESTED", "COMMENTED"} or "<!-- fixbot:" in (row["body"] or ""):
        return False
    return not is_bot(row)


def login(row: Row) -> str:
    """Return who something is by; GitHub shows people that are gone as `ghost`."""
    user = row["user"]
    return str(user["login"]) if user is not None else "ghost"


def is_bot(row: Row) -> bool:
    """Say whether something is by an App and not by a person."""
    user = row["user"]
    return user is not None and bool(user["type"] == "Bot")


def moment(said: str | None) -> datetime | None:
    """Return a moment as GitHub writes it, None where it says none."""
    return datetime.fromisoformat(said) if said is not None else None
