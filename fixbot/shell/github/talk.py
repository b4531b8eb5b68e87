"""Comments, reactions and issues on GitHub: reads and writes them; obeys nothing that they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus

import requests
from github import GithubException

from fixbot.model import Comment, Issue
from fixbot.shell.github.pulls import is_bot, login, moment
from fixbot.shell.github.refusals import reason, refused, speaking, unanswered
from fixbot.shell.github.wire import Row, Wire

_MOST_PAGES = 10
_MARKERS = re.compile(r"<!-- fixbot:\w+[^>]*-->")


class Talk:
    """What is said in one repository; `url` is its own address in GitHub's answers."""

    def __init__(self, wire: Wire, url: str) -> None:
        self._wire, self._url = wire, url
        self._issues = f"{wire.here}/issues"

    def comments(self, since: datetime) -> list[Comment]:
        """Ask for at most 1000 of them."""
        begin = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with speaking("the comments"):
            rows = self._wire.pages(
                f"{self._issues}/comments", most=_MOST_PAGES, since=begin, sort="updated", direction="asc"
            )
            return [_comment(row) for row in rows]

    def comments_on(self, number: int) -> list[Comment]:
        """Ask for at most 1000 of them."""
        with speaking(f"the comments on {number}"):
            return [_comment(row) for row in self._wire.pages(f"{self._issues}/{number}/comments", most=_MOST_PAGES)]

    def say(self, on: int, body: str, instead: Comment | None) -> None:
        """Comment once, or edit; where the answer is lost, look whether it stands there.

        A comment that somebody deleted stays deleted.
        """
        if instead is not None and instead.body == body:
            return
        with speaking(f"a comment on {on}"):
            if instead is None:
                self._said("POST", f"{self._issues}/{on}/comments", on, body)
                return
            try:
                self._said("PATCH", f"{self._issues}/comments/{instead.id}", on, body)
            except GithubException as exc:
                if exc.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                    raise
                self._wire.complain(f"somebody deleted fixbot's comment on {on}")

    def _said(self, method: str, path: str, on: int, body: str) -> None:
        def look() -> bool | None:
            return any(_same(comment.body, body) for comment in self.comments_on(on)) or None

        self._wire.settle(method, path, {"body": body}, read=bool, look=look)

    def react(self, comment: Comment, how: str) -> None:
        """React; GitHub takes the same reaction of the same user but once. Where it is refused nothing is lost."""
        with speaking(f"a reaction on {comment.on}"):
            try:
                self._wire.send("POST", f"{self._issues}/comments/{comment.id}/reactions", {"content": how})
            except GithubException as exc:
                if not refused(exc):
                    raise
                self._wire.complain(f"GitHub refuses a reaction on {comment.on}: {reason(exc)}")

    def issue(self, number: int) -> Issue | None:
        """Ask for it; one that was moved to another repository is not here any more."""
        with speaking(f"the issue {number}"):
            try:
                row = self._wire.get(f"{self._issues}/{number}")
            except GithubException as exc:
                if exc.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                    raise
                return None
            return _issue(row) if row["repository_url"] == self._url else None

    def issues_holding(self, words: str, label: str) -> list[Issue]:
        """Ask for those with the label; where there is none, search, and look through the newest ones."""
        with speaking("the issues of fixbot"):
            if label:
                labelled = self._wire.pages(
                    self._issues, most=_MOST_PAGES, labels=label, state="all", sort="created", direction="asc"
                )
                found = _holding(labelled, words)
                if found:
                    return found
            # what is new is not in the index of the search yet
            rows = {row["number"]: row for row in (*self._searched(words), *self._newest())}
            return _holding([rows[number] for number in sorted(rows)], words)

    def _searched(self, words: str) -> list[Row]:
        quoted = words.replace("\\", " ").replace('"', " ")
        query = f'repo:{self._wire.name} is:issue in:body "{quoted}"'
        try:
            return self._wire.pages("/search/issues", most=1, within="items", q=query)
        except (GithubException, requests.RequestException) as exc:
            if not (refused(exc) or unanswered(exc)):
                raise
            self._wire.complain("GitHub's search does not answer: older issues of fixbot are not found")
            return []

    def _newest(self) -> list[Row]:
        return self._wire.pages(self._issues, most=1, state="all", sort="created", direction="desc")

    def open_issue(self, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Send one POST; where its answer is lost, look for the marker among the newest issues."""
        asked = {"title": title, "body": body, "labels": list(labels)}
        marks = _MARKERS.findall(body) or [body]

        def look() -> Issue | None:
            return next(iter(_holding(self._newest(), marks[0])), None)

        with speaking(f"the issue {title!r}"):
            return self._wire.settle("POST", self._issues, asked, read=_issue, look=look)

    def edit_issue(self, issue: Issue, body: str) -> Issue:
        """Read it again, and write only if it is as it was; return it as it is then."""
        path = f"{self._issues}/{issue.number}"

        def look() -> Issue | None:
            found = _issue(self._wire.get(path))
            return found if _same(found.body, body) else None

        with speaking(f"the issue {issue.number}"):
            fresh = _issue(self._wire.get(path))
            if fresh.body != issue.body or fresh.body == body:
                return fresh
            return self._wire.settle("PATCH", path, {"body": body}, read=_issue, look=look)


def _same(one: str, other: str) -> bool:
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()


def _holding(rows: Sequence[Row], words: str) -> list[Issue]:
    return [_issue(row) for row in rows if "pull_request" not in row and words in (row["body"] or "")]


def _comment(row: Row) -> Comment:
    return Comment(
        id=row["id"],
        on=int(row["issue_url"].rpartition("/")[2]),
        author=login(row),
        is_bot=is_bot(row),
        updated=moment(row["updated_at"]),
        body=row["body"] or "",
    )


def _issue(row: Row) -> Issue:
    return Issue(
        number=row["number"],
        state=row["state"],
        title=row["title"],
        author=login(row),
        url=row["html_url"],
        labels=tuple(label if isinstance(label, str) else label["name"] for label in row["labels"]),
        is_pull="pull_request" in row,
        body=row["body"] or "",
    )
