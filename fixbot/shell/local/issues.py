"""The issues of the local forge: records, and pages that people write by hand; it comments on none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from fixbot.errors import ForgeError
from fixbot.model import Issue
from fixbot.shell.local.pulls import LOGIN
from fixbot.shell.local.records import Record, Records, intact, page, state, word, words


class Issues:
    """The records in `issues`, and the pages there without a record.

    A page that a person has written or changed counts more than the title and the body in the record beside it: the
    record holds under `shown` a hash of the page as fixbot left it.

    Args:
        records: where they are.
        person: who writes by hand here.
    """

    def __init__(self, records: Records, person: str) -> None:
        self._records, self.person = records, person

    def all(self) -> list[Issue]:
        """Return every issue, by number."""
        found = (self.one(number) for number in self._records.numbers("issues", "json", "md"))
        return [issue for issue in found if issue is not None]

    def one(self, number: int) -> Issue | None:
        """Return an issue, None where there is none."""
        record = self.record(number)
        if record is None:
            return None
        path = self._records.path("issues", number)
        with intact(path):
            return Issue(
                number=number,
                state=state({"state": "open"} | record, "open", "closed"),
                title=word(record, "title"),
                author=word(record, "author", self.person),
                url=str(path.with_suffix(".md")),
                labels=tuple(words(record, "labels")),
                body=word(record, "body"),
            )

    def record(self, number: int) -> Record | None:
        """Return the record of an issue with what its page says; one is made up where there is only a page."""
        record = self._records.read("issues", number)
        shown = _page(self._records.path("issues", number, "md"))
        if shown is None:
            return record
        if record is None:
            record = {"state": "open", "author": self.person, "labels": [], "shown": "", "comments": []}
        elif record.get("shown") in {None, _hash(shown)}:
            return record
        first, _, rest = shown.replace("\r\n", "\n").partition("\n")
        return record | {"title": first.removeprefix("#").strip(), "body": rest.removeprefix("\n")}

    def open(self, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Make an issue."""
        shown = page(title, body)
        record: Record = {"state": "open", "title": title, "author": LOGIN, "labels": list(labels), "body": body}
        number = self._records.add("issues", {**record, "comments": [], "shown": _hash(shown)}, shown=shown)
        return self._there(number)

    def edit(self, issue: Issue, body: str, *, close: bool = False) -> Issue:
        """Give an issue a new body; where it has another one than `issue` by now, return it as it is."""
        fresh = self._there(issue.number)
        record = self.record(issue.number)
        if record is None or fresh.body != issue.body or fresh.body == body:
            return fresh
        shown = page(fresh.title, body)
        record |= {"body": body, "shown": _hash(shown)} | ({"state": "closed"} if close else {})
        self._records.write("issues", issue.number, record, shown=shown)
        return self._there(issue.number)

    def _there(self, number: int) -> Issue:
        issue = self.one(number)
        if issue is None:
            message = f"{self._records.path('issues', number)} is gone: somebody has deleted issue {number}"
            raise ForgeError(message)
        return issue


def _page(path: Path) -> str | None:
    with intact(path):
        try:
            return path.read_bytes().decode("utf-8-sig", "surrogateescape")
        except FileNotFoundError:
            return None


def _hash(shown: str) -> str:
    return hashlib.sha256(shown.encode("utf-8", "backslashreplace")).hexdigest()[:16]
