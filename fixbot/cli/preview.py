"""`fixbot preview`: one page that shows the findings and what would become of them; changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fixbot.cli.options import Common, choosing, codemods_of, common, project_root
from fixbot.cli.output import note, own_fault, progress, write
from fixbot.cli.working import WorkingFiles
from fixbot.errors import OperatorError
from fixbot.fitting import plural
from fixbot.markdown import visible
from fixbot.outlook import outlook
from fixbot.preview import Page, page
from fixbot.render import PREVIEW_MARK, preview_page
from fixbot.shell.style import read_style

_DEFAULT = Path("fixbot-preview.html")
_STDOUT = Path("-")
_HEAD = 2_000  # bytes: the mark of a preview stands at its beginning


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@choosing
@common()
def preview(paths: tuple[Path, ...], **given: Any) -> int:  # noqa: ANN401 - click hands over what `common` declares
    """Show in one HTML file what would be rewritten in files and directories (the current one by default), and why.

    The page is fixbot-preview.html unless --output says otherwise; `-` is stdout. It needs no server, and loads
    nothing from elsewhere. Nothing else is written. Exit code 0: done, 2: wrong use.
    """
    options = Common(**given)
    place = options.output or _DEFAULT
    _ensure_own(place)
    root = project_root(paths)
    settings = options.settings(root)
    codemods = codemods_of(settings)
    files = WorkingFiles(paths, root, settings)

    def contents(name: str) -> bytes | None:
        return getattr(files.read(name), "content", None)

    seen = outlook(
        files,
        codemods,
        project=files.project,
        limit=settings.safety,
        style=read_style(contents),
        jobs=options.processes(),
        read=files.read,
        progress=progress(options),
    )
    made = page(root.resolve().name, seen, codemods, contents)
    _ensure_own(place)
    write(preview_page(made), None if place == _STDOUT else place)
    _say(made, place, options)
    return own_fault(seen.report.broken, options)


def _ensure_own(place: Path) -> None:
    """See to it that nothing is lost: a file that is there is written over only where it is a preview.

    Raises:
        OperatorError: it is something else.
    """
    if place == _STDOUT or not (place.exists() or place.is_symlink()):
        return
    if place.is_symlink() or not place.is_file():
        because = "it is no regular file"
    elif not _is_preview(place):
        because = "it is there and is no preview of fixbot"
    else:
        return
    message = f"cannot write {visible(str(place))}: {because}; name another one with --output FILE"
    raise OperatorError(message)


def _is_preview(place: Path) -> bool:
    try:
        with place.open("rb") as file:
            return PREVIEW_MARK.encode() in file.read(_HEAD)
    except OSError:
        return False


def _say(made: Page, place: Path, options: Common) -> None:
    figures = f"{plural(made.findings, 'finding')}, {made.rewritten:,} would be rewritten"
    if place == _STDOUT:
        note(figures, options)
    elif not options.quiet:
        write(f"{visible(str(place))}: {figures}\n", None)
