"""What is done to one file, whole and alone, so that any number of processes can share the files; it only computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fixbot.attempt import Attempt, attempt
from fixbot.codemod import Codemod, Safety
from fixbot.engine import inspect
from fixbot.model import Inspection, PullRequest, Refusal, Skipped, SourceFile
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

    codemods: tuple[Codemod, ...]
    limit: Safety = Safety.REVIEW
    declined: Mapping[str, PullRequest] = field(default_factory=dict)
    apart: bool = False
    survey: bool = False


def examine(orders: Orders, source: SourceFile) -> Examined:
    """Inspect one file and try each codemod on it."""
    inspection = inspect(source, orders.codemods, whole=True)
    if not inspection.parsed:
        return Examined(_light(source), _surveyed(inspection, source) if orders.survey else inspection)
    tried = tuple(
        (codemod.slug(), safety, done)
        for codemod in orders.codemods
        for safety in _safeties(orders)
        if (done := _try(orders, source, codemod, safety, inspection)) is not None
    )
    return Examined(source if inspection.findings else _light(source), inspection, tried)


def _light(source: SourceFile) -> SourceFile:
    """Forget bytes that nobody needs any more, so that they do not travel between processes."""
    return SourceFile(source.path, b"")


def _surveyed(inspection: Inspection, source: SourceFile) -> Inspection:
    if inspection.skipped is not None or (because := compile_error(source.content)) is None:
        return inspection
    return Inspection(source.path, skipped=Skipped(source.path, "unparsable", because))


def _safeties(orders: Orders) -> list[Safety]:
    if not orders.apart:
        return [orders.limit]
    return [safety for safety in (Safety.SAFE, Safety.REVIEW) if safety.within(orders.limit)]


def _try(
    orders: Orders, source: SourceFile, codemod: Codemod, safety: Safety, inspection: Inspection
) -> Attempt | None:
    mine = [finding for finding in inspection.findings if finding.codemod == codemod.slug()]
    mine = [f for f in mine if (f.safety is safety if orders.apart else f.safety.within(safety))]
    if not mine:
        return None
    refused = tuple(
        Refusal(f, f"declined: pull request {orders.declined[f.fingerprint].number} was closed with it")
        for f in mine
        if f.fingerprint in orders.declined
    )
    wanted = frozenset(f.fingerprint for f in mine if f.fingerprint not in orders.declined)
    if not wanted:
        return Attempt(None, refused)
    only = wanted if orders.apart or refused else None
    done = attempt(source, codemod, safety, only)
    return Attempt(done.rewrite, refused + done.refused, done.broken)
