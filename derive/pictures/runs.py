"""Runs fixbot on its sample, as a person and as a workflow would, and keeps what it wrote; it draws nothing."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fixbot.markdown import prose
from fixbot.shell.sample import make_sample

PLACE = Path("/tmp/shop")  # noqa: S108 - the pictures show this name; whoever has such a folder is not overwritten
_PERSON = ("fixbot scan shop/settings.py shop/patience.py", "fixbot run")
_WORKFLOW = (
    "fixbot listen -o situation.json",
    "fixbot plan --situation situation.json -o plan.json",
    "fixbot apply plan.json --summary summary.md",
)
# What no two runs have in common: how long they took, and the hash of a plan, which holds that too.
_CHANGING = re.compile(r"\d+\.\d(?= s\b)|(?<=\| seconds \| )\d+\.\d|(?<=SHA-256: )[0-9a-f]{64}")
_KEPT = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as the local forge keeps it; `body` is Markdown."""

    number: int
    state: str
    title: str
    branch: str
    base: str
    labels: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Records:
    """What the runs wrote: two terminals, a step summary in Markdown, and the first pull request."""

    person: str
    workflow: str
    summary: str
    pull: Pull


def record(folder: Path) -> Records:
    """Run fixbot on fresh samples in a folder that is not there yet, and return what it wrote; the folder goes again.

    Where the folder is not `PLACE`, the texts name `PLACE` all the same.

    Raises:
        FileExistsError: the folder is there.
        subprocess.CalledProcessError: a command failed; `output` says why.
    """
    with _sample(folder) as tree:
        person, pull = _terminal(tree, _PERSON), _pull(tree / ".git/fixbot/pulls/1.json")
    with _sample(folder) as tree:
        workflow, summary = _terminal(tree, _WORKFLOW), (tree / "summary.md").read_text(encoding="utf-8")
    return Records(_placed(person, folder), _placed(workflow, folder), _placed(summary, folder), pull)


def changing(text: str) -> list[str]:
    """Return what the next run will write otherwise: seconds and hashes, in their order."""
    return _CHANGING.findall(text)


def with_changing(text: str, values: Sequence[str]) -> str:
    """Return the text as if the run had taken as long as another one, whose `changing` is given.

    A text that has another number of them than there are values comes back as it is.
    """
    if len(changing(text)) != len(values):
        return text
    left = iter(values)
    return _CHANGING.sub(lambda _: next(left), text)


@contextmanager
def _sample(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    try:
        yield make_sample(folder.resolve())
    finally:
        shutil.rmtree(folder)


def _terminal(tree: Path, commands: Sequence[str]) -> str:
    return "\n".join(f"$ {command}\n{_run(tree, shlex.split(command))}" for command in commands)


def _run(tree: Path, command: Sequence[str]) -> str:
    program = shutil.which(command[0], path=sysconfig.get_path("scripts"))
    # A home without settings, and none of the variables by which a workflow tells that it is one.
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"HOME": os.fspath(tree.parent)}
    done = subprocess.run(  # noqa: S603 - fixbot, as it is installed here
        [program or command[0], *command[1:]],
        cwd=tree,
        env=environment | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},  # both streams in the order of a terminal
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode not in {0, 1}:  # 1: a scan has findings
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout)
    return done.stdout.decode()


def _placed(text: str, folder: Path) -> str:
    here, there = str(folder.resolve()), str(PLACE)
    return text.replace(here, there).replace(prose(here), prose(there))


def _pull(place: Path) -> Pull:
    kept = json.loads(place.read_text(encoding="utf-8"))
    return Pull(
        number=kept["number"],
        state=kept["state"],
        title=kept["title"],
        branch=kept["branch"],
        base=kept["base"],
        labels=tuple(kept["labels"]),
        body=kept["body"],
    )
