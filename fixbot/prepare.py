"""From files to changes that hold: inspects and rewrites in parallel, asks ruff, and bisects what ruff refuses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fixbot.attempt import attempt
from fixbot.codemod import Codemod, Safety
from fixbot.examine import Examined, Orders, examine, look
from fixbot.model import (
    Change,
    Refusal,
    Refused,
    Rewrite,
    ScanReport,
    Skipped,
    SourceFile,
    Verdict,
)
from fixbot.shell import ruff
from fixbot.shell.workers import spread
from fixbot.verify import climb, verify

#: Wraps what is being worked through, so that a person can see how far it is: (items, how many, of what).
Progress = Callable[[Iterable[Examined], int, str], Iterable[Examined]]


def silent(items: Iterable[Examined], total: int, what: str) -> Iterable[Examined]:
    """Show nothing."""
    del total, what
    return items


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


def scan(
    sources: Iterable[SourceFile | Skipped],
    codemods: Sequence[Codemod],
    *,
    jobs: int,
    progress: Progress = silent,
) -> ScanReport:
    """Return every finding in some files; nothing is rewritten."""
    started = time.perf_counter()
    files, skipped, interesting = _sorted_out(sources, codemods)
    seen = spread(partial(look, codemods), interesting, jobs=jobs)
    return _report(files, skipped, progress(seen, len(interesting), "Reading"), started)[0]


def prepare(
    sources: Iterable[SourceFile | Skipped],
    orders: Orders,
    *,
    jobs: int,
    style: ruff.Style,
    progress: Progress = silent,
) -> Prepared:
    """Rewrite files, climb the ladder, and return what holds and what does not."""
    started = time.perf_counter()
    files, skipped, interesting = _sorted_out(sources, () if orders.survey else orders.codemods)
    seen = spread(partial(examine, orders), interesting, jobs=jobs)
    report, examined = _report(files, skipped, progress(seen, len(interesting), "Rewriting"), started)
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
    refused += [Refusal(f, f.message) for f in report.findings if not f.fixable]
    report = replace(report, broken=report.broken + tuple(broken), seconds=time.perf_counter() - started)
    opinions = {_place(one): opinion for one, opinion in good}
    return Prepared(report, _changes([one for one, _ in good]), tuple(_ordered(refused + more_refused)), opinions)


def _sorted_out(
    sources: Iterable[SourceFile | Skipped], codemods: Sequence[Codemod]
) -> tuple[int, list[Skipped], list[SourceFile]]:
    """Count the files and keep those that some codemod may be interested in; all of them where none is given."""
    files, skipped, interesting = 0, [], []
    patterns = [codemod.pattern.search for codemod in codemods]
    for source in sources:
        files += 1
        if isinstance(source, Skipped):
            skipped.append(source)
        elif not patterns or any(search(source.content) for search in patterns):
            interesting.append(source)
    return files, skipped, interesting


def _report(
    files: int, skipped: list[Skipped], seen: Iterable[Examined], started: float
) -> tuple[ScanReport, list[Examined]]:
    examined = list(seen)
    looked = [one.inspection for one in examined]
    all_skipped = [*skipped, *(one.skipped for one in looked if one.skipped is not None)]
    report = ScanReport(
        findings=tuple(finding for one in looked for finding in one.findings),
        skipped=tuple(sorted(all_skipped, key=lambda skip: skip.path)),
        files=files,
        parsed=sum(one.parsed for one in looked),
        seconds=time.perf_counter() - started,
        broken=tuple(broken for one in looked for broken in one.broken),
    )
    return report, examined


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
