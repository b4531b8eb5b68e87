"""`fixbot env-example`: lists every environment variable that the code reads, as the text of an `.env.example`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from fixbot.analysis.definitions import File
from fixbot.analysis.environment import PATTERN, Read, reads
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.module import parse
from fixbot.analysis.names import Names
from fixbot.cli.options import Common, common, project_root
from fixbot.cli.output import note, write
from fixbot.cli.working import WorkingFiles
from fixbot.markdown import visible
from fixbot.model import Skipped
from fixbot.report.variables import as_env_example


@click.command(name="env-example")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@common()
def env_example(paths: tuple[Path, ...], **given: Any) -> int:  # noqa: ANN401 - click hands over what `common` declares
    """List the environment variables that files read, tests left out: where, and their defaults but no secrets.

    Nothing is changed. Exit code 0: done, 2: wrong use.
    """
    options = Common(**given)
    root = project_root(paths)
    files = WorkingFiles(paths, root, options.settings(root))
    write(as_env_example(_reads(files, options)), options.output)
    return 0


def _reads(files: WorkingFiles, options: Common) -> Iterator[Read]:
    for one in files:
        source = files.read(one) if isinstance(one, str) and not is_test_file(one) else one
        if isinstance(source, str | None) or (not isinstance(source, Skipped) and not PATTERN.search(source.content)):
            continue
        module = source if isinstance(source, Skipped) else parse(source)
        if isinstance(module, Skipped):
            note(visible(f"{module.path}: skipped, {module.reason}: {module.detail}"), options)
        else:
            yield from reads(File(module, Names(module)))
