"""Asks GitHub single questions and keeps every answer, refusals too; writes nothing, there or here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from github import GithubException

from fixbot.doctor.seen import Unseen
from fixbot.errors import FixbotError
from fixbot.shell.github.connection import connect, plain
from fixbot.shell.github.refusals import reason, speaking

_LONGEST = 300
_VIEWER = {"query": "query { viewer { login } }"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub said: the status (0: there was no answer), the JSON, the headers, and why it refused."""

    status: int
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    because: str = ""

    def row(self) -> Mapping[str, Any]:
        """Return the object in the answer, an empty one where there is none."""
        good = self.status == HTTPStatus.OK and isinstance(self.data, dict)
        return self.data if good else {}

    def rows(self) -> list[Mapping[str, Any]]:
        """Return the objects in the list in the answer."""
        good = self.status == HTTPStatus.OK and isinstance(self.data, list)
        return [row for row in self.data if isinstance(row, dict)] if good else []

    def unseen(self) -> Unseen:
        """Return the answer as something that could not be seen."""
        return Unseen(self.status, self.because or f"GitHub answers {self.status}")


class Probe:
    """The way to one repository, with the pace and the patience of every other command.

    Args:
        name: `owner/name`.
        token: what GitHub is shown.
        api_url: the address of the API.
        pace: seconds between requests; None takes PyGithub's own.
        nap: what waits where GitHub asks for it.

    Attributes:
        gone: why nothing is asked any more, empty as long as GitHub answers.
        headers: those of the first answer.

    Raises:
        OperatorError: the token or the address is none.
    """

    def __init__(
        self, name: str, token: str, api_url: str, *, pace: float | None, nap: Callable[[float], None]
    ) -> None:
        # a folder that cannot be: no answer is kept, each is GitHub's word of today
        self.wire = connect(name, plain(token), api_url, Path(os.devnull) / "cache", pace=pace, nap=nap)
        self._requester = self.wire._requester  # noqa: SLF001 - the wire raises where the doctor wants to look
        self.gone = ""
        self.headers: Mapping[str, str] = {}

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self.wire.requests

    def ask(self, path: str) -> Answer:
        """Ask below the repository, or from the root where the path begins with a slash."""
        return self._send("GET", self._place(path))

    def push_against(self, path: str) -> int:
        """Send a POST without the fields that GitHub requires, so that it can only refuse; return its status.

        What it refuses with tells whether the token might have written: see `fixbot.doctor.permissions`.
        """
        return self._send("POST", self._place(path), {}).status

    def viewer(self) -> str:
        """Return whose token it is by GraphQL, the only way for a bot's; empty where that cannot be known."""
        answer = self._send("POST", self._requester.graphql_url, _VIEWER)
        try:
            return str(answer.data["data"]["viewer"]["login"])
        except (TypeError, LookupError):
            return ""

    def _place(self, path: str) -> str:
        return path if path.startswith("/") else f"{self.wire.here}/{path}".rstrip("/")

    def _send(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Answer:
        if self.gone:
            return Answer(0, because=self.gone)
        try:
            with speaking(f"the repository {self.wire.name}"):
                answer = self._answer(method, path, body)
        except FixbotError as exc:
            self.gone = str(exc)
            return Answer(0, because=self.gone)
        self.headers = self.headers or answer.headers
        return answer

    def _answer(self, method: str, path: str, body: Mapping[str, object] | None) -> Answer:
        headers = {"Accept": "application/vnd.github+json"}
        given = None if body is None else dict(body)
        try:
            status, answered, text = self._requester.requestJson(method, path, headers=headers, input=given)
        except GithubException as exc:
            return Answer(exc.status, exc.data, dict(exc.headers or {}), reason(exc))
        data = json.loads(text) if text else None
        said = data.get("message") if isinstance(data, dict) and status >= HTTPStatus.BAD_REQUEST else None
        return Answer(status, data, dict(answered), str(said or "")[:_LONGEST])
