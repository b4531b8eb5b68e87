"""Writes the pull request of a shard from what a run has found out; it touches nothing outside."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from fixbot.chatops.outcome import Unseen
from fixbot.codemod import Recipe
from fixbot.codemod.tickets import TicketCodemod
from fixbot.fitting import named, plural
from fixbot.lifecycle.memory import Memory
from fixbot.model import Base, People, PullRequestPlan, Refusal
from fixbot.notes import notes
from fixbot.plan import Shard
from fixbot.prepare import Prepared
from fixbot.render import Check, Facts, pull_request
from fixbot.settings import Settings
from fixbot.shell.ruff import Opinion
from fixbot.verify import rungs

_MOST_OWNERS = 5
_ALL_RULES = "ruff, all rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The issue that a run is about: `fixes` where one pull request holds all it asked for, `left` what that lacks.

    `unseen` is what nobody looked at, and `parts` are the branches with what was asked for.
    """

    issue: int = 0
    fixes: bool = False
    left: tuple[Refusal, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    parts: tuple[str, ...] = ()

    def beside(self, branch: str) -> tuple[Unseen, ...]:
        """Return what was asked for and is not in the pull request from a branch, beyond `left`."""
        others = (part for part in self.parts if part != branch)
        return (*self.unseen, *(Unseen(part, "it comes in a pull request of its own") for part in others))


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Knows what every pull request of one run says.

    Attributes:
        base: what the commits stand on.
        codemods: the codemods of the run.
        prepared: what ruff said of each rewrite.
        refused: what was not rewritten, and why.
        settings: labels, reviewers, assignees and the rest.
        owners: gives the owners of a path.
        memory: what the pull requests of earlier runs tell.
        verify_command: the operator's own check, None where there is none.
        asked: the issue that the run is about.
    """

    base: Base
    codemods: Sequence[Recipe]
    prepared: Prepared
    refused: Sequence[Refusal]
    settings: Settings
    owners: Callable[[str], tuple[str, ...]]
    memory: Memory
    verify_command: str | None = None
    asked: Claim = Claim()

    def plan(self, shard: Shard) -> PullRequestPlan:
        """Return the pull request as it should be."""
        codemod = next(each for each in self.codemods if each.slug() == shard.change.codemod)
        merged = self.memory.merged
        seen = {merged[f.fingerprint].number for f in shard.change.findings if f.fingerprint in merged}
        asked = self._asked(shard)
        facts = Facts(
            tuple(r for r in self.refused if r.finding.codemod == shard.change.codemod),
            tuple(self._checks(shard, codemod)),
            self._command(shard, codemod),
            issue=asked.issue,
            fixes=asked.fixes,
            left=asked.left,
            unseen=[(one.what, one.because) for one in asked.beside(shard.branch)],
            seen_before=sorted(seen),
        )
        plan = pull_request(shard, codemod, self.base, facts, self._people(shard))
        found = notes(shard.change) if self.settings.evidence != "body" else ()
        return replace(plan, notes=found, issue=asked.issue, fixes=asked.fixes)

    def _asked(self, shard: Shard) -> Claim:
        """Return the issue of this run, or the one that the shard's open pull request was asked for in."""
        pull = self.memory.open_on(shard.change.lane) if shard.change.lane else None
        marker = pull.marker if pull is not None else None
        if marker is None:
            return self.asked if self.asked.issue else self._inherited(shard)
        if self.asked.issue and marker.issue == self.asked.issue:
            return self.asked
        is_whole = {finding.fingerprint for finding in shard.change.findings}.issuperset(marker.findings)
        return Claim(issue=marker.issue, fixes=marker.fixes and is_whole)

    def _inherited(self, shard: Shard) -> Claim:
        """Return the issue of the pull request that was split into this one and others."""
        mine = {finding.fingerprint for finding in shard.change.findings}
        parents = (p.marker for p in self.memory.pulls if p.marker and p.marker.split and mine & set(p.fingerprints))
        return Claim(issue=next((marker.issue for marker in parents if marker.issue), 0))

    def _command(self, shard: Shard, codemod: Recipe) -> str:
        options = "".join(
            f" --set {codemod.slug()}.{name}={value}" for name, value in codemod.chosen_otherwise().items()
        )
        own = " --codemods DIR" if codemod.own else ""  # where an operator keeps them is nobody's business
        if isinstance(codemod, TicketCodemod):  # the numbers that it writes are the forge's
            return f"fixbot run --dry-run --select {shard.change.codemod}{options}"
        return f"fixbot fix{own} --select {shard.change.codemod} --safety {shard.change.safety}{options} --diff"

    def _people(self, shard: Shard) -> People:
        owners = Counter(owner for rewrite in shard.change.rewrites for owner in self.owners(rewrite.path))
        known = [owner for owner, _ in owners.most_common(_MOST_OWNERS)]
        reviewers = [who for word in self.settings.reviewers for who in (known if word == "codeowners" else [word])]
        return People(
            labels=self.settings.labels,
            reviewers=tuple(dict.fromkeys(reviewers)),
            assignees=self.settings.assignees,
            draft=self.settings.draft,
        )

    def _checks(self, shard: Shard, codemod: Recipe) -> Iterator[Check]:
        """Give the figures of this shard's own files."""
        files, findings = len(shard.change.rewrites), len(shard.change.findings)
        yield Check(f"findings of {shard.change.codemod}", str(findings), "0")
        yield Check(rungs(codemod), "—", plural(files, "file"))
        opinions = self.prepared.opinions_of(shard.change)
        yield from lint_checks(opinions)
        reformatted = sum(opinion.formatted is not None for opinion in opinions)
        yield Check("was formatted and is formatted again", "—", plural(reformatted, "file"))
        if self.verify_command is not None:
            yield Check(f"the operator's own check ({named(_program(self.verify_command))})", "passes", "passes")


def _program(command: str) -> str:
    """Return the name of the program that a command starts: its arguments may hold paths and secrets."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    return PurePath(words[0]).name if words else "command"


def lint_checks(opinions: Sequence[Opinion]) -> Iterator[Check]:
    """Give ruff's count of everything, and of each rule whose count changed."""
    for what, before, after in lint_figures(opinions):
        noun = "complaint" if what == _ALL_RULES else ""
        yield Check(what, *(plural(count, noun) if noun else str(count) for count in (before, after)))


def lint_figures(opinions: Sequence[Opinion]) -> Iterator[tuple[str, int, int]]:
    """Give what ruff counts before and after: everything, and each rule whose count changed."""
    before = [found for opinion in opinions for found in opinion.before]
    after = [found for opinion in opinions for found in opinion.after]
    yield _ALL_RULES, len(before), len(after)
    for rule in sorted({found.code for found in (*before, *after)}):
        counts = [sum(found.code == rule for found in side) for side in (before, after)]
        if counts[0] != counts[1]:
            yield f"ruff {rule}", counts[0], counts[1]
