"""Divides what does not fit or shall not stay together: by directory, by owner, by finding; never within a unit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from fixbot.plan.keys import ALL, finding_key, owners_key, shard_key
from fixbot.plan.sizes import Limits, Sized, fits

#: Returns the owners of a path.
Owners = Callable[[str], tuple[str, ...]]


def nobody(_path: str) -> tuple[str, ...]:
    """Give no owner of any path, as in a repository without rules: nothing can be divided by owner there."""
    return ()


@dataclass(frozen=True, slots=True)
class Part:
    """Units that become one pull request, all of them below a directory.

    `key` names it. `stem` is what the keys of its own parts begin with, `tail` what they end with. A `loose` one
    holds files of the directory itself, none from further down.
    """

    key: str
    inside: tuple[Sized, ...]
    directory: str = ""
    stem: str = ""
    tail: str = ""
    loose: bool = False

    def below(self, place: str, inside: Iterable[Sized], *, tail: str = "") -> Part:
        """Return a part of this part: what lies at a place."""
        words = (self.stem, shard_key(place), tail)
        directory = place if place.endswith("/") else self.directory
        return replace(
            self, key="-".join(word for word in words if word), inside=tuple(inside), directory=directory, tail=tail
        )


def by_directory(group: Sequence[Sized], limits: Limits, stem: str = "") -> list[Part]:
    """Divide by directory what does not fit; `stem` names the whole and begins the name of each part."""
    whole = Part(stem or ALL, tuple(group), stem=stem)
    return [whole] if fits(group, limits) else _split(whole, limits)


def by_owner(group: Iterable[Sized], limits: Limits, owners: Owners) -> list[Part]:
    """Divide by the owners of each unit's first file, and by directory what does not fit then."""
    found: dict[str, list[Sized]] = {}
    for sized in group:
        found.setdefault(owners_key(owners(sized.path)), []).append(sized)
    return [part for key, inside in found.items() for part in by_directory(inside, limits, key)]


def by_finding(group: Iterable[Sized]) -> list[Part]:
    """Make each unit a part by itself."""
    return [Part(finding_key(sized.unit), (sized,)) for sized in group]


def finer(part: Part) -> list[Part]:
    """Divide a part of several units one level further: by the next directories, else unit by unit."""
    children = _children(part)
    while len(children) == 1 and next(iter(children)).endswith("/"):
        part = replace(part, directory=next(iter(children)))
        children = _children(part)
    folders = {} if part.loose else {child: inside for child, inside in children.items() if child.endswith("/")}
    if not folders:
        return [part.below(sized.path, (sized,)) for sized in part.inside]
    found = [part.below(child, inside, tail=part.tail) for child, inside in folders.items()]
    files = [sized for child, inside in children.items() if child not in folders for sized in inside]
    return [*found, replace(_around(part, ".", files, part.tail), loose=True)] if files else found


def _children(part: Part) -> dict[str, list[Sized]]:
    """Return what lies in each directory right below a part's own, and each of its files."""
    children: dict[str, list[Sized]] = {}
    for sized in part.inside:
        child, slash, _ = sized.path[len(part.directory) :].partition("/")
        children.setdefault(part.directory + child + slash, []).append(sized)
    return children


def _around(part: Part, sign: str, inside: Iterable[Sized], tail: str) -> Part:
    """Return some of what lies in a part's directory, under a name that no file there has."""
    return replace(part.below(f"{part.directory}{sign}", inside, tail=tail), directory=part.directory)


def _split(whole: Part, limits: Limits) -> list[Part]:
    """Split what does not fit by the next directory; small neighbours stay together."""
    found: list[Part] = []
    todo = [whole]
    for part in todo:
        small: list[Sized] = []
        for child, inside in _children(part).items():
            if not child.endswith("/") or fits(inside, limits, share=4):
                small += inside
            else:
                (found if fits(inside, limits) else todo).append(part.below(child, inside))
        found += _buckets(part, small, limits)
    return found


def _buckets(part: Part, group: Sequence[Sized], limits: Limits, bits: str = "") -> list[Part]:
    """Halve small neighbours by a hash of their paths until they fit, so that a new file never moves another.

    What is in one file has one hash: it stays together, whatever its size.
    """
    if not group:
        return []
    if fits(group, limits) or len({sized.path for sized in group}) == 1:
        return [_around(part, "*", group, bits)]
    halves: tuple[list[Sized], list[Sized]] = ([], [])
    for sized in group:
        halves[_bit(sized.path, len(bits))].append(sized)
    return _buckets(part, halves[0], limits, f"{bits}0") + _buckets(part, halves[1], limits, f"{bits}1")


def _bit(path: str, place: int) -> int:
    """Return one bit of a path's hash; 256 of them tell any two paths apart."""
    digest = hashlib.sha256(path.encode(errors="surrogateescape")).digest()
    return digest[place // 8] >> (7 - place % 8) & 1
