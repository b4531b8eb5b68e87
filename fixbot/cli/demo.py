"""`fixbot demo`: the whole job on a sample repository, without a network and without a token."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from fixbot import registry
from fixbot.cli.options import Common
from fixbot.cli.output import write
from fixbot.cli.published import as_text
from fixbot.cli.working import WorkingFiles
from fixbot.errors import OperatorError
from fixbot.job import Job, RunReport
from fixbot.report import as_text as findings_text
from fixbot.run import run
from fixbot.scan import scan
from fixbot.settings import Settings
from fixbot.shell.git import Git
from fixbot.shell.sample import make_sample
from fixbot.shell.scratch import outside

_PLAIN = Common(
    select=None,
    ignore=None,
    safety=None,
    format="text",
    output=None,
    config=None,
    jobs=None,
    quiet=False,
    verbose=False,
    set_=(),
    no_progress=True,
)


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def demo(folder: Path | None) -> int:
    """Make a small repository with anti-patterns and an origin, run the whole job on it, and show everything.

    It is made in FOLDER, a temporary one by default, and stays there to look at. No network, no token.
    """
    if folder is not None and folder.exists() and any(folder.iterdir()):
        message = f"{folder} is not empty: name a new folder"
        raise OperatorError(message)
    place = Path(tempfile.mkdtemp(prefix="fixbot-demo-", dir=outside())) if folder is None else folder.resolve()
    place.mkdir(parents=True, exist_ok=True)
    tree = make_sample(place)
    settings = Settings(forge="local", max_hourly=10)
    _show("A sample repository", f"{tree}\nits origin: {place / 'origin.git'}\n")
    codemods = registry.choose()
    files = WorkingFiles([tree], tree, settings)
    _show("fixbot scan", findings_text(scan(files, codemods, jobs=1, read=files.read, project=files.project)))
    done = run(Job(root=tree), settings)
    _show("fixbot run --forge local", as_text(done, _PLAIN))
    _show_pulls(done, Git(tree))
    again = run(Job(root=tree), settings)
    _show("fixbot run --forge local, once more", as_text(again, _PLAIN))
    _show("Look at it", f"cd {tree}\ngit log --all --oneline --graph\nls .git/fixbot/pulls\n")
    return 0


def _show_pulls(done: RunReport, git: Git) -> None:
    for standing in done.published:
        if (pull := standing.pull) is not None:
            _show(
                f"Branch {standing.branch}, at {pull.head[:12]} here and in origin",
                git.diff(done.base.commit, pull.head),
            )
            _show(f"Pull request {pull.number}: {pull.title}", pull.body)


def _show(title: str, text: str) -> None:
    write(f"=== {title}\n\n{text}\n", None)
