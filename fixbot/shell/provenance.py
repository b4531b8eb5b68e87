"""Finds out where this fixbot comes from, so that a workflow can take the very same; it asks nobody."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from fixbot import VERSION
from fixbot.errors import OperatorError
from fixbot.shell.environment import safe_environment
from fixbot.shell.git import Git

_TAG = f"v{VERSION}"
_TIMEOUT = 60
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_ON_GITHUB = re.compile(r"(?:https://|ssh://)?(?:[\w.-]+@)?github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?\Z")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where this fixbot comes from.

    Attributes:
        uses: what a workflow's `uses:` takes, `OWNER/NAME@COMMIT` or `OWNER/NAME@TAG`.
        version: the tag that the commit has, empty where it is not known to have one.
        warning: what keeps a workflow from taking this very fixbot, empty where nothing does.
    """

    uses: str
    version: str = ""
    warning: str = ""


def provenance() -> Provenance:
    """Return what a workflow takes to get this very fixbot.

    The commit is the one that was installed (PEP 610 keeps it), that of the folder it was installed from where GitHub
    has it, or the one that a release carries along. Where none is known it is the tag of this version.
    """
    installed = _installed()
    url, vcs = str(installed.get("url", "")), installed.get("vcs_info")
    if isinstance(vcs, dict):
        return _of_clone(url, vcs)
    parts = urlsplit(url)
    folder = Path(url2pathname(parts.path)) if parts.scheme == "file" else None
    if folder is not None and (folder / ".git").exists():
        return _of_folder(folder)
    carried = _carried()
    return Provenance(f"{_home()}@{carried}", _TAG) if _COMMIT.match(carried) else _released()


def _released(warning: str = "") -> Provenance:
    return Provenance(f"{_home()}@{_TAG}", warning=warning)


def _home() -> str:
    """Return the repository that the package names as its own."""
    try:
        known = distribution("fixbot").metadata.get_all("Project-URL") or []
    except PackageNotFoundError:
        known = []
    urls = [entry.partition(", ")[2] for entry in known if entry.startswith("Repository, ")]
    return next((found[1] for url in urls if (found := _ON_GITHUB.match(url))), "fixbot-dev/fixbot")


def _installed() -> Mapping[str, object]:
    """Return what pip has written down of the installation: https://peps.python.org/pep-0610/."""
    try:
        found = json.loads(distribution("fixbot").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _of_clone(url: str, vcs: Mapping[str, object]) -> Provenance:
    """Return the commit that pip has cloned; what it did not clone from GitHub need not be there."""
    there, commit = _ON_GITHUB.match(url), str(vcs.get("commit_id", ""))
    if there and _COMMIT.match(commit):
        return Provenance(f"{there[1]}@{commit}")
    return _released(f"this fixbot was not installed from GitHub: the workflow takes the tag {_TAG}")


def _of_folder(folder: Path) -> Provenance:
    try:
        git = Git(folder)
        commit, is_changed = git.resolve("HEAD") or "", git.has_changes()
        names = _holding(git, commit)
    except OperatorError:
        return _released()
    if not names:
        which = f"the commit of this fixbot, {commit[:12]}, is on no branch of GitHub that {folder} knows of"
        return _released(f"{which}: the workflow takes the tag {_TAG}")
    version = _TAG if git.resolve(f"refs/tags/{_TAG}") == commit else ""
    name = _home() if _home() in names else names[0]
    changed = f"{folder} has changes that are not committed: the workflow takes {commit[:12]} without them"
    return Provenance(f"{name}@{commit}", version, changed if is_changed else "")


def _holding(git: Git, commit: str) -> list[str]:
    """Return the repositories on GitHub that had a commit on a branch when they were asked last."""
    command = ["git", "-C", str(git.directory), "for-each-ref", "--format=%(refname)", f"--contains={commit}"]
    done = subprocess.run(  # noqa: S603 - a fixed program, never through a shell
        [*command, "refs/remotes"], capture_output=True, check=False, timeout=_TIMEOUT, env=safe_environment()
    )
    remotes = {ref.split("/")[2] for ref in done.stdout.decode(errors="replace").splitlines()}
    found = (_ON_GITHUB.match(git.remote_url(remote) or "") for remote in sorted(remotes))
    return [there[1] for there in found if there]


def _carried() -> str:
    """Return the commit that a release was built from, empty where this is none."""
    file = files("fixbot").joinpath("commit.txt")
    return file.read_bytes().decode("ascii", "replace").strip() if file.is_file() else ""
