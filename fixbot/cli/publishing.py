"""The options that choose where pull requests come from and how they look."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import click

from fixbot.cli.options import Common, codemods_of, with_options
from fixbot.codemod import Recipe
from fixbot.errors import OperatorError
from fixbot.settings import Settings

_F = TypeVar("_F", bound=Callable[..., Any])
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?\Z")
_AUTOMATED = ("CI", "GITHUB_ACTIONS")


def _login(_context: click.Context, _parameter: click.Parameter, login: str | None) -> str:
    """Take what can be the name of a person or an app; no login is an empty one."""
    if login is not None and not _LOGIN.match(login):
        message = f"--asked-by takes a login such as `octocat`, and not {login!r}"
        raise OperatorError(message)
    return login or ""


FORGE = click.option("--forge", type=click.Choice(["auto", "github", "local"]), help="Where pull requests are opened.")
REPO = click.option(
    "--repo", metavar="OWNER/NAME", help="The repository on GitHub; from the remote `origin` by default."
)
_PLACE = (
    FORGE,
    REPO,
    click.option(
        "--issue", type=click.IntRange(1), metavar="N", help="Work on what this issue asks for, and on nothing else."
    ),
    click.option("--base", metavar="BRANCH", help="The branch to improve; the one that is checked out by default."),
)
_ASKED = click.option(
    "--asked-by",
    metavar="LOGIN",
    callback=_login,
    help="Who asked for the issue on the forge, such as who labelled it: an automated run works on an issue where "
    "its author or this person may write.",
)
_CHECK = click.option(
    "--verify-command",
    metavar="CMD",
    help="Must succeed in a copy (without .git) before and after each change, such as 'pytest -q'.",
)
_SHAPE = (
    click.option("--shard", type=click.Choice(["directory", "owner", "finding"]), help="How much goes into one."),
    click.option(
        "--update",
        type=click.Choice(["conflict", "behind", "never"]),
        help="When an open pull request is made anew: its content differs or conflicts, its base has moved, or never.",
    ),
)
_PUBLISHING = (
    click.option("--dry-run", is_flag=True, help="Show what would be opened; write nothing."),
    click.option(
        "--strict", is_flag=True, help="Exit with 1 when something was refused, blocked or left, unless declined."
    ),
    click.option("--max-open", type=click.IntRange(1, 1000), help="The most pull requests open at once."),
    click.option("--max-hourly", type=click.IntRange(1, 1000), help="The most pull requests opened within an hour."),
    click.option("--draft/--no-draft", default=None, help="Open pull requests as drafts."),
    click.option("--dashboard/--no-dashboard", default=None, help="Keep an issue that shows all of them."),
    click.option("--commit-via", type=click.Choice(["git", "api"]), help="How commits reach GitHub."),
)
#: The options, by their names, that are settings.
PLACE_SETTINGS, SHAPE_SETTINGS = ("forge", "base"), ("shard", "update")
PUBLISHING_SETTINGS = ("max_open", "max_hourly", "draft", "dashboard", "commit_via")

placing: Callable[[_F], _F] = partial(with_options, _PLACE)
asking: Callable[[_F], _F] = _ASKED
checking: Callable[[_F], _F] = _CHECK
shaping: Callable[[_F], _F] = partial(with_options, _SHAPE)
publishing: Callable[[_F], _F] = partial(with_options, _PUBLISHING)


def is_automated() -> bool:
    """Say whether nobody sits in front of this run."""
    return any(os.environ.get(name, "").lower() not in {"", "0", "false", "no"} for name in _AUTOMATED)


def unseen(options: Common, settings: Settings, configured: Callable[[Common], Settings]) -> frozenset[str]:
    """Return the codemods of the configuration that the command line leaves out.

    Args:
        options: the command line.
        settings: what it chooses.
        configured: returns the settings of another command line.
    """
    wanted = codemods_of(configured(replace(options, select=None, ignore=None)))
    return slugs_of(wanted) - slugs_of(codemods_of(settings))


def slugs_of(codemods: tuple[Recipe, ...]) -> frozenset[str]:
    """Return the names of codemods."""
    return frozenset(codemod.slug() for codemod in codemods)
