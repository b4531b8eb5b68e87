"""Comments and reactions on GitHub: reads and writes them; obeys nothing that they say."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from github import GithubException

from fixbot.model import Comment
from fixbot.shell.github.pulls import is_bot, login, moment
from fixbot.shell.github.refusals import locked, reason, refused, shut, speaking
from fixbot.shell.github.wire import Row, Wire

_MOST_PAGES = 10


class Talk:
    """What is said in one repository."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._issues = f"{wire.here}/issues"

    def comments(self, since: datetime) -> list[Comment]:
        """Ask for the newest 1000 of them: a long talk elsewhere must not drown what is said now."""
        begin = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with speaking("the comments"):
            # what is said while the pages are turned moves the others on, so that some come twice
            found = {row["id"]: _comment(row) for row in reversed(self._newest(begin))}
            return sorted(found.values(), key=lambda comment: (comment.updated or since, comment.id))

    def _newest(self, begin: str) -> list[Row]:
        path = f"{self._issues}/comments"
        try:
            return self._wire.pages(path, most=_MOST_PAGES, since=begin, sort="updated", direction="desc")
        except GithubException as exc:
            if not shut(exc):
                raise
            self._wire.complain(f"GitHub shows no comments, so nobody is heard: {reason(exc)}")
            return []

    def comments_on(self, number: int) -> list[Comment]:
        """Ask for at most 1000 of them."""
        with speaking(f"the comments on {number}"):
            return [_comment(row) for row in self._wire.pages(f"{self._issues}/{number}/comments", most=_MOST_PAGES)]

    def say(self, on: int, body: str, instead: Comment | None) -> None:
        """Comment once, or edit; where the answer is lost, look whether it stands there.

        A comment that somebody deleted stays deleted, and nothing is said where somebody locked the conversation.
        """
        if instead is not None and instead.body == body:
            return
        with speaking(f"a comment on {on}"):
            try:
                if instead is None:
                    self._said("POST", f"{self._issues}/{on}/comments", on, body)
                else:
                    self._said("PATCH", f"{self._issues}/comments/{instead.id}", on, body)
            except GithubException as exc:
                if locked(exc):
                    self._wire.complain(f"{on} is locked, so fixbot says nothing there: {reason(exc)}")
                elif instead is not None and exc.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                    self._wire.complain(f"somebody deleted fixbot's comment on {on}")
                else:
                    raise

    def _said(self, method: str, path: str, on: int, body: str) -> None:
        def look() -> bool | None:
            return any(same(comment.body, body) for comment in self.comments_on(on)) or None

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


def same(one: str, other: str) -> bool:
    """Say whether two texts differ in nothing but the ends of their lines and the white space around them."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()


def _comment(row: Row) -> Comment:
    return Comment(
        id=row["id"],
        on=int(row["issue_url"].rpartition("/")[2]),
        author=login(row),
        is_bot=is_bot(row),
        updated=moment(row["updated_at"]),
        body=row["body"] or "",
    )
