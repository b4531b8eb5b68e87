"""What is done to one file, whole and alone, so that any number of processes can share the files; it only computes."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial

from fixbot.analysis.compiling import compile_error
from fixbot.attempt import Attempt, attempt
from fixbot.codemod import Recipe, Safety
from fixbot.codemod.contract import of_files
from fixbot.engine import inspect
from fixbot.model import Finding, Inspection, Refusal, Scope, Skipped, SourceFile

#: Rewrites some findings within a safety, by their fingerprints; None stands for all.
Try = Callable[[Safety, frozenset[str] | None], Attempt]


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """Findings that are rewritten together and apart from all others.

    `branch` is that of the open pull request that has them, empty for none. `alone` is the fingerprint of the one
    finding that is rewritten by itself (with its twins, see `tried`); empty for all that have no lane of their own.
    """

    branch: str = ""
    alone: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What became of the findings of one codemod within one safety and one lane."""

    codemod: str
    safety: Safety
    lane: Lane
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Examined:
    """One file with what was found and what was tried."""

    source: SourceFile
    inspection: Inspection
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Orders:
    """What to do to every file.

    `left` maps fingerprints to the reason why they are not rewritten. `survey` also names files that Python cannot
    compile though no codemod is interested in them. `scope` is what the run is restricted to, None for everything.

    `apart` gives each safety and each lane an attempt of its own, because each becomes a pull request of its own.
    `lanes` maps fingerprints to the branch of the open pull request that has them. Of those that have none, `each`
    gives every finding an attempt of its own, and `parted` names the ones that get it anyhow. `firsts` maps the
    fingerprints of findings that cannot be rewritten apart to that of the first of them.
    """

    codemods: tuple[Recipe, ...]
    limit: Safety = Safety.REVIEW
    left: Mapping[str, str] = field(default_factory=dict)
    apart: bool = False
    survey: bool = False
    lanes: Mapping[str, str] = field(default_factory=dict)
    scope: Scope | None = None
    each: bool = False
    parted: Collection[str] = frozenset()
    firsts: Mapping[str, str] = field(default_factory=dict)

    def asks_for(self, finding: Finding) -> bool:
        """Say whether a finding is in the scope of the run."""
        return self.scope is None or self.scope.holds(finding)

    def lane_of(self, finding: Finding) -> Lane:
        """Return the lane in which a finding is rewritten."""
        branch = self.lanes.get(finding.fingerprint, "") if self.apart else ""
        first = self.firsts.get(finding.fingerprint, finding.fingerprint)
        alone = self.apart and not branch and (self.each or finding.fingerprint in self.parted)
        return Lane(branch, first if alone else "")

    def together(self, firsts: Mapping[str, str]) -> Orders:
        """Return the orders for findings some of which cannot be rewritten apart: what holds for one holds for all.

        Args:
            firsts: the fingerprint of the first of them for that of each.
        """
        units: dict[str, list[str]] = {}
        for fingerprint, first in firsts.items():
            units.setdefault(first, []).append(fingerprint)
        lanes, left, parted = dict[str, str](), dict[str, str](), set(self.parted)
        for inside in (inside for inside in units.values() if len(inside) > 1):
            for known, found in ((self.lanes, lanes), (self.left, left)):
                held = next((known[fingerprint] for fingerprint in inside if fingerprint in known), None)
                found.update(dict.fromkeys(inside, held) if held is not None else {})
            parted |= set(inside) if parted.intersection(inside) else set()
        return replace(
            self,
            lanes=ChainMap(lanes, self.lanes),  # type: ignore[arg-type]  # it is only read
            left=ChainMap(left, self.left),  # type: ignore[arg-type]  # as above
            parted=frozenset(parted),
            firsts=firsts,
        )


def examine(orders: Orders, source: SourceFile) -> Examined:
    """Inspect one file and try each codemod on it that looks at single files."""
    codemods = of_files(orders.codemods)
    inspection = inspect(source, codemods, whole=True)
    if not inspection.parsed:
        return Examined(_light(source), _surveyed(inspection, source) if orders.survey else inspection)
    parts = tuple(
        part
        for codemod in codemods
        for part in tried(
            orders, _of(inspection, codemod), {source.path: source.content}, partial(attempt, source, codemod)
        )
    )
    return Examined(source if inspection.findings else _light(source), inspection, parts)


def _light(source: SourceFile) -> SourceFile:
    """Forget bytes that nobody needs any more, so that they do not travel between processes."""
    return SourceFile(source.path, b"")


def _surveyed(inspection: Inspection, source: SourceFile) -> Inspection:
    if inspection.skipped is not None or (because := compile_error(source.content)) is None:
        return inspection
    return Inspection(source.path, skipped=Skipped(source.path, "unparsable", because))


def _of(inspection: Inspection, codemod: Recipe) -> list[Finding]:
    return [finding for finding in inspection.findings if finding.codemod == codemod.slug()]


def tried(orders: Orders, found: Iterable[Finding], files: Mapping[str, bytes], attempt: Try) -> Iterator[Part]:
    """Try what is ordered of the findings of one codemod.

    What is out of scope is passed over, unless an open pull request has it: whether that pull request is of the scope
    shows only when all files are seen (see `lanes_in_scope`). Twins are never alone: their fingerprints count which
    of them comes first, so that the second would be taken for the first as soon as that is merged.

    Args:
        orders: what to do.
        found: the codemod's findings.
        files: the content of each file that has one.
        attempt: rewrites some of them within a safety, by their fingerprints; None stands for all.
    """
    within = [finding for finding in found if finding.safety.within(orders.limit)]
    firsts = _firsts(within, files) if orders.each or orders.parted else {}
    groups: dict[tuple[Lane, Safety], list[Finding]] = {}
    for finding in within:
        lane = orders.lane_of(finding)
        if lane.branch or orders.asks_for(finding):
            lane = replace(lane, alone=firsts.get(lane.alone, ""))
            groups.setdefault((lane, _safety(orders, lane, finding)), []).append(finding)
    for (lane, safety), mine in groups.items():
        refused = tuple(Refusal(f, orders.left[f.fingerprint]) for f in mine if f.fingerprint in orders.left)
        wanted = frozenset(f.fingerprint for f in mine if f.fingerprint not in orders.left)
        everything = not orders.apart and len(wanted) == len(within)
        done = attempt(safety, None if everything else wanted) if wanted else Attempt()
        yield Part(mine[0].codemod, safety, lane, Attempt(done.rewrites, refused + done.refused, done.broken))


def _firsts(found: Iterable[Finding], files: Mapping[str, bytes]) -> dict[str, str]:
    """Map each fingerprint to that of the first finding with the same text in the same definition."""
    firsts: dict[tuple[str, str, bytes], str] = {}
    lines = cache(lambda path: files[path].splitlines())
    texts = ((f, b" ".join(b" ".join(lines(f.path)[f.line - 1 : f.end_line]).split())) for f in found)
    return {f.fingerprint: firsts.setdefault((f.path, f.qualname, text), f.fingerprint) for f, text in texts}


def _safety(orders: Orders, lane: Lane, finding: Finding) -> Safety:
    """Return the limit of a finding's attempt; an open pull request keeps its findings whatever they are by now."""
    return finding.safety if orders.apart and not lane.branch else orders.limit


def lanes_in_scope(orders: Orders, found: Iterable[Finding]) -> frozenset[str]:
    """Return the branches that have something to do with the run: those of which a finding is in its scope.

    Such a lane is rewritten whole, because its pull request would lose what is out of scope else.
    """
    return frozenset(orders.lane_of(finding).branch for finding in found if orders.asks_for(finding))
