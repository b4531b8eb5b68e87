"""Works on one issue: what it asks for, whether it may, and the one comment there that tells what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from fixbot.chatops.issues import Asked, NotUnderstood, understood
from fixbot.chatops.outcome import Kind, Told, Unseen, is_outcome, outcome
from fixbot.chatops.tickets import ticket_of
from fixbot.codemod import Recipe
from fixbot.errors import OperatorError
from fixbot.lifecycle.memory import Memory
from fixbot.model import Issue, Place, Refusal, Scope, Standing, State
from fixbot.offer import Offer, readable
from fixbot.plan import Shard
from fixbot.settings import excluder
from fixbot.shell.forge import Forge
from fixbot.write import Claim

_UNREAD = frozenset({"unparsable", "undecodable", "too large", "too deep", "timeout", "too much memory", "crash"})
_IGNORED = "people asked to ignore it"
_OFFERED = frozenset(State) - {State.LEFT_ALONE, State.WAITING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An issue that was understood and may be obeyed.

    Attributes:
        forge: where the issue is.
        issue: the issue.
        asked: what it asks for.
        codemods: the slugs it asks for, of those that this run looks for.
        ignores: codemods, and paths behind `path:`, that people asked to ignore.
        base: the branch that the run is for, where merging into that closes no issue; else empty.
    """

    forge: Forge
    issue: Issue
    asked: Asked
    codemods: frozenset[str]
    ignores: frozenset[str] = frozenset()
    base: str = ""

    @property
    def scope(self) -> Scope | None:
        """What the run is restricted to; None where the whole repository is meant."""
        return Scope(self.asked.places) if self.asked.places else None

    def claim_of(self, offer: Offer, memory: Memory) -> Claim:
        """Say what the pull requests may claim: one that holds everything fixes the issue."""
        mine = [shard for shard in offer.shards if self._is_mine(shard, memory)]
        others = {shard.branch: memory.open_on(shard.branch) for shard in offer.shards if shard not in mine}
        elsewhere = [
            Refusal(finding, f"it is in pull request {pull.number} already")
            for shard in offer.shards
            if (pull := others.get(shard.branch)) is not None
            for finding in shard.change.findings
        ]
        left = tuple(
            refusal
            for refusal in (*offer.refused, *elsewhere)
            if self.scope is None or self.scope.holds(refusal.finding)
        )
        unknown = (Unseen(path, "no tracked Python file has this path") for path in self.asked.unknown)
        unseen = (*self._unseen(offer), *unknown)
        fixes = len(mine) == 1 and not left and not unseen and not self.base
        parts = tuple(shard.branch for shard in mine)
        return Claim(issue=self.issue.number, fixes=fixes, left=left, unseen=unseen, parts=parts)

    def _unseen(self, offer: Offer) -> tuple[Unseen, ...]:
        """Return what was asked for and could not be looked at: codemods that are not selected, and files."""
        codemods = (
            Unseen(slug, _IGNORED if slug in self.ignores else "it is not selected here")
            for slug in self.asked.codemods
            if slug not in self.codemods
        )
        files = dict(self._unread(offer))
        return (*codemods, *(Unseen(path, files[path]) for path in sorted(files)))

    def _unread(self, offer: Offer) -> Iterator[tuple[str, str]]:
        """Give the files that were asked for and not looked at, each with the reason.

        An issue that names no place does not ask for what is left out everywhere.
        """
        report, places = offer.prepared.report, self.asked.places
        is_ignored = excluder(readable(word[5:] for word in self.ignores if word.startswith("path:")))
        named = {path: _IGNORED if is_ignored(path) else "the configuration excludes it" for path in offer.excluded}
        named |= {
            skip.path: f"{skip.reason}: {skip.detail}" for skip in report.skipped if places or skip.reason in _UNREAD
        }
        named |= {broken.path: f"{broken.codemod} failed on it, which is fixbot's fault" for broken in report.broken}
        for path, because in named.items():
            if any(place.covers(path) for place in places) or (not places and path not in offer.excluded):
                yield path, because

    def _is_mine(self, shard: Shard, memory: Memory) -> bool:
        """Say whether a pull request is for this issue: not one that had its findings before."""
        pull = memory.open_on(shard.change.lane) if shard.change.lane else None
        return pull is None or (pull.marker is not None and pull.marker.issue == self.issue.number)

    def report(self, standings: Sequence[Standing], offer: Offer, claim: Claim) -> None:
        """Keep the comment on the issue; it is not written again where it says the same already."""
        told = Told(
            issue=self.issue.number,
            kind=Kind.DONE if standings else Kind.NOTHING_FOUND,
            codemods=sorted(self.codemods),
            places=[_named(place) for place in self.asked.places],
            unknown=self.asked.unknown,
            standings=standings,
            left=[refusal for refusal in claim.left if refusal in offer.refused],
            unseen=self._unseen(offer),
            base=self.base,
            fixes=claim.fixes and all(standing.state in _OFFERED for standing in standings),
        )
        tell(self.forge, self.issue, told)

    def put_off(self, branch: str) -> None:
        """Say on the issue that nothing is done for it now, because a branch has moved."""
        tell(self.forge, self.issue, Told(issue=self.issue.number, kind=Kind.OUTDATED, base=branch))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is needed to understand an issue.

    Attributes:
        forge: where it is.
        codemods: every codemod that may be named.
        allowed: the slugs that this run may use.
        paths: the Python files of the base.
        repository: `owner/name`, empty on a forge without.
        automated: whether nobody sits in front of the run.
        asked_by: the login of who asked for it on the forge, such as who labelled it; empty where nobody knows.
        base: the branch that the run is for; empty stands for the one that the repository shows first.
    """

    forge: Forge
    codemods: Sequence[Recipe]
    allowed: Collection[str]
    paths: Collection[str]
    repository: str
    automated: bool
    asked_by: str = ""
    base: str = ""

    def order(self, number: int, ignores: Collection[str] = ()) -> Order:
        """Return what an issue asks for; `ignores` are codemods and paths that people asked to ignore.

        Raises:
            OperatorError: it asks for nothing that can be done; a comment there says why.
        """
        issue = self.forge.issue(number)
        if issue is None:
            message = f"there is no issue {number} here, or the token may not see it"
            raise OperatorError(message)
        if ticket_of(issue) is not None:  # its words are those of a comment, whoever wrote that
            message = f"issue {number}: it was filed for a comment in the code, and orders nothing: open one that does"
            raise OperatorError(message)
        why_not = self._why_not(issue)
        if why_not is not None:
            raise self._refusal(issue, *why_not)
        asked = understood(issue, self.codemods, self.paths, self.repository)
        if isinstance(asked, NotUnderstood):
            raise self._refusal(issue, Kind.NOT_UNDERSTOOD, asked.because, unknown=asked.unknown)
        wanted = frozenset(asked.codemods or self.allowed) & frozenset(self.allowed)
        codemods = wanted - frozenset(ignores)
        if not wanted:
            raise self._refusal(issue, Kind.NOT_UNDERSTOOD, "the codemods that it names are not selected here")
        if not codemods:
            undo = f"/fixbot unignore {min(wanted)}"
            raise self._refusal(issue, Kind.NOT_UNDERSTOOD, f"people asked to ignore that here: comment `{undo}` first")
        # GitHub closes an issue when its pull request is merged into the default branch, and only then.
        base = "" if not self.base or self.forge.is_default(self.base) else self.base
        return Order(
            forge=self.forge, issue=issue, asked=asked, codemods=codemods, ignores=frozenset(ignores), base=base
        )

    def _why_not(self, issue: Issue) -> tuple[Kind, str] | None:
        if issue.is_pull:
            return Kind.PULL_REQUEST, "it is a pull request: name an issue"
        if issue.state != "open":
            return Kind.CLOSED, "it is closed: open it again first"
        people = dict.fromkeys(filter(None, (issue.author, self.asked_by)))
        if self.automated and not any(map(self.forge.may_write, people)):
            also = f", nor may {self.asked_by}, who asked for it" if self.asked_by in list(people)[1:] else ""
            return Kind.NOT_ALLOWED, f"its author {issue.author} may not write to this repository{also}"
        return None

    def _refusal(self, issue: Issue, kind: Kind, because: str, unknown: Sequence[str] = ()) -> OperatorError:
        slugs = [codemod.slug() for codemod in self.codemods]
        told = Told(issue=issue.number, kind=kind, because=because, unknown=unknown, catalogue=slugs)
        tell(self.forge, issue, told)
        return OperatorError(f"issue {issue.number}: {because}")


def tell(forge: Forge, issue: Issue, told: Told) -> None:
    """Write or edit the one comment on an issue, if it would say something else than it does."""
    body = outcome(told)
    marked = (comment for comment in forge.comments_on(issue.number) if is_outcome(comment.body, issue.number))
    before = next((comment for comment in marked if comment.is_bot or forge.may_write(comment.author)), None)
    if before is None or before.body.replace("\r\n", "\n").strip() != body.strip():
        forge.say(issue.number, body, before)


def _named(place: Place) -> str:
    if not place.first:
        return place.path
    return f"{place.path}:{place.first}" + (f"-{place.last}" if place.last > place.first else "")
