"""Waits out GitHub's rate limits and passing failures; repeats no write that GitHub may have done."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from github import GithubRetry
from github.Requester import Requester
from urllib3 import BaseHTTPResponse, Retry
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import InvalidHeader, MaxRetryError

from fixbot.errors import RateLimitError
from fixbot.shell.github.clock import told

LONGEST_WAIT = 120.0
_TRIES = 3
# https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: "wait for at least one minute", then
# for an exponentially increasing time
_WITHOUT_A_WORD = 60.0
# Other writes are never repeated: GitHub may have acted before it answered 502, and a second POST acts twice.
_REPEATABLE = frozenset({"GET", "HEAD"})
_LIMITS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})


class Patience(GithubRetry):
    """Repeats questions that failed, and anything that a rate limit refused: then GitHub has not acted.

    It waits at most `LONGEST_WAIT` seconds at a time and repeats at most 3 times.
    """

    nap: Callable[[float], None] = staticmethod(time.sleep)
    asked_for: float | None = None

    @classmethod
    def with_pause(cls, pause: float, nap: Callable[[float], None] = time.sleep) -> Patience:
        """Return what repeats a failed question after 0, 2 and 4 times `pause` seconds; `nap` does the waiting.

        The last refusal is handed on as GitHub said it.
        """
        made = cls(total=_TRIES, backoff_factor=pause, allowed_methods=_REPEATABLE, raise_on_status=False)
        made.nap = nap
        return made

    def new(self, **kw: Any) -> Self:  # noqa: ANN401 - as in urllib3
        """Return a copy with other counts."""
        made = super().new(**kw)
        made.nap = self.nap
        return made

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:  # noqa: FBT001, FBT002 - as in urllib3
        """Say whether a status may mean that it is worth asking again; `increment` looks closer at 403 and 429."""
        return status_code in _LIMITS or super().is_retry(method, status_code, has_retry_after)

    def increment(  # type: ignore[override]  # GithubRetry and urllib3 do not agree either
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Retry:
        """Count one more try.

        Raises:
            RateLimitError: a rate limit asks for too much patience.
            GithubException: the refusal is no rate limit.
            MaxRetryError: that was the last try.
        """
        # urllib3 repeats writes after errors that it cannot place, such as TLS that ends in the middle of an answer
        if error is not None and (method or "").upper() not in _REPEATABLE:
            raise error
        wait: float | None = None
        if response is not None and response.status in _LIMITS:
            wait = _wait(self, response, url or "")
            response.drain_conn()  # nobody reads this answer any more, and the next errors leave its connection open
            _bear(wait)
        try:
            counted = Retry.increment(self, method, url, response, error, _pool, _stacktrace)
        except MaxRetryError as exc:
            if wait is None:
                raise
            message = "GitHub's rate limit is used up: run fixbot again later, it goes on where it stopped"
            raise RateLimitError(message) from exc
        counted.asked_for = wait
        return counted

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait as long as GitHub asks.

        Raises:
            RateLimitError: GitHub asks for more than `LONGEST_WAIT` seconds.
        """
        wait = self.asked_for
        if wait is None and response is not None:
            wait = _seconds(self, response)
        wait = self.get_backoff_time() if wait is None else wait
        _bear(wait)
        if wait > 0:
            self.nap(wait)


def _bear(wait: float) -> None:
    if wait > LONGEST_WAIT:
        until = datetime.fromtimestamp(time.time() + wait, UTC)
        message = (
            f"GitHub asks to wait {wait:.0f} seconds, until {until:%H:%M} UTC: "
            "run fixbot again then, it goes on where it stopped"
        )
        raise RateLimitError(message)


def _wait(patience: Patience, response: BaseHTTPResponse, url: str) -> float:
    """Return the seconds that a rate limit asks for.

    Raises:
        GithubException: it is no rate limit.
    """
    asked = _seconds(patience, response)
    if asked is not None:
        return asked
    used_up = response.headers.get("x-ratelimit-remaining") == "0"
    said = _said(response, url, is_limit=used_up or response.status == HTTPStatus.TOO_MANY_REQUESTS)
    reset = response.headers.get("x-ratelimit-reset", "")
    if reset.isdecimal() and (used_up or Requester.isPrimaryRateLimitError(said)):
        now = told(response.headers.get("date")).timestamp()
        return max(int(reset) - now + 1, 1)  # the second in which it is reset counts too
    return float(_WITHOUT_A_WORD * 2 ** len(patience.history))


def _seconds(patience: Patience, response: BaseHTTPResponse) -> float | None:
    try:
        return patience.get_retry_after(response)
    except InvalidHeader:
        return None


def _said(response: BaseHTTPResponse, url: str, *, is_limit: bool) -> str:
    text = GithubRetry.get_content(response, url)  # type: ignore[arg-type]  # it asks for less than it says
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    data = said if isinstance(said, dict) else {"data": text.decode(errors="replace")}
    words = str(data.get("message") or "").lower()
    if is_limit or Requester.isRateLimitError(words) or "rate limit" in words or "abuse detection" in words:
        return words
    headers = {name.lower(): value for name, value in response.headers.items()}
    raise Requester.createException(response.status, headers, data)
