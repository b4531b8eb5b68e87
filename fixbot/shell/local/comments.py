"""The comments in the records of the local forge; it knows neither branches nor what is asked for in a comment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from fixbot.errors import ForgeError
from fixbot.model import Comment
from fixbot.shell.local.issues import Issues
from fixbot.shell.local.pulls import LOGIN
from fixbot.shell.local.records import Kind, Record, Records, entries, intact, moment, told, word

_EACH = 100_000  # more comments than one issue has: the ids of different issues never meet


class Comments:
    """What is said below `comments` in the records of pull requests and issues.

    Args:
        records: where they are.
        issues: gives the record of an issue that was written by hand.
        clock: gives the time now.
    """

    def __init__(self, records: Records, issues: Issues, clock: Callable[[], datetime]) -> None:
        self._records, self._issues, self._clock = records, issues, clock

    def since(self, when: datetime) -> list[Comment]:
        """Return the comments that are not older, and those without a time, by number and place."""
        numbers = {*self._records.numbers("pulls"), *self._records.numbers("issues")}
        found = [comment for number in sorted(numbers) for comment in self.on(number)]
        return [comment for comment in found if comment.updated is None or comment.updated >= when]

    def on(self, number: int) -> list[Comment]:
        """Return the comments on a pull request or an issue, in their order; none where there is neither."""
        kind = self._kind(number)
        record = None if kind is None else self._record(kind, number)
        if kind is None or record is None:
            return []
        with intact(self._records.path(kind, number)):
            return [self._comment(number, entry) for entry in _numbered(record, number)]

    def _comment(self, number: int, entry: Record) -> Comment:
        author = word(entry, "author", self._issues.person)
        return Comment(
            id=entry["id"],
            on=number,
            author=author,
            is_bot=author == LOGIN,
            updated=moment(entry, "updated"),
            body=word(entry, "body"),
        )

    def say(self, on: int, body: str, instead: Comment | None) -> None:
        """Add a comment, or edit one; where it is gone, the comment is added."""
        record, said = self._open(on)
        old = next((entry for entry in said if instead is not None and entry["id"] == instead.id), None)
        if old is not None and old.get("body") == body:
            return
        now = told(self._clock())
        if old is not None:
            old |= {"body": body, "updated": now}
        else:
            last = said[-1]["id"] if said else on * _EACH
            said.append({"id": last + 1, "author": LOGIN, "body": body, "updated": now})
        self._close(on, record, said)

    def react(self, comment: Comment, how: str) -> None:
        """Put a reaction beside a comment, once; nothing where it is gone."""
        record, said = self._open(comment.on)
        for entry in said:
            if entry["id"] == comment.id and how not in entry.get("reactions", ()):
                entry["reactions"] = [*entry.get("reactions", ()), how]
                self._close(comment.on, record, said)

    def _open(self, on: int) -> tuple[Record, list[Record]]:
        kind = self._kind(on)
        record = None if kind is None else self._record(kind, on)
        if kind is None or record is None:
            message = f"there is neither an issue nor a pull request {on} to comment on"
            raise ForgeError(message)
        with intact(self._records.path(kind, on)):
            return record, list(_numbered(record, on))

    def _close(self, on: int, record: Record, said: list[Record]) -> None:
        kind = self._kind(on) or "issues"
        self._records.write(kind, on, record | {"comments": said}, shown=None)

    def _kind(self, number: int) -> Kind | None:
        """Say where a number is; where both have it, the pull request is meant."""
        if number in self._records.numbers("pulls"):
            return "pulls"
        return "issues" if number in self._records.numbers("issues", "json", "md") else None

    def _record(self, kind: Kind, number: int) -> Record | None:
        return self._records.read("pulls", number) if kind == "pulls" else self._issues.record(number)


def _numbered(record: Record, on: int) -> Iterator[Record]:
    """Give each comment an id that goes up, where a person left it out or has copied one."""
    last = on * _EACH
    for entry in entries(record, "comments"):
        known = entry.get("id")
        last = known if type(known) is int and known > last else last + 1
        yield entry | {"id": last}
