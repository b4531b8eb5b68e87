"""Chooses the forge of a repository: what the operator says, else GitHub where there is a way there."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from fixbot.errors import OperatorError
from fixbot.settings import Settings
from fixbot.shell.dry_run import DryRun
from fixbot.shell.forge import Forge
from fixbot.shell.git import Git
from fixbot.shell.local import LocalForge


def choose_forge(git: Git, repository: str | None, settings: Settings, *, dry_run: bool = False) -> Forge:
    """Return the forge that was asked for; `auto` is GitHub where a token and a GitHub remote are there.

    Args:
        git: the repository on this machine.
        repository: `owner/name` on GitHub; None takes that of `origin`.
        settings: which forge, and how it is used.
        dry_run: whether nothing is to be written.

    Raises:
        OperatorError: GitHub was asked for, and the token or the repository's name is missing.
    """
    token = os.environ.get("FIXBOT_TOKEN") or os.environ.get("GITHUB_TOKEN") or ""
    name = repository or github_name(git.remote_url())
    kind = settings.forge
    if kind == "auto":
        kind = "github" if token and name else "local"
    forge = LocalForge(git, settings.author) if kind == "local" else _github(git, name, token, settings)
    return DryRun(forge) if dry_run else forge


def _github(git: Git, name: str | None, token: str, settings: Settings) -> Forge:
    if not token:
        message = "no token: set GITHUB_TOKEN or FIXBOT_TOKEN, or use --forge local"
        raise OperatorError(message)
    if name is None:
        message = "no repository: add a GitHub remote called origin, or say --repo OWNER/NAME"
        raise OperatorError(message)
    from fixbot.shell.github import GitHubForge  # noqa: PLC0415 - PyGithub takes longer to load than a scan

    url = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    return GitHubForge(
        git,
        name,
        token=token,
        api_url=url,
        commit_via=settings.commit_via,
        author=settings.author,
        evidence=settings.evidence,
    )


def github_name(url: str | None) -> str | None:
    """Return `owner/name` from a remote's address, None where it is none of GitHub's or of `GITHUB_SERVER_URL`."""
    found = re.search(r"^(?:https?://|ssh://|git://|[\w.-]+@)?([^/@]+@)?([^/:]+)[:/](?:\d+/)?(.+?)/?$", url or "")
    server = urlsplit(os.environ.get("GITHUB_SERVER_URL", "https://github.com")).hostname
    if found is None or found[2].rpartition("@")[2] != server:
        return None
    parts = found[3].removesuffix(".git").split("/")
    return "/".join(parts[-2:]) if len(parts) >= 2 else None  # noqa: PLR2004 - owner and name
