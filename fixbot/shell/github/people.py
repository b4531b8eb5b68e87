"""Gives pull requests labels, reviewers and assignees, and asks who may write; takes nothing away from anybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from urllib.parse import quote

from github import GithubException

from fixbot.model import People, PullRequest
from fixbot.shell.github.refusals import reason, refused, speaking
from fixbot.shell.github.wire import Row, Wire


class Givers:
    """What people are to pull requests and to the repository.

    Args:
        wire: the way to GitHub.
        author: says who opened a pull request.
        is_new: says whether this run has opened a pull request: then nobody has been given anything before.
    """

    def __init__(self, wire: Wire, author: Callable[[int], str], is_new: Callable[[int], bool]) -> None:
        self._wire, self._author, self._is_new = wire, author, is_new
        self._may_write: dict[str, bool] = {}

    def give(self, pull: PullRequest, people: People, given: Sequence[str]) -> tuple[str, ...]:
        """Give what is not given yet, each kind in one write, and only one by one where GitHub refuses it together."""
        number, issue = pull.number, f"{self._wire.here}/issues/{pull.number}"
        with speaking(f"what pull request {number} is given"):
            given = given if self._is_new(number) else (*given, *self._given_before(issue, people, given))
            labels = self._give("label", people.labels, given, lambda names: self._label(issue, names))
            wanted = self._reviewers(number, people.reviewers, given)
            reviewers = self._give("reviewer", wanted, given, lambda names: self._ask_for_review(number, names))
            assignees = self._give("assignee", people.assignees, given, lambda names: self._assign(issue, names))
        new = [name for name in (*labels, *reviewers, *assignees, "done") if name not in given]
        return (*given, *new)

    def _given_before(self, issue: str, people: People, given: Sequence[str]) -> list[str]:
        """Return what a run gave that was cut off before it wrote that down: people may have taken it away since."""
        kinds = {"label": people.labels, "reviewer": people.reviewers, "assignee": people.assignees}
        wanted = [(kind, name) for kind, names in kinds.items() for name in names if f"{kind}:{name}" not in given]
        told = {(kind, name.casefold()) for kind, name in map(_event, self._events(issue) if wanted else [])}
        return [f"{kind}:{name}" for kind, name in wanted if (kind, name.rpartition("/")[2].casefold()) in told]

    def _events(self, issue: str) -> list[Row]:
        try:
            return self._wire.pages(f"{issue}/events")
        except GithubException as exc:
            if not refused(exc):
                raise
            return []

    def _reviewers(self, number: int, names: Sequence[str], given: Sequence[str]) -> list[str]:
        """Leave out who opened the pull request: GitHub refuses that, and the others with it."""
        if all(f"reviewer:{name}" in given for name in names):
            return []
        author = self._author(number).casefold()
        return [name for name in names if name.casefold() != author]

    def _give(
        self, kind: str, names: Sequence[str], given: Sequence[str], ask: Callable[[Sequence[str]], Sequence[str]]
    ) -> list[str]:
        missing = [name for name in dict.fromkeys(names) if f"{kind}:{name}" not in given]
        try:
            return [f"{kind}:{name}" for name in ask(missing)] if missing else []
        except GithubException as exc:
            if not refused(exc):
                raise
            if len(missing) == 1:
                self._wire.complain(f"GitHub refuses the {kind} {missing[0]}: {reason(exc)}")
                return []
        return [done for name in missing for done in self._give(kind, [name], given, ask)]

    def _label(self, issue: str, names: Sequence[str]) -> Sequence[str]:
        def look() -> Sequence[str] | None:
            there = {label["name"].casefold() for label in self._wire.get(issue)["labels"]}
            return names if all(name.casefold() in there for name in names) else None

        return self._wire.settle("POST", f"{issue}/labels", {"labels": list(names)}, read=lambda _: names, look=look)

    def _ask_for_review(self, number: int, names: Sequence[str]) -> Sequence[str]:
        pull = f"{self._wire.here}/pulls/{number}"
        people = [name for name in names if "/" not in name]
        teams = {name.rpartition("/")[2].casefold() for name in names if "/" in name}
        asked = {"reviewers": people} if people else {}
        asked |= {"team_reviewers": sorted(teams)} if teams else {}

        def look() -> Sequence[str] | None:
            row = self._wire.get(pull)
            is_there = _logins(row, "requested_reviewers") >= {name.casefold() for name in people}
            return names if is_there and {team["slug"] for team in row["requested_teams"]} >= teams else None

        return self._wire.settle("POST", f"{pull}/requested_reviewers", asked, read=lambda _: names, look=look)

    def _assign(self, issue: str, names: Sequence[str]) -> Sequence[str]:
        def taken(row: Row) -> Sequence[str]:
            """GitHub leaves out in silence who cannot be assigned."""
            there = _logins(row, "assignees")
            for name in names:
                if name.casefold() not in there:
                    self._wire.complain(f"GitHub does not assign {name}: that needs read access to the repository")
            return [name for name in names if name.casefold() in there]

        def look() -> Sequence[str] | None:
            there = _logins(self._wire.get(issue), "assignees")
            return names if all(name.casefold() in there for name in names) else None

        return self._wire.settle("POST", f"{issue}/assignees", {"assignees": list(names)}, read=taken, look=look)

    def may_write(self, login: str) -> bool:
        """Ask once for each person; who is unknown, or cannot be asked about, may not."""
        if login not in self._may_write:
            with speaking(f"what {login} may do"):
                self._may_write[login] = self._ask(login)
        return self._may_write[login]

    def _ask(self, login: str) -> bool:
        path = f"{self._wire.here}/collaborators/{quote(login, safe='')}/permission"
        try:
            return self._wire.get(path)["permission"] in {"admin", "maintain", "write"}
        except GithubException as exc:
            if not refused(exc):
                raise
            if exc.status == HTTPStatus.FORBIDDEN:
                self._wire.complain(f"the token may not see who may write, so nobody is obeyed: {reason(exc)}")
            return False


def _event(row: Row) -> tuple[str, str]:
    """Return what an event gave, and to whom: kind and name, both empty where it gave nothing."""
    match row["event"]:
        case "labeled":
            return "label", row["label"]["name"]
        case "assigned":
            return "assignee", row["assignee"]["login"]
        case "review_requested" if "requested_team" in row:
            return "reviewer", row["requested_team"]["slug"]
        case "review_requested":
            return "reviewer", row["requested_reviewer"]["login"]
        case _:
            return "", ""


def _logins(row: Row, key: str) -> set[str]:
    return {person["login"].casefold() for person in row[key]}
