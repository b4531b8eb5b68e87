"""Asks programs for their versions; starts nothing but `git --version` and `ruff --version`."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from fixbot.doctor.seen import Programs
from fixbot.shell.environment import safe_environment

_TIMEOUT = 60
_VERSION = re.compile(r"\d+\.\d+[\w.]*")


def programs() -> Programs:
    """Return the versions of git and ruff; an empty one where a program is not there or does not answer."""
    ruff, bound = _version([_ruff(), "--version"]), _bound("ruff")
    return Programs(
        git=_version(["git", "--version"]),
        ruff=ruff,
        ruff_bound=bound,
        ruff_fits=_fits(ruff, bound),
    )


def _version(command: list[str]) -> str:
    if not command[0]:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - fixed programs, never through a shell
            command, capture_output=True, check=False, timeout=_TIMEOUT, env=safe_environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = _VERSION.search(done.stdout.decode(errors="replace"))
    return found[0].rstrip(".") if found else ""


def _ruff() -> str:
    """Return the ruff that is installed beside fixbot, and never one that is on PATH."""
    try:
        from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]  # noqa: PLC0415 - it may be missing

        return str(find_ruff_bin())
    except (ImportError, OSError):
        return ""


def _bound(name: str) -> str:
    """Return which versions of a dependency fixbot's own metadata ask for."""
    try:
        listed = map(Requirement, requires("fixbot") or [])
    except PackageNotFoundError:
        return ""
    return next((str(wanted.specifier) for wanted in listed if wanted.name == name and not wanted.extras), "")


def _fits(version: str, bound: str) -> bool:
    try:
        return Requirement(f"it{bound}").specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return not version  # that there is none is said elsewhere
