"""Lists the repositories of an organisation or a person on GitHub, and says which of them take no pull requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from github import GithubException

from fixbot.errors import OperatorError
from fixbot.shell.forge import READ_ONLY
from fixbot.shell.github.connection import connect, plain
from fixbot.shell.github.refusals import reason, speaking
from fixbot.shell.github.wire import Row, Wire

_NAMED = "name them in a list: [repositories] file"


def obstacle(about: Row) -> str:
    """Say why nothing can, or should, be opened in a repository; empty where something may.

    Args:
        about: what GitHub says of it.
    """
    allowed = about.get("permissions")
    found = {
        "is archived": about.get("archived") is True,
        "has been disabled by GitHub": about.get("disabled") is True,
        "is a fork": about.get("fork") is True,
        "is empty": about.get("size") == 0 and not about.get("pushed_at"),
        READ_ONLY: isinstance(allowed, dict) and allowed.get("push") is False,
    }
    return next((why for why, holds in found.items() if holds), "")


def repositories(
    owner: str,
    *,
    topic: str | None,
    language: str | None,
    token: str,
    api_url: str,
    folder: Path,
    pace: float | None = None,
    nap: Callable[[float], None] = time.sleep,
) -> list[tuple[str, str]]:
    """Return the repositories that a token sees, by `owner/name`, each with why it takes none; empty where it does.

    Args:
        owner: an organisation, or a person.
        topic: only those with this topic; None for all.
        language: only those whose main language is this one; None for all.
        token: what GitHub is shown.
        api_url: the address of the API.
        folder: where answers may be kept.
        pace: seconds between requests; None takes PyGithub's own.
        nap: what waits where GitHub asks for it.

    Raises:
        OperatorError: the token, the address or the name is wrong, or there are more than 100,000.
        ForgeError: GitHub does not answer.
    """
    with speaking(f"the repositories of {owner}"):
        wire = connect(owner, plain(token), api_url, folder, pace=pace, nap=nap)
        rows = _chosen(_listed(wire, owner), topic, language)
        return sorted((str(row["full_name"]), obstacle(row)) for row in rows)


def _listed(wire: Wire, owner: str) -> Iterator[Row]:
    """Yield what an organisation has; of a person, who has no such list, what everybody may see."""
    name = quote(owner, safe="")
    rows = wire.every(f"/orgs/{name}/repos", otherwise=_NAMED, type="all", sort="full_name")
    try:
        yield from islice(rows, 1)
    except GithubException as exc:
        if exc.status == HTTPStatus.FORBIDDEN:
            message = (
                f"the token may not list the repositories of {owner}: {reason(exc)}; let the organisation allow it "
                f"(single sign-on: `Configure SSO` beside the token), or {_NAMED}"
            )
            raise OperatorError(message) from exc
        if exc.status != HTTPStatus.NOT_FOUND:
            raise
        rows = wire.every(f"/users/{name}/repos", otherwise=_NAMED, type="owner", sort="full_name")
    yield from rows


def _chosen(rows: Iterable[Row], topic: str | None, language: str | None) -> Iterator[Row]:
    for row in rows:
        topics = [str(one).casefold() for one in row.get("topics") or ()]
        has_topic = topic is None or topic.casefold() in topics
        if has_topic and (language is None or str(row.get("language") or "").casefold() == language.casefold()):
            yield row
