"""Asks GitHub's REST API and tells it what to do, in JSON; knows nothing of what is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import requests
from github import GithubException
from github.Requester import Requester
from requests.utils import parse_header_links

from fixbot.errors import OperatorError
from fixbot.shell.github.cache import Cache, Kept
from fixbot.shell.github.clock import told
from fixbot.shell.github.refusals import unanswered

Row = dict[str, Any]
_T = TypeVar("_T")
_ACCEPT = "application/vnd.github+json"
_ON_A_PAGE = 100
_MOST_PAGES = 1000


class Wire:
    """One repository's part of the REST API.

    Every method raises what PyGithub and requests raise; `speaking` makes sentences of it.

    Args:
        requester: PyGithub's, which shows the token, keeps to the pace and waits where GitHub asks for it.
        name: `owner/name`.
        cache: what GitHub has answered before.
        shown: says how often the requester has shown its token, here and elsewhere.

    Attributes:
        now: the time on GitHub's clock at its last answer to a question.
    """

    def __init__(self, requester: Requester, name: str, cache: Cache, shown: Callable[[], int]) -> None:
        self._requester, self._cache = requester, cache
        self._shown, self._shown_before = shown, shown()
        self.call(name)
        self.writes = 0
        self.complaints: list[str] = []
        self.now = told(None)

    @property
    def requests(self) -> int:
        """How many requests were sent since this was made; those that share a requester are used one by one."""
        return self._shown() - self._shown_before

    def call(self, name: str) -> None:
        """Go on under the name that GitHub gives the repository, where that was renamed.

        Redirects would not do: PyGithub follows them without the query, so that lists come short.
        """
        self.name = name
        self.here = f"/repos/{quote(name)}"

    def get(self, path: str, **query: str | int) -> Row:
        """Ask for one thing."""
        return _row(self._asked(_with(path, query))[0])

    def pages(
        self, path: str, *, most: int = _MOST_PAGES, within: str = "", long: bool = True, **query: str | int
    ) -> list[Row]:
        """Ask for a list, page by page, at most `most` of them.

        Args:
            path: where the list is.
            most: how many pages to ask for.
            within: the key under which the rows stand, where they do.
            long: whether to ask for pages of 100; not everything that comes in pages takes that.
            query: what to ask for.
        """
        first = _with(path, {"per_page": _ON_A_PAGE, **query} if long else query)
        answers = islice(self._turned(first), most)
        return [_row(row) for answer in answers for row in (_row(answer)[within] if within else _list(answer))]

    def every(self, path: str, *, otherwise: str, **query: str | int) -> Iterator[Row]:
        """Ask for a list that must not come short, and yield its rows; no page stays in memory.

        Args:
            path: where the list is.
            otherwise: what to do where it is too long.
            query: what to ask for.

        Raises:
            OperatorError: it has more pages than fixbot asks for.
        """
        for number, answer in enumerate(self._turned(_with(path, {"per_page": _ON_A_PAGE, **query}))):
            if number == _MOST_PAGES:
                most = _MOST_PAGES * _ON_A_PAGE
                message = f"GitHub lists more than {most} at {path}, and fixbot reads no more: {otherwise}"
                raise OperatorError(message)
            yield from map(_row, _list(answer))

    def _turned(self, address: str) -> Iterator[object]:
        """Yield one page after the other; each is asked for when it is needed."""
        while address:
            answer, address = self._asked(address)
            yield answer

    def _asked(self, address: str) -> tuple[object, str]:
        """Ask with the ETag of the last time; return the answer and the link to the next page."""
        known_as = self._requester.base_url + address
        kept = self._cache.known(known_as)
        headers = {"Accept": _ACCEPT} | ({"If-None-Match": kept.etag} if kept else {})
        status, answered, text = self._requester.requestJson("GET", address, headers=headers)
        self.now = told(answered.get("date"))
        if status == HTTPStatus.NOT_MODIFIED and kept is not None:
            return json.loads(kept.body), self._following(kept.following)
        if status >= HTTPStatus.BAD_REQUEST:
            raise Requester.createException(status, answered, _said(text))
        answer, link = json.loads(text), _next(answered.get("link", ""))
        self._cache.keep(known_as, Kept(answered.get("etag", ""), link, text))
        return answer, self._following(link)

    def _following(self, link: str) -> str:
        """Return the way to the next page, provided that it is on the same host.

        Raises:
            OperatorError: it is on another one.
        """
        if not link:
            return ""
        here, there = urlsplit(self._requester.base_url), urlsplit(link)
        if (there.hostname, there.port) != (here.hostname, here.port):
            message = "GitHub's link to the next page names another host: check GITHUB_API_URL"
            raise OperatorError(message)
        return there._replace(scheme="", netloc="").geturl().removeprefix(here.path.rstrip("/"))

    def send(self, method: str, path: str, body: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON is any
        """Do one write, and never twice; return what GitHub answers."""
        self.writes += 1
        headers = {"Accept": _ACCEPT}
        return self._requester.requestJsonAndCheck(method, path, headers=headers, input=dict(body))[1]

    def settle(
        self,
        method: str,
        path: str,
        body: Mapping[str, object],
        *,
        read: Callable[[Any], _T],
        look: Callable[[], _T | None],
    ) -> _T:
        """Do one write; where its answer is lost, `look` whether it was done, None for no."""
        try:
            return read(self.send(method, path, body))
        except (GithubException, requests.RequestException) as exc:
            found = look() if unanswered(exc) else None
            if found is None:
                raise
            return found

    def graphql(self, query: str, variables: dict[str, Any]) -> None:
        """Send one mutation."""
        self.writes += 1
        self._requester.graphql_query(query, variables)

    def complain(self, about: str) -> None:
        """Remember something that was tolerated, once."""
        if about not in self.complaints:
            self.complaints.append(about)


def _with(path: str, query: Mapping[str, str | int]) -> str:
    return Requester.add_parameters_to_url(path, dict(sorted(query.items())))


def _next(links: str) -> str:
    return next((link["url"] for link in parse_header_links(links) if link.get("rel") == "next"), "")


def _row(answer: object) -> Row:
    if not isinstance(answer, dict):
        message = "not an object"
        raise TypeError(message)
    return answer


def _list(answer: object) -> list[object]:
    if not isinstance(answer, list):
        message = "not a list"
        raise TypeError(message)
    return answer


def _said(text: str) -> Row:
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {"data": text}
