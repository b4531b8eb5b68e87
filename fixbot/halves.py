"""The job in parts that share no secret: who listens and who publishes holds a token, who reads code holds none."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from fixbot import VERSION, registry
from fixbot.codemod import Recipe
from fixbot.errors import OperatorError
from fixbot.handover.bounds import within
from fixbot.handover.documents import Listened, Plan
from fixbot.handover.offered import offer_of, wishes_of
from fixbot.handover.policy import Policy
from fixbot.job import Job, RunReport
from fixbot.markdown import visible
from fixbot.model import Base, ScanReport, Situation
from fixbot.offer import Offer, Offering
from fixbot.prepare import Prepared
from fixbot.remedies import remedied
from fixbot.report import Remedies
from fixbot.run import Run, base_of
from fixbot.scan import Progress, silent
from fixbot.settings import Settings, excluder
from fixbot.shell.choosing import choose_forge, github_name
from fixbot.shell.commit_files import mind_doubles
from fixbot.shell.forge import Forge
from fixbot.shell.git import Git
from fixbot.unfiled import Unfiled, informed, needing_tickets, unfiled

_MOST_TOLD = 5
_LATER = "`fixbot apply` files one, and the next plan writes its number"
_ID = re.compile(r"[0-9a-f]{40,64}\Z")


def listen(job: Job, settings: Settings, base: Base) -> Listened:
    """Ask a forge what is known before any code is looked at; write nothing.

    Args:
        job: what is asked for; of an issue only what it asks for is read.
        settings: which codemods and which forge.
        base: what is to be looked at.

    Raises:
        OperatorError: the token or the repository is not as it must be.
        ForgeError: GitHub failed.
    """
    git = Git(job.root)
    return heard(job, settings, git, choose_forge(git, job.repository, settings, dry_run=True), base)


def heard(job: Job, settings: Settings, git: Git, forge: Forge, base: Base) -> Listened:
    """Ask a forge that is known already.

    Raises:
        OperatorError: as for `listen`.
        ForgeError: GitHub failed.
    """
    return Listened(base=base.branch, situation=Run(job, settings, git, forge, base).situation())


def is_local(git: Git, job: Job, settings: Settings) -> bool:
    """Say whether pull requests are records in the repository itself, as `fixbot run` without a token would choose."""
    name = job.repository or github_name(git.remote_url())
    return settings.forge == "local" or (settings.forge == "auto" and name is None)


def plan(job: Job, settings: Settings, base: Base, listened: Listened | None, progress: Progress = silent) -> Plan:
    """Say what there is to offer: look at the code, and at nothing else.

    Args:
        job: what is asked for.
        settings: which codemods, and what they may do.
        base: what is looked at.
        listened: what was heard on the forge; None stands for a forge that knows of nothing.
        progress: shows how far it is.

    Raises:
        OperatorError: what was heard is about another branch, issue or version, or there is more to tell of than a
            plan may hold.
    """
    known = _heard(job, base, listened)
    slugs = tuple(sorted(_slugs(settings)))
    if known.request is not None and known.request.because:
        return Plan.nothing(base, issue=job.issue, because=known.request.because, codemods=slugs)
    offering = job.offering(settings, Git(job.root), base, known, progress)
    found = Unfiled()
    if needing_tickets(offering.wanted()):
        found = unfiled(offering, known.tickets)
        told = found.put_off(_LATER).because
        offering = replace(offering, codemods=informed(offering.codemods, known.tickets, told))
    made = Plan.of(within(offering.offer()), base, issue=job.issue, codemods=slugs, verify_command=job.verify_command)
    return replace(made, wishes=found.wishes)


def remedies(
    job: Job, settings: Settings, base: Base, listened: Listened | None, progress: Progress = silent
) -> tuple[ScanReport, Remedies]:
    """Say of each finding on the base how it would be fixed by itself, whatever an issue asks for.

    It takes what `plan` takes.

    Raises:
        OperatorError: what was heard is about another branch, issue or version.
    """
    known = replace(_heard(job, base, listened), request=None)
    offering = job.offering(settings, Git(job.root), base, known, progress)
    files = offering.files()
    return remedied(
        files,
        offering.wanted(),
        project=files.project,
        limit=settings.safety,
        style=offering.style(),
        jobs=job.jobs,
        progress=progress,
    )


def _heard(job: Job, base: Base, listened: Listened | None) -> Situation:
    if listened is None:
        if job.issue:
            message = "what an issue asks for is not known here: `fixbot listen --issue N` asks it"
            raise OperatorError(message)
        return Situation()
    request = listened.situation.request
    about = (listened.version, listened.base, request.issue if request is not None else 0)
    if about != (VERSION, base.branch, job.issue):
        message = "what was heard is about another branch, another issue or another version of fixbot: listen again"
        raise OperatorError(message)
    return listened.situation


def apply(job: Job, settings: Settings, git: Git, made: Plan, progress: Progress = silent) -> RunReport:
    """Publish what a plan has to offer, where its policy allows that, and look at no code.

    Args:
        job: what is asked for.
        settings: what is allowed, and how pull requests look.
        git: the repository; contents that it does not hold are only asked for where an open pull request is compared.
        made: the plan; nothing in it is believed.
        progress: shows how far it is.

    Raises:
        OperatorError: the plan is refused, with the reasons, and nothing was written; or as for `fixbot.run.run`.
        ForgeError: a push or GitHub failed; running again goes on.
    """
    return published(
        job, settings, git, choose_forge(git, job.repository, settings, dry_run=job.dry_run), made, progress
    )


def published(
    job: Job, settings: Settings, git: Git, forge: Forge, made: Plan, progress: Progress = silent
) -> RunReport:
    """Do what `apply` does on a forge that is known already.

    Raises:
        OperatorError: as for `apply`.
        ForgeError: as for `apply`.
    """
    base = base_of(forge, settings.base)
    if made.base.branch == base.branch and made.base.commit != base.commit:
        Run(job, settings, git, forge, base).put_off()
        return _outdated(made, base, forge)
    objections = tuple(_policy(job, settings, git, base).objections(made))
    if objections:
        told = "; ".join(objections[:_MOST_TOLD]) + ("; …" if len(objections) > _MOST_TOLD else "")
        message = f"the plan is refused and nothing of it is published: {visible(told)}"
        raise OperatorError(message)
    chosen = _slugs(settings)
    narrowed = replace(settings, select=made.codemods)  # what was not looked for is not taken for gone
    seen = replace(job, unseen=job.unseen | (chosen - set(made.codemods)))
    ready = Run(seen, narrowed, git, forge, base, progress, partial(_offered, made), partial(wishes_of, made))
    return ready.run()


def _policy(job: Job, settings: Settings, git: Git, base: Base) -> Policy:
    entries = list(git.entries(base.commit))
    mind_doubles(entries, base.branch)
    return Policy(
        base=base,
        codemods=_chosen(settings),
        safety=settings.safety,
        issue=job.issue,
        entries={entry.path: entry for entry in entries},
        is_excluded=excluder(settings.exclude),
    )


def _chosen(settings: Settings) -> dict[str, Recipe]:
    return {
        codemod.slug(): codemod
        for codemod in registry.choose(settings.select, settings.ignore, settings.codemods, settings.foreign)
    }


def _slugs(settings: Settings) -> frozenset[str]:
    return frozenset(_chosen(settings))


def _offered(made: Plan, offering: Offering) -> Offer:
    if made.because:
        message = f"issue {made.issue} could not be planned for: {visible(made.because)}"
        raise OperatorError(message)
    return offer_of(made, offering)


def _outdated(made: Plan, base: Base, forge: Forge) -> RunReport:
    """Do nothing: a plan for what was there before says nothing of what is there now, and nobody has judged it."""
    old = f" from {made.base.commit[:12]}" if _ID.match(made.base.commit) else ""
    moved = f"{base.branch} has moved{old} to {base.commit[:12]} since the plan was made"
    seen = Prepared(made.report, (), made.refused, {})
    return RunReport(base, seen, (), made.refused, forge.tally(), outdated=f"{moved}: plan again")
