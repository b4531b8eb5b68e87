"""From files to changes that hold: rewrites files in parallel, then whole projects, and asks ruff about all."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import length_hint

from fixbot.attempt import Attempt, attempt
from fixbot.codemod import Corpus, ProjectCodemod, Recipe, Safety
from fixbot.codemod.contract import of_files, of_projects
from fixbot.engine.survey import Survey
from fixbot.examine import Examined, Orders, examine, safeties, tried
from fixbot.joint import attempt_jointly
from fixbot.judge import Again, Good, judged, sets
from fixbot.model import Change, Finding, Refusal, Rewrite, ScanReport, Skipped
from fixbot.scan import Progress, Read, Source, Task, Whole, gathered, report, silent, surveyed, worked_through
from fixbot.shell import ruff

#: Whose opinion: codemod, safety, path.
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Changes that climbed the whole ladder, what ruff said of each file in them, and what was refused on the way."""

    report: ScanReport
    changes: tuple[Change, ...]
    refused: tuple[Refusal, ...]
    opinions: Mapping[Key, ruff.Opinion]

    def opinions_of(self, change: Change) -> list[ruff.Opinion]:
        """Return what ruff said of the files of a change."""
        return [self.opinions[change.codemod, change.safety, rewrite.path] for rewrite in change.rewrites]


def prepare(
    sources: Iterable[Source],
    orders: Orders,
    *,
    jobs: int,
    style: ruff.Style,
    read: Read | None = None,
    project: Whole | None = None,
    progress: Progress = silent,
) -> Prepared:
    """Rewrite files, climb the ladder, and return what holds and what does not.

    Args:
        sources: the files.
        orders: what to do to each.
        jobs: processes at once.
        style: what the project asks of ruff.
        read: reads the files that are given by their path.
        project: returns the project that the files are of; it is these files alone where that is None.
        progress: shows how far it is.
    """
    started = time.perf_counter()
    single = replace(orders, codemods=of_files(orders.codemods))
    task = Task(partial(examine, single), None if orders.survey else of_files(orders.codemods), read)
    seen = list(progress(worked_through(sources, task, jobs), length_hint(sources), "Rewriting"))
    examined = [one for one in seen if isinstance(one, Examined)]
    skipped = [one for one in seen if isinstance(one, Skipped)]
    joint = of_projects(orders.codemods)
    surveys = list(zip(joint, surveyed(joint, project or partial(gathered, sources, read)), strict=True))
    looked = [one.inspection for one in examined]
    found = report(looked, skipped, [each for _, (_, each) in surveys], files=len(seen), started=started)
    attempts = [*_attempted(examined, orders)]
    attempts += [
        each for codemod, (corpus, one) in surveys for each in _attempted_jointly(corpus, codemod, one, orders)
    ]
    good, more_refused = judged([each for one in attempts for each in sets(*one)], style)
    refused = [refusal for _, _, done, *_ in attempts for refusal in done.refused] + more_refused
    refused += [Refusal(f, _left(f, orders.limit)) for f in found.findings if not f.safety.within(orders.limit)]
    broken = tuple(done.broken for _, _, done, *_ in attempts if done.broken is not None)
    found = replace(found, broken=found.broken + broken, seconds=time.perf_counter() - started)
    return Prepared(found, _changes(good), tuple(_ordered(refused)), _opinions(good))


#: What became of the findings of one codemod within one limit, and what makes it anew with fewer: well, or in a hurry.
_Attempted = tuple[Recipe, Safety, Attempt, Again, Again]


def _attempted(examined: Iterable[Examined], orders: Orders) -> Iterator[_Attempted]:
    by_slug = {codemod.slug(): codemod for codemod in of_files(orders.codemods)}
    for one in examined:
        for slug, safety, done in one.attempts:
            again = partial(attempt, one.source, by_slug[slug], safety)
            yield by_slug[slug], safety, done, again, again


def _attempted_jointly(corpus: Corpus, codemod: ProjectCodemod, found: Survey, orders: Orders) -> Iterator[_Attempted]:
    for safety in safeties(orders):
        again = partial(attempt_jointly, corpus, codemod, safety, found=found)
        done = tried(orders, safety, found.findings, again)
        if done is not None:
            yield codemod, safety, done, again, partial(again, settle=False)


def _left(finding: Finding, limit: Safety) -> str:
    """Say why a finding was not even tried."""
    return (
        f"its safety is {finding.safety}, and no more than {limit} is asked for" if finding.fixable else finding.message
    )


def _ordered(refused: Iterable[Refusal]) -> list[Refusal]:
    return sorted(refused, key=lambda refusal: (refusal.finding.path, refusal.finding.line))


def _changes(good: Iterable[Good]) -> tuple[Change, ...]:
    groups: dict[tuple[str, Safety], list[Rewrite]] = {}
    for one in good:
        groups.setdefault((one.tried.codemod.slug(), one.tried.safety), []).extend(one.tried.rewrites)
    return tuple(
        Change(slug, safety, tuple(sorted(rewrites, key=lambda rewrite: rewrite.path)))
        for (slug, safety), rewrites in sorted(groups.items())
    )


def _opinions(good: Iterable[Good]) -> dict[Key, ruff.Opinion]:
    return {
        (one.tried.codemod.slug(), one.tried.safety, rewrite.path): opinion
        for one in good
        for rewrite, opinion in zip(one.tried.rewrites, one.opinions, strict=True)
    }
