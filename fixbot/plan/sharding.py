"""Gives each part of each change its branch: stable, never one that another pull request has."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count

from fixbot.model import Change, Safety
from fixbot.plan.keys import codemod_key
from fixbot.plan.parts import Owners, Part, by_directory, by_finding, by_owner, finer, nobody
from fixbot.plan.sizes import Limits, Sized, measured

PREFIX = "fixbot/"


@dataclass(frozen=True, slots=True)
class Shard:
    """The rewrites of one pull request, its branch, and the fingerprint that equal content always has.

    `natural` is the branch that it would have if no other pull request had it.
    """

    branch: str
    change: Change
    fingerprint: str
    added: int
    removed: int
    natural: str = ""


@dataclass(frozen=True, slots=True)
class Sharding:
    """How changes are divided into pull requests.

    `by` is `directory`, `owner` (by directory where `owners` is None or `nobody`) or `finding`. Keys begin with
    `prefix`. `split` are the findings of pull requests that people found too large: what would hold all that is left
    of one is divided one level further. One file, or what has to change with it, cannot be divided here and stays: its
    findings have to be rewritten one by one. `parted` are the fingerprints of those that are, and that have a pull
    request each however others are divided.
    """

    by: str = "directory"
    owners: Owners | None = None
    prefix: str = ""
    split: Collection[Collection[str]] = ()
    parted: Collection[str] = frozenset()


def shards(
    changes: Iterable[Change], limits: Limits, sharding: Sharding | None = None, taken: Collection[str] = ()
) -> list[Shard]:
    """Divide changes into pull requests that keep within the limits.

    What stands or falls together is never split, a file or a group: one that is over the limit alone has a pull
    request alone. The name of a shard depends on the directories in it, not on their order or on what else has
    changed; a group counts as where its first file is. A change that has a lane is one shard on that branch, whatever
    its size; these come first.

    Args:
        changes: what is to be divided.
        limits: how large a pull request may be.
        sharding: how they are divided; by directory where that is None.
        taken: branches that no new pull request may have; one that would have it gets a number behind its name.
    """
    used = set(taken)
    lanes: dict[str, Shard] = {}
    placed: dict[tuple[str, Safety], list[Sized]] = {}
    new: dict[tuple[str, Safety], list[Change]] = {}
    for change in changes:
        if change.lane and change.lane not in lanes:
            sized = measured(change.rewrites)
            lanes[change.lane] = _shard(change, change.lane, change.lane, sized)
            kind = (change.codemod, change.safety)
            placed.setdefault(kind, []).extend(replace(one, placed=True) for one in sized)
        elif change.rewrites:
            new.setdefault((change.codemod, change.safety), []).append(change)
    used.update(lanes)
    chosen = sharding or Sharding()
    found = [_new(group, placed.get(kind, ()), limits, chosen, used) for kind, group in new.items()]
    return [*lanes.values(), *chain.from_iterable(found)]


def homes(
    found: Iterable[Shard], open_branches: Collection[str], limits: Limits, by_file: Collection[str] = ()
) -> dict[str, str]:
    """Tell which new findings belong into pull requests that are open already.

    Args:
        found: the shards of a run.
        open_branches: the branches of open pull requests that can be brought to another content.
        limits: how large a pull request may be; what does not fit stays a new one.
        by_file: the branches of those that take in what is new in a file which they change.

    Returns:
        The branch for the fingerprint of each new finding that would be there, or that is in a file which is changed
        there already, as far as it fits.
    """
    inside: dict[str, list[Shard]] = {}
    new: list[Shard] = []
    for shard in found:
        (inside.setdefault(shard.branch, []) if shard.change.lane else new).append(shard)
    at_home: dict[str, str] = {}
    for shard in (part for each in new for part in _alone(each)):
        home = _home(shard, inside, open_branches, by_file)
        together = [*inside.get(home, ()), shard]
        if home and _fit(together, limits):
            inside[home] = together
            at_home |= {finding.fingerprint: home for finding in shard.change.findings}
    return at_home


def _alone(shard: Shard) -> Iterator[Shard]:
    """Yield a shard for each part of one that stands or falls together."""
    for sized in measured(shard.change.rewrites):
        yield _shard(shard.change, shard.branch, shard.natural, [sized])


def _home(
    new: Shard, inside: Mapping[str, Sequence[Shard]], open_branches: Collection[str], by_file: Collection[str]
) -> str:
    """Return the branch of the open pull request that changes one of the same files, else the one of its own name."""
    paths = {rewrite.path for rewrite in new.change.rewrites}
    for branch, shards_there in sorted(inside.items()):
        first = shards_there[0].change
        same = (first.codemod, first.safety) == (new.change.codemod, new.change.safety)
        if same and branch in by_file and any(r.path in paths for s in shards_there for r in s.change.rewrites):
            return branch
    return new.natural if new.natural in open_branches else ""


def fingerprint(change: Change) -> str:
    """Return 20 hex digits that depend on the codemod and on every path with its bytes before and after."""
    return fingerprint_of(change.codemod, ((r.path, r.before, r.after) for r in change.rewrites))


def fingerprint_of(codemod: str, files: Iterable[tuple[str, bytes, bytes]]) -> str:
    """Return what `fingerprint` does for a change of these files, each with its path and its bytes before and after."""
    digest = hashlib.sha256(codemod.encode())
    for path, before, after in sorted(files):
        for part in (path.encode(errors="surrogateescape"), before, after):
            digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:20]


def _fit(together: Sequence[Shard], limits: Limits) -> bool:
    files = {rewrite.path for shard in together for rewrite in shard.change.rewrites}
    return len(files) <= limits.files and sum(shard.added + shard.removed for shard in together) <= limits.lines


def _new(
    group: Sequence[Change], placed: Sequence[Sized], limits: Limits, sharding: Sharding, used: set[str]
) -> Iterator[Shard]:
    """Yield the shards of changes of one codemod and one safety that no open pull request has."""
    codemod, safety = group[0].codemod, group[0].safety
    parts = [part for change in group for part in _parts(change, placed, limits, sharding)]
    if sharding.prefix and len(parts) == 1:
        parts = [replace(parts[0], key="")]
    words = ("" if safety is Safety.REVIEW else safety, sharding.prefix)
    name = partial(_branch, codemod, words)
    everything = {fingerprint for part in parts for fingerprint in _inside(part)}
    cut = [left for asked in sharding.split if len(left := everything.intersection(asked)) > 1]
    for natural, branch, part in _named(parts, name, cut, used):
        yield _shard(Change(codemod, safety, ()), branch, natural, part.inside)


def _parts(change: Change, placed: Sequence[Sized], limits: Limits, sharding: Sharding) -> list[Part]:
    own = measured(change.rewrites)
    found = {finding.fingerprint for finding in change.findings}
    if sharding.by == "finding" or (found and found.issubset(sharding.parted)):
        return by_finding(own)
    group = [*own, *placed]
    if sharding.by == "owner" and sharding.owners not in {None, nobody}:
        return by_owner(group, limits, sharding.owners)
    return by_directory(group, limits)


def _branch(codemod: str, words: Iterable[str], key: str) -> str:
    return f"{PREFIX}{codemod_key(codemod)}/{'-'.join(word for word in (*words, key) if word)}"


def _named(
    parts: Iterable[Part], name: Callable[[str], str], cut: Collection[Collection[str]], used: set[str]
) -> Iterator[tuple[str, str, Part]]:
    """Yield each part with the branch that is its own by nature and the one that it gets."""
    for part in sorted(parts, key=lambda part: (part.key, part.inside[0].path)):
        if all(sized.placed for sized in part.inside):
            continue
        natural = name(part.key)
        branch = _free(natural, used)
        if len(part.inside) > 1 and any(_inside(part).issuperset(asked) for asked in cut):
            yield from _named(finer(part), name, cut, used)
        else:
            used.add(branch)
            yield natural, branch, part


def _inside(part: Part) -> set[str]:
    return {finding.fingerprint for sized in part.inside for rewrite in sized.unit for finding in rewrite.findings}


def _free(branch: str, used: Collection[str]) -> str:
    numbered = (f"{branch}-{number}" for number in count(2))
    return branch if branch not in used else next(name for name in numbered if name not in used)


def _shard(change: Change, branch: str, natural: str, inside: Iterable[Sized]) -> Shard:
    units = [sized for sized in inside if not sized.placed or change.lane]
    rewrites = sorted(chain.from_iterable(sized.unit for sized in units), key=lambda rewrite: rewrite.path)
    part = replace(change, rewrites=tuple(rewrites))
    added, removed = sum(sized.added for sized in units), sum(sized.removed for sized in units)
    return Shard(branch, part, fingerprint(part), added, removed, natural)
