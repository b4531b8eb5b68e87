"""Tries one codemod on one file, and where the whole file fails, finding by finding; it only computes."""

from __future__ import annotations

from dataclasses import dataclass

from fixbot.codemod import Codemod, Safety
from fixbot.engine import rewrite
from fixbot.model import Broken, Finding, Outcome, Refusal, Rewrite, SourceFile, Untouched
from fixbot.verify import climb


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one file or project: the rewrites that hold so far, what was refused, and what broke."""

    rewrites: tuple[Rewrite, ...] = ()
    refused: tuple[Refusal, ...] = ()
    broken: Broken | None = None

    @property
    def rewrite(self) -> Rewrite | None:
        """The one rewrite of a single file, None where there is none."""
        return next(iter(self.rewrites), None)


def attempt(source: SourceFile, codemod: Codemod, limit: Safety, only: frozenset[str] | None = None) -> Attempt:
    """Rewrite one file and climb the ladder as far as it goes without a linter.

    Args:
        source: the file as it is.
        codemod: what to apply.
        limit: the most daring safety that is rewritten.
        only: fingerprints of the findings to rewrite; None takes all.
    """
    outcome = rewrite(source, codemod, limit=limit, only=only)
    whole = _judged(outcome, codemod, limit)
    if whole.rewrite is not None or whole.broken is not None:
        return whole
    findings = _findings_of(outcome)
    if len(findings) <= 1:
        return whole
    return combine(source, codemod, limit, [_alone(source, codemod, limit, finding) for finding in findings])


def _alone(source: SourceFile, codemod: Codemod, limit: Safety, finding: Finding) -> Attempt:
    return _judged(rewrite(source, codemod, limit=limit, only={finding.fingerprint}), codemod, limit)


def combine(source: SourceFile, codemod: Codemod, limit: Safety, alone: list[Attempt]) -> Attempt:
    """Put together the findings that hold one by one; where they do not hold together, none is rewritten."""
    refused = tuple(refusal for one in alone for refusal in one.refused)
    good = [finding for one in alone if one.rewrite is not None for finding in one.rewrite.findings]
    if not good:
        return Attempt((), refused)
    only = frozenset(finding.fingerprint for finding in good)
    together = _judged(rewrite(source, codemod, limit=limit, only=only), codemod, limit)
    return Attempt(together.rewrites, refused + together.refused, together.broken)


def _judged(outcome: Outcome, codemod: Codemod, limit: Safety) -> Attempt:
    match outcome:
        case Rewrite(findings=findings, declined=declined):
            because = climb(outcome, codemod, limit)
            if because is None:
                return Attempt((outcome,), declined)
            return Attempt((), tuple(Refusal(finding, because) for finding in findings) + declined)
        case Untouched(reason=reason, findings=findings):
            return Attempt((), tuple(Refusal(finding, reason) for finding in findings))
        case Broken():
            return Attempt(broken=outcome)


def _findings_of(outcome: Outcome) -> tuple[Finding, ...]:
    return () if isinstance(outcome, Broken) else outcome.findings
