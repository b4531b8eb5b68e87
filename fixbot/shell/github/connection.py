"""Connects to GitHub's API with a token, and says where else that may go; asks nothing yet."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

from github import Auth, Github
from github.Requester import Requester

from fixbot.errors import OperatorError
from fixbot.shell.github.cache import Cache
from fixbot.shell.github.weather import Patience
from fixbot.shell.github.wire import Wire
from fixbot.shell.network import authorities

_PAUSE, _BETWEEN_REQUESTS, _BETWEEN_WRITES = 0.5, 0.25, 1.0


class CountingToken(Auth.Token):
    """A token that counts how often it is shown."""

    shown = 0

    def authentication(self, headers: dict[str, str]) -> None:
        """Show it once more."""
        self.shown += 1
        super().authentication(headers)


def connect(
    name: str, token: str, api_url: str, folder: Path, *, pace: float | None, nap: Callable[[float], None]
) -> Wire:
    """Return the way to one repository; repositories that are asked about in turn share a connection and its pace.

    Args:
        name: `owner/name`.
        token: what GitHub is shown.
        api_url: the address of the API.
        folder: where answers may be kept.
        pace: seconds between requests and between writes; None takes PyGithub's own (0.25 and 1).
        nap: what waits where GitHub asks for it.

    Raises:
        OperatorError: the address is none, or Python runs without assertions.
    """
    if sys.flags.optimize:
        message = "python -O removes the checks that keep the token on GitHub's host: start fixbot without it"
        raise OperatorError(message)
    if urlsplit(api_url).scheme not in {"http", "https"} or not urlsplit(api_url).hostname:
        message = f"GITHUB_API_URL is {api_url!r}, which is no address: leave it out, or say https://HOST/api/v3"
        raise OperatorError(message)
    waits = (_PAUSE, _BETWEEN_REQUESTS, _BETWEEN_WRITES) if pace is None else (pace, pace, pace)
    auth, requester = _requester(token, api_url, waits, nap, verify=authorities())
    return Wire(requester, name, Cache(folder, token), lambda: auth.shown)


# GitHub asks whoever makes many requests to make them one after the other: that holds for all repositories together.
@lru_cache(maxsize=1)
def _requester(
    token: str, api_url: str, waits: tuple[float, float, float], nap: Callable[[float], None], *, verify: str | bool
) -> tuple[CountingToken, Requester]:
    """Return what sends requests; `waits` are the seconds after a failure, between requests and between writes."""
    auth, (pause, requests, writes) = CountingToken(token), waits
    api = Github(
        base_url=api_url,
        auth=auth,
        verify=verify,
        retry=Patience.with_pause(pause, nap),
        seconds_between_requests=requests,
        seconds_between_writes=writes,
    )
    return auth, api.requester


def plain(token: str) -> str:
    """Return a token without the white space around it; it must fit into a header."""
    token = token.strip()
    if not (token.isascii() and token.isprintable() and token):
        message = "the token holds characters that no token has: copy it again"
        raise OperatorError(message)
    return token


def push_url(origin: str | None, clone_url: str, server: str = "") -> str:
    """Return where a token may go with git: to `origin` where that is on GitHub's own host, else to `clone_url`.

    A clone of a mirror has another host there, and whoever can write to a repository's configuration has any.

    Args:
        origin: the address of the remote, None where there is none.
        clone_url: the address that GitHub gives.
        server: GITHUB_SERVER_URL, the operator's own word on where GitHub's git server is; empty for none.
    """
    try:
        there, known = urlsplit(origin or ""), (urlsplit(clone_url), urlsplit(server))
    except ValueError:
        return clone_url
    if there.scheme not in {"http", "https"}:
        return clone_url
    for trusted in known:
        if (there.scheme, _host(there)) == (trusted.scheme, _host(trusted)):
            # no login, and no host that git might read in another way than Python does
            return urlunsplit((trusted.scheme, _host(trusted), there.path, "", ""))
    return clone_url


def _host(url: SplitResult) -> str:
    return url.netloc.rpartition("@")[2].casefold()
