"""What becomes of open pull requests for which a run has nothing to offer, and of those that are over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fixbot.engine.survey import EVERYWHERE
from fixbot.lifecycle.memory import Memory, is_declined, is_fixbots, may_be_replaced
from fixbot.model import PullRequest, ScanReport, Standing, State, Touched
from fixbot.offer import Offer

#: Closes a pull request with a state and a reason, unless people have a say.
Retire = Callable[[PullRequest, State, str], Standing]

_MOST_OVER = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Retiring:
    """What is needed to judge them.

    Attributes:
        memory: the pull requests.
        offer: what the run has to offer.
        codemods: the slugs of the run's codemods.
        ignores: what people asked to ignore.
        touched: gives what a commit changes.
        retire: closes.
    """

    memory: Memory
    offer: Offer
    codemods: frozenset[str]
    ignores: frozenset[str]
    touched: Callable[[str], Sequence[Touched]]
    retire: Retire

    def gone(self) -> Iterator[PullRequest]:
        """Yield the open pull requests that no shard belongs to, but none of people's own."""
        offered = {shard.branch for shard in self.offer.shards}
        mine = (pull for pull in self.memory.open if is_fixbots(pull))
        yield from (pull for pull in mine if pull.branch not in offered or self._is_split(pull))

    def _is_split(self, pull: PullRequest) -> bool:
        return pull.marker is not None and pull.marker.split and may_be_replaced(pull)

    def standing(self, pull: PullRequest) -> Standing:
        """Say what becomes of one of them, and do it."""
        if pull.marker is None:
            reason = f"pull request {pull.number} carries no marker of fixbot any more"
            return Standing(state=State.LEFT_ALONE, branch=pull.branch, reason=reason, pull=pull)
        codemod = pull.marker.codemod
        if codemod in self.ignores:
            return self.retire(pull, State.EMPTIED, f"{codemod} is ignored here, as asked")
        if codemod not in self.codemods:
            reason = f"this run does not look at {codemod}"
            return Standing(state=State.UNCHANGED, branch=pull.branch, reason=reason, pull=pull)
        return self._without_offer(pull)

    def _without_offer(self, pull: PullRequest) -> Standing:
        mine = set(pull.fingerprints)
        heirs = [s for s in self.offer.shards if mine & {finding.fingerprint for finding in s.change.findings}]
        if heirs:
            names = ", ".join(f"`{shard.branch}`" for shard in heirs)
            return self.retire(pull, State.SUPERSEDED, f"its findings come in {names} instead")
        refused = next((r for r in self.offer.refused if r.finding.fingerprint in mine), None)
        if refused is not None:
            reason = f"fixbot would not write it today: {refused.because}"
            return Standing(state=State.LEFT_ALONE, branch=pull.branch, reason=reason, pull=pull)
        if self._is_excluded(pull):
            return self.retire(pull, State.EMPTIED, "its files are not looked at any more, as asked")
        unread = self._unread(pull)
        if unread:
            reason = f"{unread} cannot be looked at now"
            return Standing(state=State.LEFT_ALONE, branch=pull.branch, reason=reason, pull=pull)
        return self.retire(pull, State.EMPTIED, f"there is nothing left of it to do on {pull.base}")

    def _is_excluded(self, pull: PullRequest) -> bool:
        """Say whether people asked not to look at any file that a pull request changes."""
        paths = {one.path for one in self.touched(pull.head)} if self.offer.excluded else set()
        return bool(paths) and paths.issubset(self.offer.excluded)

    def _unread(self, pull: PullRequest) -> str:
        """Return a file of the pull request that the run had to skip; empty where there is none."""
        broken = self.offer.prepared.report.broken
        slug = pull.marker.codemod if pull.marker is not None else ""
        if any(one.path == EVERYWHERE and one.codemod == slug for one in broken):
            return "the project"
        skipped = {skip.path for skip in self.offer.prepared.report.skipped}
        skipped |= {one.path for one in broken}
        if not skipped:
            return ""
        return next((one.path for one in self.touched(pull.head) if one.path in skipped), "")


def remembered(memory: Memory, report: ScanReport) -> Iterator[Standing]:
    """Yield what was declined and would come again otherwise, and what was merged lately, the newest first."""
    found = {finding.fingerprint for finding in report.findings}
    for pull in sorted(memory.pulls, key=lambda pull: -pull.number):
        still = len(found & set(pull.fingerprints))
        if is_declined(pull) and still:
            reason = f"closed by a person; {still} of its findings are there and not offered again"
            yield Standing(state=State.DECLINED, branch=pull.branch, reason=reason, pull=pull)
    merged = sorted((p for p in memory.pulls if p.state == "merged"), key=lambda pull: -pull.number)
    for pull in merged[:_MOST_OVER]:
        yield Standing(state=State.MERGED, branch=pull.branch, pull=pull)
