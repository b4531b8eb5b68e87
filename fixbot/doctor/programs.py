"""Judges the programs that fixbot starts, and the clone that it starts them in.

What git learned when is in its release notes: `rev-parse --path-format` and settings by environment (2.31),
GIT_CONFIG_GLOBAL, without which settings of the user would count (2.32), `safe.bareRepository` (2.38).
"""

from __future__ import annotations

import re

from fixbot.doctor.check import Check, note, ok, problem
from fixbot.doctor.seen import Clone, Programs

OLDEST_GIT, SAFER_GIT = (2, 32), (2, 38)


def works(git: str) -> bool:
    """Say whether a version of git is one that fixbot works with."""
    return _numbers(git) >= OLDEST_GIT


def judge(programs: Programs) -> list[Check]:
    """Say which git and ruff there are."""
    return [_git(programs.git), _ruff(programs)]


def _git(version: str) -> Check:
    if not version:
        return problem("git", "git is not installed, or not on PATH", f"install git {_shown(OLDEST_GIT)} or newer")
    if not works(version):
        says = f"git {version} is too old"
        return problem("git", says, f"install {_shown(OLDEST_GIT)} or newer")
    if _numbers(version) < SAFER_GIT:
        says = f"git {version} does not know safe.bareRepository"
        return note("git", says, f"take {_shown(SAFER_GIT)} or newer where you do not trust the repository")
    return ok("git", f"git {version}")


def _ruff(programs: Programs) -> Check:
    wanted = f"ruff{programs.ruff_bound}"
    if not programs.ruff:
        return problem("ruff", "ruff is not there", f"install it beside fixbot: pip install '{wanted}'")
    if not programs.ruff_fits:
        return problem("ruff", f"ruff {programs.ruff} is not what fixbot needs", f"pip install '{wanted}'")
    return ok("ruff", f"ruff {programs.ruff}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _shown(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def clone(seen: Clone, *, chooses_base: bool) -> list[Check]:
    """Say what is special about the clone.

    Args:
        seen: the clone.
        chooses_base: whether a base is named, so that it does not matter what is checked out.
    """
    checks = []
    if not seen.branch and not chooses_base:
        says = "HEAD is detached: no branch is checked out"
        checks.append(note("head", says, "name the branch to improve with --base or the setting base"))
    if seen.is_shallow:
        says = "the clone is shallow: what is known of branches that are behind is less"
        checks.append(note("clone", says, "`git fetch --unshallow` brings all of it; actions/checkout: fetch-depth: 0"))
    if seen.is_partial:
        says = "the clone is partial: contents that are not here are fetched one by one, without a token"
        checks.append(note("clone", says, "`git fetch --refetch --no-filter` brings all of them"))
    if seen.origin_has_password:
        says = "the address of origin holds a password or a token, which everything on this machine can read"
        checks.append(note("origin", says, "`git remote set-url origin` without it, and revoke it"))
    return checks
