"""From files to changes that hold: inspects and rewrites in parallel, asks ruff, and bisects what ruff refuses."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import length_hint

from fixbot.attempt import attempt
from fixbot.codemod import Codemod, Safety
from fixbot.examine import Examined, Orders, examine
from fixbot.model import (
    Change,
    Finding,
    Refusal,
    Refused,
    Rewrite,
    ScanReport,
    Skipped,
    SourceFile,
    Verdict,
)
from fixbot.scan import Progress, Read, Source, Task, report, silent, worked_through
from fixbot.shell import ruff
from fixbot.verify import climb, verify

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


@dataclass(frozen=True, slots=True)
class _Tried:
    source: SourceFile
    codemod: Codemod
    safety: Safety
    rewrite: Rewrite


def prepare(
    sources: Iterable[Source],
    orders: Orders,
    *,
    jobs: int,
    style: ruff.Style,
    read: Read | None = None,
    progress: Progress = silent,
) -> Prepared:
    """Rewrite files, climb the ladder, and return what holds and what does not.

    Args:
        sources: the files.
        orders: what to do to each.
        jobs: processes at once.
        style: what the project asks of ruff.
        read: reads the files that are given by their path.
        progress: shows how far it is.
    """
    started = time.perf_counter()
    task = Task(partial(examine, orders), () if orders.survey else orders.codemods, read)
    seen = list(progress(worked_through(sources, task, jobs), length_hint(sources), "Rewriting"))
    examined = [one for one in seen if isinstance(one, Examined)]
    skipped = [one for one in seen if isinstance(one, Skipped)]
    found = report([one.inspection for one in examined], skipped, files=len(seen), started=started)
    by_slug = {codemod.slug(): codemod for codemod in orders.codemods}
    tried = [
        _Tried(one.source, by_slug[slug], safety, done.rewrite)
        for one in examined
        for slug, safety, done in one.attempts
        if done.rewrite is not None
    ]
    refused = [refusal for one in examined for _, _, done in one.attempts for refusal in done.refused]
    broken = [done.broken for one in examined for _, _, done in one.attempts if done.broken is not None]
    good, more_refused = _asked(tried, style)
    refused += [Refusal(f, _left(f, orders.limit)) for f in found.findings if not f.safety.within(orders.limit)]
    found = replace(found, broken=found.broken + tuple(broken), seconds=time.perf_counter() - started)
    opinions = {_place(one): opinion for one, opinion in good}
    return Prepared(found, _changes([one for one, _ in good]), tuple(_ordered(refused + more_refused)), opinions)


def _left(finding: Finding, limit: Safety) -> str:
    """Say why a finding was not even tried."""
    return (
        f"its safety is {finding.safety}, and no more than {limit} is asked for" if finding.fixable else finding.message
    )


def _ordered(refused: Iterable[Refusal]) -> list[Refusal]:
    return sorted(refused, key=lambda refusal: (refusal.finding.path, refusal.finding.line))


def _changes(good: Sequence[_Tried]) -> tuple[Change, ...]:
    groups: dict[tuple[str, Safety], list[Rewrite]] = {}
    for one in good:
        groups.setdefault((one.codemod.slug(), one.safety), []).append(one.rewrite)
    return tuple(Change(slug, safety, tuple(rewrites)) for (slug, safety), rewrites in sorted(groups.items()))


def _asked(tried: Sequence[_Tried], style: ruff.Style) -> tuple[list[tuple[_Tried, ruff.Opinion]], list[Refusal]]:
    """Ask ruff about all rewrites at once; ask once more about the parts of those that it refuses."""
    verdicts = _verdicts(tried, style)
    good = [(one, opinion) for one, verdict, opinion in verdicts if not isinstance(verdict, Refused)]
    bad = [(one, verdict) for one, verdict, _ in verdicts if isinstance(verdict, Refused)]
    refused = [Refusal(f, v.because) for one, v in bad if len(one.rewrite.findings) == 1 for f in one.rewrite.findings]
    whole = [one for one, _ in bad if len(one.rewrite.findings) > 1]
    if whole:
        again, more = _bisected(whole, style)
        good += again
        refused += more
    return sorted(good, key=lambda pair: _place(pair[0])), refused


def _place(one: _Tried) -> Key:
    return one.codemod.slug(), one.safety, one.rewrite.path


def _verdicts(tried: Sequence[_Tried], style: ruff.Style) -> list[tuple[_Tried, Verdict, ruff.Opinion]]:
    opinions = ruff.ask([one.rewrite for one in tried], style)
    found = []
    for one, opinion in zip(tried, opinions, strict=True):
        verdict = verify(one.rewrite, one.codemod, opinion.before, opinion.after)
        neat = _formatted(one, opinion)
        found.append((neat, verdict, opinion))
    return found


def _formatted(one: _Tried, opinion: ruff.Opinion) -> _Tried:
    """Take over what the formatter made of a file that was formatted before, if that still holds."""
    if opinion.formatted is None:
        return one
    neat = replace(one.rewrite, after=opinion.formatted)
    return one if climb(neat, one.codemod, one.safety) is not None else replace(one, rewrite=neat)


def _bisected(whole: Sequence[_Tried], style: ruff.Style) -> tuple[list[tuple[_Tried, ruff.Opinion]], list[Refusal]]:
    """Try each finding alone, then those that hold together; no finding is lost on the way."""
    alone, refused = _attempts([(one, frozenset({f.fingerprint})) for one in whole for f in one.rewrite.findings])
    holding, more = _held(alone, style)
    wanted: dict[Key, set[str]] = {}
    for part, _ in holding:
        wanted.setdefault(_place(part), set()).update(f.fingerprint for f in part.rewrite.findings)
    joined, apart = _attempts([(one, frozenset(wanted[_place(one)])) for one in whole if _place(one) in wanted])
    good, last = _held(joined, style)
    return good, [*refused, *more, *apart, *last]


def _attempts(chosen: Iterable[tuple[_Tried, frozenset[str]]]) -> tuple[list[_Tried], list[Refusal]]:
    """Rewrite some findings of some files; return what holds without a linter, and what does not."""
    done = [(one, attempt(one.source, one.codemod, one.safety, only)) for one, only in chosen]
    held = [replace(one, rewrite=part.rewrite) for one, part in done if part.rewrite is not None]
    return held, [refusal for _, part in done for refusal in part.refused]


def _held(tried: Sequence[_Tried], style: ruff.Style) -> tuple[list[tuple[_Tried, ruff.Opinion]], list[Refusal]]:
    """Ask ruff; return what it has nothing against, and the findings of the rest."""
    verdicts = _verdicts(tried, style)
    good = [(one, opinion) for one, verdict, opinion in verdicts if not isinstance(verdict, Refused)]
    bad = [(one, verdict) for one, verdict, _ in verdicts if isinstance(verdict, Refused)]
    return good, [Refusal(finding, verdict.because) for one, verdict in bad for finding in one.rewrite.findings]
