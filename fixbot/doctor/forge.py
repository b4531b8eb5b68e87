"""Judges where pull requests will be opened, and why."""

from __future__ import annotations

from fixbot.doctor.check import Check, note, ok, problem
from fixbot.doctor.seen import Way

_SET = "set GITHUB_TOKEN or FIXBOT_TOKEN"
_NAME = "add a GitHub remote called origin, or say --repo OWNER/NAME"


def chosen(way: Way) -> str:
    """Return the forge that a run would choose: `github` or `local`."""
    if way.asked == "auto":
        return "github" if way.variable and way.name else "local"
    return way.asked


def judge(way: Way) -> list[Check]:
    """Say where pull requests go, and what is missing on the way there."""
    checks = _github(way) if chosen(way) == "github" else [_local(way)]
    if way.both:
        says = "FIXBOT_TOKEN and GITHUB_TOKEN hold different tokens: FIXBOT_TOKEN counts"
        checks.append(note("token-twice", says, "unset the one that is not meant"))
    return checks


def _github(way: Way) -> list[Check]:
    if not way.variable:
        return [problem("forge", "GitHub was asked for, and there is no token", f"{_SET}, or use --forge local")]
    if not way.name:
        return [problem("forge", "GitHub was asked for, and there is no name of a repository", _NAME)]
    why = "as asked" if way.asked == "github" else f"because of {way.variable} and a repository on GitHub"
    return [ok("forge", f"pull requests go to {way.name} on GitHub, {why}")]


def _local(way: Way) -> Check:
    says = "pull requests are files below the git directory"
    if way.asked == "local":
        return ok("forge", f"{says}, as asked")
    if way.name:
        return note("forge", f"{says}, because there is no token for {way.name}", f"{_SET} to open them on GitHub")
    remote = "origin is not on GitHub" if way.has_origin else "there is no remote called origin"
    return ok("forge", f"{says}, because {remote}")


def reached(url: str, because: str) -> Check:
    """Say whether git reaches a server, from what keeps it away; empty for nothing."""
    if because:
        return problem("git-server", because, "see what docs/action.md says of proxies and authorities")
    return ok("git-server", f"git reaches {url}")
