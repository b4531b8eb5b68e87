"""Lets fixbot run in halves, with nothing between them but the text of two documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fixbot import halves
from fixbot.errors import ForgeError
from fixbot.handover.documents import Listened, Plan
from fixbot.handover.text import read, written
from fixbot.model import Base
from fixbot.run import run
from fixbot.shell.choosing import to_publish
from fixbot.shell.git import Git

if TYPE_CHECKING:
    from fixbot.job import Job, RunReport
    from fixbot.settings import Settings


def whole_or_not(job: Job, settings: Settings, ref: str, *, in_halves: bool) -> RunReport:
    """Run, in one process or as three commands do it; `ref` is where the base is in the clone."""
    if not in_halves:
        return run(job, settings)
    git = Git(job.root)
    commit = git.resolve(ref) or ""
    base = Base("main", commit, git.tree_of(commit))
    heard = read(written(halves.listen(job, settings, base)).encode(), Listened, "situation.json")
    made = read(written(halves.plan(job, settings, base, heard)).encode(), Plan, "plan.json")
    with to_publish(job.root, job.repository, settings.forge) as place:
        place.tip("main")
        done = halves.apply(replace(job, repository=place.name), settings, place.git, made)
    if done.outdated:
        raise ForgeError(done.outdated)
    return done
