"""What GitHub's refusals mean: waits for it within bounds, and turns each error into one clear sentence."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import requests
from github import BadAttributeException, GithubException, GithubRetry, IncompletableObject, RateLimitExceededException
from urllib3 import BaseHTTPResponse

from fixbot.errors import FixbotError, ForgeError, OperatorError

# PyGithub prints each refusal to stderr by itself; here it becomes the one sentence of an error.
logging.getLogger("github").setLevel(logging.ERROR)

LONGEST_WAIT = 120.0
_LONGEST_REASON = 300
# Writes are never repeated: GitHub may have acted before it answered 502, and a second POST acts twice.
_REPEATABLE = frozenset({"GET", "HEAD"})


class Patience(GithubRetry):
    """Repeats questions, never writes, and waits at most `LONGEST_WAIT` seconds at a time."""

    @classmethod
    def with_pause(cls, pause: float) -> Patience:
        """Return what repeats a question 3 times, after 0, 2 and 4 times `pause` seconds.

        The last refusal is handed on as GitHub said it.
        """
        return cls(total=3, backoff_factor=pause, allowed_methods=_REPEATABLE, raise_on_status=False)

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait as long as GitHub asks.

        Raises:
            ForgeError: GitHub asks for more than `LONGEST_WAIT` seconds.
        """
        asked = self.get_retry_after(response) if response is not None else None
        wait = asked or self.get_backoff_time()
        if wait > LONGEST_WAIT:
            message = f"GitHub asks to wait {wait:.0f} seconds: run fixbot again later, it goes on where it stopped"
            raise ForgeError(message)
        super().sleep(response)


@contextmanager
def speaking(about: str) -> Iterator[None]:
    """Turn what PyGithub and the network raise into one sentence about `about`.

    Raises:
        OperatorError: the token or the name is wrong.
        ForgeError: GitHub or the network failed.
    """
    try:
        yield
    except (TypeError, BadAttributeException, IncompletableObject) as exc:  # PyGithub believes any answer
        message = f"what answers for {about} is not GitHub: check GITHUB_API_URL and the proxy"
        raise OperatorError(message) from exc
    except GithubException as exc:
        raise _refusal(about, exc) from exc
    except (requests.RequestException, OSError) as exc:
        message = f"GitHub could not be reached for {about} ({type(exc).__name__}): run fixbot again"
        raise ForgeError(message) from exc
    except AssertionError as exc:  # PyGithub asserts that it never leaves the host that it was given
        message = f"GitHub's answer about {about} names another host or protocol: check GITHUB_API_URL"
        raise OperatorError(message) from exc


def unanswered(exc: Exception) -> bool:
    """Say whether an error leaves open if GitHub did what it was asked."""
    if isinstance(exc, GithubException):
        return exc.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(exc, requests.RequestException)


def _refusal(about: str, exc: GithubException) -> FixbotError:
    said = reason(exc)
    if exc.status == HTTPStatus.UNAUTHORIZED:
        return OperatorError("GitHub does not accept the token: check GITHUB_TOKEN or FIXBOT_TOKEN")
    if isinstance(exc, RateLimitExceededException) or exc.status == HTTPStatus.TOO_MANY_REQUESTS:
        return ForgeError("GitHub's rate limit is used up: run fixbot again later, it goes on where it stopped")
    if exc.status == HTTPStatus.FORBIDDEN:
        return OperatorError(f"the token may not do that ({about}): {said}; it needs contents and pull requests: write")
    if exc.status == HTTPStatus.NOT_FOUND:
        return OperatorError(f"GitHub does not know {about}, or the token may not see it")
    if exc.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ForgeError(f"GitHub failed at {about} ({exc.status}): run fixbot again, it goes on where it stopped")
    return ForgeError(f"GitHub refuses {about} ({exc.status}): {said}")


def reason(exc: GithubException) -> str:
    """Return what GitHub said, the details after it, on one line of at most 300 characters."""
    data = exc.data if isinstance(exc.data, dict) else {}
    details = data.get("errors")
    said = [exc.message, *(_detail(detail) for detail in details)] if isinstance(details, list) else [exc.message]
    words = " ".join("; ".join(part for part in said if part).split())
    return words[:_LONGEST_REASON] or "no reason given"


def _detail(detail: object) -> str:
    if not isinstance(detail, dict):
        return str(detail)
    return str(detail.get("message") or f"{detail.get('field', 'something')}: {detail.get('code', 'invalid')}")
