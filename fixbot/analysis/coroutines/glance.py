"""Tells by the bytes alone which names a coroutine may get to through calls, so that the rest is never parsed."""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from fixbot.analysis.corpus import Corpus

# A definition with its indentation, a word that is called, and one that stands where a property may be read.
_TOKEN = re.compile(
    rb"^(?:\xef\xbb\xbf)?(?P<indent>[ \t]*)(?P<coroutine>async[ \t]+)?def[ \t]+(?P<defined>\w+)"
    rb"|\.?\b(?P<called>\w+)[ \t)]*\("
    rb"|\.(?P<read>\w+)",
    re.MULTILINE,
)
_ALIAS = re.compile(rb"\b(\w+)[ \t]+as[ \t]+(\w+)")
_CALLBACK = re.compile(
    rb"(?:call_soon|call_later|call_at|call_soon_threadsafe|add_done_callback|add_reader|add_writer|add_signal_handler)"
    rb"\((?P<handed>(?:[^()]|\([^()]*\))*)"
)
_PROPERTY = re.compile(rb"property\b[^\n]*\n(?:[ \t]*@[^\n]*\n)*[ \t]*def[ \t]+(\w+)")
_COROUTINE = re.compile(rb"\basync[ \t]+def\b")
_LOOP = b""  # stands for every coroutine, and for the event loop itself
# They run where the name of their class is called.
_MAKERS = frozenset({b"__init__", b"__post_init__", b"__enter__", b"__exit__"})
_HANDERS = (b"call_", b"add_")
_WORD = re.compile(rb"\w+")
_HALF = 32  # bits
_LOW = (1 << _HALF) - 1


@dataclass(frozen=True, slots=True)
class Glance:
    """What coroutines may get to: each name that is called there, with the paths of the files that call it so.

    With each path is how many calls lead from a coroutine to the caller there at least; 0 is the coroutine itself.
    """

    where: Mapping[bytes, Mapping[str, int]] | _Where
    most: int | None = None

    def _found(self, name: str) -> Iterable[tuple[str, int]]:
        found = self.where.get(name.encode(), {}).items()
        return [(path, steps) for path, steps in found if self.most is None or steps <= self.most]

    def paths(self, name: str, most: int | None = None) -> tuple[str, ...]:
        """Return the files in which a coroutine, or something that one may get to, calls a name; sorted.

        Args:
            name: the name.
            most: how many calls may lead from the coroutine to the caller; None means any number.
        """
        return tuple(sorted(path for path, steps in self._found(name) if most is None or steps <= most))

    def within(self, most: int) -> Glance:
        """Return the same as far as so many calls at most lead from a coroutine to the caller."""
        return Glance(self.where, most if self.most is None else min(most, self.most))

    def calls(self, name: str, most: int) -> bool:
        """Say whether anything calls a name that so many calls at most lead to from a coroutine."""
        return any(steps <= most for _, steps in self._found(name))


class _Where:
    """For each name that is called the files that call it, with the steps: a number for each, as they are millions."""

    def __init__(self, paths: tuple[str, ...], words: Mapping[bytes, int]) -> None:
        self._paths, self._words = paths, words
        self._found: dict[int, array[int]] = {}

    def add(self, name: int, file: int, steps: int) -> None:
        """Take in that a file calls a name so many calls from a coroutine."""
        if name not in self._found:
            self._found[name] = array("Q")
        self._found[name].append(file << _HALF | steps)

    def get(self, name: bytes, default: Mapping[str, int]) -> Mapping[str, int]:
        """Return the least steps by the path of each file that calls a name."""
        pairs = self._found.get(self._words.get(name, -1))
        if pairs is None:
            return default
        found: dict[str, int] = {}
        for pair in pairs:
            path, steps = self._paths[pair >> _HALF], pair & _LOW
            found[path] = min(steps, found.get(path, steps))
        return found


@lru_cache(maxsize=1)
def glance_of(corpus: Corpus) -> Glance:
    """Return what coroutines of a project may get to, the same for everybody who asks while it is looked at."""
    return glance(corpus.files)


