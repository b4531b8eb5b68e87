"""Writes the pull request of a shard from what a run has found out; it touches nothing outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fixbot.codemod import Recipe
from fixbot.model import Base, PullRequestPlan, Refusal
from fixbot.plan import Shard
from fixbot.prepare import Prepared
from fixbot.render import Check, Facts, plural, pull_request
from fixbot.shell.ruff import Opinion
from fixbot.verify import RUNGS


class Writer:
    """Knows what every pull request of one run says.

    Args:
        base: what the commits stand on.
        codemods: the codemods of the run.
        prepared: what ruff said of each rewrite.
        refused: what was not rewritten, and why.
        labels: the labels of every pull request.
        verify_command: the operator's own check, None where there is none.
    """

    def __init__(
        self,
        base: Base,
        codemods: Sequence[Recipe],
        prepared: Prepared,
        refused: Sequence[Refusal],
        *,
        labels: Sequence[str],
        verify_command: str | None,
    ) -> None:
        self._base, self._prepared, self._refused = base, prepared, refused
        self._codemods = {codemod.slug(): codemod for codemod in codemods}
        self._labels, self._verify_command = labels, verify_command

    def plan(self, shard: Shard) -> PullRequestPlan:
        """Return the pull request as it should be."""
        codemod = self._codemods[shard.change.codemod]
        mine = tuple(r for r in self._refused if r.finding.codemod == shard.change.codemod)
        options = "".join(
            f" --set {codemod.slug()}.{name}={value}" for name, value in codemod.chosen_otherwise().items()
        )
        command = f"fixbot fix --select {shard.change.codemod} --safety {shard.change.safety}{options} --diff"
        facts = Facts(mine, tuple(self._checks(shard)), command)
        return pull_request(shard, codemod, self._base, facts, self._labels)

    def _checks(self, shard: Shard) -> Iterator[Check]:
        """Give the figures of this shard's own files."""
        files, findings = len(shard.change.rewrites), len(shard.change.findings)
        yield Check(f"findings of {shard.change.codemod}", str(findings), "0")
        yield Check(RUNGS, "—", plural(files, "file"))
        opinions = self._prepared.opinions_of(shard.change)
        yield from lint_checks(opinions)
        reformatted = sum(opinion.formatted is not None for opinion in opinions)
        yield Check("was formatted and is formatted again", "—", plural(reformatted, "file"))
        if self._verify_command is not None:
            yield Check(self._verify_command, "passes", "passes")


def lint_checks(opinions: Sequence[Opinion]) -> Iterator[Check]:
    """Give ruff's count of everything, and of each rule whose count changed."""
    before = [found for opinion in opinions for found in opinion.before]
    after = [found for opinion in opinions for found in opinion.after]
    yield Check("ruff, all rules", plural(len(before), "complaint"), plural(len(after), "complaint"))
    for rule in sorted({found.code for found in (*before, *after)}):
        counts = [sum(found.code == rule for found in side) for side in (before, after)]
        if counts[0] != counts[1]:
            yield Check(f"ruff {rule}", str(counts[0]), str(counts[1]))
