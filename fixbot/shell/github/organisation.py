"""Lists the repositories of an organisation or a person on GitHub, and says which of them take no pull requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from github import GithubException

from fixbot.shell.forge import READ_ONLY
from fixbot.shell.github.connection import connect, plain
from fixbot.shell.github.refusals import shut, speaking
from fixbot.shell.github.wire import Row


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
        OperatorError: the token, the address or the name is wrong.
        ForgeError: GitHub does not answer.
    """
    with speaking(f"the repositories of {owner}"):
        wire = connect(owner, plain(token), api_url, folder, pace=pace, nap=nap)
        try:
            rows = wire.pages(f"/orgs/{quote(owner, safe='')}/repos", type="all", sort="full_name")
        except GithubException as exc:
            if not shut(exc):
                raise
            rows = wire.pages(f"/users/{quote(owner, safe='')}/repos", type="owner", sort="full_name")
        return sorted((str(row["full_name"]), obstacle(row)) for row in _chosen(rows, topic, language))


def _chosen(rows: list[Row], topic: str | None, language: str | None) -> Iterator[Row]:
    for row in rows:
        topics = [str(one).casefold() for one in row.get("topics") or ()]
        has_topic = topic is None or topic.casefold() in topics
        if has_topic and (language is None or str(row.get("language") or "").casefold() == language.casefold()):
            yield row