def glance(files: Mapping[str, bytes]) -> Glance:
    """Return everything that some coroutine may call, directly or through other functions.

    A name stands for all functions that are called so, so that far too many are returned; what is not among them is
    surely reached by no call that is written out.

    Args:
        files: the content of each file by its path.
    """
    if not any(b"async" in content and _COROUTINE.search(content) for content in files.values()):
        files = {path: content for path, content in files.items() if _callbacks(content)}
    properties = {name for content in files.values() for name in _PROPERTY.findall(content)}
    words: dict[bytes, int] = {}
    aliases = {path: _numbered(_aliases(content), words) for path, content in files.items()}
    used = {path: _numbered(_uses(content, properties), words) for path, content in files.items()}
    makers = {words.setdefault(name, len(words)) for name in _MAKERS}
    steps = _steps(used.values(), aliases.values(), words.setdefault(_LOOP, len(words)), makers)
    where = _Where(tuple(used), words)
    for number, (path, uses) in enumerate(used.items()):
        for caller, name in map(_halves, uses):
            if caller in steps:
                where.add(name, number, steps[caller])
        for own, alias in map(_halves, aliases[path]):
            if alias in steps:
                where.add(own, number, steps[alias] - 1)
    return Glance(where)


def _numbered(pairs: Iterable[tuple[bytes, bytes]], words: dict[bytes, int]) -> array[int]:
    """Return pairs of words as numbers, each pair once; new words get the next number."""
    told = {words.setdefault(one, len(words)) << _HALF | words.setdefault(two, len(words)) for one, two in pairs}
    return array("Q", told)


def _halves(pair: int) -> tuple[int, int]:
    return pair >> _HALF, pair & _LOW


def _aliases(content: bytes) -> set[tuple[bytes, bytes]]:
    """Return the words that a file has under another name, each with that name."""
    return {pair for pair in _ALIAS.findall(content) if pair[0] != pair[1]} if b" as " in content else set()


def _steps(
    used: Iterable[array[int]], aliases: Iterable[array[int]], loop: int, makers: Collection[int]
) -> dict[int, int]:
    """Count for each name how many calls lead to it from a coroutine at least; those that none lead to are left out."""
    edges: dict[int, array[int]] = {loop: array("I", makers)}
    for caller, name in (_halves(pair) for uses in used for pair in uses):
        if caller not in edges:
            edges[caller] = array("I")
        edges[caller].append(name)
    meant: dict[int, set[int]] = {}
    for own, alias in (_halves(pair) for known in aliases for pair in known):
        meant.setdefault(alias, set()).add(own)
    steps: dict[int, int] = {}
    level = {loop}
    while level:
        many = max(steps.values(), default=-1) + 1
        while level:
            steps |= dict.fromkeys(level, many)
            level = set().union(*(meant.get(name, ()) for name in level)) - steps.keys()
        reached = (name for name, at in steps.items() if at == many)
        level = set().union(*(edges.get(name, ()) for name in reached)) - steps.keys()
    return steps


def _uses(content: bytes, properties: Collection[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield each word that may be called, after the name of the definition around it; that of a coroutine is empty.

    Which definition that is, the indentation tells.
    """
    around: list[tuple[int, bytes]] = []
    for found in _TOKEN.finditer(content):
        kind = found.lastgroup
        if kind == "defined":
            depth = len(found["indent"].expandtabs())
            while around and around[-1][0] >= depth:
                around.pop()
            around.append((depth, _LOOP if found["coroutine"] else found["defined"]))
        elif around and ((used := found[kind or 0]) in properties or kind == "called"):
            for _, caller in around:
                yield caller, used
    yield from ((_LOOP, word) for word in _callbacks(content))


def _callbacks(content: bytes) -> set[bytes]:
    """Return the words that are handed to an event loop to be called later."""
    if not any(word in content for word in _HANDERS):
        return set()
    return {word for found in _CALLBACK.finditer(content) for word in _WORD.findall(found["handed"])}
