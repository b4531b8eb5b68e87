"""`fixbot doctor`: says before the first night what will go wrong, and what to do about it; changes nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import click

from fixbot.cli.options import codemods_of, with_foreign
from fixbot.cli.output import write
from fixbot.doctor import Check, as_json, as_text, here, is_wrong, there
from fixbot.doctor.forge import chosen, reached
from fixbot.doctor.programs import judge, works
from fixbot.errors import CodemodError, FixbotError, OperatorError
from fixbot.plan import PREFIX
from fixbot.settings import Settings, merged
from fixbot.shell import clone, versions
from fixbot.shell.choosing import token_here
from fixbot.shell.config import read_settings
from fixbot.shell.git import Git

_GITHUB, _SERVER = "https://api.github.com", "https://github.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options that change what is looked at."""

    repo: str | None
    config: Path | None
    forge: str | None
    base: str | None
    commit_via: str | None


@click.command()
@click.argument("repository", default=".", metavar="[REPO]", type=click.Path(path_type=Path))
@click.option("--forge", type=click.Choice(["auto", "github", "local"]), help="Where pull requests are opened.")
@click.option("--repo", metavar="OWNER/NAME", help="The repository on GitHub; from the remote `origin` by default.")
@click.option("--base", metavar="BRANCH", help="The branch to improve; the one that is checked out by default.")
@click.option("--commit-via", type=click.Choice(["git", "api"]), help="How commits reach GitHub.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there, not to stdout.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Read this configuration.")
@click.option("--quiet", is_flag=True, help="Say only what is not as it should be.")
def doctor(repository: Path, form: str, output: Path | None, *, quiet: bool, **given: object) -> int:
    """Say what will keep fixbot from its work in REPO (the current directory by default), and what to do about it.

    Nothing is changed. To find out what a token may do, GitHub is sent three requests that it can only refuse.
    Exit code 0: nothing is wrong, 1: there are problems, 2: wrong use.
    """
    checks = _checks(repository, Asked(**given))  # type: ignore[arg-type]  # click has looked at them
    shown = as_json(checks) if form == "json" else as_text(checks, brief=quiet)
    for secret in clone.secrets():
        shown = shown.replace(secret, "***")
    write(shown, output)
    return int(is_wrong(checks))


def _checks(repository: Path, asked: Asked) -> list[Check]:
    found = versions.programs()
    if not works(found.git):
        return judge(found)  # an older one misunderstands what it is asked
    git = Git(repository)
    settings, mistakes = _settings(git.top(), asked)
    seen, way = clone.look(git, settings.base), clone.way(git, asked.repo, settings)
    checks = here(found, seen, way, mistakes, settings, chooses_base=settings.base is not None)
    if chosen(way) != "github" or not way.variable or not way.name:
        return checks
    from fixbot.shell.github.survey import survey  # noqa: PLC0415 - PyGithub takes longer to load than all the rest

    on_github = survey(
        git,
        way.name,
        token=token_here(),
        api_url=os.environ.get("GITHUB_API_URL", _GITHUB),
        base=settings.base or seen.branch,
        settings=settings,
    )
    return [*checks, _by_git(git, way.name), *there(on_github, seen, settings)]


def _by_git(git: Git, name: str) -> Check:
    """Say whether git gets to where the API is: through the same proxy, and with the same authorities."""
    url = f"{os.environ.get('GITHUB_SERVER_URL', _SERVER).rstrip('/')}/{name}.git"
    try:
        git.remote_heads(url, PREFIX, token_here().strip())
    except FixbotError as exc:
        return reached(url, str(exc))
    return reached(url, "")


def _settings(top: Path, asked: Asked) -> tuple[Settings, list[str]]:
    """Return the settings with the command line laid over them, and the mistakes of the configuration.

    Raises:
        OperatorError: a file that was named does not exist, or the command line is wrong.
    """
    settings, mistakes = Settings(), list[str]()
    try:
        settings = read_settings(top, asked.config)
    except OperatorError as exc:
        if asked.config is not None and not asked.config.exists():
            raise
        mistakes.append(str(exc))
    settings = merged(settings, forge=asked.forge, base=asked.base, commit_via=asked.commit_via)
    try:
        codemods_of(with_foreign(settings, run=False))
    except (OperatorError, CodemodError) as exc:
        mistakes.append(str(exc))
    return settings, mistakes
