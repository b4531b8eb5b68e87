"""Issues on GitHub: finds, opens and edits them, where GitHub lets it; obeys nothing that they say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import requests
from github import GithubException

from fixbot.model import Issue
from fixbot.shell.github.pulls import login
from fixbot.shell.github.refusals import reason, refused, shut, speaking, unanswered
from fixbot.shell.github.talk import same
from fixbot.shell.github.wire import Row, Wire

_MOST_PAGES = 10
_MARKERS = re.compile(r"<!-- fixbot:\w+[^>]*-->")


class Issues:
    """The issues of one repository, which `about` is what GitHub says of.

    A repository may have none, and a token may not see or write them: then fixbot does without.
    """

    def __init__(self, wire: Wire, about: Mapping[str, object]) -> None:
        self._wire, self._url = wire, about.get("url")
        self._issues = f"{wire.here}/issues"
        self._why_not = "" if about.get("has_issues", True) else "they are disabled in the repository"
        self._fixed: set[int] = set()

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

    def holding(self, words: str, label: str) -> list[Issue]:
        """Ask for those with the label; where there is none, search, and look through the newest ones."""
        if self._why_not:
            return []
        with speaking("the issues of fixbot"):
            try:
                return self._labelled(words, label) or self._anywhere(words)
            except GithubException as exc:
                if not shut(exc):
                    raise
                self._do_without(reason(exc))
                return []

    def _do_without(self, because: str) -> None:
        self._why_not = because
        self._wire.complain(f"there are no issues here, so there is no dashboard: {because}")

    def _labelled(self, words: str, label: str) -> list[Issue]:
        if not label:
            return []
        rows = self._wire.pages(
            self._issues, most=_MOST_PAGES, labels=label, state="all", sort="created", direction="asc"
        )
        return _holding(rows, words)

    def _anywhere(self, words: str) -> list[Issue]:
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

    def open(self, title: str, body: str, labels: Sequence[str]) -> Issue | None:
        """Send one POST; where its answer is lost, look for the marker among the newest issues."""
        if self._why_not:
            self._do_without(self._why_not)
            return None
        asked = {"title": title, "body": body, "labels": list(labels)}
        marks = _MARKERS.findall(body) or [body]

        def look() -> Issue | None:
            return next(iter(_holding(self._newest(), marks[0])), None)

        with speaking(f"the issue {title!r}"):
            try:
                return self._wire.settle("POST", self._issues, asked, read=_issue, look=look)
            except GithubException as exc:
                if not shut(exc):
                    raise
                self._do_without(f"{reason(exc)}; that needs issues: write")
                return None

    def edit(self, issue: Issue, body: str, *, close: bool = False) -> Issue:
        """Read it again, and write only if it is as it was; return it as it is then."""
        path = f"{self._issues}/{issue.number}"

        def look() -> Issue | None:
            found = _issue(self._wire.get(path))
            return found if same(found.body, body) else None

        with speaking(f"the issue {issue.number}"):
            fresh = _issue(self._wire.get(path))
            if fresh.body != issue.body or fresh.body == body or issue.number in self._fixed:
                return fresh
            asked = {"body": body} | ({"state": "closed"} if close else {})
            try:
                return self._wire.settle("PATCH", path, asked, read=_issue, look=look)
            except GithubException as exc:
                if not shut(exc):
                    raise
                self._fixed.add(issue.number)
                self._wire.complain(f"GitHub does not let fixbot edit the issue {issue.number}: {reason(exc)}")
                return fresh


def _holding(rows: Sequence[Row], words: str) -> list[Issue]:
    return [_issue(row) for row in rows if "pull_request" not in row and words in (row["body"] or "")]


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
