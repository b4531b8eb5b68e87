"""From files to changes that hold: rewrites files in parallel, then whole projects, and asks ruff about all."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from operator import itemgetter, length_hint

from fixbot.attempt import Attempt, attempt
from fixbot.codemod import Corpus, ProjectCodemod, Recipe, Safety
from fixbot.codemod.contract import of_files, of_projects
from fixbot.codemod.patches import TextCodemod, of_texts
from fixbot.elders import Elders, Reader
from fixbot.engine.patching import Heard
from fixbot.engine.survey import Survey, survey
from fixbot.examine import Examined, Lane, Orders, Part, examine, lanes_in_scope, tried
from fixbot.joint import attempt_jointly
from fixbot.judge import Again, Good, Tried, judged, sets
from fixbot.model import Change, Finding, Refusal, Rewrite, ScanReport, Skipped, SourceFile
from fixbot.otherwise import attempt_otherwise
from fixbot.scan import (
    SECONDS,
    Progress,
    Read,
    Source,
    Task,
    Whole,
    gathered,
    jointly,
    listened,
    report,
    silent,
    worked_through,
)
from fixbot.shell import ruff

#: What an opinion is of: a codemod's name, and what it made of a file, which may be in several changes of it.
Key = tuple[str, Rewrite]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Changes that climbed the whole ladder, what ruff said of each file in them, and what was refused on the way."""

    report: ScanReport
    changes: tuple[Change, ...]
    refused: tuple[Refusal, ...]
    opinions: Mapping[Key, ruff.Opinion]

    def opinions_of(self, change: Change) -> list[ruff.Opinion]:
        """Return what ruff said of the files of a change."""
        return [self.opinions[change.codemod, rewrite] for rewrite in change.rewrites]


