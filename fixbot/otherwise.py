"""Tries what another tool would change: all of it together, else what holds by itself; it only computes."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import bindings
from fixbot.attempt import Attempt
from fixbot.codemod import Corpus, Safety
from fixbot.codemod.patches import TextCodemod
from fixbot.engine.patching import Heard, Patched, Told, hear, patched
from fixbot.engine.wanted import Wanted
from fixbot.model import Broken, Refusal, Rewrite, SourceFile
from fixbot.verify import climb


def attempt_otherwise(
    corpus: Corpus,
    codemod: TextCodemod,
    limit: Safety,
    only: Collection[str] | None = None,
    *,
    heard: Heard | None = None,
    settle: bool = True,
) -> Attempt:
    """Apply what a tool would change to a project, and climb the ladder as far as it goes without a linter.

    Args:
        corpus: the project as it is.
        codemod: what runs the tool.
        limit: the most daring safety that is rewritten.
        only: fingerprints of the findings to rewrite; None takes all.
        heard: what the tool told of the project, where it was asked already.
        settle: whether the tool is asked about the result; what is tried without must be tried again with it.
    """
    heard = heard or hear(corpus, codemod)
    if heard.broken is not None:
        return Attempt(broken=heard.broken)
    trying = _Trying(corpus, codemod, heard, limit, settle=settle)
    return trying.attempt(list(trying.chosen(only)))


@dataclass(slots=True)
class _Trying:
    corpus: Corpus
    codemod: TextCodemod
    heard: Heard
    limit: Safety
    settle: bool
    refused: list[Refusal] = field(default_factory=list)
    broken: Broken | None = None

    def chosen(self, only: Collection[str] | None) -> Iterator[Told]:
        """Yield the patches that are wanted whole; those that are wanted in part are refused."""
        for one in self.heard.told:
            mine = [f for f in one.findings if f.safety.within(self.limit) and (only is None or f.fingerprint in only)]
            missing = next((finding for finding in one.findings if finding not in mine), None)
            if mine and missing is None:
                yield one
            elif mine and missing is not None:
                because = f"{missing.path}:{missing.line} has to change with it, and is not to be rewritten here"
                self.refused += [Refusal(finding, because) for finding in mine]

    def attempt(self, chosen: list[Told]) -> Attempt:
        """Return what holds: all together; else, where that fails, what holds alone, as much of it as goes together."""
        held, tried = chosen, list[Told]()
        made, failed = self._tried(held)
        while failed:
            bad = [one for one in held if one.paths & failed.keys()]
            new = [one for one in bad if one not in tried]
            if not new:
                self._refuse(bad, failed)
            sound = [one for one in new if self._holds_alone(one, bad, failed)]
            tried += new
            held = [one for one in held if one not in bad or one in sound]
            made, failed = self._tried(held)
        self.refused += made.refused
        in_order = sorted(self.refused, key=lambda refusal: (refusal.finding.path, refusal.finding.line))
        return Attempt(tuple(made.rewrites), tuple(in_order), self.broken)

    def _holds_alone(self, one: Told, bad: Sequence[Told], failed: dict[str, str]) -> bool:
        """Say whether a patch holds by itself; where it does not, the reason is kept."""
        why = self._tried([one])[1] if any(each is not one and each.paths & one.paths for each in bad) else failed
        if why:
            self._refuse([one], why)
        return not why

    def _refuse(self, told: Sequence[Told], failed: dict[str, str]) -> None:
        for one in told:
            path = next(path for path in sorted(failed) if path in one.paths)
            alone = len({splice.path for splice in one.patch.splices}) == 1
            because = failed[path] if alone else f"{path}: {failed[path]}"
            self.refused += [Refusal(finding, because) for finding in one.findings]

    def _tried(self, chosen: Sequence[Told]) -> tuple[Patched, dict[str, str]]:
        """Apply some patches; also return the files that do not hold, with the reasons."""
        made = patched(self.corpus, chosen)
        climbed = {rewrite.path: climb(rewrite, self.codemod, self.limit) for rewrite in made.rewrites}
        failed = {path: because for path, because in climbed.items() if because is not None}
        if made.rewrites and not failed:
            failed = self._lost(made.rewrites) or (self._unsettled(made) if self.settle else {})
        return made, failed

    def _lost(self, rewrites: Sequence[Rewrite]) -> dict[str, str]:
        """Return the files that lose a name of theirs which another file still asks them for."""
        after = self.corpus.changed({rewrite.path: rewrite.after for rewrite in rewrites})
        asked = Wanted(after, {})
        lost = {}
        for rewrite in rewrites:
            gone = sorted(_names(rewrite.path, rewrite.before) - _names(rewrite.path, rewrite.after))
            name = next((name for name in gone if asked.by_others(rewrite.path, name)), None)
            if name is not None:
                lost[rewrite.path] = f"loses the name {name}, which another file still asks it for"
        after.forget()
        return lost

    def _unsettled(self, made: Patched) -> dict[str, str]:
        """Ask the tool about the result: nothing may be open that was not open before."""
        changed = {rewrite.path: rewrite.after for rewrite in made.rewrites}
        after = hear(self.corpus.changed(changed), self.codemod, sorted(changed))
        broken = next((each for one in after.looked for each in one.broken), after.broken)
        if broken is not None:
            self.broken = self.broken or broken
            paths = {broken.path} if broken.path in changed else changed.keys()
            return dict.fromkeys(paths, "the codemod breaks on what it wrote")
        left, still = self.heard.open(self.limit), after.open(self.limit)
        for one in made.done:
            left.subtract(finding.path for finding in one.findings)
        return {
            path: f"does not settle: {still[path]} findings after the rewrite, {max(left[path], 0)} expected"
            for path in changed
            if still[path] > max(left[path], 0)
        }


def _names(path: str, content: bytes) -> set[str]:
    """Return the names that a file binds for others."""
    module = parse(SourceFile(path, content))
    return set(bindings(module.tree)) if isinstance(module, Module) and isinstance(module.tree, ast.Module) else set()
