"""The options that mean the same in every command, and what they are turned into."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from fixbot import registry
from fixbot.codemod import Recipe
from fixbot.errors import OperatorError
from fixbot.settings import Settings, merged, parse_set
from fixbot.shell.config import read_settings, repository_settings
from fixbot.shell.whole import ASTRAY, leads_astray
from fixbot.shell.workers import default_jobs

FORMATS = ("text", "json", "sarif", "github", "markdown")
_F = TypeVar("_F", bound=Callable[..., Any])
_MARKS = (".git", "fixbot.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The values of the options, as they were given; a command that runs no codemod has none that choose one."""

    select: str | None = None
    ignore: str | None = None
    safety: str | None = None
    format: str = "text"
    output: Path | None
    config: Path | None
    jobs: int | None
    quiet: bool
    verbose: bool
    set_: tuple[str, ...] = ()
    no_progress: bool
    folders: tuple[Path, ...] = ()

    def settings(self, root: Path, *, run: bool = True, **more: object) -> Settings:
        """Return the configuration of a root with the command line laid over it.

        Where nothing is to `run`, an operator's codemods are known only by what their files say.
        """
        known = self._over(read_settings(root, self.config), more)
        return with_foreign(known, self.folders, run=run, target=root)

    def settings_of(self, read: Callable[[str], bytes | None], **more: object) -> Settings:
        """Return the configuration of a repository that is no directory; `read` gives the files at its root.

        No code is looked at there, and no codemod of an operator's is run.
        """
        known = repository_settings(read) if self.config is None else read_settings(Path(), self.config)
        return with_foreign(self._over(known, more), self.folders, run=False)

    def _over(self, known: Settings, more: Mapping[str, object]) -> Settings:
        return merged(
            known,
            select=slugs(self.select),
            ignore=slugs(self.ignore),
            safety=self.safety,
            codemods=parse_set(self.set_) or None,
            **more,
        )

    def processes(self) -> int:
        """Return how many processes may work at once."""
        return self.jobs or default_jobs()


def with_foreign(
    settings: Settings, folders: Sequence[Path] = (), *, run: bool, target: Path | None = None
) -> Settings:
    """Return settings with the codemods beside the installed ones that they and the command line name.

    Args:
        settings: the configuration.
        folders: an operator's own.
        run: whether the files in these are run, or only read.
        target: what is worked on.
    """
    names = [*settings.select, *settings.ignore, *settings.codemods]
    return replace(settings, foreign=beside(folders, names, run=run, target=target))


def beside(
    folders: Sequence[Path], names: Sequence[str], *, run: bool = True, target: Path | None = None
) -> dict[str, type[Recipe]]:
    """Return the codemods beside the installed ones, by slug."""
    if not folders and not any(":" in name for name in names):
        return {}
    from fixbot.foreign import shelf  # noqa: PLC0415 - most commands have none of it

    return shelf(folders, names, run=run, target=target)


def slugs(given: str | None) -> list[str] | None:
    """Split `a,b`; None where nothing was given."""
    if given is None:
        return None
    found = [slug.strip() for slug in given.split(",") if slug.strip()]
    if not found:
        message = "--select and --ignore take codemods: SLUG[,SLUG]"
        raise OperatorError(message)
    return found


def writable(_context: click.Context, _parameter: click.Parameter, output: Path | None) -> Path | None:
    """Make sure of a file that is to be written before any work is done."""
    if output is None:
        return None
    if output.is_dir():
        because = "it is a directory"
    elif not output.parent.is_dir():
        because = "its folder does not exist"
    elif leads_astray(output):
        because = ASTRAY
    else:
        return output
    message = f"cannot write {output}: {because}"
    raise OperatorError(message)


OWN_CODEMODS = click.option(
    "--codemods",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Run the codemods in this folder of yours, too: fixbot's, LibCST's, Bowler's. It is code; never the target's.",
)


def choosing(command: _F) -> _F:
    """Give a command the options that choose codemods."""
    options = [
        click.option("--select", metavar="SLUG[,SLUG]", help="Run only these codemods."),
        click.option("--ignore", metavar="SLUG[,SLUG]", help="Leave these codemods out."),
        click.option(
            "--safety", type=click.Choice(["safe", "review"]), help="The most daring class that is rewritten."
        ),
        click.option("--set", "set_", multiple=True, metavar="CODEMOD.OPTION=VALUE", help="Choose a codemod's option."),
        OWN_CODEMODS,
    ]
    return with_options(options, command)


def common(*formats: str, verbose: str = "Show the whole trace of a codemod that broke.") -> Callable[[_F], _F]:
    """Give a command the common options, with the formats that it can choose from and what `--verbose` does in it."""
    shown = click.option(
        "--format",
        type=click.Choice(formats),
        default=next(iter(formats), None),
        show_default=True,
        help="What to write.",
    )
    options = [
        *([shown] if formats else []),
        click.option(
            "--output",
            "-o",
            type=click.Path(path_type=Path),
            callback=writable,
            metavar="FILE",
            help="Write there, not to stdout.",
        ),
        click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Read this configuration."),
        click.option("--jobs", type=click.IntRange(1, 64), help="Processes at once; as many as processors by default."),
        click.option("--quiet", is_flag=True, help="Write the result only: no summary, no notes."),
        click.option("--verbose", is_flag=True, help=verbose),
        click.option("--no-progress", is_flag=True, help="Show no progress bar."),
    ]
    return partial(with_options, options)


def with_options(options: Sequence[Callable[[_F], _F]], command: _F) -> _F:
    """Give a command some options, in their order."""
    for option in reversed(options):
        command = option(command)
    return command


def codemods_of(settings: Settings) -> tuple[Recipe, ...]:
    """Return the codemods that settings choose."""
    return registry.choose(settings.select, settings.ignore, settings.codemods, settings.foreign)


def codemods_that_read(settings: Settings) -> tuple[Recipe, ...]:
    """Return the codemods that settings choose, and where they name none those too that are opt-in."""
    select = settings.select or (*registry.catalogue(), *settings.foreign)
    return registry.choose(select, settings.ignore, settings.codemods, settings.foreign)


def project_root(paths: Sequence[Path]) -> Path:
    """Return the directory that paths are shown relative to: the project around them, else their own directory."""
    places = [Path.cwd()] if not paths else [path.resolve() for path in paths]
    missing = [str(path) for path, place in zip(paths, places, strict=False) if not place.exists()]
    if missing:
        raise OperatorError("no such file or directory: " + ", ".join(missing))
    folders = [place if place.is_dir() else place.parent for place in places]
    start = folders[0]
    while any(start not in {folder, *folder.parents} for folder in folders):
        start = start.parent
    here = Path.cwd()
    start = here if here in {start, *start.parents} and not paths else start
    around = (folder for folder in (start, *start.parents) if any((folder / mark).exists() for mark in _MARKS))
    return next(around, start)