def prepare(
    sources: Iterable[Source],
    orders: Orders,
    *,
    jobs: int,
    style: ruff.Style,
    read: Read | None = None,
    project: Whole | None = None,
    beside: Reader | None = None,
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
        beside: returns what a file about building has in it; they are read as the others are where that is None.
        progress: shows how far it is.
    """
    started = time.perf_counter()
    single = replace(orders, codemods=of_files(orders.codemods))
    task = Task(partial(examine, single), None if orders.survey else of_files(orders.codemods), read)
    seen = list(progress(worked_through(sources, task, jobs), length_hint(sources), "Rewriting"))
    examined = [one for one in seen if isinstance(one, Examined)]
    skipped = [one for one in seen if isinstance(one, Skipped)]
    joint, others = of_projects(orders.codemods), of_texts(orders.codemods)
    everything = cache(project or partial(gathered, sources, read))
    surveys = _surveyed(joint, everything, orders)
    heard = list(zip(others, listened(others, everything), strict=True))
    looked = [one.inspection for one in examined]
    told: list[Survey | Heard] = [*(each.survey for each in surveys), *(each for _, (_, each) in heard)]
    found = report(looked, skipped, told, files=len(seen), started=started)
    attempts = [*_attempted(examined, orders)]
    attempts += [each for one in surveys for each in one.attempted()]
    attempts += [
        each for codemod, (corpus, one) in heard for each in _attempted_otherwise(corpus, codemod, one, orders)
    ]
    elders = Elders(beside or partial(_content, read, sources))
    attempts = [replace(each, part=elders.held_back(each.part)) for each in attempts]
    wanted = lanes_in_scope(orders, found.findings)
    attempts = [each for each in attempts if each.part.lane.branch in wanted]
    good, more_refused = judged([each for one in attempts for each in one.sets()], style)
    refused = [refusal for one in attempts for refusal in one.part.attempt.refused] + more_refused
    daring = (f for f in found.findings if not f.safety.within(orders.limit) and orders.asks_for(f))
    refused += [Refusal(f, _left(f, orders.limit)) for f in daring]
    broken = (one.part.attempt.broken for one in attempts)
    broken_once = tuple(dict.fromkeys([*found.broken, *(one for one in broken if one is not None)]))
    found = replace(found, broken=broken_once, seconds=time.perf_counter() - started)
    return Prepared(found, _changes(good), tuple(_ordered(refused)), _opinions(good))


def _content(read: Read | None, sources: Iterable[Source], path: str) -> bytes | None:
    """Return the content of a file that may not be there: from where files are read, else from the files themselves."""
    found = read(path) if read else next((each for each in sources if getattr(each, "path", None) == path), None)
    return found.content if isinstance(found, SourceFile) else None


@dataclass(frozen=True, slots=True)
class _Attempted:
    """What became of some findings, and what makes it anew with fewer: well, or in a hurry."""

    codemod: Recipe
    part: Part
    again: Again
    probe: Again
    firsts: Mapping[str, str] = field(default_factory=dict)

    def sets(self) -> list[Tried]:
        return sets(self.codemod, self.part, self.again, self.probe, self.firsts)


@dataclass(slots=True)
class _Brief:
    """Tries findings of one file one by one, until that has taken as long as the whole file may."""

    again: Again
    part: Part
    spent: float = 0.0

    def __call__(self, only: frozenset[str]) -> Attempt:
        """Return what comes of some findings; refuse them where there is no time left."""
        if self.spent > SECONDS:
            mine = (found for one in self.part.attempt.rewrites for found in one.findings if found.fingerprint in only)
            because = "what fails in its file takes too long to find"
            return Attempt(refused=tuple(Refusal(found, because) for found in mine))
        started = time.process_time()
        try:
            return self.again(only)
        finally:
            self.spent += time.process_time() - started


def _attempted(examined: Iterable[Examined], orders: Orders) -> Iterator[_Attempted]:
    by_slug = {codemod.slug(): codemod for codemod in of_files(orders.codemods)}
    for one in examined:
        for part in one.parts:
            again = partial(attempt, one.source, by_slug[part.codemod], part.safety)
            yield _Attempted(by_slug[part.codemod], part, again, _Brief(again, part))


@dataclass(frozen=True, slots=True)
class _Jointly:
    """What a codemod found in a whole project, and what became of it."""

    corpus: Corpus
    codemod: ProjectCodemod
    survey: Survey
    parts: tuple[Part, ...]

    def attempted(self) -> Iterator[_Attempted]:
        for part in self.parts:
            again = partial(attempt_jointly, self.corpus, self.codemod, part.safety, found=self.survey)
            yield _Attempted(self.codemod, part, again, partial(again, settle=False))


def _surveyed(codemods: Sequence[ProjectCodemod], project: Whole, orders: Orders) -> list[_Jointly]:
    if not codemods:
        return []
    corpus = project()
    done = jointly(partial(_tried_jointly, orders), corpus, codemods, lambda broken: (Survey(broken=broken), ()))
    return [_Jointly(corpus, codemod, *one) for codemod, one in zip(codemods, done, strict=True)]


def _tried_jointly(orders: Orders, corpus: Corpus, codemod: ProjectCodemod) -> tuple[Survey, tuple[Part, ...]]:
    found = survey(corpus, codemod)
    parts = tuple(tried(orders, found.findings, corpus.files, partial(attempt_jointly, corpus, codemod, found=found)))
    corpus.forget()
    return found, parts


def _attempted_otherwise(corpus: Corpus, codemod: TextCodemod, heard: Heard, orders: Orders) -> Iterator[_Attempted]:
    attempt = partial(attempt_otherwise, corpus, codemod, heard=heard)
    for part in tried(orders.together(heard.firsts), heard.findings, corpus.files, attempt):
        again = partial(attempt, part.safety)
        yield _Attempted(codemod, part, again, partial(again, settle=False), heard.firsts)


def _left(finding: Finding, limit: Safety) -> str:
    """Say why a finding was not even tried."""
    return (
        f"its safety is {finding.safety}, and no more than {limit} is asked for" if finding.fixable else finding.message
    )


def _ordered(refused: Iterable[Refusal]) -> list[Refusal]:
    return sorted(refused, key=lambda refusal: (refusal.finding.path, refusal.finding.line))


def _changes(good: Iterable[Good]) -> tuple[Change, ...]:
    groups: dict[tuple[str, str, Lane], list[Tried]] = {}
    for one in (each.tried for each in good):
        safety = "" if one.lane.branch else one.safety  # an open pull request is one change, however daring
        groups.setdefault((one.codemod.slug(), safety, one.lane), []).append(one)
    return tuple(_change(slug, lane, inside) for (slug, _, lane), inside in sorted(groups.items(), key=itemgetter(0)))


def _change(slug: str, lane: Lane, inside: Sequence[Tried]) -> Change:
    rewrites = sorted((rewrite for one in inside for rewrite in one.rewrites), key=lambda rewrite: rewrite.path)
    found = {finding.safety for one in inside for finding in one.findings} if lane.branch else {inside[0].safety}
    return Change(slug, max(found, key=list(Safety).index), tuple(rewrites), lane.branch)


def _opinions(good: Iterable[Good]) -> dict[Key, ruff.Opinion]:
    return {
        (one.tried.codemod.slug(), rewrite): opinion
        for one in good
        for rewrite, opinion in zip(one.tried.rewrites, one.opinions, strict=True)
    }
