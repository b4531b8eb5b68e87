"""Finds out where this fixbot comes from, so that a workflow can take the very same; it asks nobody."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

from fixbot import VERSION
from fixbot.errors import OperatorError
from fixbot.shell.git import Git

_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_ON_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?\Z")


def action() -> str:
    """Return what a workflow's `uses:` takes to get this very fixbot: `OWNER/NAME@COMMIT`.

    The commit is the one that was installed (PEP 610 keeps it), that of the folder it was installed from, or the one
    that a release carries along. Where none is known it is the tag of this version.
    """
    return f"{_name()}@{_commit() or f'v{VERSION}'}"


def _name() -> str:
    url = str(_installed().get("url", ""))
    return next((found[1] for url in (url, _home()) if (found := _ON_GITHUB.match(url))), "fixbot-dev/fixbot")


def _home() -> str:
    """Return the address that the package names as its own."""
    try:
        known = distribution("fixbot").metadata.get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    return next((entry.partition(", ")[2] for entry in known if entry.startswith("Repository, ")), "")


def _commit() -> str:
    installed = _installed()
    vcs = installed.get("vcs_info")
    known = [str(vcs.get("commit_id", ""))] if isinstance(vcs, dict) else []
    known += [_of_folder(urlsplit(str(installed.get("url", ""))).path), _of_release()]
    return next((commit for commit in known if _COMMIT.match(commit)), "")


def _installed() -> dict[str, object]:
    """Return what pip has written down of the installation: https://peps.python.org/pep-0610/."""
    try:
        found = json.loads(distribution("fixbot").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _of_folder(path: str) -> str:
    folder = Path(unquote(path))
    if not path or not (folder / ".git").exists():
        return ""
    try:
        return Git(folder).resolve("HEAD") or ""
    except OperatorError:
        return ""


def _of_release() -> str:
    carried = files("fixbot").joinpath("commit.txt")
    return carried.read_text("ascii").strip() if carried.is_file() else ""
