"""What is done to one file, whole and alone, so that any number of processes can share the files; it only computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from fixbot.attempt import Attempt, attempt
from fixbot.codemod import Recipe, Safety
from fixbot.codemod.contract import of_files
from fixbot.engine import inspect
from fixbot.model import Finding, Inspection, PullRequest, Refusal, Skipped, SourceFile
from fixbot.verify import compile_error


@dataclass(frozen=True, slots=True)
class Examined:
    """One file with what was found and, for each codemod and safety, what was tried."""

    source: SourceFile
    inspection: Inspection
    attempts: tuple[tuple[str, Safety, Attempt], ...] = ()


@dataclass(frozen=True, slots=True)
class Orders:
    """What to do to every file.

    `declined` maps fingerprints to the pull request that was closed with them. `apart` gives each safety an attempt
    of its own, because each becomes a pull request of its own. `survey` also names files that Python cannot compile
    though no codemod is interested in them.
    """

    codemods: tuple[Recipe, ...]
    limit: Safety = Safety.REVIEW
    declined: Mapping[str, PullRequest] = field(default_factory=dict)
    apart: bool = False
    survey: bool = False


def examine(orders: Orders, source: SourceFile) -> Examined:
    """Inspect one file and try each codemod on it that looks at single files."""
    codemods = of_files(orders.codemods)
    inspection = inspect(source, codemods, whole=True)
    if not inspection.parsed:
        return Examined(_light(source), _surveyed(inspection, source) if orders.survey else inspection)
    attempts = tuple(
        (codemod.slug(), safety, done)
        for codemod in codemods
        for safety in safeties(orders)
        if (done := tried(orders, safety, _of(inspection, codemod), partial(attempt, source, codemod, safety)))
        is not None
    )
    return Examined(source if inspection.findings else _light(source), inspection, attempts)


def _light(source: SourceFile) -> SourceFile:
    """Forget bytes that nobody needs any more, so that they do not travel between processes."""
    return SourceFile(source.path, b"")


def _surveyed(inspection: Inspection, source: SourceFile) -> Inspection:
    if inspection.skipped is not None or (because := compile_error(source.content)) is None:
        return inspection
    return Inspection(source.path, skipped=Skipped(source.path, "unparsable", because))


def _of(inspection: Inspection, codemod: Recipe) -> list[Finding]:
    return [finding for finding in inspection.findings if finding.codemod == codemod.slug()]


def safeties(orders: Orders) -> list[Safety]:
    """Return the limits that each get an attempt of their own."""
    if not orders.apart:
        return [orders.limit]
    return [safety for safety in (Safety.SAFE, Safety.REVIEW) if safety.within(orders.limit)]


def tried(
    orders: Orders, safety: Safety, found: Iterable[Finding], attempt: Callable[[frozenset[str] | None], Attempt]
) -> Attempt | None:
    """Try what is ordered of the findings of one codemod.

    Args:
        orders: what to do.
        safety: the limit of this attempt.
        found: the codemod's findings.
        attempt: rewrites some of them, by their fingerprints; None stands for all.

    Returns:
        What became of them, None where there are none to try.
    """
    mine = [f for f in found if (f.safety is safety if orders.apart else f.safety.within(safety))]
    if not mine:
        return None
    refused = tuple(
        Refusal(f, f"declined: pull request {orders.declined[f.fingerprint].number} was closed with it")
        for f in mine
        if f.fingerprint in orders.declined
    )
    wanted = frozenset(f.fingerprint for f in mine if f.fingerprint not in orders.declined)
    if not wanted:
        return Attempt((), refused)
    done = attempt(wanted if orders.apart or refused else None)
    return Attempt(done.rewrites, refused + done.refused, done.broken)
