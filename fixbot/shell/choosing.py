"""Chooses the forge of a repository: what the operator says, else GitHub where there is a way there."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fixbot.errors import OperatorError
from fixbot.settings import Settings
from fixbot.shell.blobless import Blobless
from fixbot.shell.dry_run import DryRun
from fixbot.shell.forge import Forge
from fixbot.shell.git import Git
from fixbot.shell.local import LocalForge

_TOKENS = ("FIXBOT_TOKEN", "GITHUB_TOKEN")


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
    token = token_here()
    name = repository or github_name(git.remote_url())
    kind = settings.forge
    if kind == "auto":
        kind = "github" if token and name else "local"
    forge = LocalForge(git, settings.author) if kind == "local" else _github(git, name, token, settings)
    return DryRun(forge) if dry_run else forge


def token_here() -> str:
    """Return the operator's token; empty where there is none."""
    return next((token for name in _TOKENS if (token := os.environ.get(name))), "")


def forget_token() -> None:
    """Go on without the operator's token, and let no other process have it."""
    for name in _TOKENS:
        os.environ.pop(name, None)


@dataclass(frozen=True, slots=True)
class Place:
    """The repository in which a plan is published, and its name on GitHub: None on the local forge."""

    git: Git
    name: str | None

    def tip(self, branch: str | None) -> str:
        """Return the newest commit of a branch, which is brought here; None stands for the one that is shown first.

        Raises:
            OperatorError: there is no such branch, or git's server does not accept the token.
            ForgeError: git's server did not answer.
        """
        if isinstance(self.git, Blobless):
            return self.git.fetch(branch)
        return LocalForge(self.git, "").base(branch).commit


@contextmanager
def to_publish(root: Path, repository: str | None, forge: str) -> Iterator[Place]:
    """Give the repository that a plan is published in.

    On GitHub nothing of a clone is needed: commits come into an empty folder, without the content of any file.

    Args:
        root: a directory of the repository for the local forge; on GitHub its remote may tell the name.
        repository: `owner/name`; None takes GITHUB_REPOSITORY, or that of `origin`.
        forge: `auto`, `github` or `local`.

    Raises:
        OperatorError: there is no repository, no token, or no name.
    """
    if forge == "local":
        yield Place(Git(root), None)
        return
    token = token_here().strip()
    name = repository or os.environ.get("GITHUB_REPOSITORY") or _name_of(root)
    if forge == "auto" and not (token and name):
        yield Place(Git(root), None)
        return
    if not token or name is None:
        missing = "token: set GITHUB_TOKEN or FIXBOT_TOKEN" if not token else "repository: say --repo OWNER/NAME"
        message = f"no {missing}, or use --forge local"
        raise OperatorError(message)
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
    with tempfile.TemporaryDirectory(prefix="fixbot-") as folder:
        yield Place(Blobless(Path(folder), f"{server}/{name}.git", token), name)


def _name_of(root: Path) -> str | None:
    try:
        return github_name(Git(root).remote_url())
    except OperatorError:
        return None


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
        commit_via=settings.commit_via or "git",
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
