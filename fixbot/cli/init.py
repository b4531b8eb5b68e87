"""`fixbot init`: the workflow and a configuration to begin with."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import click

from fixbot.cli import cron as schedules
from fixbot.cli.output import write
from fixbot.errors import OperatorError
from fixbot.markdown import visible
from fixbot.render import configuration, workflow
from fixbot.shell.config import read_settings
from fixbot.shell.git import Git
from fixbot.shell.provenance import Provenance, provenance
from fixbot.shell.setting_up import WORKFLOW, add_configuration, write_workflow

_ACTION = re.compile(r"[\w.-]+/[\w.-]+(?:/[\w.-]+)*@[\w.+-][\w.+/-]*\Z")
_DEFAULT_BRANCH = "${{ github.event.repository.default_branch }}"


@click.command()
@click.argument("repository", default=".", metavar="[REPO]", type=click.Path(path_type=Path))
@click.option("--cron", metavar="SCHEDULE", help="When it runs, such as '23 3 * * *'; at night by default.")
@click.option("--verify-command", metavar="CMD", help="Must succeed before and after each change, such as 'pytest -q'.")
@click.option("--action", metavar="OWNER/NAME@COMMIT", help="The action to use; this very fixbot by default.")
@click.option("--force", is_flag=True, help="Write the workflow anew where there is another one.")
def init(repository: Path, cron: str | None, verify_command: str | None, action: str | None, *, force: bool) -> int:
    """Write .github/workflows/fixbot.yml and a commented configuration to the repository REPO (here by default).

    Nothing is committed, and nothing that is there is lost. Exit code 0: done, 2: wrong use.
    """
    root = Git(repository).top()
    when = cron or _some_minute(root.resolve().name)
    uses = Provenance(action) if action else provenance()
    _mind(schedules.mistake(when), "--cron")
    _mind("" if _ACTION.match(uses.uses) else "takes OWNER/NAME@COMMIT", "--action")
    _mind("" if (verify_command or "").isprintable() else "takes one line", "--verify-command")
    text = _workflow(uses, when, verify_command or "", read_settings(root).base)
    done = [write_workflow(root, text, force=force)]
    done.append(add_configuration(root, configuration(shared=True), configuration(shared=False)))
    if uses.warning:
        click.echo(f"warning: {visible(uses.warning)}", err=True)
    write("".join(f"{one.path}: {one.how}\n" for one in done) + _next(uses.uses), None)
    return 0


def _workflow(uses: Provenance, when: str, verify_command: str, base: str | None) -> str:
    """Write the workflow; it checks out the branch that is to be improved, whatever branch it is started from."""
    named = f"{uses.uses} # {uses.version}" if uses.version else uses.uses
    text = workflow(action=named, cron=when, verify_command=verify_command)
    return text if base is None else text.replace(_DEFAULT_BRANCH, json.dumps(base), 1)


def _some_minute(name: str) -> str:
    """Return a minute of the night that is always the same for a repository, and another one for most others."""
    drawn = int.from_bytes(hashlib.sha256(name.encode(errors="surrogateescape")).digest()[:4], "big")
    return f"{1 + drawn % 59} {2 + drawn // 59 % 4} * * *"


def _mind(mistake: str, option: str) -> None:
    if mistake:
        message = f"{option} {mistake}"
        raise OperatorError(message)


def _next(uses: str) -> str:
    steps = [
        "Look at both files, commit them, and push them to the default branch.",
        "On GitHub, Settings > Actions > General: allow GitHub Actions to create pull requests.",
        "GITHUB_TOKEN=… fixbot doctor says what else is missing.",
        "Start it once by hand: Actions > fixbot > Run workflow.",
    ]
    if not re.search(r"@[0-9a-f]{40}\Z", uses):
        steps.insert(0, f"In {WORKFLOW}, pin {uses} to a commit: a tag can be moved.")
    return "\nWhat comes next:\n" + "".join(f"{number}. {step}\n" for number, step in enumerate(steps, 1))
