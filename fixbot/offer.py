"""From a commit to the pull requests that a run has to offer: rewrites, tries and shards; it publishes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fixbot.codemod import Recipe
from fixbot.examine import Orders
from fixbot.lifecycle.memory import Memory, is_held, may_be_replaced
from fixbot.model import Base, Change, PullRequest, Refusal, Scope
from fixbot.owners import PLACES, owners
from fixbot.plan import Limits, Shard, Sharding, homes, shards, units
from fixbot.prepare import Prepared, prepare
from fixbot.scan import Progress, silent
from fixbot.settings import Settings, excluder
from fixbot.shell.commit_files import CommitFiles
from fixbot.shell.git import Git
from fixbot.shell.ruff import Style
from fixbot.shell.style import STYLES, read_style
from fixbot.shell.trial import Trial, trial


@dataclass(frozen=True, slots=True)
class Offer:
    """What a run has to offer, the shards of open pull requests first, and what it does not rewrite, with reasons.

    `excluded` are the files that people asked not to look at, `changes` what the shards are cut from and `parted` the
    findings that have a shard each.
    """

    prepared: Prepared
    refused: tuple[Refusal, ...]
    shards: tuple[Shard, ...]
    excluded: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    parted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """What is needed to say what there is to offer.

    Attributes:
        git: the repository.
        base: what is looked at.
        settings: limits, exclusions and the rest.
        codemods: what to apply.
        memory: what the pull requests of earlier runs tell.
        ignores: codemods, and paths behind `path:`, that people asked to ignore.
        scope: what the run is restricted to, None where it is not.
        issue: the issue that the run is about, 0 for none: its number begins the key of new shards.
        anew: the branches that people want built anew, whatever is on them now.
        verify_command: the operator's own check.
        jobs: processes at once.
        progress: shows how far it is.
    """

    git: Git
    base: Base
    settings: Settings
    codemods: Sequence[Recipe]
    memory: Memory
    ignores: frozenset[str] = frozenset()
    scope: Scope | None = None
    issue: int = 0
    anew: frozenset[str] = frozenset()
    verify_command: str | None = None
    jobs: int = 1
    progress: Progress = silent

    def offer(self) -> Offer:
        """Rewrite, try and shard; rewrite once more where something belongs elsewhere than the first look shows."""
        lanes, parted = dict(self.memory.lanes), frozenset[str]()
        prepared, excluded = self._look(lanes, parted)
        first = self.cut(prepared.changes, parted)
        if self.settings.update != "never":
            open_ones = {pull.branch for pull in self.memory.open if self._takes_more(pull) and not _is_split(pull)}
            lanes |= homes(first, open_ones, self._limits, by_file=self._by_file(open_ones))
        parted = self._parted(first)
        if parted or len(lanes) > len(self.memory.lanes):
            prepared, excluded = self._look(lanes, parted)
        changes, refused = self._tried(prepared)
        return Offer(prepared, refused, self.cut(changes, parted), excluded, tuple(changes), parted)

    def shards(self, offer: Offer, free: Collection[str]) -> tuple[Shard, ...]:
        """Return the shards of an offer as the next run will call them, now that the branches `free` have come free."""
        return self.cut(offer.changes, offer.parted, free) if free else offer.shards

    def _takes_more(self, pull: PullRequest) -> bool:
        """Say whether what is new may join an open pull request: in this run it is, or will be, fixbot's alone."""
        is_anew = pull.branch in self.anew and pull.marker is not None and not is_held(pull)
        return is_anew or may_be_replaced(pull)

    def _parted(self, first: Sequence[Shard]) -> frozenset[str]:
        """Return the findings of what people asked to split and what is one file, or one group, by now."""
        offered = {finding.fingerprint for shard in first for finding in shard.change.findings}
        left = [asked & offered for asked in self.memory.split if len(asked & offered) > 1]
        new = [shard for shard in first if not shard.change.lane and len(units(shard.change.rewrites)) == 1]
        found = [frozenset(finding.fingerprint for finding in shard.change.findings) for shard in new]
        return frozenset[str]().union(*(mine for mine in found if any(asked <= mine for asked in left)))

    def _by_file(self, open_ones: set[str]) -> set[str]:
        """Return the branches that a new finding joins because they change its file: not those that people cut."""
        if self.settings.shard == "finding":
            return set()
        asked = frozenset[str]().union(*self.memory.split)
        mine = [pull for pull in self.memory.open if pull.branch in open_ones and not asked & set(pull.fingerprints)]
        return {pull.branch for pull in mine if pull.marker is not None and pull.marker.issue == self.issue}

    def files(self) -> CommitFiles:
        """Return the files that are looked at.

        Raises:
            OperatorError: the base has one name twice.
        """
        ignored = (word.removeprefix("path:") for word in self.ignores if word.startswith("path:"))
        return CommitFiles(self.git, self.base, self.settings.exclude, readable(ignored), built_upon=True)

    def wanted(self) -> tuple[Recipe, ...]:
        """Return the codemods without those that people asked to ignore."""
        return tuple(codemod for codemod in self.codemods if codemod.slug() not in self.ignores)

    def style(self) -> Style:
        """Return what the project asks of ruff."""
        return read_style(self.git.files(self.base.commit, STYLES).get)

    def owners(self) -> Callable[[str], tuple[str, ...]]:
        """Return who owns a path, as the base's CODEOWNERS says."""
        found = self.git.files(self.base.commit, PLACES)
        text = next((found[place] for place in PLACES if place in found), b"")
        return owners(text.decode("utf-8", "replace"))

    @property
    def _limits(self) -> Limits:
        return Limits(self.settings.max_files, self.settings.max_lines)

    def _look(self, lanes: Mapping[str, str], parted: frozenset[str]) -> tuple[Prepared, tuple[str, ...]]:
        """Rewrite what is there; also return the files that people asked not to look at."""
        files = self.files()
        prepared = self._prepared(files, lanes, parted)
        return prepared, files.excluded

    def _tried(self, prepared: Prepared) -> tuple[Sequence[Change], tuple[Refusal, ...]]:
        """Keep the changes with which the operator's command succeeds, once everything has its place."""
        if self.verify_command is None or not prepared.changes:
            return prepared.changes, prepared.refused
        with trial(self.git, self.base, self.verify_command) as ready:
            changes, objections = tried(ready, prepared.changes)
        return changes, (*prepared.refused, *objections)

    def cut(self, changes: Sequence[Change], parted: frozenset[str], free: Collection[str] = ()) -> tuple[Shard, ...]:
        """Cut changes into pull requests, those that are open first, then the gravest."""
        sharding = Sharding(
            by=self.settings.shard,
            owners=self.owners() if self.settings.shard == "owner" else None,
            prefix=f"issue-{self.issue}" if self.issue else "",
            split=self.memory.split,
            parted=parted,
        )
        open_ones = [pull for pull in self.memory.pulls if pull.state == "open"]
        taken = {pull.branch for pull in open_ones if not (_is_split(pull) and may_be_replaced(pull))}
        made = shards(changes, self._limits, sharding, taken=taken.difference(free))
        return tuple(sorted(made, key=_order))

    def _left(self) -> dict[str, str]:
        """Return why some findings are not rewritten."""
        declined = {f: f"declined: pull request {p.number} was closed with it" for f, p in self.memory.declined.items()}
        turned = {
            f: f"pull request {p.number} has it, which somebody turned to {p.base}"
            for f, p in self.memory.turned.items()
        }
        return declined | turned

    def _prepared(self, files: CommitFiles, lanes: Mapping[str, str], parted: frozenset[str]) -> Prepared:
        orders = Orders(
            self.wanted(),
            self.settings.safety,
            left=self._left(),
            lanes=lanes,
            parted=parted,
            each=self.settings.shard == "finding",
            scope=self.scope,
            apart=True,
            survey=True,
        )
        return prepare(
            files,
            orders,
            jobs=self.jobs,
            style=self.style(),
            project=files.project,
            beside=files.beside,
            progress=self.progress,
        )


def _is_split(pull: PullRequest) -> bool:
    return pull.marker is not None and pull.marker.split


def readable(globs: Iterable[str]) -> list[str]:
    """Return the globs that are some: what people asked to ignore comes from text that others may have edited."""
    return sorted(glob for glob in globs if _is_glob(glob))


def _is_glob(word: str) -> bool:
    try:
        excluder([word])
    except ValueError:
        return False
    return True


def _order(shard: Shard) -> tuple[bool, int, str]:
    """Put open pull requests first, then the gravest."""
    grave = [list(type(f.severity)).index(f.severity) for f in shard.change.findings]
    return not shard.change.lane, min(grave, default=0), shard.branch


def tried(ready: Trial, changes: Sequence[Change]) -> tuple[tuple[Change, ...], list[Refusal]]:
    """Keep the rewrites with which the operator's command succeeds."""
    kept, refused = [], []
    for change in changes:
        holding, objections = ready.holding(change.rewrites)
        refused += [
            Refusal(finding, objections[rewrite.path].because, objections[rewrite.path].says)
            for rewrite in change.rewrites
            if rewrite.path in objections
            for finding in rewrite.findings
        ]
        if holding:
            kept.append(replace(change, rewrites=tuple(holding)))
    return tuple(kept), refused
