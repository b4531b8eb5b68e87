"""Turns rewrites into pull requests to be: shards, branch names, fingerprints; a pure function of its input."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from fixbot.hunks import changed_lines
from fixbot.model import Change, Rewrite, Safety

PREFIX = "fixbot/"


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a pull request may be, and how many may be open at once."""

    files: int = 25
    lines: int = 250
    open: int = 3


@dataclass(frozen=True, slots=True)
class Shard:
    """The rewrites of one pull request, its branch, and the fingerprint that equal content always has."""

    branch: str
    change: Change
    fingerprint: str
    added: int
    removed: int


def shards(changes: Iterable[Change], limits: Limits) -> list[Shard]:
    """Split changes into pull requests that keep within the limits.

    What stands or falls together is never split, a file or a group: one that is over the limit alone has a pull
    request alone. The name of a shard depends on the directories in it, not on their order or on what else has
    changed; a group counts as where its first file is.
    """
    found = []
    for change in changes:
        sized = [_Sized(unit, *_size(unit)) for unit in units(change.rewrites)]
        groups = {"all": sized} if _fits(sized, limits) else _split("", sized, limits)
        for key, group in sorted(groups.items()):
            found.append(_shard(change, key, group))
    return found


def units(rewrites: Iterable[Rewrite]) -> list[tuple[Rewrite, ...]]:
    """Return rewrites with those of one group together, in the order of the first of each."""
    found: dict[tuple[str, str], list[Rewrite]] = {}
    for rewrite in rewrites:
        found.setdefault((rewrite.group, "" if rewrite.group else rewrite.path), []).append(rewrite)
    return [tuple(unit) for unit in found.values()]


@dataclass(frozen=True, slots=True)
class _Sized:
    unit: tuple[Rewrite, ...]
    added: int
    removed: int

    @property
    def path(self) -> str:
        return min(rewrite.path for rewrite in self.unit)


def _size(unit: Iterable[Rewrite]) -> tuple[int, int]:
    # latin-1 keeps every byte apart, so that lines can be compared without knowing the encoding
    sides = ((rewrite.before.decode("latin-1"), rewrite.after.decode("latin-1")) for rewrite in unit)
    counted = [changed_lines(before, after) for before, after in sides]
    return sum(added for added, _ in counted), sum(removed for _, removed in counted)


def _shard(change: Change, key: str, group: Sequence[_Sized]) -> Shard:
    rewrites = sorted(chain.from_iterable(sized.unit for sized in group), key=lambda rewrite: rewrite.path)
    part = Change(change.codemod, change.safety, tuple(rewrites))
    name = key if change.safety is Safety.REVIEW else f"{change.safety}-{key}"
    added, removed = sum(sized.added for sized in group), sum(sized.removed for sized in group)
    return Shard(f"{PREFIX}{change.codemod}/{name}", part, fingerprint(part), added, removed)


def fingerprint(change: Change) -> str:
    """Return 20 hex digits that depend on the codemod and on every path with its bytes before and after."""
    digest = hashlib.sha256(change.codemod.encode())
    for rewrite in sorted(change.rewrites, key=lambda rewrite: rewrite.path):
        for part in (rewrite.path.encode(errors="surrogateescape"), rewrite.before, rewrite.after):
            digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:20]


def _fits(group: Sequence[_Sized], limits: Limits, share: int = 1) -> bool:
    lines = sum(sized.added + sized.removed for sized in group)
    files = sum(len(sized.unit) for sized in group)
    return files * share <= limits.files and lines * share <= limits.lines


def _split(directory: str, group: Sequence[_Sized], limits: Limits) -> dict[str, list[_Sized]]:
    """Split what does not fit by the next directory; small neighbours stay together."""
    children: dict[str, list[_Sized]] = {}
    for sized in group:
        below = sized.path[len(directory) :]
        child, slash, _ = below.partition("/")
        children.setdefault(directory + child + slash, []).append(sized)
    found: dict[str, list[_Sized]] = {}
    small: list[_Sized] = []
    for child, inside in children.items():
        if not child.endswith("/") or _fits(inside, limits, share=4):
            small += inside
        elif _fits(inside, limits):
            found[shard_key(child)] = inside
        else:
            found |= _split(child, inside, limits)
    return found | _buckets(shard_key(f"{directory}*"), small, limits)


def _buckets(key: str, group: list[_Sized], limits: Limits, bits: str = "") -> dict[str, list[_Sized]]:
    """Halve small neighbours by a hash of their paths until they fit, so that a new file never moves another."""
    if not group:
        return {}
    if _fits(group, limits) or len(group) == 1:
        return {f"{key}-{bits}" if bits else key: group}
    halves: tuple[list[_Sized], list[_Sized]] = ([], [])
    for sized in group:
        halves[_bit(sized.path, len(bits))].append(sized)
    return _buckets(key, halves[0], limits, f"{bits}0") | _buckets(key, halves[1], limits, f"{bits}1")


def _bit(path: str, place: int) -> int:
    """Return one bit of a path's hash; 256 of them tell any two paths apart."""
    digest = hashlib.sha256(path.encode(errors="surrogateescape")).digest()
    return digest[place // 8] >> (7 - place % 8) & 1


def shard_key(directory: str) -> str:
    """Return a flat name for a directory that git accepts in a branch, different for different directories."""
    plain = directory.rstrip("/")
    if re.fullmatch(r"[a-z0-9_]{1,40}", plain) and plain != "all":
        return plain
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-").lower()[:40].strip("-")
    digest = hashlib.sha256(directory.encode(errors="surrogateescape")).hexdigest()[:6]
    return f"{readable}-{digest}" if readable else f"top-{digest}"
