"""Judges which token there is, from its beginning and from what GitHub says of it; keeps no token.

The beginnings are those of https://github.blog/changelog/2021-03-31-authentication-token-format-updates-are-generally-available/
and https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
"""

from __future__ import annotations

import re

from fixbot.doctor.check import Check, note, ok, problem
from fixbot.doctor.seen import Kind, OnGitHub

ACTIONS_BOT = "github-actions[bot]"
_BEGINNINGS = {
    "github_pat_": Kind.FINE_GRAINED,
    "ghp_": Kind.CLASSIC,
    "gho_": Kind.OAUTH,
    "ghu_": Kind.APP_USER,
    "ghs_": Kind.INSTALLATION,
    "ghr_": Kind.REFRESH,
}
_OLD = re.compile(r"[0-9a-f]{40}")  # what classic tokens were made of until 2021


def beginning(token: str) -> Kind:
    """Return what a token's first characters say about it."""
    found = (kind for start, kind in _BEGINNINGS.items() if token.startswith(start))
    return next(found, Kind.CLASSIC if _OLD.fullmatch(token) else Kind.UNKNOWN)


def refined(kind: Kind, *, login: str, scopes: frozenset[str] | None, in_a_run: bool) -> Kind:
    """Return what a token is once GitHub has said whose it is and which scopes it has.

    Args:
        kind: what its beginning says.
        login: whose it is, empty where that is not known.
        scopes: those that GitHub names, None where it names none.
        in_a_run: whether this is a run of a workflow: the token of one ends with it.
    """
    if kind is Kind.INSTALLATION and not login:
        return kind if in_a_run else Kind.APP
    if kind is Kind.INSTALLATION or (kind is Kind.UNKNOWN and login.endswith("[bot]")):
        return Kind.WORKFLOW if login == ACTIONS_BOT else Kind.APP
    return Kind.CLASSIC if kind is Kind.UNKNOWN and scopes is not None else kind


def judge(seen: OnGitHub) -> list[Check]:
    """Say which token there is."""
    whose = f" of {seen.login}" if seen.login else ""
    scopes = "" if seen.scopes is None else f", scopes: {', '.join(sorted(seen.scopes)) or 'none'}"
    said = f"{seen.kind}{whose}{scopes}"
    if seen.kind is Kind.REFRESH:
        return [problem("token", said, "it only gets other tokens: give fixbot one of those")]
    if seen.kind is Kind.UNKNOWN:
        return [note("token", said, "what it may do is found out from GitHub's answers")]
    return [ok("token", said)]
