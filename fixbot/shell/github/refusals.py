"""What GitHub's refusals mean: turns each error into one clear sentence, by whose fault it is; asks nothing itself."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import requests
from github import GithubException

from fixbot.errors import FixbotError, ForgeError, OperatorError, TokenError

# PyGithub prints each refusal to stderr by itself; here it becomes the one sentence of an error.
logging.getLogger("github").setLevel(logging.ERROR)

_LONGEST_REASON = 300
# not there for this token, or for anybody: "Issues are disabled for this repo" is 410
_SHUT = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_REFUSALS = _SHUT | {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.LOCKED}


@contextmanager
def speaking(about: str) -> Iterator[None]:
    """Turn what PyGithub and the network raise into one sentence about `about`.

    Raises:
        OperatorError: the token or the name is wrong.
        ForgeError: GitHub or the network failed.
    """
    try:
        yield
    except GithubException as exc:
        raise _refusal(about, exc) from exc
    except (requests.RequestException, OSError) as exc:
        message = f"GitHub could not be reached for {about} ({type(exc).__name__}): run fixbot again"
        raise ForgeError(message) from exc
    except (TypeError, LookupError, AttributeError, ValueError) as exc:  # as in an answer that is not what it should be
        message = f"what answers for {about} is not GitHub: check GITHUB_API_URL and the proxy"
        raise OperatorError(message) from exc
    except (AssertionError, RuntimeError) as exc:  # PyGithub does not leave the host that it was given
        message = f"GitHub's answer about {about} names another host or protocol: check GITHUB_API_URL"
        raise OperatorError(message) from exc


def refused(exc: Exception) -> bool:
    """Say whether GitHub understood what it was asked and does not do it: not allowed, not there, not valid."""
    return isinstance(exc, GithubException) and exc.status in _REFUSALS


def shut(exc: Exception) -> bool:
    """Say whether GitHub does not let this token in there, or nobody."""
    return isinstance(exc, GithubException) and exc.status in _SHUT


def locked(exc: GithubException) -> bool:
    """Say whether GitHub refuses because somebody locked the conversation."""
    return exc.status == HTTPStatus.LOCKED or (refused(exc) and re.search(r"\blocked\b", reason(exc)) is not None)


def unanswered(exc: Exception) -> bool:
    """Say whether an error leaves open if GitHub did what it was asked."""
    if isinstance(exc, GithubException):
        return exc.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(exc, requests.RequestException)


def _refusal(about: str, exc: GithubException) -> FixbotError:
    said = reason(exc)
    if exc.status == HTTPStatus.UNAUTHORIZED:
        return TokenError(
            "GitHub does not accept the token: check GITHUB_TOKEN or FIXBOT_TOKEN; "
            "if it worked until now, it has expired: run fixbot again with a new one, it goes on where it stopped"
        )
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
    message = exc.message or str(data.get("message") or "")  # PyGithub keeps none of "Not Found"
    said = [message, *(_detail(detail) for detail in details)] if isinstance(details, list) else [message]
    words = " ".join("; ".join(part for part in said if part).split())
    return words[:_LONGEST_REASON] or "no reason given"


def _detail(detail: object) -> str:
    if not isinstance(detail, dict):
        return str(detail)
    return str(detail.get("message") or f"{detail.get('field', 'something')}: {detail.get('code', 'invalid')}")
